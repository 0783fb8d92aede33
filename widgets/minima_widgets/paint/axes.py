"""Axes: ticks at round numbers, words with true minus signs, and the frame that leaves them room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from minima_core.scene.scenes import Tick
from minima_widgets.paint.plane import Plane
from minima_widgets.theme import Theme

__all__ = ["Axes", "axis_font", "draw_axes", "frame", "label_font", "number_text", "round_ticks"]

_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True)
class Axes:
    """The axes of one panel in axis units. Ticks without words are minor; no right ticks, no right axis."""

    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_label: str = ""
    y_label: str = ""
    right_ticks: tuple[Tick, ...] = ()
    right_label: str = ""
    grid: bool = False
    """Whether faint lines run across at the ticks of y."""
    box: bool = True
    """Whether a line runs all around, or only along the axes."""


def round_ticks(low: float, high: float, most: float) -> tuple[Tick, ...]:
    """Return ticks at round numbers in [low, high], about `most` with words and minor ones between.

    Steps are 1, 2 or 5 times a power of ten.

    Examples
    --------
    >>> [tick.text for tick in round_ticks(-1.0, 1.0, 5) if tick.text]
    ['−1.0', '−0.5', '0', '0.5', '1.0']
    """
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return ()
    rough = span / max(most, 1.0)
    power = 10.0 ** math.floor(math.log10(rough))
    factor = next(f for f in (1.0, 2.0, 5.0, 10.0) if f * power >= rough * 0.999)
    step = factor * power
    parts = {1.0: 5, 2.0: 4, 5.0: 5, 10.0: 5}[factor]
    slack = 1e-9 * span
    ticks = []
    first, last = math.ceil((low - slack) / step * parts), math.floor((high + slack) / step * parts)
    largest = max(abs(low), abs(high))
    for k in range(first, last + 1):
        value = k / parts * step
        ticks.append(Tick(value, number_text(value, step, largest) if k % parts == 0 else ""))
    return tuple(ticks)


def number_text(value: float, step: float, largest: float) -> str:
    """Return the words of a tick: as many decimals as its step needs, powers of ten where they are shorter.

    Examples
    --------
    >>> number_text(-200000.0, 100000.0, 3e5)
    '−2×10⁵'
    """
    if abs(value) < step * 1e-6:
        return "0"
    if largest >= 1e5 or largest < 1e-3:
        power = math.floor(math.log10(abs(value)) + 1e-12)
        decimals = max(0, power - math.floor(math.log10(step) + 1e-9))
        mantissa = f"{value / 10.0**power:.{decimals}f}"
        text = f"{mantissa}×10{str(power).translate(_SUPERSCRIPT)}"
    else:
        text = f"{value:.{max(0, -math.floor(math.log10(step) + 1e-9))}f}"
    return text.replace("-", "−", 1)


def axis_font(theme: Theme) -> QFont:
    """Return the type of ticks."""
    return theme.font(theme.points(9.0))


def label_font(theme: Theme, text: str) -> QFont:
    """Return the type of an axis's name: mathematics for a symbol, words otherwise."""
    if _is_symbol(text):
        return theme.font(theme.points(11.25), formula=True, italic=True)
    return theme.font(theme.points(9.0))


def _is_symbol(text: str) -> bool:
    return 0 < len(text) <= 2 or ("(" in text and len(text) <= 6)


def frame(rect: QRectF, axes: Axes, theme: Theme) -> QRectF:
    """Return the room inside `rect` that ticks and names leave to the picture."""
    metrics = QFontMetricsF(axis_font(theme))
    gap = theme.points(6.0)
    widest = max((metrics.horizontalAdvance(tick.text) for tick in axes.y_ticks), default=0.0)
    left = widest + gap if axes.y_ticks else 0.0
    right_words = max((metrics.horizontalAdvance(tick.text) for tick in axes.right_ticks), default=0.0)
    right = right_words + gap if axes.right_ticks else theme.points(3.0)
    bottom = metrics.height() + gap * 0.8 if axes.x_ticks else 0.0
    if axes.y_label and not _is_symbol(axes.y_label):
        left += metrics.height() + gap * 0.3
    elif axes.y_label:
        symbol = QFontMetricsF(label_font(theme, axes.y_label)).horizontalAdvance(axes.y_label)
        left = max(left, symbol + gap)
    if axes.right_label and axes.right_ticks:
        right += metrics.height() + gap * 0.3
    if axes.x_label and not _is_symbol(axes.x_label):
        bottom += metrics.height()
    top = metrics.height() * 0.5
    return QRectF(
        rect.left() + left,
        rect.top() + top,
        max(rect.width() - left - right, 1.0),
        max(rect.height() - top - bottom, 1.0),
    )


def draw_axes(
    painter: QPainter,
    plane: Plane,
    axes: Axes,
    theme: Theme,
    right_range: tuple[float, float] | None = None,
) -> None:
    """Draw the lines, ticks and words around a plane, and the faint lines across it."""
    pen = QPen(theme.colour("faint"), 1.0 * theme.line_scale**0.5)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    rect = plane.rect
    if axes.box:
        painter.drawRect(rect)
    else:
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topLeft(), rect.bottomLeft())
    font = axis_font(theme)
    painter.setFont(font)
    _draw_bottom(painter, plane, axes, theme, pen)
    _draw_left(painter, plane, axes, theme, pen)
    if axes.right_ticks and right_range is not None:
        _draw_right(painter, plane, axes, theme, pen, right_range)


def draw_grid(painter: QPainter, plane: Plane, ticks: Sequence[Tick], theme: Theme) -> None:
    """Draw faint lines across the plane at the ticks of y that have words."""
    painter.setPen(QPen(theme.colour("grid"), 1.0 * theme.line_scale**0.5))
    for tick in ticks:
        y = plane.y(tick.at)
        if tick.text and plane.top < y < plane.top + plane.height:
            painter.drawLine(QLineF(plane.left, y, plane.left + plane.width, y))


def _inside(value: float, low: float, high: float) -> bool:
    slack = 1e-6 * (high - low)
    return low - slack <= value <= high + slack


def _draw_bottom(painter: QPainter, plane: Plane, axes: Axes, theme: Theme, pen: QPen) -> None:
    metrics = QFontMetricsF(painter.font())
    rect = plane.rect
    base = rect.bottom() + theme.points(3.6) + metrics.ascent()
    edge = rect.right() + theme.points(3.0)
    symbol = _is_symbol(axes.x_label)
    if symbol:
        name = label_font(theme, axes.x_label)
        width = QFontMetricsF(name).horizontalAdvance(axes.x_label)
        edge = rect.right() - width - theme.points(4.0)
        painter.setFont(name)
        painter.setPen(theme.colour("muted"))
        painter.drawText(QPointF(rect.right() - width, base), axes.x_label)
        painter.setFont(axis_font(theme))
    taken = rect.left() - theme.points(20)
    for tick in axes.x_ticks:
        if not _inside(tick.at, plane.extent[0], plane.extent[1]):
            continue
        x = plane.x(tick.at)
        painter.setPen(pen)
        painter.drawLine(QLineF(x, rect.bottom(), x, rect.bottom() + theme.points(3.0 if tick.text else 1.5)))
        width = metrics.horizontalAdvance(tick.text)
        left = x - width / 2
        if tick.text and left > taken and x + width / 2 <= edge:
            painter.setPen(theme.colour("muted"))
            painter.drawText(QPointF(left, base), tick.text)
            taken = x + width / 2 + theme.points(5)
    if axes.x_label and not symbol:
        painter.setPen(theme.colour("muted"))
        width = metrics.horizontalAdvance(axes.x_label)
        painter.drawText(QPointF(rect.center().x() - width / 2, base + metrics.height()), axes.x_label)


def _draw_left(painter: QPainter, plane: Plane, axes: Axes, theme: Theme, pen: QPen) -> None:
    metrics = QFontMetricsF(painter.font())
    rect = plane.rect
    edge = rect.left() - theme.points(4.2)
    top = rect.top() - metrics.height()
    symbol = _is_symbol(axes.y_label)
    if symbol:
        name = label_font(theme, axes.y_label)
        shape = QFontMetricsF(name)
        painter.setFont(name)
        painter.setPen(theme.colour("muted"))
        width = shape.horizontalAdvance(axes.y_label)
        painter.drawText(QPointF(edge - width, rect.top() + shape.xHeight()), axes.y_label)
        painter.setFont(axis_font(theme))
        top = rect.top() + shape.height() * 0.8
    widest = _draw_side(painter, plane, axes.y_ticks, theme, pen, plane.extent[2:], True, top)
    if axes.y_label and not symbol:
        _draw_turned(painter, axes.y_label, edge - widest - theme.points(4.5), rect, theme, -90)


def _draw_right(
    painter: QPainter, plane: Plane, axes: Axes, theme: Theme, pen: QPen, limits: tuple[float, float]
) -> None:
    rect = plane.rect
    painter.setPen(pen)
    painter.drawLine(rect.topRight(), rect.bottomRight())
    other = Plane((0.0, 1.0, *limits), plane.left, plane.top, plane.width, plane.height)
    top = rect.top() - 100.0
    widest = _draw_side(painter, other, axes.right_ticks, theme, pen, limits, False, top)
    if axes.right_label:
        at = rect.right() + theme.points(4.2) + widest + theme.points(4.5)
        _draw_turned(painter, axes.right_label, at, rect, theme, 90)


def _draw_side(
    painter: QPainter,
    plane: Plane,
    ticks: Sequence[Tick],
    theme: Theme,
    pen: QPen,
    limits: tuple[float, float] | tuple[float, ...],
    left: bool,
    top: float,
) -> float:
    """Draw the ticks of a vertical axis; return the width of the widest words."""
    metrics = QFontMetricsF(painter.font())
    rect = plane.rect
    out = -1 if left else 1
    edge = (rect.left() if left else rect.right()) + out * theme.points(4.2)
    side = rect.left() if left else rect.right()
    taken, widest = math.inf, 0.0
    for tick in ticks:
        if not _inside(tick.at, limits[0], limits[1]):
            continue
        y = plane.y(tick.at)
        painter.setPen(pen)
        painter.drawLine(QLineF(side, y, side + out * theme.points(3.0 if tick.text else 1.5), y))
        half = metrics.capHeight() / 2
        if not tick.text or y + half > taken or y - half < top:
            continue
        width = metrics.horizontalAdvance(tick.text)
        widest = max(widest, width)
        painter.setPen(theme.colour("muted"))
        painter.drawText(QPointF(edge - width if left else edge, y + half), tick.text)
        taken = y - half - theme.points(2.5)
    return widest


def _draw_turned(painter: QPainter, text: str, x: float, rect: QRectF, theme: Theme, angle: float) -> None:
    """Write a name along a vertical axis, its baseline towards the picture."""
    painter.save()
    painter.translate(x, rect.center().y())
    painter.rotate(angle)
    room = 1.25 * rect.height()
    text = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, room)
    # As outlines: turned glyphs from the cache would stand on whole pixels, with uneven gaps.
    outline = QPainterPath()
    width = QFontMetricsF(painter.font()).horizontalAdvance(text)
    outline.addText(QPointF(-width / 2, 0), painter.font(), text)
    painter.fillPath(outline, theme.colour("muted"))
    painter.restore()
