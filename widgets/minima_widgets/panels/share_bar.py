"""How the region, or a crowd of marbles, is divided among the basins: one bar in their colours."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.minima_rows import percent
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["ShareBar"]


class ShareBar(QWidget):
    """Shares (role, words, part of 1) beside each other; what is left over stays empty."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._shares: tuple[tuple[str, str, float], ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_shares(self, shares: Iterable[tuple[str, str, float]]) -> None:
        """Show these; with none, nothing is shown."""
        shares = tuple(share for share in shares if share[2] > 0)
        if shares != self._shares:
            self._shares = shares
            self.setAccessibleDescription(", ".join(f"{words} {percent(part)}" for _, words, part in shares))
            self.update()
        self.setVisible(bool(shares))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A strip."""
        return QSize(look.px(self._theme, 120), look.px(self._theme, 12))

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the parts, with a hairline between them."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        clip = QPainterPath()
        clip.addRoundedRect(whole, 4, 4)
        painter.setClipPath(clip)
        painter.fillRect(whole, theme.colour("groove"))
        x = 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        for role, _, part in self._shares:
            wide = part * self.width()
            painter.fillRect(QRectF(x, 0, max(wide - 1, 0.5), self.height()), theme.colour(role))
            x += wide

    def event(self, event: QEvent) -> bool:
        """Tell the part under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at, x, text = event.pos().x() / max(self.width(), 1), 0.0, ""
            for _, words, part in self._shares:
                if x <= at < x + part:
                    text = f"{words}: {percent(part)}"
                x += part
            QToolTip.showText(event.globalPos(), look.tip(text), self)
            return True
        return super().event(event)
