"""The dialog that saves a picture: what it asks for, and that nothing is replaced silently."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.picture_dialog import PictureDialog, PictureOptions
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]


class _Painter:
    """Paints a plain picture, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[PictureOptions] = []

    def __call__(self, options: PictureOptions) -> QImage:
        self.asked.append(options)
        if options.view == "trace":
            raise ValueError("Nothing has run yet; press Play first.")
        image = QImage(
            max(round(options.width * options.scale), 1),
            max(round(options.height * options.scale), 1),
            QImage.Format.Format_RGB32,
        )
        image.fill(QColor("#336699"))
        return image


@pytest.fixture
def painter() -> _Painter:
    return _Painter()


@pytest.fixture
def dialog(theme: Theme, show: Show, painter: _Painter, tmp_path: Path) -> PictureDialog:
    dialog = PictureDialog(
        theme, painter, PictureOptions(title="Two wells"), folder=str(tmp_path), file_name="wells.png"
    )
    show(dialog, 960, 560)
    return dialog


def test_the_preview_is_drawn_small_and_follows(
    dialog: PictureDialog, painter: _Painter, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: bool(painter.asked))
    assert painter.asked[-1].width == 1920 and painter.asked[-1].scale < 0.6
    dialog.title.setFocus()
    qtbot.keyClicks(dialog.title, "!")
    qtbot.mouseClick(dialog.legend, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: painter.asked[-1].title == "Two wells!" and not painter.asked[-1].legend)


def test_what_cannot_be_drawn_says_so_in_its_place(
    dialog: PictureDialog, painter: _Painter, qtbot: QtBot
) -> None:
    while dialog.view.value() != "trace":
        qtbot.keyClick(dialog.view, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "press Play" in dialog.preview.problem)


def test_sizes_are_chosen_or_typed(dialog: PictureDialog, qtbot: QtBot) -> None:
    qtbot.keyClick(dialog.size_choice, Qt.Key.Key_Down)
    assert (dialog.options().width, dialog.options().height) == (3840, 2160)
    assert dialog.width_field.text() == "3840"
    dialog.activateWindow()
    dialog.width_field.setFocus()
    qtbot.waitUntil(dialog.width_field.hasFocus)
    dialog.width_field.selectAll()
    qtbot.keyClicks(dialog.width_field, "1000")
    qtbot.keyClick(dialog.width_field, Qt.Key.Key_Tab)
    assert dialog.options().width == 1000
    assert dialog.size_choice.value() == "custom"
    qtbot.waitUntil(dialog.height_field.hasFocus)
    dialog.height_field.selectAll()
    qtbot.keyClicks(dialog.height_field, "99999")
    qtbot.keyClick(dialog.height_field, Qt.Key.Key_Tab)
    assert dialog.options().height == 2160
    assert "7680 × 4320" in dialog.problem.text()
    assert dialog.height_field.text() == "2160"


def test_a_file_is_saved_once_and_replaced_only_after_asking(
    dialog: PictureDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(dialog.save_requested) as asked:
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert asked.args is not None
    assert asked.args[1] == str(tmp_path / "wells.png")
    (tmp_path / "wells.png").write_bytes(b"precious")
    with qtbot.assertNotEmitted(dialog.save_requested):
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert "exists already" in dialog.problem.text()
    assert dialog.save.text() == "Replace it"
    with qtbot.waitSignal(dialog.save_requested):
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("name", "word"), [("", "needs a name"), ("nowhere/a.png", "There is no folder"), (".", "folder")]
)
def test_a_file_that_cannot_be_is_refused_in_a_sentence(
    dialog: PictureDialog, qtbot: QtBot, tmp_path: Path, name: str, word: str
) -> None:
    dialog.path.setText(
        str(tmp_path / name) if name not in {"", "."} else ("" if not name else f"{tmp_path}/")
    )
    with qtbot.assertNotEmitted(dialog.save_requested):
        qtbot.keyClick(dialog.path, Qt.Key.Key_Return)
    assert word in dialog.problem.text() or "needs a name" in dialog.problem.text()
    assert dialog.problem.isVisible()


def test_an_ending_is_added_and_copy_asks_for_the_same_picture(
    dialog: PictureDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog.path.setText(str(tmp_path / "a.b"))
    with qtbot.waitSignal(dialog.save_requested) as asked:
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert asked.args is not None and asked.args[1].endswith("a.b.png")
    with qtbot.waitSignal(dialog.copy_requested) as asked:
        qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert asked.args == [dialog.options()]
    assert dialog.options().scale == 1.0


def test_what_was_chosen_is_remembered_and_nonsense_is_not() -> None:
    options = PictureOptions(view="map", width=3840, height=2160, theme="slide", legend=False)
    assert PictureOptions.from_dict(options.to_dict()) == options
    broken = {"view": 3, "width": 10**9, "height": True, "theme": None, "legend": "yes", "title": "x"}
    assert PictureOptions.from_dict(broken) == PictureOptions(width=7680)
    assert PictureOptions.from_dict("broken") == PictureOptions()
