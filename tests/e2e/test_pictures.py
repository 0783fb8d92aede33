"""Pictures in the real window: the dialog, every format, strips and grids, and the clipboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QImage

from minima_desktop.carried import carried_in
from minima_desktop.files import read_document
from minima_desktop.pictures import Pictures
from minima_widgets.panels.picture_dialog import PictureDialog, PictureOptions
from tests.e2e.hand import Hand, pause, wait


@pytest.fixture
def pictures(hand: Hand) -> Pictures:
    hand.window.player.scrub(120)
    pause(60)
    return hand.window.commands.pictures


def opened(hand: Hand, pictures: Pictures) -> PictureDialog:
    hand.window.do("save-picture")
    dialog = pictures._dialog
    assert dialog is not None
    wait(lambda: not pictures._waiting and not dialog._timer.isActive(), "the preview")
    return dialog


def test_the_dialog_saves_what_it_shows_in_every_format(
    hand: Hand, pictures: Pictures, tmp_path: Path
) -> None:
    for ending in ("png", "svg", "pdf"):
        dialog = opened(hand, pictures)
        assert dialog.preview._image is not None
        dialog.form._choose_size("4:3")
        dialog.path.setText(str(tmp_path / f"race.{ending}"))
        dialog.save.click()
        path = tmp_path / f"race.{ending}"
        wait(lambda: pictures._dialog is None, "the file")
        document = read_document(path)
        assert document.exploration == hand.exploration
        assert (document.view.step, document.view.layout) == (120, "both")
    assert QImage(str(tmp_path / "race.png")).width() == 1440
    assert hand.window.preferences.values("picture/options")["format"] == "pdf"


@pytest.mark.parametrize("arrange", ["strip", "methods", "setting"])
def test_strips_and_grids_are_drawn_from_the_race(hand: Hand, pictures: Pictures, arrange: str) -> None:
    dialog = opened(hand, pictures)
    dialog.form.arrange._choose(arrange)
    wait(lambda: not pictures._waiting and not dialog._timer.isActive(), "the preview")
    assert dialog.preview.problem == "" and dialog.preview._image is not None
    shot = pictures._shot(dialog.options())
    panels = pictures._sheet(shot).panels
    lines = [entry for entry in hand.exploration.entries if entry.enabled]
    assert len(panels) == {"strip": 5, "methods": len(lines), "setting": 6}[arrange]
    assert shot.document.exploration == hand.exploration
    dialog.close()


def test_what_is_typed_wrongly_stands_in_the_picture_s_place(hand: Hand, pictures: Pictures) -> None:
    dialog = opened(hand, pictures)
    dialog.form.arrange._choose("strip")
    dialog.form.steps.setText("0, soon")
    dialog.form.steps.textEdited.emit("0, soon")
    wait(lambda: "whole numbers" in dialog.preview.problem, "the sentence")
    dialog.close()


def test_copying_puts_pixels_and_shapes_on_the_clipboard(hand: Hand, pictures: Pictures) -> None:
    hand.window.do("copy-picture")
    wait(lambda: not pictures._waiting, "the picture")
    held = QGuiApplication.clipboard().mimeData()
    assert held.hasImage() and held.hasFormat("image/svg+xml")
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (1920, 1080)
    shapes = held.data("image/svg+xml").data()
    assert shapes.startswith(b"<svg") and carried_in(shapes) is not None
    QGuiApplication.clipboard().clear()


def test_drawing_beside_the_window_gives_the_same_bits(hand: Hand, pictures: Pictures) -> None:
    options = PictureOptions(view="map", width=480.0, height=360.0)
    first, document = pictures.draw(options, 480, 360)
    second, again = pictures.draw(options, 480, 360)
    assert first == second and document == again
