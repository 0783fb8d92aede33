"""Formulas set as mathematics: everything that the writer of formulas writes can be set, and nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from minima_core.formula import parse
from minima_core.landscapes import landscape, landscape_names
from minima_widgets.panels.boxes import Box
from minima_widgets.panels.mathematics import LONGEST, MathematicsError, set_mathematics

PIXELS = 17.0
FORMULAS = (
    "where(x < 0 and y > 1 or not x < 2, -x, sqrt(abs(y))/3)",
    "a b_1 + alpha^(x/2) + floor(x) + ceil(y) + min(x, y) + 1e-9",
    "cbrt(x)^-3 + prod(i, 1, n, cos(x[i]/sqrt(i)))/log10(x)",
    "atan2(y, x) + hypot(x, y) + sigmoid(x) + relu(y) + sinh(x)^2",
)


def _set(text: str) -> Box:
    return set_mathematics(parse(text, dimension=2).latex(), PIXELS)


@pytest.mark.parametrize("text", FORMULAS)
def test_all_that_can_be_typed_can_be_set(qapp: QApplication, text: str) -> None:
    box = _set(text)
    assert box.width > 60 and PIXELS / 2 < box.height < 6 * PIXELS


def test_every_landscape_of_the_catalogue_can_be_set(qapp: QApplication) -> None:
    heights = []
    for name in landscape_names():
        formula = landscape(name).formula
        assert formula is not None
        heights.append(set_mathematics(formula.latex(), PIXELS).height)
    assert len(heights) > 10 and min(heights) > 5


def test_a_fraction_stands_on_two_lines_and_in_an_exponent_on_one(qapp: QApplication) -> None:
    assert _set("(x + 1)/(y + 2)").height > 1.7 * _set("(x + 1)(y + 2)").height
    raised = _set("exp((x + 1)/(y + 2))")
    assert raised.height < 1.7 * _set("exp(x)").height
    assert raised.width > _set("exp(x + 1)").width


def test_an_exponent_is_smaller_and_higher(qapp: QApplication) -> None:
    letters = [item for item in _set("x^2").items if hasattr(item, "font")]
    base, exponent = letters
    assert exponent.font.pixelSize() < base.font.pixelSize() and exponent.y < base.y


@pytest.mark.parametrize(
    "text",
    ["{", r"\frac{1}", r"\left(x", r"\unheard{x}", "}", "x^", "{" * 80 + "}" * 80, "x" * (LONGEST + 1)],
)
def test_what_is_no_formula_is_refused(qapp: QApplication, text: str) -> None:
    with pytest.raises(MathematicsError):
        set_mathematics(text, PIXELS)


def test_it_is_painted_where_it_says(qapp: QApplication) -> None:
    box = _set("(x^2 + 1)/sqrt(y)")
    image = QImage(round(box.width) + 40, round(box.height) + 40, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    box.paint(painter, 20, 20 + box.ascent, QColor("white"))
    painter.end()
    lit = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).red() > 60
    ]
    assert lit
    assert min(x for x, _ in lit) >= 17 and max(x for x, _ in lit) <= 23 + box.width
    assert min(y for _, y in lit) >= 16 and max(y for _, y in lit) <= 24 + box.height
