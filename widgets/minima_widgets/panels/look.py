"""What all panels share about their look: type, distances, tooltips, and passing a theme on."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from textwrap import wrap

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QBitmap, QColor, QFont, QFontMetricsF, QGuiApplication, QPainter, QPen
from PySide6.QtWidgets import QWidget

from minima_widgets.theme import Theme

__all__ = [
    "GAP",
    "body",
    "bold",
    "elide",
    "fit_popup",
    "formula",
    "paint_card",
    "pass_on",
    "place_popup",
    "px",
    "ring",
    "round_corners",
    "scaled",
    "set_property",
    "small",
    "tip",
    "two_lines",
    "type_pixels",
    "unbroken",
    "wrapped",
]

GAP = 12  # between cards
_TIP_LETTERS = 62  # in a line of a tooltip


def px(theme: Theme, length: float) -> int:
    """Return `length` pixels of the ordinary type size, grown with the type size that is set."""
    return round(length * theme.type_size / 10.5)


def body(theme: Theme) -> QFont:
    """Return the ordinary type."""
    return theme.font()


def bold(theme: Theme) -> QFont:
    """Return the ordinary type, semibold."""
    return theme.font(bold=True)


def small(theme: Theme) -> QFont:
    """Return the type of second lines and explanations."""
    return scaled(theme.font(), 0.9)


def scaled(font: QFont, factor: float) -> QFont:
    """Return `font` in another size."""
    if font.pixelSize() > 0:
        font.setPixelSize(max(round(font.pixelSize() * factor), 1))
    else:
        font.setPointSizeF(font.pointSizeF() * factor)
    return font


def formula(theme: Theme, scale: float = 1.12) -> QFont:
    """Return the type of mathematics."""
    return scaled(theme.font(formula=True), scale)


def type_pixels(font: QFont) -> float:
    """Return the height of a line of text in `font`."""
    return QFontMetricsF(font).height()


def elide(painter_font: QFont, text: str, width: float) -> str:
    """Return `text`, or as much of it as fits into `width` with an ellipsis at its end."""
    return QFontMetricsF(painter_font).elidedText(text, Qt.TextElideMode.ElideRight, max(width, 0.0))


def two_lines(font: QFont, text: str, width: float) -> list[str]:
    """Return `text` in one line or two, broken between words; what does not fit is left out at the ends."""
    first, *rest = wrapped(QFontMetricsF(font), text, width) or [""]
    return [elide(font, line, width) for line in ((first, " ".join(rest)) if rest else (first,))]


def wrapped(metrics: QFontMetricsF, text: str, width: float) -> list[str]:
    """Return `text` in lines that fit into `width`, broken between words."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def tip(text: str, key: str = "", why: str = "") -> str:
    """Return a tooltip: what a thing does, the key that does it, and why it cannot be used just now."""
    if not text:
        return ""
    lines = [escape(line) for line in wrap(text, _TIP_LETTERS)]
    if key:
        lines[-1] += f"&nbsp; <b>{escape(key)}</b>"
    return unbroken(lines + [f"<i>{escape(line)}</i>" for line in wrap(why, _TIP_LETTERS)])


def unbroken(lines: list[str]) -> str:
    """Return rich text with exactly these lines; left to itself, Qt breaks a tooltip after a few words."""
    return f"<div style='white-space: nowrap'>{'<br>'.join(lines)}</div>"


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property that the stylesheet looks at, and have the widget looked at again."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def pass_on(widget: QWidget, theme: Theme, stop: Callable[[QWidget], bool] | None = None) -> None:
    """Hand `theme` to everything inside `widget` that takes one, but to nothing that `stop` names."""
    for child in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if stop is not None and stop(child):
            continue
        setter = getattr(child, "set_theme", None)
        if setter is not None:
            setter(theme)
        else:
            pass_on(child, theme, stop)


def ring(painter: QPainter, rect: QRectF, colour: QColor, radius: float) -> None:
    """Draw the ring that shows where the keyboard is."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1.5))
    inset = rect.adjusted(0.75, 0.75, -0.75, -0.75)
    painter.drawRoundedRect(inset, radius, radius)


def place_popup(popup: QWidget, anchor: QWidget, *, above: bool = False, right: bool = False) -> None:
    """Move `popup` beside `anchor`, on the side that has room, wholly on the screen."""
    size = popup.size()
    origin = anchor.mapToGlobal(QPoint(0, 0))
    screen = QGuiApplication.screenAt(origin) or anchor.screen()
    room: QRect = screen.availableGeometry()
    x = origin.x() + (anchor.width() - size.width() if right else 0)
    below_y, above_y = origin.y() + anchor.height() + 4, origin.y() - size.height() - 4
    y = above_y if above else below_y
    if y < room.top():
        y = below_y
    if y + size.height() > room.bottom():
        y = above_y
    x = max(room.left() + 4, min(x, room.right() - size.width() - 4))
    y = max(room.top() + 4, min(y, room.bottom() - size.height() - 4))
    popup.move(x, y)


def paint_card(widget: QWidget, theme: Theme, *, raised: bool = False, radius: float = 10.0) -> None:
    """Paint a card all over `widget`; `raised` for what floats above the window."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(theme.colour("card"))
    painter.setPen(QPen(theme.colour("faint" if raised else "line"), 1))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.end()


def round_corners(widget: QWidget, radius: float = 10.0) -> None:
    """Cut the corners off a popup: a screen without a compositor shows no half-transparent windows."""
    mask = QBitmap(widget.size())
    mask.clear()
    painter = QPainter(mask)
    painter.setBrush(Qt.GlobalColor.color1)
    painter.setPen(Qt.GlobalColor.color1)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0, 0, -1, -1), radius, radius)
    painter.end()
    widget.setMask(mask)


def fit_popup(popup: QWidget) -> None:
    """Make `popup` as high as what is inside needs at its width, and round its corners."""
    layout = popup.layout()
    if layout is not None:
        layout.activate()
    popup.resize(popup.width(), popup.sizeHint().height())
    round_corners(popup)
