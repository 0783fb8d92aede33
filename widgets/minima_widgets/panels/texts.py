"""Lines of text: one to type into, one that ends in an ellipsis, one that wraps; and an icon beside them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QSizePolicy,
    QWidget,
)

from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_key
from minima_widgets.panels.icons import paint_icon
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Field", "Line", "Note", "Picture"]


class Field(QLineEdit):
    """A line to type into; Escape gives back what stood there."""

    left = Signal()  # the keyboard went elsewhere, or Enter was pressed: what stands there counts

    def __init__(self, theme: Theme, name: str, *, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._before = ""
        self.setAccessibleName(name)
        self.setToolTip(look.tip(tip or name))
        self.editingFinished.connect(self.left)

    def set_theme(self, theme: Theme) -> None:
        """Take sizes from `theme`; the sheet has the colours."""
        self._theme = theme

    def show_text(self, text: str) -> None:
        """Show `text`, unless somebody is typing here."""
        if self.hasFocus() and self.isModified():
            return
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)
        self._before = text

    def give_back(self) -> None:
        """Show again what stood here before."""
        self.setText(self._before)
        self.setModified(False)
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Keep Enter, which takes what stands here, and Escape while something has been typed."""
        kept = {Qt.Key.Key_Return, Qt.Key.Key_Enter} | ({Qt.Key.Key_Escape} if self.isModified() else set())
        if keeps_key(event, kept):
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give back the old text with Escape."""
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.give_back()
            return
        super().keyPressEvent(event)


class Line(QWidget):
    """A line of text that ends in an ellipsis where it does not fit, with the whole of it in the tooltip.

    Setting a text of the same height costs one repaint, never a new layout, so that it may change at every
    frame.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        role: str = "text",
        size: str = "body",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = text
        self._role = role
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._place()
        self.setAccessibleName(text)

    def text(self) -> str:
        """Return the whole text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show `text`."""
        if text == self._text:
            return
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip("")
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self._place()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the text, as high as its type."""
        metrics = QFontMetricsF(self._font)
        return QSize(round(metrics.horizontalAdvance(self._text)) + 2, round(metrics.height()))

    def minimumSizeHint(self) -> QSize:
        """Shrink down to a few letters."""
        return QSize(look.px(self._theme, 24), round(QFontMetricsF(self._font).height()))

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much as fits."""
        painter = QPainter(self)
        painter.setFont(self._font)
        painter.setPen(self._theme.colour(self._role if self.isEnabled() else "disabled"))
        shown = look.elide(self._font, self._text, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def event(self, event: QEvent) -> bool:
        """Tell the whole text on hover when it does not fit."""
        if event.type() == QEvent.Type.ToolTip:
            cut = QFontMetricsF(self._font).horizontalAdvance(self._text) > self._room()
            self.setToolTip(look.tip(self._text) if cut else "")
        return super().event(event)

    def _room(self) -> float:
        """Return the width that the text has."""
        return self.width()

    def _choose_font(self) -> QFont:
        if self._size == "sentence":
            return look.scaled(look.bold(self._theme), 15 / 10.5)
        fonts = {"body": look.body, "bold": look.bold, "small": look.small, "formula": look.formula}
        return fonts[self._size](self._theme)

    def _place(self) -> None:
        self._font = self._choose_font()
        self.updateGeometry()


class Note(QLabel):
    """A sentence that wraps: an explanation (``"muted"``), or what was wrong (``"error"``)."""

    def __init__(
        self, theme: Theme, text: str = "", *, role: str = "muted", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._role = role
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self.setStyleSheet(
            f"QLabel {{ color: {theme.hex(self._role)}; font-size: {look.small(theme).pixelSize()}px; }}"
        )


class Picture(QWidget):
    """An icon that stands beside a line of text, in the colour of a role."""

    def __init__(self, theme: Theme, icon: str = "info", role: str = "muted") -> None:
        super().__init__()
        self._theme = theme
        self._icon, self._role = icon, role
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, icon: str, role: str) -> None:
        """Show another icon, or in another colour."""
        if (icon, role) != (self._icon, self._role):
            self._icon, self._role = icon, role
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as a line of text."""
        return QSize(look.px(self._theme, 15), round(QFontMetricsF(look.body(self._theme)).height()))

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        paint_icon(painter, QRectF(self.rect()), self._icon, self._theme.colour(self._role))
