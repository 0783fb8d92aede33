"""The card under a line of the race: the whole verdict, the numbers that justify it, and what to try."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Button
from minima_widgets.panels.cure_row import CureRow
from minima_widgets.panels.cure_values import VerdictNote
from minima_widgets.panels.cure_words import Numbers, Paragraph
from minima_widgets.panels.texts import Line
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["VerdictCard"]

SHOWN = 3
"""Cures that are shown before somebody asks for more; so many are tried at once."""
TONES = {"helped": ("check", "good"), "no": ("minus", "muted")}
"""Icon and colour of a comparison; the others are told as information."""


class VerdictCard(QWidget):
    """What is said of one run, and what to do about it; in brief, as long as nobody has asked.

    Signals: ``applied(k)`` (cure number k was chosen), ``all_wanted()`` (try the first few at once),
    ``next_start()`` (speak of the next start), ``whole_wanted()`` (say all of it).
    """

    applied = Signal(int)
    all_wanted = Signal()
    next_start = Signal()
    whole_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._note: VerdictNote | None = None
        self._rows: list[CureRow] = []
        self._unfolded = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setAccessibleName("The verdict and what to try")
        self.result = Paragraph(theme)
        self.tried_for = Paragraph(theme, role="muted", size="small")
        self.sentence = Paragraph(theme)
        self.which = Button(theme, kind="link", tip="Speak of the next start")
        self.which.clicked.connect(self.next_start)
        self.tally = Paragraph(theme, role="muted", size="small")
        self.signs = [Paragraph(theme, role="warning", size="small", icon="warning") for _ in range(3)]
        self.numbers = Numbers(theme)
        self.heading = Line(theme, "What to try", size="bold")
        self.all = Button(theme, "Try all", kind="link", tip="Tries the first cures at once, side by side")
        self.all.clicked.connect(self.all_wanted)
        self.more = Button(theme, kind="link")
        self.more.clicked.connect(self._say_more)
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.heading, 1)
        head.addWidget(self.all)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._layout = QVBoxLayout(self)
        above: tuple[QWidget, ...] = (self.result, self.tried_for, self.tally)
        for part in above:
            self._layout.addWidget(part)
        self._layout.addWidget(self.which, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self.sentence, *self.signs, self.numbers, self._head):
            self._layout.addWidget(part)
        self._layout.addLayout(self._list)
        self._layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._fit()

    @property
    def note(self) -> VerdictNote | None:
        """What is said."""
        return self._note

    @property
    def rows(self) -> tuple[CureRow, ...]:
        """The cures, those behind “more” included."""
        return tuple(self._rows)

    def set_note(self, note: VerdictNote) -> None:
        """Say this; what stays the same costs nothing."""
        if note == self._note:
            return
        other = self._note is None or self._note.line != note.line
        self._note = note
        if other:
            self._unfolded = False
        whole = not note.brief
        icon, role = TONES.get(note.judgement, ("info", "warning"))
        self.result.set_text(note.result, role="text" if role == "muted" else role, icon=icon)
        self.tried_for.set_text(note.tried_for if whole else "")
        self.sentence.set_text(note.sentence if whole or not note.tally else "")
        self.tally.set_text(note.tally)
        self.which.setText(note.which)
        self.which.setVisible(whole and bool(note.which))
        for k, part in enumerate(self.signs):
            part.set_text(note.signs[k] if whole and k < len(note.signs) else "")
        self.numbers.set_items(note.numbers if whole else ())
        self._show_cures()

    def focus_first(self) -> bool:
        """Bring the keyboard to the first cure; whether there is one."""
        if not self._rows:
            return False
        untried = next(
            (row for row in self._rows if not row.item.state and not row.isHidden()), self._rows[0]
        )
        untried.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()
        self.update()

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("raised", 0.55))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 3, -1, -3), 8, 8)

    def _fit(self) -> None:
        theme = self._theme
        side, high = look.px(theme, 11), look.px(theme, 12)
        self._layout.setContentsMargins(side, high, side, high)
        self._layout.setSpacing(look.px(theme, 6))

    def _show_cures(self) -> None:
        assert self._note is not None
        cures, brief = self._note.cures, self._note.brief
        while len(self._rows) > len(cures):
            row = self._rows.pop()
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        for k, item in enumerate(cures):
            if k < len(self._rows):
                self._rows[k].set_item(item)
                continue
            row = CureRow(self._theme, item)
            row.clicked.connect(lambda _checked=False, k=k: self.applied.emit(k))
            row.walked.connect(lambda by, k=k: self._walk(k + by))
            self._rows.append(row)
            self._list.addWidget(row)
        for k, row in enumerate(self._rows):
            row.set_brief(brief)
            row.setVisible(k == 0 if brief else k < SHOWN or self._unfolded or bool(row.item.state))
        hidden = sum(row.isHidden() for row in self._rows)
        self._head.setVisible(bool(cures) and not brief)
        untried = sum(not item.state and not item.how.startswith("changes") for item in cures[:SHOWN])
        self.all.setVisible(untried > 1)
        if brief:
            self.more.setText(f"Why, and {hidden} more to try" if hidden else "Why")
            self.more.set_tip("Shows the numbers behind it and all that may help", "K")
        else:
            self.more.setText(f"{hidden} more")
            self.more.set_tip("Shows the other cures too")
        self.more.setVisible(brief or hidden > 0)
        self.updateGeometry()

    def _say_more(self) -> None:
        if self._note is not None and self._note.brief:
            self.whole_wanted.emit()
        else:
            self._unfold()

    def _unfold(self) -> None:
        self._unfolded = True
        self._show_cures()

    def _walk(self, k: int) -> None:
        if 0 <= k < len(self._rows):
            if self._rows[k].isHidden():
                self._unfold()
            self._rows[k].setFocus(Qt.FocusReason.TabFocusReason)
