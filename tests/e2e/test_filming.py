"""Films from the real window: the page of the dialog, a film made beside the window, and one given up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from minima_desktop.pictures import Pictures
from minima_widgets.paint.sizes import PictureSize
from minima_widgets.panels.picture_dialog import PictureDialog
from tests.e2e.hand import Hand, pause, wait


@pytest.fixture
def pictures(hand: Hand) -> Pictures:
    hand.window.player.scrub(40)
    pause(60)
    return hand.window.commands.pictures


def filming(hand: Hand, pictures: Pictures, path: Path) -> PictureDialog:
    """Open the dialog at a small film."""
    hand.window.do("save-picture")
    dialog = pictures._dialog
    assert dialog is not None
    dialog.path.setText(str(path))
    dialog.form._change_size(PictureSize(320, 240))
    wait(lambda: not pictures._waiting and not dialog._timer.isActive(), "the preview")
    return dialog


def test_a_film_is_made_beside_the_window_up_to_what_it_shows(
    hand: Hand, pictures: Pictures, tmp_path: Path
) -> None:
    path = tmp_path / "race.gif"
    dialog = filming(hand, pictures, path)
    films = pictures._films()
    page = films._page
    assert page is not None and page.isVisible() and not page.turn.isHidden()
    assert dialog.options().format == "gif"
    page.seconds.setText("1,2")
    page.seconds.left.emit()
    assert page.options().seconds == 1.2 and page.options().hold == 0.3
    page.easing._choose("early")
    assert "18 pictures, 15 a second" in page.estimate.text()
    before = hand.window.player.step
    assert before == 40
    dialog.save.click()
    assert films._take is not None
    wait(lambda: pictures._dialog is None, "the film")
    with Image.open(path) as film:
        assert film.size == (320, 240)
        assert getattr(film, "n_frames", 1) > 3
    assert os.listdir(tmp_path) == ["race.gif"]
    assert films._take is None and not films._ending
    assert hand.window.player.step == before
    assert hand.window.preferences.values("film/options")["easing"] == "early"


def test_a_film_is_given_up_with_its_button_and_leaves_nothing(
    hand: Hand, pictures: Pictures, tmp_path: Path
) -> None:
    dialog = filming(hand, pictures, tmp_path / "race.apng")
    dialog.save.click()
    films = pictures._films()
    wait(lambda: films._take is not None and films._take.process.processId() > 0, "the process")
    dialog.job.cancelled.emit()
    assert dialog._saving is None and dialog.isVisible(), "the dialog is free at once"
    assert films._take is None
    wait(lambda: not films._ending, "the end of the process")
    assert os.listdir(tmp_path) == []
    dialog.close()
