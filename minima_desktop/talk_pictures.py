"""Small pictures of the scenes of a talk, drawn one after the other on a thread of their own.

First the ground, at once; then with the runs, where they do not take long. A scene with a question shows no
runs: the card may be seen by those who are asked.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtGui import QImage

from minima_core.document import Document
from minima_core.document.talk import Talk, TalkScene
from minima_core.scene import profile_scene, race_scene, stage_of
from minima_core.scene.ballot import veiled
from minima_core.scene.figures import tracks_of
from minima_core.scene.track import Track
from minima_desktop.analyst import Analyst, Desk
from minima_desktop.hub import Hub
from minima_desktop.wanted import run_all
from minima_widgets.paint.figure import render_small
from minima_widgets.panels.talk_rows import PICTURE
from minima_widgets.theme import Theme

if TYPE_CHECKING:
    from minima_widgets.panels.talk_panel import TalkPanel

__all__ = ["TalkPictures", "key_of", "small_pictures"]

GRID = (112, 80)
MOST_STEPS = 40_000
"""Steps of all runs together; scenes with more are shown without."""
NOTHING: tuple[str, str, float] = ("", "", 0.0)
MOST_MARKED = 36
"""Minima that are marked; more would hide the picture."""


def key_of(scene: TalkScene) -> str:
    """Return what tells the picture of a scene from others: what it shows, and whether it asks."""
    shown = msgspec.json.encode(
        (scene.document.exploration, scene.document.view.zoom, scene.document.view.step)
    )
    return hashlib.sha256(shown + (b"?" if scene.question else b"")).hexdigest()[:24]


def small_pictures(scene: TalkScene, theme: Theme, ratio: float, desk: Desk) -> Iterator[QImage]:
    """Draw a scene small: without its runs, then with them."""
    document = scene.document
    yield _drawn(document, {}, theme, ratio)
    exploration = document.exploration
    if scene.question or len(exploration.runs) * exploration.steps > MOST_STEPS or desk.cancelled():
        return
    runs, marks = run_all(document)
    yield _drawn(document, tracks_of(document, runs, marks), theme, ratio)


def _drawn(document: Document, tracks: dict[tuple[int, int], Track], theme: Theme, ratio: float) -> QImage:
    exploration = document.exploration
    land = exploration.place.landscape_of()
    stage = stage_of(land, document.view.zoom if land.dimension > 1 else None, GRID)
    bare = veiled(document.view)
    layers = msgspec.structs.replace(bare.layers, minima=len(stage.minima) <= MOST_MARKED and bool(tracks))
    view = msgspec.structs.replace(bare, layers=layers)
    ends = max((track.last for track in tracks.values()), default=0)
    step = ends if document.view.step is None else document.view.step
    draw = profile_scene if land.dimension == 1 else race_scene
    width, height = (round(size * theme.type_size / 10.5) for size in PICTURE)
    return render_small(draw(exploration, view, stage, tracks, step), width, height, theme, ratio)


class TalkPictures:
    """Draws what the card asks for."""

    def __init__(self, hub: Hub, analyst: Analyst) -> None:
        self._hub, self._analyst = hub, analyst
        self._waiting: deque[str] = deque()
        self._at_work = ""
        self._asked = NOTHING
        self._shown: QImage | None = None

    def want(self, key: str) -> None:
        """Have a picture drawn."""
        if key not in self._waiting and key != self._at_work:
            self._waiting.append(key)

    def look(self, talk: Talk, panel: TalkPanel) -> None:
        """Hand over what has been drawn, and have the next one drawn."""
        theme = self._hub.deck.theme
        look = theme.name, theme.type_size
        if self._at_work:
            answer = self._analyst.answer("picture")
            if self._asked != (self._at_work, *look):  # the colours have changed meanwhile
                self._waiting.appendleft(self._at_work)
                self._rest()
            elif answer is None or answer.key != self._asked:
                return
            else:
                if answer.value is not None and answer.value is not self._shown:
                    self._shown = answer.value
                    panel.set_image(self._at_work, answer.value)
                if not answer.final:
                    return
                self._rest()
        while self._waiting and not self._at_work:
            key = self._waiting.popleft()
            scene = next((each for each in talk.scenes if key_of(each) == key), None)
            if scene is not None:
                self._at_work, self._asked = key, (key, *look)
                ratio = self._hub.deck.devicePixelRatioF()
                self._analyst.ask("picture", self._asked, partial(small_pictures, scene, theme, ratio))

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is drawn."""
        return not self._waiting and not self._at_work

    def _rest(self) -> None:
        self._analyst.drop("picture")
        self._at_work, self._asked, self._shown = "", NOTHING, None
