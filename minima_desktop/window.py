"""The window: gestures and acts become changes of the session, and what the runs did becomes scenes.

The window decides nothing about methods or numbers. It holds the parts together: the session (what is wanted),
the player (which step is shown), the engine (what has been computed), the projector (what is drawn) and the deck
(the widgets). One timer at the screen's rate pulls; the engine's few events arrive as queued signals.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QByteArray, QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QMenu

from minima_core.document import Document, DocumentError, opening
from minima_core.scene import Hint, conditions, try_next
from minima_desktop import feed
from minima_desktop.actions import ACTS, MENUS
from minima_desktop.deck import Deck
from minima_desktop.engine import Engine, Event
from minima_desktop.gallery import Gallery
from minima_desktop.pictures import Pictures
from minima_desktop.player import Player
from minima_desktop.preferences import Preferences
from minima_desktop.session import Session
from minima_desktop.projector import Projector, prepare_usual
from minima_widgets.theme import Theme

log = logging.getLogger(__name__)

FRAME_MS = 16
WORDS_SECONDS = 0.12
"""Words change more slowly than pictures: they have to be read."""

CURSOR_STEPS = (1 / 100, 1 / 20)
"""How far an arrow key moves the cursor, as a share of what is visible: alone, and with Shift."""

TYPE_SIZES = (7.0, 22.0)
USUAL_TYPE = 10.5
HINTS_REMEMBERED = 8
ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}


class MainWindow(QMainWindow):
    """The one window of the program."""

    engine_event = Signal(object)
    painted = Signal()

    def __init__(self, document: Document, preferences: Preferences, engine: Engine | None = None) -> None:
        super().__init__()
        self.preferences = preferences
        self.session = Session(document, self._exploration_changed, self._refused)
        self.player = Player(horizon=document.exploration.steps, speed=document.view.speed, playing=True)
        self.engine = engine or Engine(notify=self.engine_event.emit)
        self.projector = Projector(self.session)
        self.acts = self._make_actions()
        theme = Theme.load(document.view.theme, document.view.type_size)
        self.deck = Deck(theme, self.acts)
        self.gallery = Gallery(self)
        self.pictures = Pictures(self)
        self._suggested: tuple[frozenset[str], Hint] | None = None
        self._seen_hints: list[str] = []
        self.moved = False
        self._cursor: tuple[float, float] | None = None
        self._first_paint_seen = False
        self._last_frame = time.perf_counter()
        self._last_words = 0.0
        self._stale = True
        self._last_act = ""
        self._clock = QTimer(self)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.setInterval(FRAME_MS)
        self._clock.timeout.connect(self._frame)
        self.setWindowTitle("Minima Desktop")
        self.setCentralWidget(self.deck)
        self.setMinimumSize(760, 520)
        self.setAcceptDrops(True)
        self._connect()
        self.deck.set_theme(theme)
        self._restore()
        self._show_exploration()
        self._draw()

    # -- making ------------------------------------------------------------------------------------------

    def _make_actions(self) -> dict[str, QAction]:
        """One QAction for every declared act; menus, header and shortcut sheet are made from these."""
        made: dict[str, QAction] = {}
        for declared in ACTS:
            action = QAction(declared.title, self)
            action.setObjectName(declared.id)
            action.setShortcuts([QKeySequence(key) for key in declared.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(declared.switch)
            action.setToolTip(declared.tip)
            action.setStatusTip(declared.tip)
            action.setProperty("icon", declared.icon)
            action.triggered.connect(lambda _checked=False, name=declared.id: self.do(name))
            self.addAction(action)
            made[declared.id] = action
        menu = QMenu(self)
        for title in MENUS:
            part = menu.addMenu(title)
            for declared in ACTS:
                if declared.menu == title:
                    part.addAction(made[declared.id])
        more = QAction("Menu", self)
        more.setProperty("icon", "more")
        more.setToolTip("Everything there is to do, with its keys.")
        more.setShortcut(QKeySequence("F10"))
        more.triggered.connect(lambda: self._open_menu(menu))
        self.addAction(more)
        made["menu"] = more
        return made

    def _connect(self) -> None:
        deck = self.deck
        for view in deck.views:
            view.pointed.connect(self._point)
            view.left.connect(self._leave)
            view.clicked.connect(self._clicked)
            view.start_dragged.connect(self._start_dragged)
            view.selected.connect(self._select)
        deck.map.region_changed.connect(self._zoomed)
        deck.profile.region_changed.connect(self._zoomed)
        deck.surface.camera_changed.connect(lambda camera: self.session.look(camera=tuple(camera)))
        deck.surface.drawer_changed.connect(self._say_how_drawn)
        deck.trace.scrubbed.connect(self._scrub)
        deck.trace.axis_toggled.connect(self._trace_axis)
        deck.race.toggled.connect(lambda line, on: self.session.toggle(line, on))
        deck.race.setting_changed.connect(self._setting_changed)
        deck.race.duplicated.connect(self._duplicate)
        deck.race.removed.connect(self.session.remove)
        deck.race.selected.connect(self._select)
        deck.race.go_on_requested.connect(self._go_on)
        deck.race.add_requested.connect(self.add_named)
        deck.timeline.play_toggled.connect(lambda: self.do("play"))
        deck.timeline.stepped.connect(self._step_by)
        deck.timeline.scrubbed.connect(self._scrub)
        deck.timeline.speed_changed.connect(self._set_speed)
        deck.timeline.end_changed.connect(self._set_horizon)
        deck.header.picker_requested.connect(lambda: self.do("landscape"))
        deck.try_next.acted.connect(self._follow_hint)
        deck.toast.acted.connect(self._toast_acted)
        self.engine_event.connect(self._engine_event, Qt.ConnectionType.QueuedConnection)

    def _restore(self) -> None:
        geometry = self.preferences.data("window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1480, 920)
        self.deck.workspace.restore(self.preferences.values("window/layout"))
        self.acts["views-only"].setChecked(self.deck.workspace.views_only)

    def start(self) -> None:
        """Starts the engine and the clock; called once the window has been painted."""
        self.engine.begin()
        prepare_usual(self.engine, self.session)
        self.deck.race.set_available(feed.method_groups())
        self._order()
        self._last_frame = time.perf_counter()
        self._clock.start()

    # -- the frame ---------------------------------------------------------------------------------------

    def _frame(self) -> None:
        now = time.perf_counter()
        passed, self._last_frame = now - self._last_frame, now
        player = self.player
        self.engine.aim(player.aim)
        fresh = self.projector.take(self.engine)
        if self.engine.served == self.projector.serial:
            player.tick(min(passed, 0.25), self.engine.frontier())
        if fresh or self.projector.shown != player.step or self._stale:
            self._draw()
        if now - self._last_words > WORDS_SECONDS:
            self._last_words = now
            self._say()

    def _draw(self) -> None:
        self._stale = False
        step = self.player.step
        picture = self.projector.scenes(step)
        if picture.profile is not None:
            self.deck.profile.show_scene(picture.profile)
        if picture.race is not None:
            self.deck.map.show_scene(picture.race)
            self.deck.surface.show_scene(picture.race)
        self.deck.trace.show_scene(picture.trace)
        self.deck.timeline.set_state(
            step, self.projector.last(), self.player.horizon, self.player.playing, self.player.speed or math.inf
        )
        if step > 0:
            self.moved = True

    def _say(self) -> None:
        """Updates every word that may have changed: verdicts, status, what to try next."""
        deck, stage = self.deck, self.projector
        deck.race.update_verdicts(stage.verdicts(self.player.step))
        deck.race.update_values(stage.live_values(self.player.step))
        reading = stage.reading(self._cursor)
        if reading is None:
            deck.status.clear_reading("Move over the map to read position, value and slope.")
        else:
            deck.status.set_reading(*reading)
        deck.status.set_progress(stage.preparing(self.engine.preparation))
        hint = self._suggest()
        deck.try_next.set_suggestion(hint.text, hint.label, f"{hint.action} {hint.argument}".strip())

    def _suggest(self) -> Hint:
        """What to try next; it stays for as long as what is on screen does."""
        running = self.player.playing
        verdicts = {
            key: None if running else self.projector.judged().get(key) for key in self.session.exploration.runs
        }
        holding = conditions(self.session.exploration, verdicts, last_act=self._last_act)
        if self._suggested is None or self._suggested[0] != holding:
            hint = try_next(holding, self._seen_hints)
            self._seen_hints = [*self._seen_hints[-HINTS_REMEMBERED:], hint.text]
            self._suggested = (holding, hint)
        return self._suggested[1]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Says once that the first picture is on screen."""
        super().paintEvent(event)
        if not self._first_paint_seen:
            self._first_paint_seen = True
            QTimer.singleShot(0, self.painted.emit)

    # -- changes of the session --------------------------------------------------------------------------

    def _exploration_changed(self) -> None:
        self._show_exploration()
        self._order()
        self._stale = True

    def _show_exploration(self) -> None:
        session, deck = self.session, self.deck
        exploration = session.exploration
        self.player.set_horizon(exploration.steps)
        deck.fit_to(exploration)
        deck.header.set_landscape(session.landscape.title, "L")
        deck.header.set_formula(self.projector.formula_text())
        deck.race.set_lines(feed.race_lines(session, self.player.step, self.projector.verdicts(self.player.step)))
        deck.timeline.set_ticks(segments=self.projector.segment_steps())
        self.acts["undo"].setEnabled(session.can_undo)
        self.acts["redo"].setEnabled(session.can_redo)
        self.acts["undo"].setProperty("why", "" if session.can_undo else "Nothing has been changed yet.")
        self.acts["redo"].setProperty("why", "" if session.can_redo else "Nothing has been taken back.")

    def _order(self) -> None:
        self.projector.order(self.engine)

    def _refused(self, sentence: str) -> None:
        self.deck.toast.say(sentence, problem=True)

    def _engine_event(self, event: Event) -> None:
        if event.kind == "failed":
            self.deck.toast.say(event.sentence, problem=True)
        self._last_words = 0.0

    # -- gestures ----------------------------------------------------------------------------------------

    def _point(self, x: float, y: float) -> None:
        self._set_cursor((x, y))

    def _leave(self) -> None:
        self._set_cursor(None)

    def _set_cursor(self, point: tuple[float, float] | None) -> None:
        self._cursor = point
        sender = self.sender()
        for view in self.deck.views:
            if view is not sender:
                view.set_cursor(point)
        self._last_words = min(self._last_words, time.perf_counter() - WORDS_SECONDS + 0.03)

    def _clicked(self, x: float, y: float, add: bool) -> None:
        self._start_from(self._position(x, y), add)

    def _position(self, x: float, y: float) -> tuple[float, ...]:
        """A point of a view as a point of the landscape: the profile's height is not a coordinate."""
        dimension = self.session.exploration.place.dimension
        if dimension == 1:
            return (x,)
        rest = tuple(float(p) for p in self.session.landscape.start[2:])
        return (x, y, *rest)

    def _start_from(self, position: tuple[float, ...], add: bool) -> None:
        done = self.session.add_start(position) if add else self.session.start_at(position)
        if done:
            self._last_act = "clicked"
            self.player.restart()

    def _start_dragged(self, index: int, x: float, y: float, finished: bool) -> None:
        if self.session.move_start(index, self._position(x, y), finished):
            self._last_act = "start-moved"
            if self.player.step == 0:
                self.player.scrub(self.player.horizon)

    def _select(self, entry: int) -> None:
        self.session.look(selected=entry)
        self._show_exploration()
        self._stale = True

    def _zoomed(self, region: tuple[float, float, float, float] | None) -> None:
        self.session.look(zoom=region)
        self.projector.zoomed()
        self._stale = True

    def _setting_changed(self, entry: int, name: str, value: object, finished: bool) -> None:
        step = self.player.step
        changed = self.session.change_setting(entry, step, name, value, finished)
        if changed and finished and 0 < step < self.player.horizon:
            self.deck.toast.say(
                f"Changed from step {step} on; what lies before stays.",
                "From the start instead",
                f"from-start {entry}",
            )
        self._last_act = "setting"

    def _toast_acted(self, action: str) -> None:
        word, _, entry = action.partition(" ")
        if word == "from-start":
            self.session.from_the_start(int(entry))

    def _duplicate(self, entry: int) -> None:
        made = self.session.duplicate(entry)
        if made is not None:
            self._select(made)

    def _go_on(self, entry: int, method: str) -> None:
        if self.session.go_on(entry, self.player.step, method):
            self.player.playing = True
            self._last_act = "went-on"

    def add_named(self, method: str) -> None:
        """Adds a method to the race, by name."""
        made = self.session.add_method(method)
        if made is not None:
            self._select(made)
            self.player.restart()

    def _follow_hint(self, link: str) -> None:
        action, _, argument = link.partition(" ")
        if action == "landscape" and argument:
            self.choose(argument)
        elif action == "add-method" and argument:
            self.add_named(argument)
        else:
            self.do(action)

    def choose(self, landscape: str) -> None:
        """Moves the race to another landscape."""
        if self.session.set_landscape(landscape):
            self._last_act = "landscape"
            self.session.look(zoom=None)
            self.fit()
            self.player.restart()

    def click_at(self, point: tuple[float, float], add: bool = False) -> None:
        """Does what a click at a point of the landscape does."""
        self._clicked(point[0], point[1], add)

    def drag_start_to(self, index: int, point: tuple[float, float]) -> None:
        """Does what dragging a start to a point does."""
        self._start_dragged(index, point[0], point[1], True)

    # -- acts --------------------------------------------------------------------------------------------

    def do(self, name: str) -> None:
        """Carries out a declared act."""
        if name == "menu":
            self.acts["menu"].trigger()
            return
        declared = next(act for act in ACTS if act.id == name)
        act: Callable[[], object] = getattr(self, declared.do)
        act()

    def save_picture(self) -> None:
        """Opens the dialog for pictures."""
        self.pictures.open()

    def copy_picture(self) -> None:
        """Copies the picture of all views to the clipboard."""
        self.pictures.copy()

    def undo(self) -> None:
        """Takes back the last change."""
        self.session.undo()

    def redo(self) -> None:
        """Does again what was taken back."""
        self.session.redo()

    def choose_landscape(self) -> None:
        """Opens the gallery."""
        self.gallery.open()

    def throw_start(self) -> None:
        """Starts from a point picked at random."""
        start = self.session.throw_start()
        self._last_act = "thrown"
        self.player.restart()
        self.deck.toast.say(f"Thrown with seed {start.seed}.", seconds=3)

    def start_at_cursor(self) -> None:
        """Starts all chosen methods at the cursor."""
        if self._cursor is not None:
            self._clicked(*self._cursor, add=False)

    def add_at_cursor(self) -> None:
        """Adds a start at the cursor."""
        if self._cursor is not None:
            self._clicked(*self._cursor, add=True)

    def add_method(self) -> None:
        """Opens the list of methods."""
        self.deck.workspace.set_folded("race", False)
        self.deck.race.open_methods()

    def duplicate_selected(self) -> None:
        """Duplicates the selected line."""
        if self.session.view.selected is None:
            self._refused("Select a line of the race first: click its name.")
        else:
            self._duplicate(self.session.view.selected)

    def remove_selected(self) -> None:
        """Takes the selected line out for good."""
        if self.session.view.selected is None:
            self._refused("Select a line of the race first: click its name.")
        else:
            self.session.remove(self.session.view.selected)
            self.session.look(selected=None)

    def next_border(self) -> None:
        """Goes through the choices of what happens at the border."""
        order = ("auto", "free", "clip", "reflect")
        now = order[(order.index(self.session.exploration.border) + 1) % len(order)]
        if self.session.set_border(now):
            words = {
                "auto": "as each method likes: gradient methods leave freely, those that sample are reflected",
                "free": "free: runs may leave the region",
                "clip": "clip: runs stop at the border and slide along it",
                "reflect": "reflect: runs bounce back",
            }[now]
            self.deck.toast.say(f"At the border: {words}.")

    def open_opening(self) -> None:
        """Sets the opening race up again."""
        document = opening()
        view = msgspec.structs.replace(
            document.view, theme=self.session.view.theme, type_size=self.session.view.type_size
        )
        self.open_document(Document(document.version, document.exploration, view))

    def open_document(self, document: Document) -> None:
        """Replaces the document by a valid one; the old one stays where that is not possible."""
        try:
            self.session.open(document)
        except (DocumentError, ValueError) as error:
            self._refused(str(error))
            return
        self.player.speed = document.view.speed
        self._last_act = ""
        self.fit()
        self.player.restart()

    def toggle_play(self) -> None:
        """Plays or pauses."""
        self.player.toggle()
        self._stale = True

    def _step_by(self, by: int) -> None:
        self.player.scrub(self.player.step + by)
        self._stale = True

    def step_on(self) -> None:
        """Goes one step on."""
        self._step_by(1)

    def step_back(self) -> None:
        """Goes one step back."""
        self._step_by(-1)

    def _scrub(self, step: int) -> None:
        self.player.scrub(int(step))
        self._stale = True

    def go_start(self) -> None:
        """Goes to the beginning of the timeline."""
        self._scrub(0)

    def go_end(self) -> None:
        """Goes to the end of the timeline, or as far as the runs have come."""
        self._scrub(self.projector.last())

    def faster(self) -> None:
        """Plays faster."""
        self.player.faster(1)
        self._stale = True

    def slower(self) -> None:
        """Plays slower."""
        self.player.faster(-1)
        self._stale = True

    def _set_speed(self, speed: float) -> None:
        self.player.speed = 0.0 if speed == float("inf") else speed
        self.session.look(speed=self.player.speed)
        self._stale = True

    def _set_horizon(self, steps: int) -> None:
        further = steps > self.player.horizon
        if self.session.set_steps(int(steps)) and further:
            self.player.playing = True

    def stop(self) -> None:
        """Holds the race, and closes what is open."""
        self.player.playing = False
        self.deck.toast.dismiss()
        self._stale = True

    def fit(self) -> None:
        """Shows the whole region again."""
        for view in self.deck.views:
            view.fit()
        self._stale = True

    def toggle_views_only(self) -> None:
        """Shows only the views, or everything."""
        workspace = self.deck.workspace
        only = not workspace.views_only
        workspace.set_views_only(only)
        self.deck.header.setVisible(not only)
        self.acts["views-only"].setChecked(only)

    def toggle_full_screen(self) -> None:
        """Fills the screen, or not."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.acts["full-screen"].setChecked(self.isFullScreen())

    def toggle_theme(self) -> None:
        """Changes between light and dark."""
        self._set_theme("light" if self.session.view.theme == "dark" else "dark", self.session.view.type_size)

    def _set_theme(self, name: str, type_size: float) -> None:
        self.session.look(theme=name, type_size=type_size)
        self.preferences.keep("theme", name)
        self.preferences.keep("type-size", type_size)
        theme = Theme.load(name, type_size)
        self.deck.set_theme(theme)
        self.gallery.set_theme(theme)
        self._stale = True

    def larger_type(self) -> None:
        """Makes all type larger."""
        self._set_type(self.session.view.type_size + 1)

    def smaller_type(self) -> None:
        """Makes all type smaller."""
        self._set_type(self.session.view.type_size - 1)

    def usual_type(self) -> None:
        """Brings the type back to its usual size."""
        self._set_type(USUAL_TYPE)

    def _set_type(self, size: float) -> None:
        low, high = TYPE_SIZES
        self._set_theme(self.session.view.theme, min(max(size, low), high))

    def toggle_trace_axis(self) -> None:
        """Draws the trace against steps or evaluations."""
        self._trace_axis("x")

    def toggle_trace_scale(self) -> None:
        """Draws the loss linear or logarithmic."""
        self._trace_axis("y")

    def _trace_axis(self, axis: str) -> None:
        view = self.session.view
        if axis == "x":
            self.session.look(x_axis="evaluations" if view.x_axis == "steps" else "steps")
        else:
            self.session.look(y_axis="linear" if view.y_axis == "log" else "log")
        self._stale = True

    def reset_layout(self) -> None:
        """Puts every panel back."""
        self.deck.workspace.reset()
        self.deck.header.show()
        self.acts["views-only"].setChecked(False)

    def show_keys(self) -> None:
        """Shows every key."""
        from minima_desktop.sheets import KeySheet

        KeySheet(self, self.deck.theme).open()

    def show_about(self) -> None:
        """Says what this is."""
        from minima_desktop.sheets import AboutSheet

        AboutSheet(self, self.deck.theme).open()

    def _open_menu(self, menu: QMenu) -> None:
        menu.adjustSize()
        corner = self.deck.header.mapToGlobal(self.deck.header.rect().bottomRight())
        menu.popup(QPoint(corner.x() - menu.sizeHint().width(), corner.y() + 4))

    # -- Qt ----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the cursor; every other key has its act."""
        direction = ARROWS.get(Qt.Key(event.key()))
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if direction is None or modifiers not in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        ):
            super().keyPressEvent(event)
            return
        share = CURSOR_STEPS[modifiers == Qt.KeyboardModifier.ShiftModifier]
        x0, x1, y0, y1 = self.projector.visible()
        at = self._cursor or ((x0 + x1) / 2, (y0 + y1) / 2)
        moved = (
            min(max(at[0] + direction[0] * share * (x1 - x0), x0), x1),
            min(max(at[1] + direction[1] * share * (y1 - y0), y0), y1),
        )
        if self.session.exploration.place.dimension == 1:
            moved = (moved[0], float(self.session.landscape.value([moved[0]])))
        self._cursor = moved
        for view in self.deck.views:
            view.set_cursor(moved)
        self._last_words = 0.0

    def changeEvent(self, event: QEvent) -> None:
        """Keeps the switch of the full screen true."""
        if event.type() == QEvent.Type.WindowStateChange and hasattr(self, "acts"):
            self.acts["full-screen"].setChecked(self.isFullScreen())
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ends every run and joins the thread; remembers where things stood."""
        self._clock.stop()
        if not self.engine.close():
            log.error("The engine did not end in time.")
        self.gallery.close()
        self.deck.surface.shut()
        self.preferences.keep("window/geometry", QByteArray(self.saveGeometry()))
        self.preferences.keep("window/layout", self.deck.workspace.state())
        event.accept()

    def _say_how_drawn(self) -> None:
        self.deck.status.set_note("surface drawn in software" if self.deck.surface.software else "")

    def suggested_file(self) -> str:
        """A name for a picture of what is on screen."""
        return f"{Path(self.session.landscape.name or 'landscape').name}.png"
