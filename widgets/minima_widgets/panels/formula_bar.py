"""The formula of the landscape: set as mathematics while one looks, a line to type into at a click.

It knows no grammar. What is typed is reported at each keystroke (`edited`); whoever can read it answers with
`set_error` or `clear_error`, and a sentence about an error waits until the hand rests. Enter keeps what is
right (`accepted`), Escape goes back to what stood there (`cancelled`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget
from shiboken6 import isValid

from minima_widgets.panels import look
from minima_widgets.panels.completion import Completion, Example, matching
from minima_widgets.panels.controls import Button, keeps_key, keeps_press
from minima_widgets.panels.formula_field import LONGEST, FormulaField, one_line
from minima_widgets.panels.numbers import count
from minima_widgets.panels.shown_formula import ShownFormula
from minima_widgets.panels.suggestions import Row, SuggestionCard
from minima_widgets.panels.texts import Line
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Completion", "Example", "FormulaBar"]

CALM_MS = 250
"""How long the hand rests before it is told what is wrong."""

_HISTORY_SHOWN = 12
_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_F2}


class FormulaBar(QWidget):
    """Shows a formula and lets one type another.

    Signals: ``edited(text)`` at each keystroke, ``accepted(text)`` with Enter, ``cancelled()`` with Escape,
    or when the keyboard leaves a text that is wrong; ``editing_changed(on)``.
    """

    edited = Signal(str)
    accepted = Signal(str)
    cancelled = Signal()
    editing_changed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text, self._latex, self._prefix = "", "", "f(x, y) ="
        self._shown = ShownFormula()
        self._hovered = False
        self._editing = False
        self._error: tuple[int, str] | None = None
        self._told, self._notice = "", ""
        self._completions: tuple[Completion, ...] = ()
        self._offered: list[tuple[str, int]] = []  # what takes the place of how many letters
        self._history: tuple[str, ...] = ()
        self._back = -1  # how far back in the history; −1: what is being typed
        self._draft = ""
        self._examples: tuple[Example, ...] = ()
        self._came_from: QWidget | None = None  # who had the keyboard before
        self._key = ""
        self.field = FormulaField(theme)
        self.lead = Line(theme, self._prefix, role="muted", size="formula")
        self.lead.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.past = Button(theme, icon="history", kind="quiet", tip="Earlier formulas and examples", key="↑")
        self.keep = Button(theme, icon="check", kind="quiet", tip="Keep this formula", key="Enter")
        self.card = SuggestionCard(theme, self)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self._tell_calmly)
        row = QHBoxLayout(self)
        row.setSpacing(6)
        for part, stretch in ((self.lead, 0), (self.field, 1), (self.past, 0), (self.keep, 0)):
            row.addWidget(part, stretch)
            part.hide()
        self._row = row
        self.field.typed.connect(self._typed)
        self.field.pressed.connect(self._pressed)
        self.field.went.connect(self._leave)
        # Queued: it is told before the text that was cut is there.
        self.field.too_long.connect(self._say_cut, Qt.ConnectionType.QueuedConnection)
        self.past.clicked.connect(self._open_past)
        self.keep.clicked.connect(self._enter)
        self.card.picked.connect(self._pick)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._fit()
        self._describe()

    # -- what is shown -------------------------------------------------------------------------------------

    def set_formula(self, text: str, latex: str = "", prefix: str = "f(x, y) =") -> None:
        """Show a formula: one line that can be typed back in, and its LaTeX, which is set as mathematics.

        While somebody types, the line is left alone; it is what Escape goes back to.
        """
        if (text, latex, prefix) == (self._text, self._latex, self._prefix):
            return
        self._text, self._latex, self._prefix = one_line(text), latex, prefix
        self._shown.show(self._text, latex, prefix)
        if not self._editing:
            self._set()
        self._describe()

    def text(self) -> str:
        """Return what is being typed, or the formula that is shown."""
        return self.field.typed_text() if self._editing else self._text

    @property
    def editing(self) -> bool:
        """Whether somebody is typing a formula."""
        return self._editing

    def set_key(self, key: str) -> None:
        """Say which key leads here."""
        self._key = key
        self._describe()

    def set_completions(self, completions: Iterable[Completion]) -> None:
        """Offer these words while one types: functions, constants, the parameters of this formula."""
        self._completions = tuple(completions)
        if self._editing and self.card.isVisible():
            self._offer()

    def set_history(self, formulas: Iterable[str]) -> None:
        """Offer these formulas with the arrow up and in the menu; the latest first."""
        self._history = tuple(one_line(text) for text in formulas)
        self._back = -1

    def set_examples(self, examples: Iterable[Example]) -> None:
        """Offer these where nothing has been typed yet."""
        self._examples = tuple(examples)

    def set_error(self, column: int, sentence: str) -> None:
        """Say what is wrong with what was typed, and where; at once after Enter, else when the hand rests."""
        if not self._editing:
            self.begin(self._draft or self._text)
            self._error = (column, sentence)
            self._tell()
            return
        self._error = (column, sentence)
        if self._told:
            self._told = sentence  # it is being read already: keep it true
            self.field.set_wrong(column)
            self._offer()
        self._calm.start()

    def clear_error(self) -> None:
        """Take the sentence about an error away."""
        self._error = None
        self._calm.stop()
        self.field.set_wrong(-1)
        if self._told:
            self._told = ""
            self._offer()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self.card.set_theme(theme)
        self._fit()
        self._set()

    # -- beginning and ending ------------------------------------------------------------------------------

    def begin(self, text: str | None = None) -> None:
        """Let somebody type: all of the present formula is chosen, so that one may begin anew at once."""
        if self._editing:
            self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.field.selectAll()
            return
        holder = self.window().focusWidget()
        self._came_from = None if holder is None or holder is self else holder
        self._editing = True
        self._error, self._told, self._notice, self._back = None, "", "", -1
        self.field.show_text(self._text if text is None else text)
        self._draft = self.field.typed_text()
        for part in (self.lead, self.field, self.past, self.keep):
            part.show()
        self._lead()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self.updateGeometry()
        self.update()
        self.editing_changed.emit(True)
        if not self._draft:
            self._offer()

    def finish(self) -> None:
        """Show the formula again, without a signal about what was typed."""
        if not self._editing:
            return
        self._editing = False
        self._calm.stop()
        self.card.hide()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if self.field.hasFocus():
            self._give_keyboard()
        for part in (self.lead, self.field, self.past, self.keep):
            part.hide()
        self._set()
        self.editing_changed.emit(False)

    def _give_keyboard(self) -> None:
        """Hand the keyboard back to where it came from: the views, whose arrows and letters are their own."""
        back = self._came_from
        if back is not None and isValid(back) and back.isVisible() and back.isEnabled():
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.field.clearFocus()

    def _enter(self) -> None:
        if self._error is not None:
            self._tell()
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        text = self.field.typed_text().strip()
        if not text:
            self._cancel()
            return
        self._draft = text
        self.finish()
        self.accepted.emit(text)

    def _cancel(self) -> None:
        self.finish()
        self.cancelled.emit()

    def _leave(self) -> None:
        """Keep what is right when the keyboard goes elsewhere, and drop what is not."""
        if not self._editing or self._back_soon():
            return
        changed = self.field.typed_text().strip() not in {"", self._text}
        if self._error is None and changed:
            self._enter()
        else:
            self._cancel()

    def _back_soon(self) -> bool:
        holder = self.window().focusWidget() if self.isVisible() else None
        return holder is not None and holder is not self.field and self.isAncestorOf(holder)

    # -- typing --------------------------------------------------------------------------------------------

    def _typed(self) -> None:
        self._back = -1
        self._draft = self.field.typed_text()
        self._changed()

    def _changed(self) -> None:
        self._error, self._notice = None, ""
        self._calm.stop()
        text = self.field.typed_text()
        self._lead()
        self.edited.emit(text)
        if self._error is None and self._told:
            self._told = ""
        self._offer()

    def _lead(self) -> None:
        """Write f(x) or f(x, y), by what is typed."""
        text = self.field.typed_text()
        known = sorted((item.word for item in self._completions if len(item.word) > 1), key=len, reverse=True)
        for word in known:
            text = text.replace(word, " ")
        bare = re.sub(r"[^\W\d_]_\w+", " ", text)
        prefix = "f(x, y) =" if "y" in bare or "x2" in bare or "x_2" in text else "f(x) ="
        self.lead.set_text(prefix if text.strip() else self._prefix)
        self.lead.updateGeometry()

    def _pressed(self, key: Qt.Key) -> None:
        rows = self.card.isVisible() and bool(self._offered)
        chosen = self.card.list.current
        if key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            step = 1 if key == Qt.Key.Key_Down else -1
            if rows:
                self.card.list.go(step)
            else:
                self._recall(-step)
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            if rows:
                self.card.list.go(7 if key == Qt.Key.Key_PageDown else -7)
        elif key == Qt.Key.Key_Tab:
            if rows:
                self._pick(max(chosen, 0))
            else:
                self.field.focusNextPrevChild(True)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if rows and chosen >= 0:
                self._pick(chosen)
            else:
                self._enter()
        elif key == Qt.Key.Key_Escape:
            if rows and self.field.typed_text():
                self._offered = []
                self._show_card(())
                self._calm.start()
            else:
                self._cancel()
        elif key == Qt.Key.Key_Space:
            self._offer(asked=True)

    def _recall(self, way: int) -> None:
        """Go back (+1) or forward (−1) in the history; where one was, the draft waits."""
        place = self._back + way
        if not -1 <= place < len(self._history):
            return
        self._back = place
        self.field.show_text(self._draft if place < 0 else self._history[place])
        self._changed()
        self._offered = []
        self._show_card(())

    # -- completion ----------------------------------------------------------------------------------------

    def _offer(self, asked: bool = False) -> None:
        """Offer words that begin as what stands before the cursor does, or examples on an empty line."""
        text = self.field.typed_text()
        if not text.strip() and self._examples:
            self._offered = [(example.text, -1) for example in self._examples]
            self._show_card(
                [Row(example.text, example.meaning) for example in self._examples], "Examples", -1
            )
            return
        found = matching(self._completions, self.field.before_cursor(), asked)
        self._offered = [(item.insert, letters) for item, letters in found]
        self._show_card(
            [Row(item.insert.replace("()", "(…)"), item.meaning, item.kind) for item, _ in found], "", 0
        )

    def _show_card(self, rows: Iterable[Row], heading: str = "", current: int = -1) -> None:
        problem = " ".join(filter(None, (self._notice, self._told)))
        self.card.say(self, problem=problem, heading=heading, rows=tuple(rows), current=current)

    def _pick(self, row: int) -> None:
        if not 0 <= row < len(self._offered):
            return
        insert, letters = self._offered[row]
        self._offered = []
        if letters < 0:
            self.field.show_text(insert)
            self._typed()
        else:
            self.field.replace_before(letters, insert)
        self._offered = []
        self._show_card(())
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_calmly(self) -> None:
        """Say what is wrong, unless a word is being typed that may become right."""
        if not self._offered:
            self._tell()

    def _tell(self) -> None:
        """Say what is wrong."""
        if self._error is None or not self._editing:
            return
        self._calm.stop()
        column, self._told = self._error
        self.field.set_wrong(column)
        self._offer()

    def _say_cut(self) -> None:
        self._notice = (
            f"A formula here has at most {count(LONGEST)} letters; what came after them is left out."
        )
        self._show_card(())

    def _open_past(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        metrics, room = menu.fontMetrics(), look.px(self._theme, 440)
        for title, texts in (
            ("Earlier", self._history[:_HISTORY_SHOWN]),
            ("Examples", tuple(example.text for example in self._examples)),
        ):
            if texts:
                menu.addSection(title)
            for text in texts:
                words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room).replace("&", "&&")
                menu.addAction(words).triggered.connect(lambda _checked=False, text=text: self._take(text))
        if not menu.actions():
            menu.addAction("Nothing has been typed yet").setEnabled(False)
        menu.popup(self.past.mapToGlobal(self.past.rect().bottomLeft()))

    def _take(self, text: str) -> None:
        self.begin()
        self.field.show_text(text)
        self._typed()

    # -- drawing -------------------------------------------------------------------------------------------

    def _fit(self) -> None:
        edge = look.px(self._theme, 12)
        self._row.setContentsMargins(edge, 0, look.px(self._theme, 5), 0)
        self.lead.setMinimumWidth(0)
        self.updateGeometry()

    def _set(self) -> None:
        """Set the formula for the present width, smaller where it is too long."""
        self._shown.set(self._theme, self.width() - 2 * look.px(self._theme, 12))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as the buttons beside it, or as a fraction needs."""
        high = look.px(self._theme, 34)
        if not self._editing:
            high = max(high, self._shown.height)
        return QSize(look.px(self._theme, 400), high)

    def minimumSizeHint(self) -> QSize:
        """Shrink to the beginning of a formula."""
        return QSize(look.px(self._theme, 60), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set it anew for another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._set()

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card, and the formula on it."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        line = "accent" if self._editing or self.hasFocus() else "muted" if self._hovered else "line"
        painter.setPen(QPen(theme.colour(line), 1))
        painter.setBrush(theme.colour("window" if self._editing else "card"))
        painter.drawRoundedRect(frame, 7, 7)
        if self._editing:
            return
        edge = look.px(theme, 12)
        self._shown.paint(painter, QRectF(self.rect()).adjusted(edge, 0, -edge, 0), theme)

    def _describe(self) -> None:
        self.setAccessibleName(f"Formula: {self._prefix} {self._text}")
        self.setAccessibleDescription("Click or press Enter to type another formula.")

    def event(self, event: QEvent) -> bool:
        """Keep the keys that begin to edit; tell the whole formula on hover where it is cut."""
        if not self._editing and keeps_key(event, _KEYS):
            return True
        if event.type() == QEvent.Type.ToolTip and not self._editing:
            whole = f"{self._prefix} {self._text}. " if self._shown.cut and len(self._text) < 600 else ""
            self.setToolTip(look.tip(f"{whole}Click to type another formula.", self._key))
        return keeps_press(event) or super().event(event)

    # -- mouse and keys ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the press, so that its release comes here."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Begin to type."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Begin to type with Enter, Space or F2."""
        if not self._editing and Qt.Key(event.key()) in _KEYS:
            self.begin()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Answer the pointer."""
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hovered = False
        self.update()
        super().leaveEvent(event)
