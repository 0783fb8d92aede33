"""The line in which a formula is typed: brackets that help, a mark under what is wrong, any text survived.

Whatever is pasted becomes one line of at most `LONGEST` letters: line breaks and signs that cannot be printed
turn into spaces, and what is too long is cut, which `too_long` says.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from minima_widgets.panels import look
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["LONGEST", "FormulaField", "one_line"]

LONGEST = 2000
"""Letters that the line takes: more than anybody types, fewer than what makes a line of text slow."""

_KEPT = {
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Space,
}
_PAIRS = {"(": ")", "[": "]"}


def one_line(text: str) -> str:
    """Return `text` as one line that can be shown: what cannot be printed becomes a space.

    Examples
    --------
    >>> one_line("x^2" + chr(10) + "+ y" + chr(0))
    'x^2 + y '
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)


class FormulaField(QLineEdit):
    """The field; `typed` at each change by a person, `pressed` with a key that is the bar's business."""

    typed = Signal()
    pressed = Signal(object)  # Qt.Key
    too_long = Signal()
    went = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._wrong = -1
        self._busy = False
        self.setMaxLength(LONGEST)
        self.setFrame(False)
        self.setAccessibleName("Formula")
        self.setPlaceholderText("Type a formula of x and y, such as x² + y²")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.textEdited.connect(self._take)
        self.inputRejected.connect(self.too_long)
        self.cursorPositionChanged.connect(lambda _old, _new: self.update())
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.setStyleSheet(
            "QLineEdit { border: none; background: transparent; padding: 0; "
            f'font-family: "STIX Two Text", "STIX Two Math"; font-size: {round(look.px(theme, 17))}px; }}'
        )
        self.updateGeometry()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take text that is dragged here; files are for the window to open."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def sizeHint(self) -> QSize:
        """As high as the bar."""
        return QSize(look.px(self._theme, 300), look.px(self._theme, 32))

    def minimumSizeHint(self) -> QSize:
        """Shrink to a few letters."""
        return QSize(look.px(self._theme, 60), look.px(self._theme, 32))

    # -- text ----------------------------------------------------------------------------------------------

    def show_text(self, text: str) -> None:
        """Put `text` in, as if it had stood there always; the cursor goes to its end."""
        self.setText(one_line(text[:LONGEST]))
        self.set_wrong(-1)

    def typed_text(self) -> str:
        """Return what stands here."""
        return one_line(self.text())

    def before_cursor(self) -> str:
        """Return what stands before the cursor."""
        return _units(self.text(), self.cursorPosition())

    def replace_before(self, letters: int, text: str) -> None:
        """Put `text` in the place of that many letters before the cursor; between “()” the cursor stays."""
        self._busy = True
        behind = self.text()[len(self.before_cursor()) :]
        if text.endswith("()") and behind.startswith("("):
            text = text[:-2]
        for _ in range(letters):
            self.backspace()
        self.insert(text)
        if text.endswith("()"):
            self.cursorBackward(False)
        self._busy = False
        self._take()

    def set_wrong(self, column: int) -> None:
        """Mark the letter at `column`, counted in letters from 0; −1 takes the mark away."""
        if column != self._wrong:
            self._wrong = column
            self.update()

    def _take(self, _text: str = "") -> None:
        if self._busy:
            return
        text = self.text()
        line = one_line(text)
        if line != text:
            place = self.cursorPosition()
            self._busy = True
            self.setText(line)
            self.setCursorPosition(min(place, len(line)))
            self._busy = False
        self.set_wrong(-1)
        self.typed.emit()

    # -- keys ----------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the bar from the window's shortcuts, and Tab from moving the keyboard."""
        if isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            plain = event.modifiers() & ~(
                Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
            )
            if event.type() == QEvent.Type.ShortcutOverride:
                printable = bool(event.text()) and event.text().isprintable()
                if plain == Qt.KeyboardModifier.NoModifier and (key in _KEPT or printable):
                    event.accept()
                    return True
                if plain == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_Space:
                    event.accept()
                    return True
            if event.type() == QEvent.Type.KeyPress and key == Qt.Key.Key_Tab:
                self.pressed.emit(key)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type, with brackets that come in pairs; hand the rest to the bar."""
        key, text = Qt.Key(event.key()), event.text()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in {
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
            Qt.Key.Key_Escape,
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
            Qt.Key.Key_PageUp,
            Qt.Key.Key_PageDown,
        } or (control and key == Qt.Key.Key_Space):
            self.pressed.emit(key)
            return
        if not (control or self.isReadOnly()) and self._pair(key, text):
            return
        super().keyPressEvent(event)

    def _pair(self, key: Qt.Key, text: str) -> bool:
        """Do what brackets do by themselves; tell whether the key is done with."""
        before = self.before_cursor()
        behind = self.text()[len(before) :]
        if text in _PAIRS:
            chosen = self.selectedText()
            if chosen:
                self._edit(lambda: self.insert(f"{text}{chosen}{_PAIRS[text]}"))
                return True
            if not behind or behind[0] in " )]+-−*/·,^":
                self._edit(lambda: self._insert_pair(text))
                return True
        elif text in _PAIRS.values() and behind.startswith(text) and not self.hasSelectedText():
            # The one that was put there is typed over, unless a bracket is missing.
            if (before + behind).count(text) >= (before + behind).count("(" if text == ")" else "["):
                self.cursorForward(False)
                return True
        elif (
            key == Qt.Key.Key_Backspace
            and not self.hasSelectedText()
            and before[-1:] in _PAIRS
            and behind.startswith(_PAIRS[before[-1]])
        ):
            self._edit(self._remove_pair)
            return True
        return False

    def _insert_pair(self, opening: str) -> None:
        self.insert(opening + _PAIRS[opening])
        self.cursorBackward(False)

    def _remove_pair(self) -> None:
        self.del_()
        self.backspace()

    def _edit(self, change: Callable[[], object]) -> None:
        self._busy = True
        change()
        self._busy = False
        self._take()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the keyboard went elsewhere, unless it only went to a menu or another window."""
        super().focusOutEvent(event)
        if event.reason() not in {
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
            Qt.FocusReason.MenuBarFocusReason,
        }:
            self.went.emit()

    # -- drawing -------------------------------------------------------------------------------------------

    def x_of(self, column: int) -> float:
        """Return where the letter at `column` begins."""
        metrics = QFontMetricsF(self.font())
        text = self.text()
        before = self.before_cursor()
        here = self.cursorRect().center().x()
        return here + metrics.horizontalAdvance(text[:column]) - metrics.horizontalAdvance(before)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, the pair of brackets at the cursor, and the mark under what is wrong."""
        super().paintEvent(event)
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        middle = self.height() / 2
        foot = middle + metrics.height() * 0.42
        if self.hasFocus() and not self.hasSelectedText():
            painter.setPen(QPen(theme.colour("accent"), 1.5))
            for column in _pair_at(self.text(), len(self.before_cursor())):
                x = self.x_of(column)
                painter.drawLine(
                    QPointF(x, foot),
                    QPointF(x + metrics.horizontalAdvance(self.text()[column]), foot),
                )
        if self._wrong >= 0:
            text = self.text()
            x = self.x_of(min(self._wrong, len(text)))
            wide = metrics.horizontalAdvance(text[self._wrong]) if self._wrong < len(text) else 0.0
            centre = x + wide / 2
            half, tall = look.px(theme, 4.5), look.px(theme, 5)
            top = self.height() - tall - 2
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("error"))
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(centre, top),
                        QPointF(centre - half, top + tall),
                        QPointF(centre + half, top + tall),
                    ]
                )
            )
            if wide:
                painter.drawRect(QRectF(x, top - 2.5, wide, 1.5))


def _units(text: str, position: int) -> str:
    """Return the part of `text` before a position that is counted as Qt counts (in halves of letters)."""
    if text.isascii() or len(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2:
        return text[:position]
    half = text.encode("utf-16-le", "surrogatepass")[: 2 * position]
    return half.decode("utf-16-le", "ignore")


def _pair_at(text: str, place: int) -> tuple[int, ...]:
    """Return the columns of the bracket at the cursor and of its partner, or nothing."""
    for at in (place - 1, place):
        if 0 <= at < len(text) and text[at] in "()[]":
            letter = text[at]
            way = 1 if letter in "([" else -1
            other = {"(": ")", ")": "(", "[": "]", "]": "["}[letter]
            depth = 0
            k = at
            while 0 <= k < len(text):
                depth += (text[k] == letter) - (text[k] == other)
                if depth == 0:
                    return (at, k)
                k += way
    return ()
