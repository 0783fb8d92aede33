"""Icons from the resources, drawn in any colour and crisp on every screen.

The drawings are SVG whose strokes are ``currentColor``; a colour is put in its place before they are drawn.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from minima_resources import names, text

__all__ = ["icon_names", "icons", "paint_icon", "pixmap"]

_SIZES = (16, 18, 20, 22, 24, 28, 32, 36, 40, 44, 48, 64)


def icon_names() -> tuple[str, ...]:
    """Return the names of all icons, without their ending."""
    return tuple(name.removesuffix(".svg") for name in names("icons") if name.endswith(".svg"))


@lru_cache(maxsize=256)
def icons(name: str, colour: str, disabled: str = "") -> QIcon:
    """Return the icon `name` in `colour` (``"#rrggbb"``), and in `disabled` where its button cannot be used.

    Raises
    ------
    FileNotFoundError
        When there is no such icon; the sentence names those that there are.
    """
    icon = QIcon()
    for size in _SIZES:
        icon.addPixmap(pixmap(name, colour, size))
        if disabled:
            icon.addPixmap(pixmap(name, disabled, size), QIcon.Mode.Disabled)
    return icon


@lru_cache(maxsize=1024)
def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """Return the icon as a square of `size` device pixels."""
    from PySide6.QtSvg import QSvgRenderer

    drawing = text(f"icons/{name}.svg").replace("currentColor", colour)
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def paint_icon(painter: QPainter, rect: QRectF, name: str, colour: QColor) -> None:
    """Draw the icon into `rect`, exact at the painter's own resolution."""
    ratio = painter.device().devicePixelRatio()
    size = round(min(rect.width(), rect.height()) * ratio)
    side = size / ratio
    # On whole device pixels, or thin strokes turn grey.
    left = round((rect.center().x() - side / 2) * ratio) / ratio
    top = round((rect.center().y() - side / 2) * ratio) / ratio
    picture = pixmap(name, colour.name(), size)
    painter.drawPixmap(QRectF(left, top, side, side), picture, QRectF(0, 0, size, size))
