"""Two minima side by side: which two, what was measured of them, and their letters on the map.

Works while the tab “Compare” is in front. Which two are compared is kept by position, so that they stay the
same while a slider moves the landscape under them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer

from minima_core.landscapes import Landscape
from minima_core.scene import Findings, Mark, number
from minima_core.scene.critical import globally_known
from minima_core.scene.stage import zero_of
from minima_desktop.analyst import Analyst, Desk
from minima_desktop.hub import Hub
from minima_desktop.studying import Studying

if TYPE_CHECKING:
    from minima_core.analysis.critical import CriticalPoint
    from minima_core.scene.page import Page
    from minima_core.scene.pair import MinimaPair
    from minima_widgets.panels.compare_panel import ComparePanel
    from minima_widgets.panels.explore_panel import ExplorePanel

Array: TypeAlias = NDArray[np.float64]

TAB = "compare"
NEAR = 0.025
"""A click chooses the minimum within this share of the sides of what is shown."""
MOST_ITEMS = 60
"""Minima that the lists offer, the lowest first; others are chosen on the map."""
NOTHING = "No minimum is known in this region: there is nothing to compare."
ONE = "One minimum only: there is nothing to compare it with."
STOPPED = "Stopped: choose a minimum, or press C, to go on."
STOPPED_SEARCH = "The search for all minima was stopped: press C to look for them again."
WORK = ("critical", "tree")
"""What a comparison waits for."""
MOVES = "The landscape moves; two minima are compared as soon as it keeps still."


def measure(
    land: Landscape, pair: tuple[int, int], findings: Findings, maps: tuple[Any, ...], study: Any, desk: Desk
) -> Iterator[Any]:
    """Measure two minima; the answer is the pair."""
    from minima_core.scene.pair import compare_minima

    yield compare_minima(
        land, *pair, findings.critical, study, tree=findings.tree, maps=maps, cancel=desk.cancelled,
        progress=desk.report,
    )  # fmt: skip


class Comparing(QObject):
    """The hand that compares."""

    def __init__(self, hub: Hub, studying: Studying) -> None:
        super().__init__(hub.deck)
        self._hub, self._studying = hub, studying
        self._analyst = Analyst({"pair": "pairs"})
        self._at: tuple[Array | None, Array | None] = (None, None)
        self._form = ""
        self._last = 1
        self._key: object = None
        self._lettered: object = None
        self._marks: tuple[Mark, ...] = ()
        self._stopped = ""
        self._pair: MinimaPair | None = None
        self._pair_of = ""
        deck = hub.deck
        deck.compare_room.made.connect(self._connect_panel)
        deck.explore_room.made.connect(self._connect_explore)
        deck.workspace.fronted.connect(lambda _name: QTimer.singleShot(0, self.say))
        hub.spoken.append(self.say)
        hub.projector.lettered = self.marks
        hub.claims.append(self._claim)
        hub.pages[TAB] = ("Two minima", self._page_if_known)

    def _connect_panel(self, panel: ComparePanel) -> None:
        panel.a_chosen.connect(lambda number: self.choose(number - 1, 0))
        panel.b_chosen.connect(lambda number: self.choose(number - 1, 1))
        panel.swapped.connect(self.swap)
        panel.save_wanted.connect(self.save)
        panel.cancelled.connect(self.stop)
        QTimer.singleShot(0, self.say)

    def _connect_explore(self, panel: ExplorePanel) -> None:
        panel.minimum_selected.connect(self._take_row)

    def close(self, patience: float = 20.0) -> bool:
        """End all work; true if the thread ended in time."""
        return self._analyst.close(patience)

    # -- acts ----------------------------------------------------------------------------------------------

    def bring(self) -> None:
        """Bring the comparison to the front."""
        self._hub.deck.workspace.bring(TAB)
        self._hub.last_act = "compared"
        self._go_on()
        self.say()

    def stop(self) -> None:
        """Stop what is under way for the comparison, until two minima are chosen again."""
        self._stopped = self._hub.session.landscape.digest
        self._analyst.drop("pair")
        for topic in WORK:
            if self._hub.inquiries.share(topic) is not None:
                self._hub.inquiries.stop(topic)
        self.say()

    def _go_on(self) -> None:
        """Ask again what was stopped."""
        if self._stopped:
            self._stopped = ""
            for topic in WORK:
                answer = self._hub.inquiries.answer(topic)
                if answer is None or not answer.final:
                    self._hub.inquiries.again(topic)

    def swap(self) -> None:
        """A becomes B, and B becomes A."""
        self._go_on()
        self._at = self._at[::-1]
        self._last = 1 - self._last
        self.say()

    def save(self) -> None:
        """Open the dialog for pictures at this page."""
        self._hub.show_page(TAB)

    def choose(self, index: int, side: int) -> None:
        """Compare minimum `index` (0 is the lowest) as A (side 0) or B (side 1)."""
        minima = self._minima()
        if not 0 <= index < len(minima):
            return
        chosen, other = minima[index].position, self._at[1 - side]
        if other is not None and np.array_equal(chosen, other):
            self.swap()
            return
        self._go_on()
        self._at = (chosen, other) if side == 0 else (other, chosen)
        self._last = side
        self.say()

    def _choose_next(self, index: int) -> None:
        """Take a minimum that was clicked in the place of the one that was chosen longer ago."""
        now = self._indices(self._minima())
        if now is None or index not in now:
            self.choose(index, 1 - self._last)

    def _take_row(self, index: int) -> None:
        """Compare the minimum of a row of the table of exploration."""
        if self.shown:
            self._choose_next(index)

    def _claim(self, x: float, y: float) -> bool:
        """Whether a click on a view chose a minimum, and starts no race."""
        minima = self._minima()
        if not self.shown or len(minima) < 2:
            return False
        x0, x1, y0, y1 = self._hub.projector.visible()
        flat = self._hub.session.landscape.dimension == 1
        away = [
            (abs(float(each.position[0]) - x) / (x1 - x0))
            if flat
            else float(np.hypot((each.position[0] - x) / (x1 - x0), (each.position[1] - y) / (y1 - y0)))
            for each in minima
        ]
        nearest = int(np.argmin(away))
        if away[nearest] > NEAR:
            return False
        self._choose_next(nearest)
        return True

    # -- which two -----------------------------------------------------------------------------------------

    @property
    def shown(self) -> bool:
        """Whether the tab is in front."""
        return self._hub.deck.workspace.is_shown(TAB)

    @property
    def pair(self) -> MinimaPair | None:
        """What was measured of the two, of the landscape as it is; None while it is being worked out."""
        return self._pair if self._pair_of == self._hub.session.landscape.digest else None

    def _minima(self) -> tuple[CriticalPoint, ...]:
        critical = self._hub.inquiries.findings.critical
        return () if critical is None else critical.minima

    def _indices(self, minima: tuple[CriticalPoint, ...]) -> tuple[int, int] | None:
        """Return which two are compared: those nearest to where the two chosen ones were."""
        if len(minima) < 2:
            return None
        positions = np.array([each.position for each in minima])
        land = self._hub.session.landscape

        def nearest(at: Array | None, otherwise: int) -> int:
            if at is None or at.shape != land.lower.shape or not land.inside(at):
                return otherwise
            return int(np.argmin(np.linalg.norm((positions - at) / (land.upper - land.lower), axis=1)))

        local = next((k for k, each in enumerate(minima) if not each.is_global), 1)
        a, b = nearest(self._at[0], 0), nearest(self._at[1], local)
        if a == b:
            b = next(k for k in (local, 0, 1) if k != a)
        self._at = (positions[a], positions[b])
        return a, b

    # -- saying --------------------------------------------------------------------------------------------

    def say(self) -> None:
        """Show the two, and ask for what is not known; nothing while the tab is not in front."""
        hub = self._hub
        form = hub.projector.form()
        if form != self._form:
            self._form, self._at, self._last = form, (None, None), 1
        if not self.shown:
            self._letter(None)
            return
        land, findings = hub.session.landscape, hub.inquiries.findings
        critical = findings.critical
        if critical is None:
            self._tell_waiting()
            return
        if self._stopped not in ("", land.digest):
            self._stopped = ""  # another landscape: what was stopped is gone
        indices = self._indices(critical.minima)
        if indices is None:
            self._analyst.drop("pair")
            self._letter(None)
            self._show_note(ONE if critical.minima else NOTHING)
            return
        if self._stopped:
            self._tell(indices, "", None, STOPPED)
            return
        waits = land.dimension <= 2 and findings.tree is None and not self._failed("tree")
        if waits:
            self._tell(indices, "Looking for the passes between minima", hub.inquiries.share("tree"))
            return
        maps = self._maps(land, findings)
        study = self._studying.study_of(land.digest)
        key = (land.digest, indices, id(critical), id(findings.tree), tuple(map(id, maps)), id(study))
        self._analyst.ask("pair", key, partial(measure, land, indices, findings, maps, study))
        answer = self._analyst.answer("pair")
        if answer is None or answer.key != key or not answer.final:
            self._tell(indices, "Measuring both", self._analyst.share("pair"))
        elif answer.value is None:
            self._tell(indices, "", None, answer.failure)
        else:
            self._pair, self._pair_of = answer.value, land.digest
            self._tell(indices, "", None)

    def _failed(self, topic: str) -> bool:
        answer = self._hub.inquiries.answer(topic)
        return answer is not None and bool(answer.failure)

    def _maps(self, land: Landscape, findings: Findings) -> tuple[Any, ...]:
        """Return the maps of basins that are complete, and of the landscape as it is."""
        maps = []
        for topic in ("basins", "beside"):
            answer = self._hub.inquiries.answer(topic)
            fits = answer is not None and isinstance(answer.key, tuple) and answer.key[0] == land.digest
            if answer is not None and fits and answer.final and answer.value is not None:
                maps.append(answer.value)
        return tuple(maps)

    def _tell_waiting(self) -> None:
        """Say that minima are being looked for."""
        from minima_widgets.panels.compare_values import CompareState
        from minima_widgets.panels.explore_values import Job

        inquiries = self._hub.inquiries
        share = inquiries.share("critical")
        self._letter(None)
        answer = inquiries.answer("critical")
        if self._stopped == self._hub.session.landscape.digest:
            self._show_note(STOPPED_SEARCH)
        elif share is None and answer is not None and answer.failure:
            self._show_note(answer.failure)
        elif share is None:
            self._show_note(MOVES)
        else:
            self._put(CompareState(job=Job("Looking for all minima, with proof", share)))

    def _show_note(self, note: str) -> None:
        from minima_widgets.panels.compare_values import CompareState

        self._put(CompareState(note=note))

    def _put(self, state: Any) -> None:
        room = self._hub.deck.compare_room
        if room.is_made:
            room.panel.set_state(state)

    def _tell(self, indices: tuple[int, int], doing: str, share: float | None, problem: str = "") -> None:
        """Show the two: the last that is known of them, and what is being done."""
        from minima_core.scene.pair import pair_profile
        from minima_widgets.panels.compare_values import ComparedRow, CompareState
        from minima_widgets.panels.explore_values import Job

        land = self._hub.session.landscape
        pair = self.pair
        if pair is not None and (pair.a.number, pair.b.number) != (indices[0] + 1, indices[1] + 1):
            pair = None
        self._letter(pair)
        key = (land.digest, indices, id(pair), doing, share, problem, self._hub.deck.theme)
        if key == self._key and self._hub.deck.compare_room.is_made:
            return
        self._key = key
        job = Job(doing, share, problem) if doing or problem else Job()
        state = CompareState(items=self._items(indices), a=indices[0] + 1, b=indices[1] + 1, job=job)
        if pair is not None:
            rows = tuple(
                ComparedRow(row.title, row.meaning, row.a, row.b, row.words, row.strong) for row in pair.rows
            )
            state = CompareState(
                state.items,
                state.a,
                state.b,
                pair.headline,
                rows,
                pair_profile(pair, land),
                job,
                pair.caveats,
            )
        self._put(state)

    def _items(self, indices: tuple[int, int]) -> tuple[Any, ...]:
        """Return the minima to choose from, in words."""
        from minima_widgets.panels.compare_values import MinimumItem

        minima = self._minima()
        stage = self._hub.projector.stage()
        known, zero = globally_known(stage, self._hub.inquiries.findings), zero_of(stage)
        numbers = sorted({*range(min(len(minima), MOST_ITEMS)), *indices})
        items = []
        for k in numbers:
            each = minima[k]
            kind = "global" if known else "lowest found"
            if not each.is_global:
                kind = "border" if each.on_border else "local"
            items.append(MinimumItem(k + 1, f"{k + 1} · {kind} · {number(each.value, zero=zero)}"))
        return tuple(items)

    def _letter(self, pair: MinimaPair | None) -> None:
        """Put the letters on the map, or take them away."""
        stage = self._hub.projector.stage() if pair is not None else None
        key = (id(pair), id(stage))
        if key == self._lettered:
            return
        self._lettered = key
        self._marks = ()
        if pair is not None and stage is not None:
            from minima_core.scene.pair import pair_marks

            self._marks = pair_marks(pair, stage)
        self._hub.touch()

    def marks(self) -> tuple[Mark, ...]:
        """Return the letters on the map and the way between; none of another landscape, none in a talk."""
        return self._marks if self.pair is not None and self._hub.cover is None else ()

    # -- the page ------------------------------------------------------------------------------------------

    def _page_if_known(self, theme: str, title: str) -> Page | None:
        """Return the page of the two that are compared, for the dialog of pictures."""
        from minima_core.scene.pair import pair_page

        pair, session = self.pair, self._hub.session
        if pair is None:
            return None
        return pair_page(pair, session.landscape, title=title, theme=theme, palette=session.view.palette)
