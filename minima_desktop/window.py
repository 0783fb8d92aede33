"""The window: gestures and acts become changes of the session, and what the runs did becomes scenes.

The window decides nothing about methods or numbers. It holds the parts together: the session (what is
wanted), the player (which step is shown), the engine (what has been computed), the projector (what is drawn),
the deck (the widgets), the gestures and the commands. One timer at the screen's rate pulls; the engine's few
events arrive as queued signals.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QPaintEvent,
)
from PySide6.QtWidgets import QMainWindow, QMenu

from minima_core.document import Document
from minima_core.scene import Hint, acts_done, conditions, percent, try_next
from minima_desktop import feed, preparer
from minima_desktop.actions import ACTS, MENUS, act, key_of
from minima_desktop.commands import Commands
from minima_desktop.engine import Engine, Event
from minima_desktop.gestures import Gestures
from minima_desktop.hub import Hub
from minima_desktop.preferences import Preferences
from minima_desktop.projector import PARTS, Part

if TYPE_CHECKING:
    from minima_desktop.comparing import Comparing
    from minima_desktop.curing import Curing
    from minima_desktop.exploring import Exploring
    from minima_desktop.keeping import Beginning
    from minima_desktop.saving import Saving
    from minima_desktop.studying import Studying
    from minima_desktop.talking import Talking
    from minima_desktop.teaching import Teaching
    from minima_desktop.terrain import Terrain

log = logging.getLogger(__name__)

FRAME_MS = 16
LATE_SECONDS = 0.020
"""A frame that comes later than this after the last one had too much to do: views and trace take turns."""
TURNS_SECONDS = 5.0
"""How long they do so after the last late frame."""
REFINE_MS = 120
"""How long after the start the relief is drawn finer and settings are shown: the race moves first."""

MAPS_MS = 30_000
"""How long after the start maps of basins are made ready, unless somebody explores sooner: the first minute
belongs to the race."""

HINTS_REMEMBERED = 8
FIRST_SIZE = (1480, 920)
"""Pixels of the first window, where the screen has room for it."""

TIMELINE_KEYS = {"start": "to-start", "back": "back", "play": "play", "on": "step", "end": "to-end"}


class MainWindow(QMainWindow):
    """The one window of the program."""

    engine_event = Signal(object)
    painted = Signal()

    def __init__(self, document: Document, preferences: Preferences, engine: Engine | None = None) -> None:
        super().__init__()
        self.acts = self._make_actions()
        self.hub = Hub(document, preferences, engine or Engine(notify=self.engine_event.emit), self.acts)
        self.hub.do = self.do
        self.gestures = Gestures(self.hub)
        self.commands = Commands(self, self.hub, self.gestures)
        self.session, self.player, self.projector = self.hub.session, self.hub.player, self.hub.projector
        self.engine, self.deck = self.hub.engine, self.hub.deck
        self.preferences = preferences
        self._suggested: tuple[frozenset[str], Hint] | None = None
        self._seen_hints: list[str] = []
        self.moved = False
        self.terrain: Terrain | None = None
        self.exploring: Exploring | None = None
        self.teaching: Teaching | None = None
        self.talking: Talking | None = None
        self.curing: Curing | None = None
        self.studying: Studying | None = None
        self.comparing: Comparing | None = None
        self.saving: Saving | None = None
        self.begin: Callable[[], Beginning] | None = None
        self._maps_soon = QTimer(self)
        self._maps_soon.setSingleShot(True)
        self._maps_soon.timeout.connect(self.hub.prepare_maps)
        self._first_paint_seen = False
        self._drawn_how = ""
        self._behind: tuple[Part, ...] = PARTS
        self._turns_until = 0.0
        self._last_frame = time.perf_counter()
        self._clock = QTimer(self)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.setInterval(FRAME_MS)
        self._clock.timeout.connect(self._frame)
        self.setWindowTitle("Minima Desktop[*]")
        self.setAcceptDrops(True)
        self.setCentralWidget(self.deck)
        self.setMinimumSize(760, 520)
        self.deck.surface.drawer_changed.connect(self._say_how_drawn)
        self.engine_event.connect(self._engine_event, Qt.ConnectionType.QueuedConnection)
        self.deck.timeline.set_keys({part: key_of(name) for part, name in TIMELINE_KEYS.items()})
        self._restore()
        self.deck.surface.camera = document.view.camera
        self.hub.show_exploration(settings=False)
        self.deck.take_keyboard()
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
            action.setProperty("icon_name", declared.icon)
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
        more.setProperty("icon_name", "more")
        more.setToolTip("Everything there is to do, with its keys.")
        more.setShortcut(QKeySequence("F10"))
        more.triggered.connect(lambda: self._open_menu(menu))
        self.addAction(more)
        made["menu"] = more
        return made

    def _restore(self) -> None:
        geometry = self.preferences.data("window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            room = self.screen().availableGeometry()
            self.resize(min(FIRST_SIZE[0], room.width()), min(FIRST_SIZE[1], room.height()))
        self.deck.workspace.restore(self.preferences.values("window/layout"))
        self.acts["views-only"].setChecked(self.deck.workspace.views_only)

    def start(self) -> None:
        """Starts the engine and the clock; called once the window has been painted."""
        from minima_desktop.comparing import Comparing
        from minima_desktop.curing import Curing
        from minima_desktop.exploring import Exploring
        from minima_desktop.saving import Saving
        from minima_desktop.studying import Studying
        from minima_desktop.talking import Talking
        from minima_desktop.teaching import Teaching
        from minima_desktop.terrain import Terrain

        self.hub.order()
        self.engine.begin()
        self.deck.open_views()
        self.terrain, self.exploring = Terrain(self.hub), Exploring(self.hub)
        self.commands.terrain, self.commands.exploring = self.terrain, self.exploring
        self.curing = self.commands.curing = Curing(self.hub)
        self.studying = self.commands.studying = Studying(self.hub)
        self.hub.shown.append(self.studying.follow)
        self.comparing = self.commands.comparing = Comparing(self.hub, self.studying)
        self.hub.show_page = self.commands.open_page
        self.teaching = self.commands.teaching = Teaching(self.hub, self.commands.open_as_it_looks)
        self.teaching.studied = self.studying.study_of
        self.commands.preferring.begin()
        self.saving = self.commands.saving = Saving(self, self.hub, self.commands, self.begin)
        self.talking = self.commands.talking = Talking(
            self.hub,
            self.commands.open_as_it_looks,
            self.commands.play_talk,
            self.saving,
        )
        self.exploring.look_at_tabs()
        self.hub.shown += [self.terrain.show, self.exploring.follow]
        self.deck.race.set_available(feed.method_groups())
        QTimer.singleShot(REFINE_MS, self._refine)
        self._maps_soon.start(MAPS_MS)
        self._last_frame = time.perf_counter()
        self._clock.start()

    def _refine(self) -> None:
        self.projector.refine()
        self.hub.inquiries.begin()
        self.hub.show_exploration()
        self.hub.touch()

    # -- the frame ---------------------------------------------------------------------------------------

    def _frame(self) -> None:
        now = time.perf_counter()
        passed, self._last_frame = now - self._last_frame, now
        player = self.player
        self.engine.aim(player.aim)
        fresh = self.projector.take(self.engine)
        if self.engine.taken == self.projector.serial and self.engine.published:
            player.tick(min(passed, 0.25), self.engine.frontier())
            if self.engine.served == self.projector.serial:
                self.hub.preparer.begin(partial(preparer.usual_jobs, self.session.landscape))
        if not player.playing:
            self.projector.ask_exact(self.engine, player.step)
        fresh |= self.projector.look_inside(self.engine, player.step, playing=player.playing)
        if passed > LATE_SECONDS:
            self._turns_until = now + TURNS_SECONDS
        self.hub.rest(now)
        if self.saving is not None:
            self.saving.look(now)
        if self.hub.inquiries.look(player.step):
            known = self.hub.inquiries.findings
            self.projector.findings = known if self.studying is None else self.studying.findings(known)
            self.projector.pointed_out = self.hub.inquiries.pointed_out()
            fresh = True
            self.hub.speak_soon()
        if fresh or self.projector.shown != player.step or self.hub.stale:
            # What waits since the last frame goes first.
            self._behind = (*self._behind, *(part for part in PARTS if part not in self._behind))
        if self._behind:
            self._draw(self._behind[:1] if now < self._turns_until else PARTS)
        if self.hub.words_are_due(now):
            self._say()

    def _draw(self, parts: tuple[Part, ...] = PARTS) -> None:
        self.hub.stale = False
        self._behind = tuple(part for part in self._behind if part not in parts)
        step = self.player.step
        if self.hub.cover is not None:
            self.hub.cover.draw(step, parts)
            return
        picture = self.projector.scenes(step, parts)
        if picture.profile is not None:
            self.deck.profile_place.show_scene(picture.profile)
        if picture.race is not None:
            self.deck.map_place.show_scene(picture.race)
            self.deck.surface.show_scene(picture.race)
        if picture.trace is not None:
            self.deck.trace_place.show_scene(picture.trace)
        self.deck.timeline.set_state(
            step,
            self.projector.last(),
            self.player.horizon,
            self.player.playing,
            self.player.speed or math.inf,
        )
        if self.exploring is not None:
            self.exploring.draw(step)
        if self.studying is not None:
            self.studying.draw()
        if step > 0:
            self.moved = True

    def _say(self) -> None:
        """Updates every word that may have changed: verdicts, status, what to try next."""
        if self.hub.cover is not None:
            self.hub.cover.say()
            return
        deck, stage = self.deck, self.projector
        if self.exploring is not None and self.terrain is not None:
            self.exploring.show(only_if_new=True)
            self.terrain.say()
        if self.curing is not None:
            self.curing.say()
        verdicts = stage.verdicts(self.player.step)
        if self.studying is not None:
            self.studying.say()
            verdicts = self.studying.tell(verdicts)
        deck.race.update_verdicts(verdicts)
        deck.race.update_values(stage.live_values(self.player.step))
        self._note()
        reading = stage.reading(self.hub.cursor)
        if reading is None:
            deck.status.clear_reading("Move over the map to read position, value and slope.")
        else:
            deck.status.set_reading(*reading)
        progress = preparer.words(self.hub.preparer.preparation, self.engine.compiling)
        if self.exploring is not None:
            # A race that waits for its method goes before a map.
            progress = progress if self.engine.compiling else self.exploring.progress() or progress
            if self.studying is not None and self.studying.busy:
                progress = self.studying.progress()
            if not self.projector.in_haste:
                deck.sentence.set_text(self.exploring.headline())
        deck.status.set_progress(progress)
        hint = self._suggest()
        deck.try_next.set_suggestion(hint.text, hint.label, f"{hint.action} {hint.argument}".strip())
        for tell in self.hub.spoken:
            tell()

    def _suggest(self) -> Hint:
        """What to try next; it stays for as long as what is on screen does."""
        runs = self.session.exploration.runs
        holding = conditions(
            self.session.exploration,
            {} if self.player.playing else self.projector.judged(),
            last_act=self.hub.last_act,
            under_way=runs if self.player.playing else (),
            view=self.session.view,
            findings=self.projector.findings,
        )
        if self._suggested is None or self._suggested[0] != holding:
            hint = try_next(holding, self._seen_hints, acts_done(self.session.view))
            self._seen_hints = [*self._seen_hints[-HINTS_REMEMBERED:], hint.text]
            self._suggested = (holding, hint)
        return self._suggested[1]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Says once that the first picture is on screen."""
        super().paintEvent(event)
        if not self._first_paint_seen:
            self._first_paint_seen = True
            QTimer.singleShot(0, self.painted.emit)

    def _engine_event(self, event: Event) -> None:
        if event.kind == "failed":
            self.deck.toast.say(event.sentence, problem=True)
        self.hub.speak_soon(at_once=True)

    # -- Qt ----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the cursor; every other key has its act."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        fast = modifiers == Qt.KeyboardModifier.ShiftModifier
        plain = fast or modifiers == Qt.KeyboardModifier.NoModifier
        if not (plain and self.gestures.move_cursor(Qt.Key(event.key()), fast)):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes files: sessions, and pictures that carry one."""
        if self.saving is not None and self.saving.takes(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Opens what was dropped."""
        if self.saving is not None:
            event.acceptProposedAction()
            self.saving.drop(event.mimeData())

    def changeEvent(self, event: QEvent) -> None:
        """Keeps the switch of the full screen true."""
        if event.type() == QEvent.Type.WindowStateChange and hasattr(self, "acts"):
            self.acts["full-screen"].setChecked(self.isFullScreen())
        super().changeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remembers where things stood, ends every run and joins the threads.

        The window goes at once; a loop that is being compiled cannot be stopped, only waited for.
        """
        if self.hub.cover is not None:
            self.hub.cover.end()
        if self.saving is not None and not self.saving.may_close():
            event.ignore()
            return
        self._clock.stop()
        self._maps_soon.stop()
        if self.teaching is not None:
            self.teaching.tidy()
        self.preferences.keep("window/geometry", QByteArray(self.saveGeometry()))
        self.preferences.keep("window/layout", self.deck.workspace.state())
        self.commands.finish()
        self.hide()
        hub = self.hub
        studies = tuple(each for each in (self.studying, self.comparing, self.talking) if each is not None)
        asked = (hub.preparer, hub.map_preparer, hub.inquiries, hub.projector.insider)
        threads = (*studies, self.engine, *asked)
        teachers = () if self.teaching is None else (self.teaching,)
        if not all([each.close() for each in (*threads, *teachers)]):
            log.error("A thread did not end in time.")
        if self.saving is not None:
            self.saving.finish()
        self.deck.surface.shut()
        event.accept()

    # -- acts --------------------------------------------------------------------------------------------

    def do(self, name: str) -> None:
        """Carries out a declared act."""
        if name == "menu":
            self.acts["menu"].trigger()
            return
        declared = act(name)
        carry_out: Callable[[], object] = attrgetter(declared.do)(self.commands)
        carry_out()

    def _open_menu(self, menu: QMenu) -> None:
        menu.adjustSize()
        corner = self.deck.header.mapToGlobal(self.deck.header.rect().bottomRight())
        menu.popup(QPoint(corner.x() - menu.sizeHint().width(), corner.y() + 4))

    def _say_how_drawn(self) -> None:
        self._drawn_how = "surface drawn in software" if self.deck.surface.software else ""
        self._note()

    def _note(self) -> None:
        """Says what limits the picture: where there is nothing to draw, and how it is drawn."""
        share = self.projector.undefined()
        hole = f"undefined on {percent(share)} of what is shown" if share > 0 else ""
        self.deck.status.set_note(" · ".join(each for each in (hole, self._drawn_how) if each))
