"""Pages: everything has its place at every size, what has none is said, and bytes repeat."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from minima_core.scene import ChartScene, Figure, Panel, Tick
from minima_core.scene.marks import Points, Style
from minima_core.scene.page import Bar, Bars, Chart, Columns, Page, Picture, Table, Words
from minima_widgets.paint import page as page_module
from minima_widgets.paint.page import render_page
from minima_widgets.paint.page_layout import Laid, lay_out
from minima_widgets.paint.page_table import TablePiece
from minima_widgets.paint.page_words import WordsPiece, broken
from minima_widgets.theme import THEMES, Theme
from tests.widgets.charts import figure

SIZES = ((1920, 1080), (1200, 1200), (900, 1600), (640, 360))

TABLE = Table(
    ("", "A", "B"),
    (("value", "−0.293", "0.257"), ("sharpness", "7.75", "2.6"), ("climb", "1.33", "0.778")),
    ("left", "right", "right"),
    emphasis=(0,),
    heading="Two minima",
)
BARS = Bars((Bar("Adam", 0.62, 0.55, 0.69, "run:adam:0"), Bar("Momentum", 0.3)), heading="Reach the best")
SAID = Words("Adam always finds the global minimum.", "What a text says", "quote")
CAME_OUT = Words("It did in 62 % of 200 runs.", "What came out")


def chart() -> ChartScene:
    dots = Points("dots", 1, np.array([[0.2, 0.3], [0.7, 0.6]]), Style("accent"))
    return ChartScene(
        (0, 1, 0, 1), "along the way", "loss", (Tick(0.5, "0.5"),), (Tick(0.5, "0.5"),), (dots,)
    )


def plain_picture() -> Figure:
    whole = figure()
    return replace(
        whole,
        panels=(Panel("map", whole.panels[0].scene),),
        title="",
        caption="",
        legend=type(whole.legend)(),
    )


def page(**changes: object) -> Page:
    made = Page(
        "Local against global",
        "B is 0.549 higher.",
        (Picture(plain_picture()), Chart(chart()), SAID, TABLE, BARS, CAME_OUT),
        "Two wells; all minima proved.",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def laid(made: Page, width: int, height: int, theme: str = "light") -> tuple[Laid, QRectF]:
    """Return the places of a page and the room that they have."""
    bodies: list[QRectF] = []
    sheet = QRectF(30, 30, width - 60, height - 60)

    def body(theme: Theme, left_out: int) -> QRectF:
        bodies.append(page_module._body(made, theme, sheet, left_out))
        return bodies[-1]

    return lay_out(made, Theme.load(theme), body, width, height), sheet


def numbers(image: QImage) -> np.ndarray:
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3).copy()


@pytest.mark.parametrize("size", SIZES)
def test_blocks_have_their_height_inside_the_sheet_and_do_not_overlap(
    qapp: QApplication, size: tuple[int, int]
) -> None:
    found, sheet = laid(page(), *size)
    assert found.left_out == 0
    assert len(found.places) == 6
    for k, (piece, rect) in enumerate(found.places):
        assert sheet.adjusted(-0.5, -0.5, 0.5, 0.5).contains(rect)
        assert rect.height() >= piece.height(rect.width()) - 0.01
        for _, other in found.places[k + 1 :]:
            assert not rect.adjusted(0.5, 0.5, -0.5, -0.5).intersects(other)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES[:2])
def test_the_ground_is_the_themes_and_nothing_touches_the_edge(
    qapp: QApplication, theme: str, size: tuple[int, int]
) -> None:
    pixels = numbers(render_page(page(), *size, theme))
    ground = np.array(Theme.load(theme).colour("window").getRgb()[:3])
    edge = np.concatenate(
        [pixels[:8].reshape(-1, 3), pixels[-8:].reshape(-1, 3), pixels[:, -8:].reshape(-1, 3)]
    )
    assert (edge == ground).all()
    assert (pixels != ground).any(axis=2).mean() > 0.15


def test_the_same_page_is_the_same_bytes(qapp: QApplication) -> None:
    first, second = (numbers(render_page(page(), 800, 450)) for _ in range(2))
    assert (first == second).all()


def test_a_wide_page_has_pictures_on_its_left_and_a_tall_one_above(qapp: QApplication) -> None:
    wide, _ = laid(page(), 1440, 810)
    places = [rect for _, rect in wide.places]
    assert max(rect.right() for rect in places[:2]) < min(rect.left() for rect in places[2:])
    tall, _ = laid(page(), 810, 1440)
    places = [rect for _, rect in tall.places]
    assert max(rect.bottom() for rect in places[:2]) < min(rect.top() for rect in places[2:])


def test_type_is_the_larger_the_less_there_is(qapp: QApplication) -> None:
    little, _ = laid(page(blocks=(SAID,)), 1440, 810)
    much, _ = laid(page(blocks=(SAID, TABLE, BARS, CAME_OUT) * 4), 1440, 810)
    assert little.theme.type_size > 1.2 * much.theme.type_size


def test_a_slide_is_as_large_as_any_page(qapp: QApplication) -> None:
    light, _ = laid(page(), 1440, 810, "light")
    slide, _ = laid(page(), 1440, 810, "slide")
    assert slide.theme.type_size == pytest.approx(light.theme.type_size, rel=0.12)


def test_rows_without_room_are_counted_and_those_that_stand_out_stay(qapp: QApplication) -> None:
    many = Table(("", "value"), tuple((f"row {k}", str(k)) for k in range(400)), emphasis=(399,))
    found, _ = laid(page(blocks=(many,)), 1440, 810)
    ((piece, rect),) = found.places
    assert isinstance(piece, TablePiece)
    assert 10 < piece.shown < 60
    assert piece._rows[-1] == 399
    assert f"{400 - piece.shown} more rows left out" in piece._note
    assert piece.height(rect.width()) <= rect.height() + 0.01


def test_a_paragraph_without_room_ends_with_an_ellipsis(qapp: QApplication) -> None:
    found, _ = laid(page(blocks=(Words("lorem ipsum " * 3000),)), 1440, 810)
    ((piece, rect),) = found.places
    assert isinstance(piece, WordsPiece)
    assert piece._lines(rect.width())[-1].endswith("…")


def test_a_tiny_page_leaves_parts_out(qapp: QApplication) -> None:
    found, _ = laid(page(), 300, 200)
    assert found.left_out > 0
    for size in ((16, 16), (64, 500), (500, 64), (160, 160)):
        assert not render_page(page(), *size).isNull()


def test_columns_stand_beside_each_other_on_a_wide_page_only(qapp: QApplication) -> None:
    made = page(blocks=(Columns(((SAID,), (BARS,), (CAME_OUT,))),))
    wide, _ = laid(made, 1440, 810)
    tall, _ = laid(made, 810, 1440)
    assert len({round(rect.top()) for _, rect in wide.places}) == 1
    assert len({round(rect.left()) for _, rect in tall.places}) == 1


def test_long_words_break(qapp: QApplication) -> None:
    font = Theme.load("light").font()
    lines = broken(font, "x" * 300, 100.0)
    assert "".join(lines) == "x" * 300
    assert len(lines) > 10


def test_a_table_of_uneven_rows_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Row 2 of the table has 1 cells; it needs 2"):
        Table(("a", "b"), (("1", "2"), ("1",)))
    with pytest.raises(ValueError, match="aligns 1 columns and has 2"):
        Table(("a", "b"), (), ("left",))


def test_a_page_of_an_impossible_size_is_refused(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="sizes go from 16 × 16 to 7680 × 4320"):
        render_page(page(), 9000, 100)
