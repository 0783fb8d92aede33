"""The card of talks: scenes in order, what is written about one, and everything that is done with a talk.

It is fed with plain values and reports what a person does; what a scene is, and what a talk is written as, is
decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QImage
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.column_area import column_area
from minima_widgets.panels.controls import Button, keeps_press
from minima_widgets.panels.job_line import JobLine
from minima_widgets.panels.sections import Inside
from minima_widgets.panels.talk_rows import SceneRows
from minima_widgets.panels.talk_texts import SceneEditor
from minima_widgets.panels.talk_values import SceneTexts, SceneTile, TalkState
from minima_widgets.panels.texts import Field, Line, Note
from minima_widgets.theme import Theme

__all__ = ["SceneTexts", "SceneTile", "TalkPanel", "TalkState"]

EMPTY = (
    "A talk is made of scenes. Set a race up as you like it, and add what you see; "
    "play the scenes one after the other, or write them out as slides."
)
SCENE_BUTTONS = (
    ("open", "Open", "", "Opens the scene in the window, to look at it or to change it", "Enter"),
    ("update", "Update", "", "Puts what is in the window now in the place of the chosen scene", ""),
    ("duplicate", "", "duplicate", "Puts the scene in once more", "Ctrl+D"),
    ("remove", "", "remove", "Takes the scene out of the talk; undo brings it back", "Delete"),
)


class TalkPanel(QWidget):
    """The card.

    Signals: ``asked(act)`` with add, open, update, duplicate, remove, play, undo, redo, new, load, save,
    save-as or export:KIND; ``chosen(k)``, ``moved(k, to)``, ``edited(name, text)`` of the chosen scene,
    ``named(title)`` of the talk, ``themed(name)`` for what is written out, ``image_wanted(key)``,
    ``cancelled()``.
    """

    asked = Signal(str)
    chosen = Signal(int)
    moved = Signal(int, int)
    edited = Signal(str, str)
    named = Signal(str)
    themed = Signal(str)
    image_wanted = Signal(str)
    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.title = Field(theme, "Title of the talk", tip="What the talk is called: slides and files say it")
        self.title.setPlaceholderText("Title of the talk")
        self.title.setMaxLength(300)
        self._called = ""
        self.file = Line(theme, "", role="muted", size="small")
        self.add = Button(
            theme, "Add this view", icon="plus", kind="primary", tip="Adds what you see as a scene", key="A"
        )
        self.undo = Button(
            theme, icon="undo", kind="quiet", tip="Takes the last change of the talk back", key="Ctrl+Z"
        )
        self.redo = Button(
            theme, icon="redo", kind="quiet", tip="Does again what was taken back", key="Ctrl+Shift+Z"
        )
        self.more = Button(theme, icon="more", kind="quiet", tip="New talk, open, save")
        self.empty = Note(theme)
        self.empty.setText(EMPTY)
        self._gap = QWidget()
        self._gap.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.rows = SceneRows(theme)
        self.editor = SceneEditor(theme)
        self.buttons = {
            name: Button(theme, text, icon=icon, kind="raised" if text else "quiet", tip=tip, key=key)
            for name, text, icon, tip, key in SCENE_BUTTONS
        }
        self.play = Button(
            theme, "Play from here", icon="present", tip="Fills the screen, beginning with the chosen scene"
        )
        self.export = Button(theme, "Export", icon="chevron-down", tip="Writes all scenes at once")
        self.job = JobLine(theme)
        self._menus = QMenu(self), QMenu(self)
        self._themes = QActionGroup(self)
        self._lay_out(theme)
        self._connect()
        self.setAccessibleName("Talk")
        self.setMinimumWidth(look.px(theme, 260))
        self.set_state(TalkState())

    def _lay_out(self, theme: Theme) -> None:
        above = QHBoxLayout()
        above.setSpacing(2)
        above.addWidget(self.add, 1)
        for each in (self.undo, self.redo, self.more):
            above.addWidget(each)
        inside = Inside()
        room = QVBoxLayout(inside)
        room.setContentsMargins(0, 0, 2, 0)
        room.addWidget(self.rows)
        room.addStretch(1)
        self.area = column_area(inside)
        self.area.setMinimumHeight(look.px(theme, 110))
        acts = QHBoxLayout()
        acts.setSpacing(4)
        for name in ("open", "update"):
            acts.addWidget(self.buttons[name], 1)
        for name in ("duplicate", "remove"):
            acts.addWidget(self.buttons[name])
        self.chosen_part = QWidget()
        part = QVBoxLayout(self.chosen_part)
        part.setContentsMargins(0, 0, 0, 0)
        part.setSpacing(6)
        part.addLayout(acts)
        part.addWidget(self.editor)
        below = QHBoxLayout()
        below.setSpacing(6)
        below.addWidget(self.play, 1)
        below.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.file)
        column.addLayout(above)
        column.addWidget(self.empty)
        column.addWidget(self._gap)
        column.addWidget(self.area, 3)
        column.addWidget(self.chosen_part, 1)
        column.addLayout(below)
        column.addWidget(self.job)

    def _connect(self) -> None:
        rows = self.rows
        rows.chosen.connect(self._choose)
        rows.moved.connect(self._move)
        rows.asked.connect(self._ask)
        rows.image_wanted.connect(self.image_wanted)
        rows.walked.connect(
            lambda top, high: self.area.ensureVisible(0, round(top + high / 2), 0, round(high / 2) + 4)
        )
        self.editor.edited.connect(self.edited)
        self.title.left.connect(self._name)
        for name, button in (
            ("add", self.add),
            ("undo", self.undo),
            ("redo", self.redo),
            *self.buttons.items(),
        ):
            button.clicked.connect(lambda _=False, name=name: self._ask(name))
        self.play.clicked.connect(lambda: self._ask("play"))
        self.job.cancelled.connect(self.cancelled)
        files, exports = self._menus
        for name, text in (("new", "New talk"), ("load", "Open…"), ("save", "Save"), ("save-as", "Save as…")):
            self._entry(files, text, name)
        self.more.clicked.connect(lambda: self._open(files, self.more))
        self.export.clicked.connect(lambda: self._open(exports, self.export))

    def set_exports(
        self, kinds: Sequence[tuple[str, str]], themes: Sequence[tuple[str, str]], theme: str
    ) -> None:
        """Offer these files that a talk is written as, and these looks of its pictures."""
        menu = self._menus[1]
        menu.clear()
        for name, text in kinds:
            self._entry(menu, text, f"export:{name}")
        menu.addSeparator()
        for name, text in themes:
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(name == theme)
            action.triggered.connect(lambda _=False, name=name: self.themed.emit(name))
            self._themes.addAction(action)
            menu.addAction(action)

    def _entry(self, menu: QMenu, text: str, name: str) -> None:
        action = QAction(text, menu)
        action.setObjectName(name)
        action.triggered.connect(lambda: self._ask(name))
        menu.addAction(action)

    def _open(self, menu: QMenu, button: Button) -> None:
        menu.adjustSize()
        look.place_popup(menu, button, above=button is self.export, right=True)
        menu.popup(menu.pos())

    # -- what a person does --------------------------------------------------------------------------------

    def _name(self) -> None:
        """Say that the talk is called otherwise; leaving the line alone says nothing."""
        if self.title.text() != self._called:
            self.named.emit(self.title.text())

    def _ask(self, act: str) -> None:
        self.editor.let_go()
        self.asked.emit(act)

    def _choose(self, k: int) -> None:
        self.editor.let_go()
        self.chosen.emit(k)

    def _move(self, k: int, to: int) -> None:
        self.editor.let_go()
        self.moved.emit(k, to)

    # -- what is shown -------------------------------------------------------------------------------------

    def set_state(self, state: TalkState) -> None:
        """Show a talk as it is now."""
        some = bool(state.tiles)
        self._called = state.title
        self.title.show_text(state.title)
        self.file.set_text(state.file)
        self.file.setVisible(bool(state.file))
        for each in (self.empty, self._gap):
            each.setVisible(not some)
        self.rows.set_tiles(state.tiles, state.at)
        self.area.setVisible(some)
        self.chosen_part.setVisible(state.at >= 0)
        self.editor.set_texts(state.texts)
        self.undo.set_available(state.can_undo, "Nothing has been changed yet.")
        self.redo.set_available(state.can_redo, "Nothing has been taken back.")
        for button in (self.play, self.export):
            button.set_available(some, "Add a scene first.")
        self.job.set_job(state.job)

    def set_image(self, key: str, image: QImage) -> None:
        """Give the scenes of that key their picture."""
        self.rows.set_image(key, image)

    def take_keyboard(self) -> None:
        """Have the keyboard where it is of use."""
        (self.rows if self.area.isVisibleTo(self) else self.add).setFocus(Qt.FocusReason.TabFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self.setMinimumWidth(look.px(theme, 260))
        self.rows.forget_images()
        look.pass_on(self, theme)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)
