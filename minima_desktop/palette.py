"""Finding things: every act, landscape, method, scene, lesson, claim and word, by what one types of it.

Nothing is listed here by hand: acts come from their declaration, the rest from the catalogues. What was taken
last comes first; what cannot be done just now stays, and says why.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QKeySequence

import minima_core as mc
import minima_resources
from minima_core import claims, lessons, methods
from minima_core.document import prepared_scenes
from minima_core.landscapes import groups
from minima_desktop.actions import ACTS, Act
from minima_desktop.hub import Hub
from minima_desktop.matching import Text, matched, score
from minima_widgets.panels.palette import CommandPalette, PaletteRow

if TYPE_CHECKING:
    from minima_desktop.gestures import Gestures
    from minima_desktop.teaching import Teaching
    from minima_widgets.theme import Theme

RECENT = "palette/recent"
MOST_RECENT = 6
MOST_FOUND = 60
ITSELF = "find"
"""The act that opens the palette: it is not offered there."""
_RECENT_BONUS = 4.0

_WEIGHTS = {
    "act": 3.0,
    "method": 2.5,
    "landscape": 2.0,
    "scene": 1.5,
    "lesson": 0.0,
    "claim": -3.0,
    "term": -4.0,
}
"""What comes first of things that are found alike."""
_NEEDS_SELECTED = ("duplicate", "remove")
_NEEDS_CURSOR = ("start-here", "add-here")


@dataclass(frozen=True)
class Find:
    """One thing that can be found: `key` is its sort and name, “landscape:rastrigin”."""

    key: str
    text: Text
    kind: str
    detail: str
    keys: str = ""
    heading: str = ""


class Does(Protocol):
    """What is asked of the commands, which make the palette: beyond declared acts."""

    teaching: Teaching | None

    def open_scene(self, name: str) -> None:
        """Sets a prepared scene up."""


class Palette(QObject):
    """The command palette of the window, made when it is first opened."""

    def __init__(self, hub: Hub, commands: Does, gestures: Gestures) -> None:
        super().__init__(hub.deck)
        self._hub, self._commands, self._gestures = hub, commands, gestures
        self._popup: CommandPalette | None = None

    def open(self) -> None:
        """Shows the palette over the window."""
        hub = self._hub
        if self._popup is None:
            self._popup = CommandPalette(hub.deck.theme, hub.deck)
            self._popup.typed.connect(self._find)
            # Taken once the popup is gone: what is done may open another.
            self._popup.chosen.connect(lambda key: QTimer.singleShot(0, self, lambda: self.take(key)))
        self._popup.open_over(hub.deck.window())

    @property
    def popup(self) -> CommandPalette | None:
        """The widget, once it has been opened."""
        return self._popup

    def set_theme(self, theme: Theme) -> None:
        """Gives the palette other colours."""
        if self._popup is not None:
            self._popup.set_theme(theme)

    def close(self) -> None:
        """Puts the palette away."""
        if self._popup is not None:
            self._popup.close()

    def _find(self, typed: str) -> None:
        assert self._popup is not None
        self._popup.set_rows(self.rows(typed))

    # -- what is found -------------------------------------------------------------------------------------

    def recent(self) -> tuple[str, ...]:
        """Keys of what was taken last, the latest first."""
        kept = self._hub.preferences.values(RECENT).get("keys")
        return (
            tuple(key for key in kept if isinstance(key, str))[:MOST_RECENT] if isinstance(kept, list) else ()
        )

    def rows(self, typed: str) -> list[PaletteRow]:
        """What is found by what was typed, the best first; by nothing: the latest, then all acts."""
        recent = self.recent()
        if not typed.strip():
            by_key = {find.key: find for find in finds()}
            latest = [by_key[key] for key in recent if key in by_key]
            return [
                *(self._row(find, "", "Lately") for find in latest),
                *(self._row(find, "", find.heading) for find in finds() if find.key.startswith("act:")),
            ]
        scored = []
        for k, find in enumerate(finds()):
            worth = score(typed, find.text)
            if worth > 0:
                worth += _WEIGHTS[find.key.partition(":")[0]] + (_RECENT_BONUS if find.key in recent else 0.0)
                scored.append((-worth, k, find))
        scored.sort(key=lambda each: each[:2])
        return [self._row(find, typed) for _, _, find in scored[:MOST_FOUND]]

    def _row(self, find: Find, typed: str, heading: str = "") -> PaletteRow:
        title = find.text.title
        set_off = matched(typed, title)
        kind = "" if heading and find.kind == heading else find.kind
        return PaletteRow(
            find.key, title, kind, find.keys, find.detail, self.why_not(find.key), set_off, heading
        )

    def why_not(self, key: str) -> str:
        """Why a thing cannot be done just now; empty where it can."""
        sort, _, name = key.partition(":")
        if sort != "act":
            return ""
        action = self._hub.acts[name]
        if not action.isEnabled():
            return str(action.property("why") or "This cannot be done just now.")
        if name in _NEEDS_SELECTED and self._hub.session.view.selected is None:
            return "Select a line of the race first: click its name."
        if name in _NEEDS_CURSOR and self._hub.cursor is None:
            return "Point at the map first, or move the cursor with the arrow keys."
        return ""

    # -- what is taken -------------------------------------------------------------------------------------

    def take(self, key: str) -> None:
        """Does what was found, and remembers it."""
        others = [each for each in self.recent() if each != key]
        self._hub.preferences.keep(RECENT, {"keys": [key, *others][:MOST_RECENT]})
        sort, _, name = key.partition(":")
        take: dict[str, Callable[[str], object]] = {
            "act": self._hub.do,
            "landscape": self._gestures.choose,
            "method": self._add_method,
            "scene": self._commands.open_scene,
            "lesson": self._open_lesson,
            "claim": self._open_claim,
            "term": self._tell,
        }
        take[sort](name)

    def _add_method(self, name: str) -> None:
        self._hub.deck.workspace.bring("race")
        self._gestures.add_method(name)

    def _open_lesson(self, name: str) -> None:
        teaching = self._commands.teaching
        assert teaching is not None
        if not teaching.is_shown:
            teaching.toggle()
        teaching.choose(name)

    def _open_claim(self, name: str) -> None:
        teaching = self._commands.teaching
        assert teaching is not None
        if not self._hub.deck.workspace.is_shown("clinic"):
            teaching.toggle_clinic()
        teaching.clinic.choose(name)

    def _tell(self, name: str) -> None:
        definition = _glossary()[name]
        self._hub.deck.toast.say(f"{name[0].upper()}{name[1:]}: {definition}", seconds=10)


@cache
def finds() -> tuple[Find, ...]:
    """Everything there is to find, in the order of menus and catalogues."""
    return (*_acts(), *_methods(), *_landscapes(), *_scenes(), *_lessons(), *_claims(), *_terms())


def keys_of(act: Act) -> str:
    """All keys of an act, as they are written on this system."""
    native = QKeySequence.SequenceFormat.NativeText
    return "  ".join(QKeySequence(key).toString(native) for key in act.keys)


def _acts() -> Iterator[Find]:
    for act in ACTS:
        if act.id == ITSELF:
            continue
        keys = keys_of(act)
        text = Text(act.title.rstrip("…"), f"{act.id.replace('-', ' ')} {keys}", f"{act.tip} {act.menu}")
        yield Find(f"act:{act.id}", text, act.menu, act.tip, keys.split("  ")[0], act.menu)


def _methods() -> Iterator[Find]:
    for name in methods.method_names():
        method = methods.describe(name)
        text = Text(
            f"Add {method.title}", f"{method.title} {name} {method.short}", f"add method {method.sentence}"
        )
        yield Find(f"method:{name}", text, "Method", method.sentence)


def _landscapes() -> Iterator[Find]:
    titles = {group.name: group.title for group in groups()}
    for name in mc.landscape_names():
        land = mc.landscape(name)
        said = f"landscape function {titles.get(land.teaches, '')} {' '.join(land.tags)} {land.sentence}"
        yield Find(f"landscape:{name}", Text(land.title, name, said), "Landscape", land.sentence)


def _scenes() -> Iterator[Find]:
    for scene in prepared_scenes():
        yield Find(
            f"scene:{scene.name}",
            Text(scene.title, scene.name, f"scene {scene.sentence}"),
            "Scene",
            scene.sentence,
        )


def _lessons() -> Iterator[Find]:
    for name in lessons.lesson_names():
        lesson = lessons.lesson(name)
        yield Find(
            f"lesson:{name}", Text(lesson.title, name, f"lesson {lesson.summary}"), "Lesson", lesson.summary
        )


def _claims() -> Iterator[Find]:
    for name in claims.claim_names():
        claim = claims.claim(name)
        yield Find(
            f"claim:{name}", Text(claim.title, name, f"claim {claim.said}"), "Claim", f"“{claim.said}”"
        )


def _terms() -> Iterator[Find]:
    for name, definition in _glossary().items():
        yield Find(f"term:{name}", Text(name, "", f"word glossary {definition}"), "Word", definition)


@cache
def _glossary() -> dict[str, str]:
    terms = tomllib.loads(minima_resources.text("glossary.toml"))["term"]
    return {term["name"]: term["definition"] for term in terms}
