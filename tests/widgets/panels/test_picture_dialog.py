"""The dialog that saves a picture: what it asks for, and that nothing is replaced silently."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.paint.sizes import PRESETS, PictureSize
from minima_widgets.panels.picture_dialog import FormValues, PictureDialog, PictureOptions
from minima_widgets.panels.segments import Segments
from minima_widgets.theme import Theme

Show = Callable[[QWidget, int, int], QWidget]

VIEWS = (("both", "Map and surface"), ("map", "Map"), ("trace", "Loss"), ("tree", "Tree"), ("page", "Page"))
VALUES = FormValues(
    VIEWS,
    pages=frozenset({"page"}),
    settings=(("lr", "lr: rate", "0.01, 0.1"), ("momentum", "momentum: how much", "0, 0.9")),
    steps="0, 5, 300",
    shown=frozenset({"insides"}),
)


class _Painter:
    """Paints a plain picture, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[PictureOptions] = []

    def listen(self, dialog: PictureDialog) -> None:
        def draw(options: PictureOptions) -> None:
            self.asked.append(options)
            if options.view == "trace":
                dialog.show_preview(None, "Nothing has run yet; press Play first.")
                return
            width, height = (max(round(side * options.scale), 1) for side in options.size.pixels)
            image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(QColor(51, 102, 153, 120 if options.clear else 255))
            dialog.show_preview(image)

        dialog.preview_wanted.connect(draw)


@pytest.fixture
def painter() -> _Painter:
    return _Painter()


@pytest.fixture
def dialog(theme: Theme, show: Show, painter: _Painter, tmp_path: Path) -> PictureDialog:
    dialog = PictureDialog(
        theme,
        PictureOptions(title="Two wells"),
        folder=str(tmp_path),
        file_name="wells.png",
        values=VALUES,
    )
    painter.listen(dialog)
    show(dialog, 1000, 620)
    return dialog


def choose(qtbot: QtBot, choice: QWidget, value: str) -> None:
    """Step through a choice with the keyboard, down and then up, until a value is reached."""
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
        for _ in range(12):
            if choice.value() == value:  # type: ignore[attr-defined]
                return
            qtbot.keyClick(choice, key)
    pytest.fail(f"no choice {value}")


def type_into(qtbot: QtBot, dialog: PictureDialog, field: QWidget, text: str) -> None:
    dialog.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Tab)


def test_the_preview_is_drawn_small_and_follows(
    dialog: PictureDialog, painter: _Painter, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: bool(painter.asked))
    assert painter.asked[-1].width == 1920 and painter.asked[-1].scale < 0.6
    dialog.form.title.setFocus()
    qtbot.keyClicks(dialog.form.title, "!")
    chips = dialog.form.chips
    qtbot.mouseClick(chips, Qt.MouseButton.LeftButton, pos=chips.rect_of("legend").center().toPoint())
    qtbot.waitUntil(lambda: painter.asked[-1].title == "Two wells!" and not painter.asked[-1].legend)
    assert painter.asked[-1].without == {"legend"}


def test_what_cannot_be_drawn_says_so_in_its_place(
    dialog: PictureDialog, painter: _Painter, qtbot: QtBot
) -> None:
    choose(qtbot, dialog.form.view, "trace")
    qtbot.waitUntil(lambda: "press Play" in dialog.preview.problem)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_sizes_have_names_and_type_that_suits(
    dialog: PictureDialog, qtbot: QtBot, preset: PRESETS[0].__class__
) -> None:
    choose(qtbot, dialog.form.size_choice, preset.name)
    assert dialog.options().size == preset.size
    assert not preset.size.problem()
    assert preset.title in dialog.preview.words()


def test_pixels_are_typed_and_what_cannot_be_is_refused(dialog: PictureDialog, qtbot: QtBot) -> None:
    form = dialog.form
    type_into(qtbot, dialog, form.width_field, "1000")
    assert dialog.options().width == 1000
    assert form.size_choice.value() == "px"
    type_into(qtbot, dialog, form.height_field, "99999")
    assert dialog.options().height == 1080
    assert "7680 × 4320" in dialog.problem.text() and dialog.problem.isVisible()
    assert form.height_field.text() == "1080"


def test_on_paper_centimetres_dots_and_points_make_the_pixels(dialog: PictureDialog, qtbot: QtBot) -> None:
    form = dialog.form
    choose(qtbot, form.size_choice, "column")
    assert form.dpi_field.isVisible() and form.type_choice.value() == "8"
    type_into(qtbot, dialog, form.width_field, "8,5")
    type_into(qtbot, dialog, form.height_field, "6.4")
    type_into(qtbot, dialog, form.dpi_field, "600")
    assert dialog.options().size == PictureSize(8.5, 6.4, "cm", 600, 8)
    assert dialog.options().size.pixels == (2008, 1512)
    assert "8.5 × 6.4 cm" in dialog.preview.words() and "2008 × 1512" in dialog.preview.words()
    choose(qtbot, form.size_choice, "16:9")
    assert not form.dpi_field.isVisible() and form.type_choice.value() == "10.5"


def test_strips_and_grids_ask_for_their_own(dialog: PictureDialog, painter: _Painter, qtbot: QtBot) -> None:
    form = dialog.form
    assert not form.steps.isVisible() and not form.setting.isVisible()
    choose(qtbot, form.arrange, "strip")
    assert form.steps.isVisible() and form.steps.placeholderText() == "0, 5, 300"
    qtbot.keyClicks(form.steps, "0, 7")
    assert (dialog.options().arrange, dialog.options().steps) == ("strip", "0, 7")
    choose(qtbot, form.arrange, "setting")
    assert form.setting.isVisible() and not form.steps.isVisible()
    assert dialog.options().setting == "lr" and form.values.placeholderText() == "0.01, 0.1"
    qtbot.keyClicks(form.values, "0.5")
    choose(qtbot, form.setting, "momentum")
    assert (dialog.options().setting, dialog.options().values) == ("momentum", "")
    choose(qtbot, form.arrange, "one")
    choose(qtbot, form.view, "tree")
    choose(qtbot, form.arrange, "methods")
    assert dialog.options().view == "map"
    choose(qtbot, form.arrange, "one")
    choose(qtbot, form.view, "page")
    assert not form.arrange.isEnabled() and not form.chips.isVisible()


def test_a_transparent_picture_stands_on_checks(
    dialog: PictureDialog, painter: _Painter, qtbot: QtBot
) -> None:
    qtbot.mouseClick(dialog.form.clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(painter.asked) and painter.asked[-1].clear)
    picture = dialog.preview.grab().toImage()
    colours = {picture.pixelColor(picture.width() // 2 + k, picture.height() // 2).name() for k in range(40)}
    assert len(colours) == 2


def test_the_ending_is_the_format(dialog: PictureDialog, qtbot: QtBot, tmp_path: Path) -> None:
    qtbot.keyClick(dialog.formats, Qt.Key.Key_Right)
    assert dialog.options().format == "svg"
    assert dialog.path.text() == str(tmp_path / "wells.svg")
    dialog.path.setText(str(tmp_path / "other.pdf"))
    assert dialog.formats.value() == dialog.options().format == "pdf"
    assert "PDF" in dialog.preview.words()


def test_more_formats_bring_their_page(dialog: PictureDialog, qtbot: QtBot, tmp_path: Path) -> None:
    page = QLabel("Frames a second")
    dialog.add_formats((("gif", "GIF"),), page)
    assert not page.isVisible()
    dialog.path.setText(str(tmp_path / "race.gif"))
    assert page.isVisible() and dialog.options().format == "gif"
    with qtbot.waitSignal(dialog.save_requested) as asked:
        qtbot.keyClick(dialog.path, Qt.Key.Key_Return)
    assert asked.args is not None and asked.args[1].endswith("race.gif")


def test_a_film_that_was_chosen_last_is_chosen_again(theme: Theme, show: Show, tmp_path: Path) -> None:
    dialog = PictureDialog(theme, PictureOptions(format="gif"), folder=str(tmp_path), values=VALUES)
    show(dialog, 1000, 620)
    assert dialog.options().format == "png"
    dialog.add_formats((("gif", "GIF"),))
    assert dialog.options().format == dialog.formats.value() == "gif"
    assert dialog.path.text() == str(tmp_path / "minima.gif")


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
    ("name", "word"), [("", "needs a name"), ("nowhere/a.png", "There is no folder"), (".", "needs a name")]
)
def test_a_file_that_cannot_be_is_refused_in_a_sentence(
    dialog: PictureDialog, qtbot: QtBot, tmp_path: Path, name: str, word: str
) -> None:
    path = {"": "", ".": f"{tmp_path}/"}.get(name, str(tmp_path / name))
    dialog.path.setText(path)
    with qtbot.assertNotEmitted(dialog.save_requested):
        qtbot.keyClick(dialog.path, Qt.Key.Key_Return)
    assert word in dialog.problem.text()
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


def test_what_takes_long_says_so_and_can_be_stopped(dialog: PictureDialog, qtbot: QtBot) -> None:
    dialog.begin_saving("Drawing wells.png …")
    assert not dialog.save.isEnabled() and not dialog.job.isVisible()
    qtbot.waitUntil(dialog.job.isVisible)
    dialog.report("Frame 3", 0.5)
    assert "50 %" in dialog.job.sentence.text()
    with qtbot.waitSignal(dialog.stop_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    dialog.say("")
    assert dialog.save.isEnabled() and not dialog.job.isVisible()


def test_everything_is_reached_with_the_keyboard_and_has_a_name(dialog: PictureDialog) -> None:
    form = dialog.form
    reached, at = [], dialog.nextInFocusChain()
    while at is not dialog:
        reached.append(at)
        at = at.nextInFocusChain()
    for widget in (form.arrange, form.view, form.size_choice, form.width_field, form.type_choice, form.ground,
                   form.clear, form.title, form.chips, dialog.formats, dialog.path, dialog.browse,
                   dialog.copy, dialog.save):  # fmt: skip
        assert widget in reached
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert widget.accessibleName()
    assert isinstance(dialog.formats, Segments)


def test_what_was_chosen_is_remembered_and_nonsense_is_not() -> None:
    options = PictureOptions(view="map", width=8.5, height=6.0, measure="cm", dpi=300.0, theme="slide",
                             legend=False, clear=True, heights=True, format="svg")  # fmt: skip
    assert PictureOptions.from_dict(options.to_dict()) == options
    broken = {"view": 3, "width": 1e9, "height": True, "theme": None, "legend": "yes", "title": "x",
              "measure": "miles", "dpi": float("nan")}  # fmt: skip
    assert PictureOptions.from_dict(broken) == PictureOptions()
    assert PictureOptions.from_dict({"width": 800, "height": 600}) == PictureOptions(width=800, height=600)
    assert PictureOptions.from_dict("broken") == PictureOptions()
