"""The theme: every role resolves, text is readable, copies of a method differ, fonts are the shipped ones."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QImage, QPainter, QPainterPath, QTransform
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from minima_core.methods import method_names
from minima_core.scene.marks import Style
from minima_widgets.cores import core_in
from minima_widgets.paint.strokes import dash_of, shape_of
from minima_widgets.panels.chips import paint_chip
from minima_widgets.shades import contrast, mix, shift
from minima_widgets.theme import THEMES, Theme

ROLES = (
    "window card raised line text muted accent label label-text casing cursor start contour contour-strong "
    "minimum-global minimum-local minimum-border accepted refused grid focus error "
    "inside memory model trial parent child push"
).split()


@pytest.mark.parametrize("name", THEMES)
def test_every_role_a_scene_uses_has_a_colour(qapp: QApplication, name: str) -> None:
    theme = Theme.load(name)
    assert all(theme.colour(role).isValid() for role in ROLES)
    assert theme.colour("text", 0.5).alphaF() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
def test_words_can_be_read_on_their_ground(qapp: QApplication, name: str) -> None:
    theme = Theme.load(name)
    for words, ground in (
        ("text", "window"),
        ("text", "card"),
        ("text", "raised"),
        ("muted", "card"),
        ("accent-text", "accent"),
        ("label-text", "label"),
        ("error", "card"),
    ):
        ratio = contrast(theme.colour(words), theme.colour(ground))
        assert ratio >= 4.5, f"{words} on {ground} in {name}: {ratio:.2f}"


def test_unknown_names_are_told(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="dark, light, slide"):
        Theme.load("pink")
    with pytest.raises(ValueError, match="“sky”"):
        Theme.load("dark").colour("sky")
    with pytest.raises(ValueError, match="run:adam:0"):
        Theme.load("dark").run_style("run:adam")


@pytest.mark.parametrize("name", THEMES)
def test_copies_of_a_method_differ_in_colour_dash_and_core(qapp: QApplication, name: str) -> None:
    theme = Theme.load(name)
    for method in method_names():
        styles = [theme.run_style(f"run:{method}:{slot}") for slot in range(4)]
        for a, b in combinations(styles, 2):
            assert a.colour != b.colour
            assert a.fine != b.fine
            assert a.core != b.core
        assert all(a.dash != b.dash for a, b in pairwise(styles))
        assert len({style.head for style in styles}) == 1


def test_copies_are_drawn_apart_without_any_colour(qapp: QApplication) -> None:
    """Heads, chips, dots of thin lines and dashes of thick ones: no two of seven copies are drawn alike."""
    theme = Theme.load("light")
    for method in ("adam", "simulated-annealing"):
        thin, thick, heads, chips = set(), set(), set(), set()
        for slot in range(7):
            role = f"run:{method}:{slot}"
            style = theme.run_style(role)
            thin.add(dash_of(Style(role, width=1.3, dash="dot"), theme))
            thick.add(dash_of(Style(role), theme))
            head = QImage(24, 24, QImage.Format.Format_Grayscale8)
            chip = QImage(24, 24, QImage.Format.Format_Alpha8)
            for image in (head, chip):
                image.fill(0)
            with QPainter(head) as painter:
                shape = QPainterPath(shape_of(style.head))
                core = core_in(style.core, shape, 1.0, QPointF(0, 0))
                painter.setTransform(QTransform(22, 0, 0, 22, 12, 12))
                painter.fillPath(shape.subtracted(core), QColor("white"))
            with QPainter(chip) as painter:
                paint_chip(painter, QRectF(5, 5, 14, 14), QColor("white"), style.head, core=style.core)
            heads.add(bytes(head.constBits()))
            chips.add(bytes(chip.constBits()))
        assert [len(each) for each in (thin, thick, heads, chips)] == [7, 7, 7, 7], method


@pytest.mark.parametrize("name", THEMES)
def test_words_are_legible_in_every_state_of_a_control(qapp: QApplication, name: str) -> None:
    """Hovered, pressed, chosen, the one accent: whatever `chrome` and the panels put words on."""
    theme = Theme.load(name)
    pairs = [("text", ground) for ground in "window card raised hover press label selection".split()]
    pairs += [(ink, ground) for ink in ("muted", "accent", "error") for ground in ("card", "raised", "hover")]
    pairs += [("accent-text", ground) for ground in ("accent", "accent-hover", "accent-press")]
    pairs += [("label-text", "label"), ("muted", "label"), ("disabled", "card"), ("disabled", "window")]
    for ink, ground in pairs:
        assert contrast(theme.colour(ink), theme.colour(ground)) >= 4.5, (ink, ground)


def test_methods_have_dash_or_head_of_their_own(qapp: QApplication) -> None:
    theme = Theme.load("dark")
    looks = [theme.run_style(f"run:{method}:0") for method in method_names()]
    assert len({(look.dash, look.head) for look in looks}) == len(looks)


def test_a_theme_is_one_object_and_grows_with_its_type(qapp: QApplication) -> None:
    theme = Theme.load("light")
    assert Theme.load("light") is theme
    larger = theme.with_type_size(14.0)
    assert larger.font().pixelSize() > theme.font().pixelSize()
    assert 1.0 < larger.line_scale < 14.0 / 10.5
    slide = Theme.load("slide")
    assert slide.type_size == pytest.approx(1.6 * 10.5)
    assert slide.line_scale == pytest.approx(1.5)
    assert slide.colour("window") == QColor("#ffffff")


def test_fonts_are_the_shipped_ones_with_figures_of_equal_width(qapp: QApplication) -> None:
    theme = Theme.load("light")
    assert QFontInfo(theme.font()).family().startswith("Inter")
    assert QFontInfo(theme.font(formula=True)).family() == "STIX Two Text"
    metrics = QFontMetricsF(theme.font())
    assert metrics.horizontalAdvance("1111") == pytest.approx(metrics.horizontalAdvance("0000"))
    assert QFontMetricsF(theme.font(bold=True)).horizontalAdvance("start") > metrics.horizontalAdvance(
        "start"
    )


def test_the_ramp_runs_through_the_palette(qapp: QApplication) -> None:
    theme = Theme.load("dark")
    stops = theme.heights("chart")
    ends = theme.ramp("chart", np.array([0.0, 1.0]))
    assert tuple(ends[0]) == stops[0].getRgb()[:3]
    assert tuple(ends[1]) == stops[-1].getRgb()[:3]
    assert theme.ramp("chart", np.array([np.nan])).shape == (1, 3)
    assert set(theme.palettes) >= {"chart", "viridis", "cividis", "grey"}


def test_shades_shift_lightness_and_keep_grey_grey(qapp: QApplication) -> None:
    blue = QColor("#2ec4ff")
    assert shift(blue, 0.0) == blue
    assert shift(blue, -0.1).lightness() < blue.lightness() < shift(blue, 0.1).lightness()
    grey = mix(QColor("#000000"), QColor("#ffffff"), 0.5)
    assert grey.red() == grey.green() == grey.blue()


@pytest.mark.parametrize("name", THEMES)
def test_the_stylesheet_is_whole_and_reaches_the_widgets(qtbot, name: str) -> None:
    theme = Theme.load(name)
    sheet = theme.stylesheet()
    assert "@" not in sheet
    button = QPushButton("Play")
    button.setProperty("primary", True)
    label = QLabel("Click anywhere")
    label.setProperty("kind", "sentence")
    for widget in (button, label):
        qtbot.addWidget(widget)
        widget.setStyleSheet(sheet)
        widget.show()
    image = button.grab().toImage()
    assert image.pixelColor(image.width() // 2, 5) == theme.colour("accent")
    assert label.fontInfo().pixelSize() > theme.font().pixelSize()
