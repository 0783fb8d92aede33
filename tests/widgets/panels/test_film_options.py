"""The page on films: what is chosen, what is refused, and about how large it gets."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from minima_core.scene.film import FilmOptions
from minima_widgets.panels.film_options import FilmPage, size_words
from minima_widgets.theme import Theme


@pytest.fixture
def page(qtbot: QtBot) -> FilmPage:
    page = FilmPage(Theme.load("dark"), FilmOptions(turn=-30.0, fps=12))
    qtbot.addWidget(page)
    page.show()
    return page


def test_what_is_chosen_is_told(page: FilmPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.changed) as told:
        page.easing._choose("gentle")
    assert told.args[0] == FilmOptions(fps=12, turn=-30.0, easing="gentle")
    page.rate._choose("25")
    page.turn._choose("180")
    page.loop.setChecked(False)
    assert page.options() == FilmOptions(fps=25, turn=180.0, easing="gentle", loop=False)


def test_seconds_are_typed_and_what_is_held_gives_way(page: FilmPage, qtbot: QtBot) -> None:
    page.seconds.setText("1,6")
    page.seconds.left.emit()
    assert (page.options().seconds, page.options().hold) == (1.6, 0.4)
    for field, text, words in (
        (page.seconds, "long", "no number"),
        (page.seconds, "0", "0.2 to 600"),
        (page.hold, "2", "less than the film lasts"),
    ):
        field.setText(text)
        with qtbot.waitSignal(page.refused) as said:
            field.left.emit()
        assert words in said.args[0]
        assert (page.options().seconds, page.options().hold) == (1.6, 0.4)
        assert (page.seconds.text(), page.hold.text()) == ("1.6", "0.4")


def test_it_says_how_large_the_film_gets_and_offers_what_there_is(page: FilmPage) -> None:
    page.set_picture(1920, 1080, ".mp4", surface=True)
    assert "120 pictures, 12 a second; about" in page.estimate.text()
    assert page.turn.isVisible() and not page.loop.isVisible()
    page.set_picture(1920, 1080, ".gif", surface=False)
    assert not page.turn.isVisible() and page.loop.isVisible()
    assert "MP4" not in page.estimate.text()
    page.set_picture(3840, 2160, ".apng", surface=True)
    assert page.estimate.text().endswith("MP4 would be much smaller.")
    assert size_words(2_345_678) == "2.3 MB" and size_words(23_456_789) == "23 MB"
