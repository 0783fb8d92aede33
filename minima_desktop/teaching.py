"""Lessons in the window: sets their scenes, looks at what the learner does, and remembers how far one is.

A lesson takes the map; what was there before is set aside and given back. Whether something has been done is
read from the live session at the words' rate; studies run on a thread of their own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from minima_core.document import Document
from minima_desktop.analyst import Analyst
from minima_desktop.aside import Aside
from minima_desktop.clinic import Clinic
from minima_desktop.elbow_room import ElbowRoom
from minima_desktop.hub import Hub
from minima_desktop.learner import Learner
from minima_desktop.lesson_study import LessonStudy

if TYPE_CHECKING:
    from minima_core.lessons import Happening, Lesson, Solution, Step
    from minima_desktop.lesson_walk import Walk
    from minima_widgets.panels.learn_panel import LearnPanel

log = logging.getLogger(__name__)

HINT_SECONDS = 45.0
"""A hint comes by itself when somebody has tried for so long."""
PATIENCE_SECONDS = 6.0
"""How long a prediction waits, once the race is over, for numbers that are still worked out."""
CLINIC = "claims:"
"""The key of the claims clinic in the list of lessons."""


class Teaching(QObject):
    """The teacher in the window.

    Parameters
    ----------
    open_document
        Replaces what is on the map, in the colours and the size of type that are in use.
    """

    def __init__(self, hub: Hub, open_document: Callable[[Document], None]) -> None:
        super().__init__(hub.deck)
        self._hub, self._open = hub, open_document
        self._analyst = Analyst({"study": "lessons", "claim": "claims"})
        self.learner = Learner(hub.preferences)
        self.aside = Aside(hub)
        self.clinic = Clinic(hub, open_document, self.aside, self.learner, self._analyst)
        self.clinic.return_wanted.connect(self.give_back)
        self.studied: Callable[[str], Any] = lambda digest: None
        """The study that was run by hand of a landscape, by its digest: lessons may ask for one."""
        self.walk: Walk | None = None
        self._scene: int | None = None
        self._made_up: set[int] = set()  # steps that were skipped, whose doing is on the map all the same
        self._study = LessonStudy(self._analyst)
        self._came: Any = None  # the experiment with which the step began
        self._since = self._over_since = 0.0
        self._over = False
        self._room = ElbowRoom(hub)
        self._problem = ""
        hub.deck.learn_room.made.connect(self._connect)
        hub.spoken.append(self.look)
        self._mark_acts()

    def _connect(self, panel: LearnPanel) -> None:
        panel.lesson_chosen.connect(self.choose)
        panel.file_wanted.connect(self._ask_for_file)
        panel.return_wanted.connect(self.give_back)
        panel.asked.connect(self._asked)
        panel.answered.connect(self.answer)
        panel.gone.connect(self._turn)
        self._show_list()

    def tidy(self) -> None:
        """Puts the cards back as they were before the lessons: the window closes, and remembers them."""
        self._room.give_back()

    def close(self, patience: float = 20.0) -> bool:
        """Ends what is being counted; true if every thread ended in time."""
        return self._analyst.close(patience)

    # -- the card ------------------------------------------------------------------------------------------

    @property
    def is_shown(self) -> bool:
        """Whether the card of lessons is in front."""
        return self._hub.deck.workspace.is_shown("learn")

    def toggle(self) -> None:
        """Opens the card of lessons, or puts it away; a lesson goes on where it was."""
        self._bring("learn", "clinic")

    def toggle_clinic(self) -> None:
        """Opens the claims clinic, or puts the card away."""
        self._bring("clinic", "learn")

    def _bring(self, name: str, other: str) -> None:
        hub = self._hub
        workspace = hub.deck.workspace
        if workspace.is_shown(name):
            for each in (name, other):
                workspace.set_present(each, False)
            self._room.give_back()
            hub.deck.plane_view.setFocus()
        else:
            if workspace.views_only:
                hub.do("views-only")
            for each in ("learn", "clinic"):
                workspace.set_present(each, True)
            workspace.bring(name)
            room = hub.deck.learn_room if name == "learn" else hub.deck.clinic_room
            self._fold()
            if name == "learn":
                self._show()
            room.panel.take_keyboard()
        self._mark_acts()

    def _mark_acts(self) -> None:
        """Lets the keys of a lesson work while there is one to be seen."""
        acts, there = self._hub.acts, self.walk is not None and self.is_shown
        acts["learn"].setChecked(self.is_shown)
        acts["claims"].setChecked(self._hub.deck.workspace.is_shown("clinic"))
        for name in ("lesson-on", "lesson-back"):
            acts[name].setEnabled(there)
            acts[name].setProperty("why", "" if there else "Open a lesson first.")

    def _fold(self) -> None:
        """Makes room for the map, unless this step is about what stands at the right."""
        step = None if self.walk is None else self.walk.step
        at_right = self._hub.session.view.right != "race"
        self._room.make(needed=step is not None and (_works_at_the_right(step) or at_right))

    # -- the list ------------------------------------------------------------------------------------------

    def _show_list(self) -> None:
        from minima_desktop import lesson_shelf
        from minima_widgets.panels.learn_panel import Shelf

        if self._hub.deck.learn_room.is_made:
            listed = lesson_shelf.entries(self.learner, self.clinic.entry(CLINIC))
            self._hub.deck.learn.show_list(Shelf(listed, self._problem, self.aside.title))

    def show_progress(self) -> None:
        """Shows in the lists how far one has come, as it is remembered now."""
        self._show_list()
        self.clinic.show()

    def choose(self, key: str) -> None:
        """Opens a lesson of the list, or the claims clinic."""
        from minima_core import lessons
        from minima_desktop.lesson_shelf import OWN

        if key == CLINIC:
            self.toggle_clinic()
        elif key.startswith(OWN):
            self.open_file(Path(key.removeprefix(OWN)))
        else:
            self.begin(lessons.lesson(key), key)

    def _ask_for_file(self) -> None:
        folder = str(Path(self.learner.files()[0]).parent) if self.learner.files() else ""
        dialog = QFileDialog(self._hub.deck, "Open a lesson", folder, "Lessons (*.toml)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.open_file(Path(path)))
        dialog.open()

    def open_file(self, path: Path) -> None:
        """Opens a lesson that somebody has written; what cannot be is refused with line and reason."""
        from minima_core import lessons
        from minima_desktop.lesson_shelf import OWN

        try:
            lesson = lessons.load(path)
        except OSError as error:
            self._refuse(f"{path.name} could not be read: {(error.strerror or str(error)).lower()}.")
        except ValueError as error:
            self._refuse(f"{path.name}, {_small(str(error))}")
        else:
            self._problem = ""
            self.learner.keep_file(str(path))
            self.begin(lesson, OWN + str(path))

    def _refuse(self, sentence: str) -> None:
        log.info("Refused: %s", sentence)
        self._problem = sentence
        self._show_list()

    # -- a lesson ------------------------------------------------------------------------------------------

    def begin(self, lesson: Lesson, key: str) -> None:
        """Opens a lesson where it was left, or at its first step."""
        from minima_desktop.lesson_shelf import kept_under
        from minima_desktop.lesson_walk import Walk

        kept = kept_under(lesson, key)
        place = self.learner.place(kept, len(lesson.steps))
        self.aside.keep()
        self.walk, self._scene, self._problem = Walk(lesson, kept, place), None, ""
        self._made_up = set()
        if place.done and self.walk.is_last:
            self.walk.forget()
        self._turn(self.walk.at)

    def leave(self) -> None:
        """Goes back to the list; the lesson goes on from here another time."""
        if self.walk is None:
            return
        self._keep()
        self.walk, self._hub.player.held = None, False
        self._study.forget()
        self._room.give_back()
        self._mark_acts()
        held = self._holds_keyboard()
        self._show_list()
        if held:
            self._hub.deck.learn.take_keyboard()

    def give_back(self) -> None:
        """Leaves, and opens again what was there before the first lesson."""
        self.leave()
        if self.aside.give_back():
            self._hub.deck.toast.say("This is what you had open before.", seconds=4)
        self._show_list()
        self.clinic.show()

    def on(self) -> None:
        """Goes one step on; from the last one, back to the list."""
        walk = self.walk
        if walk is None:
            return
        if not walk.is_last:
            self._turn(walk.at + 1)
            return
        walk.place.done = True
        title = walk.lesson.title
        self.leave()
        self._hub.deck.toast.say(f"“{title}” is done.", seconds=4)

    def back(self) -> None:
        """Goes one step back."""
        if self.walk is not None and self.walk.at > 0:
            self._turn(self.walk.at - 1)

    def set_scene(self) -> None:
        """Sets up what this step is about, as it was when one came to it."""
        walk, hub = self.walk, self._hub
        if walk is None:
            return
        try:
            document = walk.document()
        except ValueError as error:
            hub.refuse(str(error))
            return
        if document is None:
            return
        self._study.forget()
        if walk.is_open:
            hub.player.blind = True
            hub.player.restart(play=False)
            hub.engine.aim(hub.player.aim)  # before the runs are asked for: none of them goes ahead
        self._open(document)
        self._room.scene_came()
        self._scene = walk.scene_of(walk.at)
        self._made_up = set(range(walk.at))
        hub.told = None
        begun = walk.lesson.steps[self._scene or 0]
        if document.view.step is not None:
            hub.player.scrub(document.view.step)
        else:
            self._play(begun.play and not walk.is_open)
        self._came = hub.session.exploration

    def answer(self, option: int) -> None:
        """Makes a prediction; then it is watched."""
        walk = self.walk
        if walk is None or not walk.answer(option):
            return
        self._keep()
        self._over = False
        if walk.step.reveal is not None:
            self._carry_out(walk.step.reveal)
        self._play()
        self._ask_study()
        self._show()
        if self._holds_keyboard():
            self._hub.deck.learn.take_keyboard()

    def _asked(self, act: str) -> None:
        acts: dict[str, Callable[[], None]] = {
            "on": self.on,
            "back": self.back,
            "leave": self.leave,
            "again": self.set_scene,
            "hint": self._hint,
            "show": self._do_it,
            "stop": self._study.stop,
        }
        acts[act]()
        self._show()

    def _hint(self) -> None:
        if self.walk is not None:
            self.walk.hinted.add(self.walk.at)

    def _do_it(self) -> None:
        """Does what is to be done, for somebody who asks for it."""
        if self.walk is not None and self.walk.step.solution is not None:
            before = self._hub.session.exploration
            if self._carry_out(self.walk.step.solution) and self._hub.session.exploration != before:
                self._play()

    def _carry_out(self, solution: Solution) -> bool:
        """Changes what is on the map as a hand would, as one step of undo; false where it cannot be."""
        from minima_core import lessons

        session, workspace = self._hub.session, self._hub.deck.workspace
        try:
            solved = lessons.solved(session.document, solution)
        except ValueError as error:
            self._hub.refuse(str(error))
            return False
        if not session.adopt(solved.exploration):
            return False
        view = solved.view
        session.look(insight=view.insight, selected=view.selected, layers=view.layers)
        self._hub.show_exploration()
        for name, wanted in ((view.right, solution.right), (view.bottom, solution.bottom)):
            if wanted is not None and name != "beside":
                workspace.bring(name)
        self._hub.touch()
        return True

    def _play(self, play: bool = True) -> None:
        """Goes to the start of the race, and plays from there if asked; without runs it is over at once."""
        player = self._hub.player
        player.restart(play and bool(self._hub.session.exploration.runs))
        player.held = self.walk is not None and self.walk.is_open  # the trace would tell what comes
        self._hub.touch()

    def _turn(self, at: int) -> None:
        """Shows a step, with its scene where another one is on the map."""
        walk = self.walk
        if walk is None:
            return
        held = self._holds_keyboard()
        skipped = walk.skipped(at) - self._made_up
        walk.go(at)
        self._hub.player.blind = False
        self._since, self._over, self._came = time.monotonic(), False, self._hub.session.exploration
        if walk.scene_of(walk.at) != self._scene:
            self.set_scene()
        else:
            self._make_up(skipped)
            if walk.is_open:
                self._play(False)
        self._hub.player.held = walk.is_open
        if walk.step.kind != "predict" or not walk.is_open:
            self._ask_study()
        self._keep()
        self._fold()
        self._mark_acts()
        self._show()
        if walk.is_open or (held and walk.step.kind != "act"):
            self._hub.deck.learn.take_keyboard()
        elif held:
            self._hub.deck.plane_view.setFocus()

    def _make_up(self, skipped: set[int]) -> None:
        """Do what would have been done or shown at steps that were skipped: what follows speaks of it."""
        walk, before = self.walk, self._hub.session.exploration
        for k in sorted(skipped):
            doing = None if walk is None else walk.doing(k)
            if doing is not None:
                self._carry_out(doing)
        self._made_up |= skipped
        self._came = self._hub.session.exploration
        if self._came != before:
            self._play()

    def _keep(self) -> None:
        if self.walk is not None:
            self.learner.keep(self.walk.key, self.walk.place)

    def _holds_keyboard(self) -> bool:
        holder, room = QApplication.focusWidget(), self._hub.deck.learn_room
        return holder is not None and room.isAncestorOf(holder)

    # -- what comes out ------------------------------------------------------------------------------------

    def look(self) -> None:
        """Looks at what has happened; called whenever words may change."""
        self.clinic.look()
        if self.walk is None:
            return
        if self._hub.player.playing:
            self._hub.player.blind = False  # somebody would rather look first
        if self.is_shown:
            self._show()

    def _show(self) -> None:
        walk = self.walk
        if walk is None or not self._hub.deck.learn_room.is_made:
            return
        now = time.monotonic()
        counting = self._study.under_way()  # first: what happened is told with what came out of it
        happened, over = self._happened()
        over = over and not counting
        if over and not self._over:
            self._over_since = now
        self._over = over
        if walk.step.kind == "act" and over and self._hub.session.exploration != self._came:
            self._ask_study()
        patient = now - self._over_since < PATIENCE_SECONDS or bool(self._hub.inquiries.at_work())
        if walk.look(happened, over=over, patient=patient):
            self._keep()
        waits = walk.has_task and walk.at not in walk.achieved
        if waits and walk.step.hint and now - self._since > HINT_SECONDS:
            self._hint()
        panel = self._hub.deck.learn
        held = self._holds_keyboard()
        panel.show_step(walk.shown(happened, self._study.job()))
        if held and not self._holds_keyboard():
            panel.take_keyboard()

    def _happened(self) -> tuple[Happening, bool]:
        """What has come about on screen, and whether every run has come to its end there."""
        from minima_core.lessons import Happening

        hub = self._hub
        engine, projector, session = hub.engine, hub.projector, hub.session
        runs: dict[tuple[int, int], Any] = {}
        exploration, step = session.exploration, hub.player.step
        if engine.taken == projector.serial and engine.served == projector.serial:
            for key, progress in engine.published.items():
                at_rest = progress.ended or progress.tick >= exploration.steps
                if at_rest and step >= min(progress.tick, exploration.steps):
                    runs[key] = progress
        view = msgspec.structs.replace(session.view, step=step)
        over = not hub.player.playing and set(runs) == set(exploration.runs)
        findings = hub.inquiries.findings_of(session.landscape)
        study = self._study.value or self.studied(session.landscape.digest)
        return Happening(exploration, view, runs, findings, study), over

    def _ask_study(self) -> None:
        """Has the study of this step run in the background, if it has one."""
        walk, session = self.walk, self._hub.session
        if walk is None or walk.step.study is None:
            return
        lines = (entry.segments[-1].method for entry in session.exploration.entries if entry.enabled)
        methods = walk.step.study.methods or tuple(lines)
        key = (walk.key, walk.at, session.exploration.place, methods)
        self._study.ask(key, session.landscape, walk.step.study, methods)


def _works_at_the_right(step: Step) -> bool:
    """Whether what is to be done is done in the card at the right: settings, methods, the landscape."""
    to_do = step.solution if step.kind == "act" else None
    return to_do is not None and bool(
        to_do.set or to_do.run or to_do.remove or to_do.parameters or to_do.changes or to_do.right
    )


def _small(sentence: str) -> str:
    """A sentence that goes on behind a comma."""
    return sentence[:1].lower() + sentence[1:]
