"""A formula as it is shown at rest: set as mathematics where it can be, else as the line that was typed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter

from minima_widgets.panels import look
from minima_widgets.panels.boxes import Box
from minima_widgets.panels.mathematics import MathematicsError, set_mathematics
from minima_widgets.theme import Theme

__all__ = ["ShownFormula"]

_LEAST_SCALE = 0.78  # a formula shrinks so far before it is cut
_HIGHEST = 54
_AIR = 11  # above and below together
_EMPTY = "click to type a formula"


class ShownFormula:
    """Text, LaTeX and prefix of a formula, set for a width (`set`), then painted as often as one likes."""

    def __init__(self) -> None:
        self._text, self._latex, self._prefix = "", "", "f(x, y) ="
        self._box: Box | None = None
        self._lead = Box()
        self.height = 0
        """Pixels that it needs with some air; 0 for a line of text."""
        self.cut = False
        """Whether it was too long for where it was painted last."""

    def show(self, text: str, latex: str, prefix: str) -> None:
        """Take another formula; it is set anew with `set`."""
        self._text, self._latex, self._prefix = text, latex, prefix

    def set(self, theme: Theme, room: float) -> None:
        """Set it for a width of `room`, smaller where it is too long or too high."""
        self._box, self.height = None, 0
        if not self._latex:
            return
        pixels = look.px(theme, 16.5)
        try:
            box, lead = set_mathematics(self._latex, pixels), set_mathematics(self._prefix, pixels)
            lead.width += look.px(theme, 5)
            most = look.px(theme, _HIGHEST - _AIR)
            scale = min((room - lead.width) / max(box.width, 1.0), most / max(box.height, 1.0))
            if scale < 1.0:
                box = set_mathematics(self._latex, pixels * max(scale, _LEAST_SCALE))
        except MathematicsError:
            return  # the line is shown as it was typed
        self._box, self._lead = box, lead
        self.height = min(round(box.height) + look.px(theme, _AIR), look.px(theme, _HIGHEST))

    def paint(self, painter: QPainter, room: QRectF, theme: Theme) -> None:
        """Draw it into `room`; what sticks out fades away at the right."""
        painter.setClipRect(room)
        used = self._paint_set(painter, room, theme) if self._box else self._paint_line(painter, room, theme)
        self.cut = used > room.width() + 1
        if self.cut:
            begin = room.right() - look.px(theme, 40)
            fade = QLinearGradient(begin, 0, room.right(), 0)
            clear = theme.colour("card")
            clear.setAlpha(0)
            fade.setColorAt(0.0, clear)
            fade.setColorAt(1.0, theme.colour("card"))
            painter.fillRect(
                QRectF(begin, room.top() + 1.5, room.right() - begin + 1, room.height() - 3), fade
            )

    def _paint_set(self, painter: QPainter, room: QRectF, theme: Theme) -> float:
        box, lead = self._box, self._lead
        assert box is not None
        baseline = room.center().y() + (box.ascent - box.descent) / 2
        lead.paint(painter, room.left(), baseline, theme.colour("muted"))
        box.paint(painter, room.left() + lead.width, baseline, theme.colour("text"))
        return lead.width + box.width

    def _paint_line(self, painter: QPainter, room: QRectF, theme: Theme) -> float:
        face = look.formula(theme)
        metrics = QFontMetricsF(face)
        lead = f"{self._prefix} "
        used = metrics.horizontalAdvance(lead)
        painter.setFont(face)
        painter.setPen(theme.colour("muted"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, lead)
        painter.setPen(theme.colour("text" if self._text else "muted"))
        shown = self._text or _EMPTY
        painter.drawText(room.adjusted(used, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, shown)
        return used + metrics.horizontalAdvance(shown)
