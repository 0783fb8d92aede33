"""The preview of a picture: as large as there is room, on a quiet ground, with its size in words below."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from minima_widgets.panels import look
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["PicturePreview"]

_EDGE, _LINE, _CHECK = 16, 30, 8


class PicturePreview(QWidget):
    """Shows an image, or why there is none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._image: QImage | None = None
        self._words = ""
        self._busy = ""
        self.problem = ""
        self.setAccessibleName("Preview of the picture")
        self.setMinimumSize(look.px(theme, 260), look.px(theme, 200))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def room(self) -> QSizeF:
        """Return the pixels that a picture may take."""
        ratio = self.devicePixelRatioF()
        rect = self._room()
        return QSizeF(rect.width() * ratio, rect.height() * ratio)

    def show_image(self, image: QImage | None, problem: str = "") -> None:
        """Show a picture, or a sentence in its place."""
        self._image, self.problem, self._busy = image, problem, ""
        self._tell()

    def show_busy(self, sentence: str) -> None:
        """Say that the picture is being drawn; the one before stays until it is there."""
        self._busy = sentence
        self._tell()

    def set_words(self, words: str) -> None:
        """Say what the picture is: its size and its format."""
        self._words = words
        self._tell()

    def words(self) -> str:
        """Return what is said of the picture."""
        return self._words

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.update()

    def _tell(self) -> None:
        self.setAccessibleDescription(" ".join(filter(None, (self._words, self.problem, self._busy))))
        self.update()

    def _room(self) -> QRectF:
        edge = look.px(self._theme, _EDGE)
        return QRectF(self.rect()).adjusted(edge, edge, -edge, -look.px(self._theme, _LINE) - edge / 2)

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture and the words."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        room = self._room()
        if self._image is None or self._image.isNull():
            painter.setFont(look.body(theme))
            painter.setPen(theme.colour("muted"))
            words = self.problem or self._busy or "The preview comes in a moment."
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
        else:
            size = QSize(self._image.size()).scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            spot = QRectF(0, 0, size.width(), size.height())
            spot.moveCenter(room.center())
            if self._image.hasAlphaChannel():
                _draw_checks(painter, spot, theme)
            painter.drawImage(spot, self._image)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.drawRect(spot.adjusted(-0.5, -0.5, 0.5, 0.5))
        below = QRectF(room.left(), room.bottom(), room.width(), self.height() - room.bottom())
        painter.setFont(look.small(theme))
        painter.setPen(theme.colour("muted"))
        said = self._busy if self._busy and self._image is not None else self._words
        words = look.elide(look.small(theme), said, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)


def _draw_checks(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Draw the squares that stand for nothing behind."""
    tile = QPixmap(2 * _CHECK, 2 * _CHECK)
    tile.fill(QColor("#ffffff") if not theme.dark else theme.colour("card"))
    brush = QPainter(tile)
    shade = theme.colour("line")
    brush.fillRect(0, 0, _CHECK, _CHECK, shade)
    brush.fillRect(_CHECK, _CHECK, _CHECK, _CHECK, shade)
    brush.end()
    painter.drawTiledPixmap(rect.toRect(), tile)
