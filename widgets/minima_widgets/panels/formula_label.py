"""One line of mathematics, elided where it does not fit, with the whole of it on hover."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.texts import Line
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["FormulaLabel"]


class FormulaLabel(Line):
    """A formula in STIX Two on a quiet card of its own."""

    def __init__(self, theme: Theme, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(theme, text, size="formula", parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As high as the buttons beside it."""
        return QSize(look.px(self._theme, 400), look.px(self._theme, 32))

    def minimumSizeHint(self) -> QSize:
        """Shrink to the beginning of a formula."""
        return QSize(look.px(self._theme, 60), look.px(self._theme, 32))

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card and as much of the formula as fits."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("line"))
        painter.setBrush(theme.colour("card"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        edge = look.px(theme, 12)
        room = QRectF(self.rect()).adjusted(edge, 0, -edge, 0)
        painter.setFont(self._font)
        painter.setPen(theme.colour("text"))
        painter.drawText(
            room, Qt.AlignmentFlag.AlignVCenter, look.elide(self._font, self._text, room.width())
        )

    def _room(self) -> float:
        return self.width() - 2 * look.px(self._theme, 12)
