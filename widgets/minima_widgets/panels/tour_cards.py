"""The cards of the tour: each stands beside the thing that it is about, with a ring around that thing."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QRegion
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Button, keeps_press
from minima_widgets.panels.learn_words import Words
from minima_widgets.panels.texts import Line
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Stop", "TourCards"]

_WIDE, _BEAK, _EDGE = 300, 10, 14  # pixels of the ordinary type size


@dataclass(frozen=True)
class Stop:
    """One card: a title, one or two sentences, and what it points at."""

    title: str
    text: str
    target: QWidget


class _Ring(QWidget):
    """A frame around what a card is about; the mouse goes through it."""

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def surround(self, rect: QRect) -> None:
        self.setGeometry(rect)
        inner = self.rect().adjusted(5, 5, -5, -5)
        self.setMask(QRegion(self.rect()) - QRegion(inner))
        self.show()
        self.raise_()

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("accent"), 2.5))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 10, 10)


class TourCards(QWidget):
    """The card that is shown of some stops, over `host`; ``ended(whole)`` once, with whether all were seen.

    It takes neither the keyboard nor any click beside it: what goes on below goes on.
    """

    ended = Signal(bool)

    def __init__(self, theme: Theme, host: QWidget, stops: tuple[Stop, ...]) -> None:
        super().__init__(host)
        self._theme = theme
        self._host = host
        self._stops = stops
        self._at = 0
        self._tip = QPointF()
        self._ring = _Ring(theme, host)
        self.place = Line(theme, "", role="muted", size="small")
        self.title = Line(theme, "", size="bold")
        self.words = Words(theme)
        self.skip = Button(theme, "Skip", kind="quiet", tip="Ends the tour", key="Esc")
        self.next = Button(theme, "Next", kind="primary", tip="The next card")
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 4, 0, 0)
        foot.addWidget(self.place)
        foot.addStretch(1)
        foot.addWidget(self.skip)
        foot.addWidget(self.next)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(6)
        self._column.addWidget(self.title)
        self._column.addWidget(self.words)
        self._column.addLayout(foot)
        self.skip.clicked.connect(self.end)
        self.next.clicked.connect(self.go_on)
        host.installEventFilter(self)
        self.setAccessibleName("Tour")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def begin(self) -> None:
        """Show the first card."""
        self._at = 0
        self._show()

    @property
    def at(self) -> int:
        """Which card is shown, from 0."""
        return self._at

    def go_on(self) -> None:
        """Show the next card; after the last one the tour is over."""
        self._at += 1
        if self._at < len(self._stops):
            self._show()
        else:
            self._end(whole=True)

    def end(self) -> None:
        """End the tour."""
        self._end(whole=False)

    def _end(self, *, whole: bool) -> None:
        if self.isHidden():
            return
        self._host.removeEventFilter(self)
        self._ring.hide()
        self._ring.deleteLater()
        self.hide()
        self.ended.emit(whole)

    def _show(self) -> None:
        stop = self._stops[self._at]
        self.title.set_text(stop.title)
        self.words.set_text(stop.text)
        self.place.set_text(f"{self._at + 1} of {len(self._stops)}")
        self.place.updateGeometry()
        last = self._at == len(self._stops) - 1
        self.next.setText("Done" if last else "Next")
        self.skip.setVisible(not last)
        self.setAccessibleDescription(f"{stop.title} {stop.text}")
        self.show()
        self._lay()
        self.raise_()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._ring.set_theme(theme)
        if not self.isHidden():
            self._lay()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay beside the target when the window changes its size."""
        if watched is self._host and event.type() in {QEvent.Type.Resize, QEvent.Type.LayoutRequest}:
            self._lay()
        return False

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)

    # -- where it stands -----------------------------------------------------------------------------------

    def _target(self) -> QRect:
        target, host = self._stops[self._at].target, self._host
        corner = target.mapTo(host, QPoint(0, 0))
        return QRect(corner, target.size()).intersected(host.rect())

    def _lay(self) -> None:
        """Stand beside the target where there is most room: the side that needs to cover least of it."""
        if self._at >= len(self._stops):
            return
        theme, host = self._theme, self._host.rect()
        beak, edge = look.px(theme, _BEAK), look.px(theme, _EDGE)
        self._column.setContentsMargins(beak + edge, beak + edge - 3, beak + edge, beak + edge - 4)
        wide = min(look.px(theme, _WIDE), host.width() - 8) + 2 * beak
        self.setFixedWidth(wide)
        self._column.activate()
        high = (
            self._column.heightForWidth(wide)
            if self._column.hasHeightForWidth()
            else self.sizeHint().height()
        )
        target = self._target()
        middle = target.center()
        rooms = {
            "left": target.left() - wide,
            "right": host.right() - target.right() - wide,
            "above": target.top() - high,
            "below": host.bottom() - target.bottom() - high,
        }
        side = max(rooms, key=lambda each: rooms[each])
        if rooms[side] < 0:  # no room beside it: on it, at its lower edge
            x, y, side = middle.x() - wide // 2, target.bottom() - high - 2 * edge, "on"
        elif side in {"left", "right"}:
            x = target.left() - wide if side == "left" else target.right()
            y = middle.y() - high // 2
        else:
            x = middle.x() - wide // 2
            y = target.top() - high if side == "above" else target.bottom()
        x = max(4, min(x, host.width() - wide - 4))
        y = max(4, min(y, host.height() - high - 4))
        self.setGeometry(x, y, wide, high)
        self._beak_to(side, middle - QPoint(x, y))
        self._ring.surround(target.adjusted(-3, -3, 3, 3).intersected(host))
        self.raise_()
        self.update()

    def _beak_to(self, side: str, middle: QPoint) -> None:
        """Point the beak at the target."""
        keep = 3 * look.px(self._theme, _BEAK)
        x = min(max(middle.x(), keep), self.width() - keep)
        y = min(max(middle.y(), keep), self.height() - keep)
        self._tip = {
            "left": QPointF(self.width() - 1, y),
            "right": QPointF(1, y),
            "above": QPointF(x, self.height() - 1),
            "below": QPointF(x, 1),
        }.get(side, QPointF())

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card with its beak."""
        theme, beak = self._theme, look.px(self._theme, _BEAK)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(beak, beak, -beak, -beak)
        painter.setBrush(theme.colour("card"))
        painter.setPen(QPen(theme.colour("accent"), 1.4))
        painter.drawRoundedRect(body, 10, 10)
        if self._tip.isNull():
            return
        tip = self._tip
        foot = QPointF(
            min(max(tip.x(), body.left()), body.right()), min(max(tip.y(), body.top()), body.bottom())
        )
        upright = tip.x() == foot.x()
        along = QPointF(beak, 0) if upright else QPointF(0, beak)
        painter.setPen(Qt.PenStyle.NoPen)
        inward = (foot - tip) * 0.2
        painter.drawPolygon(QPolygonF([foot - along + inward, tip, foot + along + inward]))
        painter.setPen(QPen(theme.colour("accent"), 1.4))
        painter.drawPolyline(QPolygonF([foot - along, tip, foot + along]))
