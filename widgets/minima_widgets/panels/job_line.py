"""Work under way, quietly: a sentence, a thin bar that fills, and a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Button
from minima_widgets.panels.explore_values import Job
from minima_widgets.panels.texts import Line, Note
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["JobLine"]


class _Bar(QWidget):
    """How much is done, in three pixels of height."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._share: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float | None) -> None:
        share = None if share is None else min(max(share, 0.0), 1.0)
        if share != self._share:
            self._share = share
            self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, 3)

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("groove"))
        painter.drawRoundedRect(QRectF(self.rect()), 1.5, 1.5)
        if self._share is not None:
            painter.setBrush(self._theme.colour("accent"))
            painter.drawRoundedRect(QRectF(0, 0, self._share * self.width(), 3), 1.5, 1.5)


class JobLine(QWidget):
    """Shows a `Job`, and nothing at all while there is none; `cancelled` when a person stops it."""

    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.sentence = Line(theme, "", role="muted", size="small")
        self.stop = Button(theme, "Stop", kind="link", tip="Stop this; what is known so far stays")
        self.stop.clicked.connect(self.cancelled)
        self.bar = _Bar(theme)
        self.problem = Note(theme, role="error")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.problem)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.set_job(Job())

    def set_job(self, job: Job) -> None:
        """Show `job`."""
        under_way = bool(job.sentence)
        percent = "" if job.share is None else f" {round(100 * job.share)} %"
        self.sentence.set_text(f"{job.sentence}{percent}" if under_way else "")
        self.bar.set_share(job.share)
        for part in (self.sentence, self.stop, self.bar):
            part.setVisible(under_way)
        self.problem.setText(job.problem)
        self.problem.setVisible(bool(job.problem))
        self.setVisible(under_way or bool(job.problem))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
