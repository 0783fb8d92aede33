"""The race: a legend that is the control, one line an entry, and the way to add another method.

It is fed with plain values and reports gestures; what they do to the exploration is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.column_area import column_area
from minima_widgets.panels.controls import Button, keeps_press
from minima_widgets.panels.cure_values import VerdictNote
from minima_widgets.panels.cure_words import Paragraph
from minima_widgets.panels.lines import Groups, MethodItem, RaceLine, SettingRow, Value
from minima_widgets.panels.method_list import MethodPopup
from minima_widgets.panels.race_line import LineWidget
from minima_widgets.panels.sections import Inside
from minima_widgets.panels.verdict_card import VerdictCard
from minima_widgets.theme import Theme

__all__ = ["MethodItem", "RaceLine", "RacePanel", "SettingRow"]


class RacePanel(QWidget):
    """All lines of the race.

    Signals: ``toggled(id, on)``, ``setting_changed(id, name, value, finished)`` (a nested setting is named
    ``"local.lr"``; `finished` is false while a slider is dragged), ``duplicated(id)``, ``removed(id)``,
    ``go_on_requested(id, method)``, ``selected(id)``, ``add_requested(method)``, ``inside_switched(id, name,
    on)`` (with an empty name: all of them), ``cure_chosen(id, k)`` (the k-th of its card),
    ``cures_chosen(id)`` (the first few at once), ``next_start(id)`` (the card shall speak of another start).
    """

    toggled = Signal(int, bool)
    setting_changed = Signal(int, str, object, bool)
    duplicated = Signal(int)
    removed = Signal(int)
    go_on_requested = Signal(int, str)
    selected = Signal(int)
    add_requested = Signal(str)
    inside_switched = Signal(int, str, bool)
    cure_chosen = Signal(int, int)
    cures_chosen = Signal(int)
    next_start = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._groups: Groups = ()
        self._lines: dict[int, LineWidget] = {}
        self._order: tuple[int, ...] = ()
        self.methods: MethodPopup | None = None
        self._going_on: int | None = None
        self._verdicts: dict[int, str] = {}
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(100)
        self._pause.timeout.connect(self._show_verdicts)
        self._inside = Inside()
        self._list = QVBoxLayout(self._inside)
        self._list.setContentsMargins(0, 0, 2, 0)
        self._list.setSpacing(1)
        self.add = Button(theme, "Add a method", icon="plus", tip="Take another method into the race")
        self.add.clicked.connect(self.open_methods)
        self._list.addWidget(self.add)
        self.card: VerdictCard | None = None
        self.invitation = Paragraph(theme, role="muted", size="small")
        self._list.addWidget(self.invitation)
        self._list.addStretch(1)
        self._area = column_area(self._inside)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(look.GAP)
        self._layout.addWidget(self._area, 1)
        self.setAccessibleName("Race")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(look.px(theme, 240))

    # -- what is shown -------------------------------------------------------------------------------------

    def set_lines(self, lines: Iterable[RaceLine]) -> None:
        """Show these lines in this order; lines that stay keep what is unfolded, and what somebody is at."""
        lines = tuple(lines)
        wanted = {line.id for line in lines}
        for number in [number for number in self._lines if number not in wanted]:
            widget = self._lines.pop(number)
            if self.card is not None and self.card.parent() is widget:
                self._put_card_away()
            self._list.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        for place, line in enumerate(lines):
            widget = self._lines.get(line.id) or self._make(line)
            if self._list.indexOf(widget) != place:
                self._list.removeWidget(widget)
                self._list.insertWidget(place, widget)
            widget.set_line(line)
            self._verdicts.pop(line.id, None)
        self._order = tuple(line.id for line in lines)
        self._order_keys()

    def fold_all(self) -> None:
        """Fold every line: what comes next is another race, even where its lines are numbered alike."""
        for widget in self._lines.values():
            widget.set_open(False)

    def update_verdicts(self, verdicts: Mapping[int, str]) -> None:
        """Show new verdicts, as often as one can read them (ten times a second), however often they come.

        One that has changed costs a repaint of its line, the others nothing.
        """
        self._verdicts.update(verdicts)
        if not self._pause.isActive():
            self._show_verdicts()

    def show_card(self, note: VerdictNote | None, invitation: str = "") -> None:
        """Show a card under its line; None: no card, but what invites to look at a line."""
        self.invitation.set_text("" if note is not None else invitation)
        if note is None or note.line not in self._lines:
            self._put_card_away()
            return
        card = self._card()
        moved = card.parent() is not self._lines[note.line] or card.isHidden()
        card.set_note(note)
        if moved:
            self._let_go()
        self._lines[note.line].hold(card)
        card.show()
        if moved:
            self._order_keys()

    def reveal(self, number: int) -> None:
        """Bring a line into sight, with the card under it where there is room."""
        widget = self._lines.get(number)
        if widget is not None:
            self._list.activate()
            self._inside.adjustSize()
            self._area.ensureWidgetVisible(widget, 0, 8)
            self._area.ensureWidgetVisible(widget.head, 0, 8)

    def reveal_card(self) -> bool:
        """Bring the card into sight and the keyboard to its first cure; whether there is one."""
        if self.card is None or self.card.isHidden():
            return False
        self._list.activate()
        self._inside.adjustSize()
        self._area.ensureWidgetVisible(self.card, 0, 8)
        return self.card.focus_first()

    def update_values(self, values: Mapping[int, Mapping[str, Value]]) -> None:
        """Show settings that move by themselves, such as a temperature, where they are unfolded."""
        for number, by_name in values.items():
            widget = self._lines.get(number)
            if widget is not None:
                for name, value in by_name.items():
                    widget.show_value(name, value)

    def set_available(self, groups: Iterable[tuple[str, Iterable[MethodItem]]]) -> None:
        """Offer these methods: groups of title and methods, the usual few first."""
        self._groups = tuple((title, tuple(items)) for title, items in groups)
        self.add.set_available(bool(self._groups), "The methods are not known yet.")

    def set_footer(self, widget: QWidget) -> None:
        """Put `widget` below the lines, where it stays while they scroll."""
        self._layout.addWidget(widget)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.setMinimumWidth(look.px(theme, 240))
        look.pass_on(self, theme)

    def line(self, number: int) -> LineWidget:
        """Return the line of the entry `number`; KeyError when there is none."""
        return self._lines[number]

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)

    # -- gestures ------------------------------------------------------------------------------------------

    def open_methods(self) -> None:
        """Open the list of methods to add."""
        self._going_on = None
        self._method_list().open_at(self.add)

    def _show_verdicts(self) -> None:
        changed = False
        for number, verdict in self._verdicts.items():
            widget = self._lines.get(number)
            changed = (widget is not None and widget.head.set_verdict(verdict)) or changed
        self._verdicts.clear()
        if changed:
            self._pause.start()
            return
        for widget in self._lines.values():
            widget.head.settle()

    def _make(self, line: RaceLine) -> LineWidget:
        widget = LineWidget(self._theme, line)
        self._lines[line.id] = widget
        widget.toggled.connect(self.toggled)
        widget.selected.connect(self.selected)
        widget.setting_changed.connect(self.setting_changed)
        widget.duplicated.connect(self.duplicated)
        widget.removed.connect(self.removed)
        widget.go_on_wanted.connect(self._open_go_on)
        widget.walked.connect(self._walk)
        widget.inside_switched.connect(self.inside_switched)
        widget.unfolded.connect(self._reveal)
        return widget

    def _order_keys(self) -> None:
        """Let Tab go through the lines as they stand."""
        ordered = [self._lines[number] for number in self._order]
        for before, after in pairwise([*ordered, self.add]):
            QWidget.setTabOrder(before, after)

    def _card(self) -> VerdictCard:
        """Return the card, made when there is first something to say."""
        if self.card is None:
            self.card = card = VerdictCard(self._theme)
            card.applied.connect(lambda k: self._of_card(lambda line: self.cure_chosen.emit(line, k)))
            card.all_wanted.connect(lambda: self._of_card(self.cures_chosen.emit))
            card.next_start.connect(lambda: self._of_card(self.next_start.emit))
            card.whole_wanted.connect(lambda: self._of_card(self.selected.emit))
        return self.card

    def _of_card(self, report: Callable[[int], object]) -> None:
        if self.card is not None and self.card.note is not None:
            report(self.card.note.line)

    def _put_card_away(self) -> None:
        """Keep the card for the next line that has something to say."""
        if self.card is not None:
            self.card.hide()
            self._let_go()
            self.card.setParent(self)

    def _let_go(self) -> None:
        """Have every line say its own verdict again."""
        for widget in self._lines.values():
            widget.let_go()

    def _method_list(self) -> MethodPopup:
        if self.methods is None:
            self.methods = MethodPopup(self._theme, self)
            self.methods.chosen.connect(self._take)
        self.methods.set_groups(self._groups)
        return self.methods

    def _open_go_on(self, number: int) -> None:
        self._going_on = number
        self._method_list().open_at(self._lines[number].head)

    def _take(self, method: str) -> None:
        if self._going_on is None:
            self.add_requested.emit(method)
        else:
            self.go_on_requested.emit(self._going_on, method)
        self._going_on = None

    def _walk(self, number: int, step: int) -> None:
        """Move the keyboard to a neighbouring line."""
        heads = [self._lines[each].head for each in self._order]
        place = heads.index(self._lines[number].head) + step
        if 0 <= place < len(heads):
            heads[place].setFocus(Qt.FocusReason.TabFocusReason)
            self._area.ensureWidgetVisible(heads[place], 0, 8)
        elif place == len(heads):
            self.add.setFocus(Qt.FocusReason.TabFocusReason)

    def _reveal(self, number: int, is_open: bool) -> None:
        """Bring what has just been unfolded into sight: it is the line that is looked at."""
        if is_open:
            self.selected.emit(number)
            self._list.activate()
            self._inside.adjustSize()
            self._area.ensureWidgetVisible(self._lines[number], 0, 8)
