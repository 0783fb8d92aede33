"""The status line: what is under the cursor, in figures that keep their places, and what goes on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.bubbles import explain
from minima_widgets.panels.numbers import format_number
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["StatusLine"]


class StatusLine(QWidget):
    """One painted line; a new reading costs one repaint, however often it comes.

    The left side is the reading under the cursor, the right side what is going on: what is being prepared
    (`set_progress`), what limits the picture (`set_note`: "surface drawn in software"), what went wrong
    (`set_problem`).
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._items: list[tuple[str, str, str, str]] = []  # symbol, value, term of the glossary, more
        self._word = ""
        self._hint = ""
        self._note, self._progress, self._problem = "", "", ""
        self._widths: dict[str, float] = {}
        self._spots: list[tuple[QRectF, str, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Status")
        self._measure()

    # -- what is shown -------------------------------------------------------------------------------------

    def set_reading(
        self,
        position: tuple[float, ...],
        value: float,
        gradient_norm: float | None = None,
        curvature: tuple[float, ...] = (),
        word: str = "",
    ) -> None:
        """Show a point: position, value, |∇f|, the eigenvalues of the Hessian and a word for them."""
        names = ("x", "y", "z") if len(position) <= 3 else tuple(f"x{k}" for k in range(1, len(position) + 1))
        where = "The position under the cursor."
        items = [(name, format_number(at), "", where) for name, at in zip(names, position, strict=False)]
        items.append(("f", format_number(value), "height", "This is the value under the cursor."))
        if gradient_norm is not None:
            symbol = "|∇f|" if len(position) > 1 else "|f′|"
            items.append((symbol, format_number(gradient_norm), "gradient", "This is its length here."))
        if curvature:
            values = ", ".join(("+" if each > 0 else "") + format_number(each) for each in curvature)
            more = "These are the eigenvalues of the Hessian here." if len(curvature) > 1 else ""
            items.append(("curvature", values, "curvature", more))
        if (items, word) != (self._items, self._word):
            self._items, self._word = items, word
            said = ", ".join(f"{symbol} {shown}" for symbol, shown, _, _ in items)
            self.setAccessibleDescription(f"{said} {word}".strip())
            self.update()

    def clear_reading(self, hint: str = "") -> None:
        """Show no point, but a hint in its place."""
        if self._items or hint != self._hint:
            self._items, self._word, self._hint = [], "", hint
            self.update()

    def set_note(self, note: str) -> None:
        """Say what limits the picture, for as long as it does."""
        self._set("_note", note)

    def set_progress(self, progress: str) -> None:
        """Say what is being prepared; "" when it is done."""
        self._set("_progress", progress)

    def set_problem(self, problem: str) -> None:
        """Say what went wrong with the picture; "" when it is mended."""
        self._set("_problem", problem)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self._widths.clear()
        self._measure()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(look.px(self._theme, 400), look.px(self._theme, 22))

    def minimumSizeHint(self) -> QSize:
        """One line, however narrow."""
        return QSize(look.px(self._theme, 120), look.px(self._theme, 22))

    # -- inside --------------------------------------------------------------------------------------------

    def _set(self, which: str, text: str) -> None:
        if getattr(self, which) != text:
            setattr(self, which, text)
            self.update()

    def _measure(self) -> None:
        self._font = look.small(self._theme)
        self._metrics = QFontMetricsF(self._font)

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw both sides; the right one first, since it is never cut."""
        theme, metrics = self._theme, self._metrics
        painter = QPainter(self)
        painter.setFont(self._font)
        self._spots = []
        right = float(self.width())
        for text, role in ((self._problem, "error"), (self._note, "muted"), (self._progress, "text")):
            if text:
                shown = look.elide(self._font, text, min(right, self.width() * 0.6))
                wide = metrics.horizontalAdvance(shown)
                rect = QRectF(right - wide, 0, wide + 1, self.height())
                painter.setPen(theme.colour(role))
                painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)
                self._spots.append((rect, "", text))
                right -= wide + look.px(theme, 18)
        x, gap = 0.0, look.px(theme, 5)
        if not self._items:
            painter.setPen(theme.colour("muted"))
            shown = look.elide(self._font, self._hint, right)
            painter.drawText(QRectF(0, 0, right, self.height()), Qt.AlignmentFlag.AlignVCenter, shown)
            return
        for symbol, value, term, more in self._items:
            wide = metrics.horizontalAdvance(symbol)
            # A value keeps the width of its longest so far: its neighbours do not tremble.
            room = max(metrics.horizontalAdvance(value), self._widths.get(symbol, 0.0))
            self._widths[symbol] = room
            if x + wide + gap + metrics.horizontalAdvance(value) > right:
                return
            painter.setPen(theme.colour("muted"))
            painter.drawText(QRectF(x, 0, wide + 1, self.height()), Qt.AlignmentFlag.AlignVCenter, symbol)
            painter.setPen(theme.colour("text"))
            at = x + wide + gap
            painter.drawText(QRectF(at, 0, room + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, value)
            self._spots.append((QRectF(x, 0, wide + gap + room, self.height()), term, more))
            x = at + room + look.px(theme, 14)
        if self._word and x < right:
            painter.setPen(theme.colour("muted"))
            shown = look.elide(self._font, self._word, right - x)
            rect = QRectF(x, 0, right - x, self.height())
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)
            self._spots.append((rect, self._word, ""))

    def event(self, event: QEvent) -> bool:
        """Explain the figure under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            under = (spot for spot in self._spots if spot[0].contains(event.pos()))
            _, term, more = next(under, (None, "", ""))
            QToolTip.showText(event.globalPos(), explain(term, more) or look.tip(term), self)
            return True
        return super().event(event)
