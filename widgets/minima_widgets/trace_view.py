"""The trace on screen: the loss of every run against steps or evaluations, and a line that one scrubs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from minima_core.scene.marks import TraceScene
from minima_widgets.layers import SeriesLayer, blank
from minima_widgets.paint.axes import draw_axes, draw_grid
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.trace import draw_cursor, trace_axes, trace_plane
from minima_widgets.theme import Theme

__all__ = ["TraceView"]


class TraceView(QWidget):
    """Shows a `TraceScene`; a click or drag scrubs, two small switches change the axes."""

    scrubbed = Signal(int)
    """Go to this step (also when the axis counts evaluations)."""
    axis_toggled = Signal(str)
    """``"x"``: steps or evaluations; ``"y"``: logarithmic or linear."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._scene: TraceScene | None = None
        self._lines = SeriesLayer()
        self._axes = QImage()
        self._key: object = None
        self._scrubbing = False
        self._plane: Plane | None = None
        self._later = QTimer(self)  # for what a frame left over, should no other frame follow
        self._later.setSingleShot(True)
        self._later.setInterval(25)
        self._later.timeout.connect(self.update)
        counts = ("steps", "evaluations")
        self.x_switch = Switch(counts, "Count steps, or evaluations of the loss", theme, self)
        self.y_switch = Switch(("log", "linear"), "Logarithmic or linear axis of the loss", theme, self)
        self.x_switch.toggled.connect(lambda: self.axis_toggled.emit("x"))
        self.y_switch.toggled.connect(lambda: self.axis_toggled.emit("y"))
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 90)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(900, 190)

    # -- what others call ----------------------------------------------------------------------------------

    def show_scene(self, scene: TraceScene) -> None:
        """Show a scene; lines that only grew are not painted again."""
        before = self._scene
        self._scene = scene
        evaluations = bool(scene.series) and scene.series[0].x_axis == "evaluations"
        self.x_switch.set_second(evaluations)
        self.y_switch.set_second(not scene.log_y)
        if before is None or before.x_label != scene.x_label or before.y_label != scene.y_label:
            self._place_switches()
        self._later.stop()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Change colours and type."""
        if theme is not self.theme:
            self.theme = theme
            self.x_switch.set_theme(theme)
            self.y_switch.set_theme(theme)
            self._place_switches()
            self.update()

    @property
    def plane(self) -> Plane | None:
        """Where axis units lie in the widget; None before the first scene."""
        return None if self._scene is None else trace_plane(self._room(), self._scene, self.theme)

    # -- painting ------------------------------------------------------------------------------------------

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(1, 1, -1, -1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy the axes, let the lines grow, draw the cursor."""
        painter = QPainter(self)
        scene = self._scene
        if scene is None or self.width() < 60 or self.height() < 40:
            painter.fillRect(event.rect(), self.theme.colour("card"))
            return
        ratio = self.devicePixelRatioF()
        plane = self._show_axes(painter, scene, ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._lines.update(scene, plane, self.theme, ratio)
        painter.save()
        painter.setClipRect(plane.rect.adjusted(0, -2, 2, 2))
        self._lines.draw(painter)
        draw_cursor(painter, scene.cursor, plane, self.theme)
        painter.restore()
        if self._lines.behind and not self._later.isActive():
            self._later.start()

    def _show_axes(self, painter: QPainter, scene: TraceScene, ratio: float) -> Plane:
        """Copy the picture of axes and faint lines, painted anew when one of them changed."""
        key = (
            *(scene.x_range, scene.y_range, scene.x_ticks, scene.y_ticks, scene.x_label, scene.y_label),
            *(scene.right_range, scene.right_ticks, scene.right_label),
            *(self.theme, self.size(), ratio),
        )
        if key != self._key or self._plane is None:
            self._plane = plane = trace_plane(self._room(), scene, self.theme)
            axes = trace_axes(self._room(), scene, self.theme)
            self._axes = blank(self.size(), ratio, QImage.Format.Format_RGB32)
            on = QPainter(self._axes)
            on.fillRect(self.rect(), self.theme.colour("card"))
            on.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            draw_grid(on, plane, axes.y_ticks, self.theme)
            draw_axes(on, plane, axes, self.theme, scene.right_range)
            on.end()
            self._key = key
        painter.drawImage(QPointF(0, 0), self._axes)
        return self._plane

    def _place_switches(self) -> None:
        """Put the switches into the row of the x axis's name, at its right end."""
        right = self.width() - 4
        for switch in (self.x_switch, self.y_switch):
            switch.adjustSize()
            right -= switch.width()
            switch.move(right, self.height() - switch.height())
            right -= 14
        self.y_switch.setVisible(right > self.width() * 0.55)
        self.x_switch.setVisible(right > self.width() * 0.55)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the switches in their corner."""
        self._place_switches()
        super().resizeEvent(event)

    # -- the hand ------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the step under the cursor."""
        plane = self.plane
        if (
            event.button() == Qt.MouseButton.LeftButton
            and plane is not None
            and plane.rect.adjusted(-6, -6, 6, 6).contains(event.position())
        ):
            self._scrubbing = True
            self._scrub(event.position(), plane)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub while the button is down; show where that is possible."""
        plane = self.plane
        if plane is None:
            return
        if self._scrubbing:
            self._scrub(event.position(), plane)
        inside = plane.rect.contains(event.position()) or self._scrubbing
        self.setCursor(Qt.CursorShape.SplitHCursor if inside else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._scrubbing = False

    def _scrub(self, at: QPointF, plane: Plane) -> None:
        x, _ = plane.to_data(at.x(), at.y())
        self.scrubbed.emit(self._step_at(min(max(x, plane.extent[0]), plane.extent[1])))

    def _step_at(self, x: float) -> int:
        """Return the step at a place of the axis; among evaluations, of the run that went furthest."""
        furthest, step = -1.0, round(x)
        for series in self._scene.series if self._scene is not None else ():
            envelope = series.track.envelope
            if series.x_axis != "evaluations" or not envelope.used:
                continue
            counted = np.fmax.accumulate(envelope.evaluations[: envelope.used])
            if counted[-1] > furthest:
                furthest = float(counted[-1])
                step = max(int(np.searchsorted(counted, x, side="right")) - 1, 0) * envelope.width
        return step


class Switch(QWidget):
    """Two words, one of them in force: a click or Space changes over."""

    toggled = Signal()

    def __init__(self, words: tuple[str, str], tip: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = words
        self.theme = theme
        self.second = False
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_second(self, second: bool) -> None:
        """Show which of the words is in force."""
        if second != self.second:
            self.second = second
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Change colours and type."""
        self.theme = theme
        self.adjustSize()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room that both words take."""
        metrics = QFontMetricsF(self.theme.font(self.theme.points(9.0)))
        width = sum(metrics.horizontalAdvance(word) for word in self.words) + self.theme.points(12)
        return QSize(round(width), round(metrics.height() + 3))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write both words, the one in force in the text's colour with a line below."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.theme.font(self.theme.points(9.0))
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        x, base = self.theme.points(3), metrics.ascent() + 1
        for word, chosen in zip(self.words, (not self.second, self.second), strict=True):
            width = metrics.horizontalAdvance(word)
            painter.setPen(self.theme.colour("text" if chosen else "muted"))
            painter.drawText(QPointF(x, base), word)
            if chosen:
                painter.setPen(QPen(self.theme.colour("accent"), 1.5))
                painter.drawLine(QPointF(x, base + 3), QPointF(x + width, base + 3))
            x += width + self.theme.points(6)
        if self.hasFocus():
            painter.setPen(QPen(self.theme.colour("focus"), 1.0))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Change over."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.toggled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Change over with the keyboard."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggled.emit()
        else:
            super().keyPressEvent(event)
