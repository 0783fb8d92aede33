"""A message in the window: one sentence that comes quietly and goes by itself, never a modal box."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QEvent, QPropertyAnimation, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGraphicsOpacityEffect, QHBoxLayout, QLabel, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Button, keeps_press
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Toast"]

_FADE = 180  # milliseconds; nothing in the program moves for longer than 250


class Toast(QWidget):
    """A card that floats at the bottom of `host`; `acted` carries the action of the message.

    A message stays while the pointer is on it. With motion off it appears and goes at once.
    """

    acted = Signal(str)

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme = theme
        self._host = host
        self._action = ""
        self._motion = True
        self._problem = False
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self.link = Button(theme, kind="link")
        self._close = Button(theme, icon="remove", kind="quiet", tip="Close this message", key="Esc")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 10, 10, 10)
        layout.setSpacing(12)
        layout.addWidget(self._label, 1)
        layout.addWidget(self.link)
        layout.addWidget(self._close)
        self._effect = QGraphicsOpacityEffect(self)
        self._effect.setOpacity(1.0)
        self._effect.setEnabled(False)
        self.setGraphicsEffect(self._effect)
        self._fade = QPropertyAnimation(self._effect, b"opacity", self)
        self._fade.setDuration(_FADE)
        self._fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._fade.finished.connect(self._faded)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self.link.clicked.connect(self._act)
        self._close.clicked.connect(self.dismiss)
        host.installEventFilter(self)
        self.setAccessibleName("Message")
        self.hide()

    def set_motion(self, motion: bool) -> None:
        """Turn fading on or off."""
        self._motion = motion

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._place()

    def text(self) -> str:
        """Return the sentence on show, or ""."""
        return self._label.text() if not self.isHidden() else ""

    def say(
        self,
        sentence: str,
        link: str = "",
        action: str = "",
        *,
        problem: bool = False,
        seconds: float | None = None,
    ) -> None:
        """Show a sentence in place of the last; `problem` marks one that says what went wrong.

        Without `seconds` it stays as long as it takes to read it twice; 0 keeps it until it is closed.
        """
        self._action = action
        self._problem = problem
        self._label.setText(sentence)
        self.link.setText(link)
        self.link.setVisible(bool(link))
        self.setAccessibleDescription(sentence)
        self._place()
        self.raise_()
        self._timer.stop()
        stay = max(4.0, len(sentence) * 0.09) if seconds is None else seconds
        if stay:
            self._timer.start(round(stay * 1000))
        self._fade.stop()
        if self.isHidden() and self._motion:
            self._effect.setEnabled(True)
            self._effect.setOpacity(0.0)
            self._fade.setStartValue(0.0)
            self._fade.setEndValue(1.0)
            self._fade.start()
        else:
            self._effect.setEnabled(False)
            self._effect.setOpacity(1.0)
        self.show()
        self.update()

    def dismiss(self) -> None:
        """Take the message away."""
        self._timer.stop()
        if self.isHidden():
            return
        if not self._motion or not self.isVisible():
            self.hide()
            return
        self._effect.setEnabled(True)
        self._fade.stop()
        self._fade.setStartValue(self._effect.opacity())
        self._fade.setEndValue(0.0)
        self._fade.start()

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card; a problem has a bar of its colour at the left."""
        look.paint_card(self, self._theme, raised=True)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("error" if self._problem else "accent"))
        painter.drawRoundedRect(QRectF(7, 9, 3, self.height() - 18), 1.5, 1.5)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Stay in place when the host changes its size."""
        if watched is self._host and event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stay while somebody reads."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Go soon after."""
        if not self.isHidden():
            self._timer.start(2500)
        super().leaveEvent(event)

    def _act(self) -> None:
        action = self._action
        self.dismiss()
        self.acted.emit(action)

    def _faded(self) -> None:
        if self._effect.opacity() < 0.01:
            self.hide()
        self._effect.setEnabled(False)

    def _place(self) -> None:
        """Lie at the bottom in the middle, as wide as the sentence needs and the host allows."""
        most = min(self._host.width() - 48, look.px(self._theme, 620))
        words = self._label.fontMetrics().horizontalAdvance(self._label.text()) + 4
        around = 18 + 10 + 12 + self._close.sizeHint().width()
        if not self.link.isHidden():
            around += 12 + self.link.sizeHint().width()
        width = max(min(words + around, most), 160)
        inner = max(width - around, 60)
        high = max(self._label.heightForWidth(inner), self._close.sizeHint().height())
        high += 20
        self.setGeometry((self._host.width() - width) // 2, self._host.height() - high - 20, width, high)
