"""Icons from the resources, drawn in any colour and crisp on every screen.

The drawings are SVG whose strokes are ``currentColor``; a colour is put in its place before they are drawn.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap

from minima_resources import names, text

__all__ = ["icon_names", "icons", "paint_icon", "pixmap"]


def icon_names() -> tuple[str, ...]:
    """Return the names of all icons, without their ending."""
    return tuple(name.removesuffix(".svg") for name in names("icons") if name.endswith(".svg"))


def icons(name: str, colour: str, side: int = 18) -> QIcon:
    """Return the icon `name` in `colour` (``"#rrggbb"``) for `side` pixels, crisp on every screen there is.

    A button that cannot be used shows it in the same colour: whoever disables it gives it another icon.

    Raises
    ------
    FileNotFoundError
        When there is no such icon; the sentence names those that there are.
    """
    screens = QGuiApplication.screens()
    return _icon(name, colour, tuple(sorted({round(side * screen.devicePixelRatio()) for screen in screens})))


@lru_cache(maxsize=512)
def _icon(name: str, colour: str, sizes: tuple[int, ...]) -> QIcon:
    icon = QIcon()
    for size in sizes:
        picture = pixmap(name, colour, size)
        icon.addPixmap(picture, QIcon.Mode.Normal)
        icon.addPixmap(picture, QIcon.Mode.Disabled)
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
