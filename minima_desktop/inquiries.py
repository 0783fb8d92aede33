"""Which questions about the landscape are open, from what is shown: asks the analyst, gathers the findings.

Declarative: at each frame `look` compares what the exploration and the view call for with what has been
asked, asks what is missing once what it builds on is known, and drops what nobody looks at any more. No Qt.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from minima_core import document as doc
from minima_core import methods, remember
from minima_core.analysis import Minimum
from minima_core.document import Entry, Insight
from minima_core.landscapes import Landscape
from minima_core.methods import Specification
from minima_core.scene import Findings, count_words, settings_entry
from minima_desktop import studies
from minima_desktop.analyst import Analyst, Answer
from minima_desktop.rolling import Roller
from minima_desktop.session import Session

if TYPE_CHECKING:
    from numpy.typing import NDArray

LANES = {
    "minima": "minima",
    "critical": "proofs",
    "tree": "proofs",
    "basins": "maps",
    "beside": "maps",
    "slope": "maps",
    "curvature": "maps",
    "flow": "maps",
    "density": "maps",
    "lakes": "maps",
    "lens": "maps",
    "settings": "settings",
    "chances": "settings",
    "marbles": "marbles",
}
"""What is asked about a landscape, and which of it waits for each other."""

SETTLE_SECONDS = 0.15
"""A proof begins when the landscape has kept still for so long: while a slider moves, minima are counted."""

MAP_STEPS = 2000
"""The most steps that a map follows."""
USUAL_STEPS = 500
"""The length of a map's runs where the race is not measured in steps."""


WORK_WORDS = {
    "basins": "Following every start",
    "beside": "Following every start a second time",
    "chances": "Counting how often each start succeeds",
    "settings": "Trying every pair of settings",
    "density": "Working out the density",
    "slope": "Measuring slopes",
    "curvature": "Measuring curvature",
    "flow": "Drawing lines of flow",
    "lakes": "Filling the landscape",
}
"""What is said while somebody waits, by topic."""

UPWARDS = ("momentum", "beta1", "alpha", "noise")
"""Settings that go up a map of settings by themselves, the first that the method has."""


class Inquiries:
    """The open questions of one session, and what is known about them.

    `proved` is called when a proof has been handed over on which verdicts rest from then on.
    """

    def __init__(self, session: Session, proved: Callable[[], None] = lambda: None) -> None:
        self._session, self._proved = session, proved
        self._analyst = Analyst(LANES)
        self._digest = ""
        self._still_since = 0.0
        self._begun = False
        self._seen: tuple[Hashable, ...] = ()
        self._findings = Findings()
        self._handed_over = ""
        self._roller = Roller()
        self.chosen: int | None = None
        """The minimum that is pointed out, by its number."""
        self._open = True

    def begin(self) -> None:
        """Let questions be asked from now on: the first race goes first."""
        self._begun = True

    def close(self, patience: float = 20.0) -> bool:
        """End all work; true if every thread ended in time."""
        return self._analyst.close(patience)

    # -- asking --------------------------------------------------------------------------------------------

    def look(self, step: int) -> bool:
        """Ask what is called for at a step, and drop the rest; true if there is something new to draw."""
        if not self._begun:
            return False
        session = self._session
        land, insight = session.landscape, session.view.insight
        now = time.perf_counter()
        if land.digest != self._digest:
            # A proof of what is not shown any more would keep the next one waiting.
            for topic in ("critical", "tree"):
                self._analyst.drop(topic)
            self._digest, self._still_since = land.digest, now
        wanted = dict(self._wanted(land, insight, step))
        wanted["minima"] = (land.digest, partial(studies.count, land))
        if now - self._still_since >= SETTLE_SECONDS:
            wanted |= self._proofs(land, insight)
        for topic in LANES:
            if topic in wanted:
                key, work = wanted[topic]
                self._analyst.ask(topic, key, work)
            elif topic not in ("critical", "tree"):
                self._analyst.drop(topic)
        self._open = self._waits(wanted, land)
        self._roller.heat(insight.temperature)
        seen = (self._analyst.count, land.digest, insight, frozenset(wanted))
        fresh = seen != self._seen
        if fresh:
            self._seen = seen
            self._findings = self._gather(land)
            self._hand_over(land)
        return fresh

    def _hand_over(self, land: Landscape) -> None:
        """Let verdicts rest on a proof as soon as there is one: once for each landscape."""
        known = self._current("critical", land.digest)
        if known is None or not known.final or known.value is None or land.digest == self._handed_over:
            return
        if known.value.complete:
            self._handed_over = land.digest
            remember(land, known.value)
            self._proved()

    def complete(self, step: int, patience: float = 120.0) -> Findings:
        """Ask everything that is called for and wait for the last answers: for pictures without a window.

        Marbles roll on for ever, and are not waited for. What was not answered within `patience` seconds is
        left out.
        """
        self._begun, end = True, time.perf_counter() + patience
        while time.perf_counter() < end:
            self.look(step)
            if self._still_since and not self._open:
                break
            time.sleep(0.002)
        self.look(step)
        return self._findings

    def stop(self, topic: str) -> None:
        """Stop working at a question: what is known of it so far stays."""
        self._analyst.stop(topic)

    def _waits(self, wanted: dict[str, tuple[Hashable, Any]], land: Landscape) -> bool:
        """Whether a last answer to something that is wanted is still to come."""
        known = self._current("critical", land.digest)
        if known is None or not known.final:
            return True
        if not known.failure and land.dimension <= 2 and "tree" not in wanted:
            return True
        for topic, (key, _) in wanted.items():
            answer = self._analyst.answer(topic)
            if topic != "marbles" and (answer is None or answer.key != key or not answer.final):
                return True
        return False

    def _proofs(self, land: Landscape, insight: Insight) -> dict[str, tuple[Hashable, Any]]:
        """The proof of all critical points, and the tree that is built on it."""
        wanted: dict[str, tuple[Hashable, Any]] = {"critical": (land.digest, partial(studies.prove, land))}
        known = self._current("critical", land.digest)
        if known is not None and known.final and known.value is not None and land.dimension <= 2:
            wanted["tree"] = (land.digest, partial(studies.tree, land, known.value))
        return wanted

    def _wanted(
        self, land: Landscape, insight: Insight, step: int
    ) -> Iterator[tuple[str, tuple[Hashable, Any]]]:
        """Yield what the view calls for: topic, key and work."""
        view = self._session.view
        extent = view.zoom if land.dimension > 1 else None
        minima = self.minima(land)
        compares = insight.difference and insight.beside is not None
        if insight.overlay == "basins" or compares:
            yield from self._basins("basins", land, insight.entry, step, minima)
        if insight.beside is not None:
            yield from self._basins("beside", land, insight.beside, step, minima)
        if insight.overlay == "chances":
            yield from self._chances(land, insight, step, minima)
        if insight.overlay in ("slope", "curvature"):
            yield (
                insight.overlay,
                ((land.digest, extent), partial(studies.field, insight.overlay, land, extent)),
            )
        if insight.overlay == "density" or insight.marbles == "annealing":
            key: Hashable = (land.digest, insight.temperature)
            yield "density", (key, partial(studies.density, land, insight.temperature, minima))
        if insight.flow:
            yield "flow", ((land.digest, extent), partial(studies.field, "flow", land, extent))
        tree = self._current("tree", land.digest)
        if insight.flood is not None and tree is not None and tree.value is not None:
            yield (
                "lakes",
                ((land.digest, insight.flood), partial(studies.lakes, land, insight.flood, tree.value)),
            )
        if insight.lens is not None:
            key = (land.digest, insight.lens, insight.lens_radius)
            yield "lens", (key, partial(studies.lens, land, insight.lens, insight.lens_radius))
        if view.bottom == "settings":
            yield from self._settings(land, insight, step, minima)
        yield from self._roll(land, insight, step, minima)

    def line(self, entry: int | None, *, chance: bool | None = None) -> Entry | None:
        """Return the line of the race that is meant: by id, else the selected one, else the first at work.

        Where none is named, one that leaves things to chance (or that leaves nothing) goes before others.
        """
        entries = self._session.exploration.entries
        named = next((each for each in entries if each.id == entry), None)
        if named is not None:
            return named
        others = [each for each in entries if each.enabled]
        selected = self._session.view.selected
        others.sort(key=lambda each: each.id != selected)
        fitting = [each for each in others if chance is None or self.is_random(each) == chance]
        return next(iter(fitting or others), None)

    @property
    def _map_steps(self) -> int:
        """How many steps the runs of a map have: as many as the race, within reason."""
        exploration = self._session.exploration
        return min(exploration.steps, MAP_STEPS) if exploration.clock.unit == "steps" else USUAL_STEPS

    def is_random(self, entry: Entry) -> bool:
        """Whether a line leaves to chance where it ends."""
        from minima_core.analysis.chances import is_random

        return is_random(self._specification(entry, self._session.exploration.steps))

    def _specification(self, entry: Entry, step: int) -> Specification:
        """The method and settings that a line has at a step (at the end of the timeline: its last ones)."""
        at = entry.segments[-1].step if step >= self._session.exploration.steps else step
        return self._session.segment_at(entry, at)

    def _basins(
        self, topic: str, land: Landscape, entry: int | None, step: int, minima: NDArray[np.float64] | None
    ) -> Iterator[tuple[str, tuple[Hashable, Any]]]:
        line = self.line(entry, chance=False)
        if line is None:
            return
        specification = self._specification(line, step)
        if self.is_random(line):
            title = specification.method.title
            sentence = (
                f"Where {title} ends is left to chance: show its chances, or the basins of another line."
            )
            yield topic, ((land.digest, specification.text, topic), partial(studies.refuse, sentence))
            return
        steps = self._map_steps
        border = self._session.exploration.border
        key = (land.digest, specification.text, steps, border, _rounded(land, minima))
        yield topic, (key, partial(studies.basins, land, specification, steps, border, minima))

    def _chances(
        self, land: Landscape, insight: Insight, step: int, minima: NDArray[np.float64] | None
    ) -> Iterator[tuple[str, tuple[Hashable, Any]]]:
        line = self.line(insight.entry, chance=True)
        if line is not None and not self.is_random(line):
            title = methods.describe(line.name).title
            sentence = f"{title} leaves nothing to chance: add simulated annealing or random restarts."
            yield "chances", ((land.digest, line.segments, "exact"), partial(studies.refuse, sentence))
        elif line is not None:
            specification = self._specification(line, step)
            exploration = self._session.exploration
            steps = self._map_steps
            key = (land.digest, specification.text, steps, exploration.seed, _rounded(land, minima))
            yield (
                "chances",
                (key, partial(studies.chances, land, specification, steps, exploration.seed, minima)),
            )

    def _settings(
        self, land: Landscape, insight: Insight, step: int, minima: NDArray[np.float64] | None
    ) -> Iterator[tuple[str, tuple[Hashable, Any]]]:
        choice = insight.settings or doc.SettingsChoice()
        line = self.line(settings_entry(self._session.exploration, self._session.view))
        starts = self._session.exploration.starts
        if line is None or not starts:
            return
        specification = self._specification(line, step)
        try:
            across, up = settings_axes(specification, choice, land)
        except ValueError as error:
            yield "settings", ((land.digest, specification.text, choice), partial(studies.refuse, str(error)))
            return
        steps = self._map_steps
        start, border = starts[0].position, self._session.exploration.border
        # What goes across and up is on the map already: its present value makes no other one.
        given = specification.replace(**{name: low for name, low, _ in (across, up)}).text
        key = (land.digest, given, across, up, start, steps, border, _rounded(land, minima))
        yield (
            "settings",
            (
                key,
                partial(studies.settings, land, specification, start, across, up, steps, border, minima),
            ),
        )

    def _roll(
        self, land: Landscape, insight: Insight, step: int, minima: NDArray[np.float64] | None
    ) -> Iterator[tuple[str, tuple[Hashable, Any]]]:
        kind = insight.marbles
        if kind == "none":
            return
        line = self.line(insight.entry) if kind == "descent" else None
        specification = None if line is None else self._specification(line, step)
        if specification is not None and specification.method.kind != "gradient":
            specification = None
        seed = self._session.exploration.seed
        text = "" if specification is None else specification.text
        key = (land.digest, kind, insight.marble_count, text, seed, _rounded(land, minima))
        work = partial(
            self._roller.roll,
            land,
            kind,
            insight.marble_count,
            specification,
            insight.temperature,
            seed,
            minima,
        )
        yield "marbles", (key, work)

    # -- what is known -------------------------------------------------------------------------------------

    @property
    def findings(self) -> Findings:
        """What is known of what is shown; the same object while nothing has changed."""
        return self._findings

    def findings_of(self, land: Landscape) -> Findings:
        """What is known about a landscape; nothing as long as it is about the one before."""
        looked_at = len(self._seen) > 1 and self._seen[1] == land.digest
        return self._findings if looked_at else Findings()

    def pointed_out(self) -> int | None:
        """The number of the minimum that is pointed out among all critical points."""
        critical = self._findings.critical
        if critical is None or self.chosen is None or self.chosen >= len(critical.minima):
            return None
        return next(k for k, each in enumerate(critical.points) if each is critical.minima[self.chosen])

    def answer(self, topic: str) -> Answer | None:
        """The last answer under a topic."""
        return self._analyst.answer(topic)

    def failure(self) -> str:
        """Why something that was asked has no answer: the first sentence there is, or ""."""
        answers = (self._analyst.answer(topic) for topic in LANES)
        return next((each.failure for each in answers if each is not None and each.failure), "")

    def at_work(self) -> str:
        """The first topic for which somebody waits: it is wanted, and has no answer yet; or ""."""
        for topic in WORK_WORDS:
            answer, share = self._analyst.answer(topic), self.share(topic)
            if share is not None and (answer is None or not answer.final):
                return topic
        return ""

    def share(self, topic: str) -> float | None:
        """How much of a question is done; None when nobody is at it."""
        return self._analyst.share(topic)

    def count_note(self) -> str:
        """How many minima there are, and how sure that is."""
        return count_words(self._findings.critical, self._findings.counted)

    def _current(self, topic: str, key: Hashable) -> Answer | None:
        """The answer under a topic, if it belongs to this key."""
        answer = self._analyst.answer(topic)
        return answer if answer is not None and answer.key == key else None

    @property
    def topics(self) -> tuple[str, ...]:
        """Everything that can be asked."""
        return tuple(LANES)

    def again(self, topic: str) -> None:
        """Ask once more what was stopped."""
        self._analyst.drop(topic)

    def throw_marbles(self) -> None:
        """Let the marbles begin anew."""
        self._analyst.drop("marbles")

    def minima(self, land: Landscape) -> NDArray[np.float64] | None:
        """All minima (k, n), sorted by value: the proved ones, or as counted, or None while nobody knows."""
        known = self._current("critical", land.digest)
        found: Iterable[Any] | None = None
        if known is not None and known.final and known.value:
            found = known.value.minima
        else:
            found = self.counted(land)
        if found is None:
            return None
        return np.array([each.position for each in found], dtype=np.float64).reshape(-1, land.dimension)

    def counted(self, land: Landscape) -> tuple[Minimum, ...] | None:
        """The minima as counted, or None while nobody has."""
        known = self._current("minima", land.digest)
        return None if known is None else known.value

    def has_counted(self, land: Landscape) -> bool:
        """Whether the minima have been counted, or cannot be."""
        known = self._current("minima", land.digest)
        return not self._begun or (known is not None and known.final)

    def lately(self, land: Landscape) -> tuple[Minimum, ...]:
        """The minima that were counted last, on this landscape or on it as it was a moment ago."""
        answer = self._analyst.answer("minima")
        if answer is None or not answer.value or len(answer.value[0].position) != land.dimension:
            return ()
        return tuple(answer.value)

    def _gather(self, land: Landscape) -> Findings:
        """Put together what is known; a map of a moment ago stays until the next one is there."""

        def of(topic: str, exact: bool = True) -> Any:
            answer = self._analyst.answer(topic)
            if answer is None or answer.value is None:
                return None
            key = answer.key[0] if isinstance(answer.key, tuple) else answer.key
            return answer.value if not exact or key == land.digest else None

        critical, rolling, counted = of("critical"), of("marbles"), self.counted(land)
        fits = _fits(land)
        return Findings(
            critical=critical,
            tree=of("tree"),
            basins=fits(of("basins", exact=False)),
            basins_beside=fits(of("beside", exact=False)),
            settings=of("settings", exact=False),
            chances=fits(of("chances", exact=False)),
            density=fits(of("density", exact=False)),
            slope=of("slope"),
            curvature=of("curvature"),
            flow=of("flow"),
            lakes=of("lakes"),
            lens=of("lens"),
            marbles=rolling,
            marble_labels=None if rolling is None else rolling.labels,
            time_spent=None if rolling is None else rolling.time_spent,
            time_shares=None if rolling is None else rolling.shares,
            counted=None if critical is not None or counted is None else len(counted),
        )


def settings_axes(
    specification: Specification, choice: doc.SettingsChoice, land: Landscape | None = None
) -> tuple[tuple[str, float, float], tuple[str, float, float]]:
    """Return the two settings of a map with their ranges: those chosen, as far as the method has them.

    Without a learning rate or a momentum the first settings that are numbers take their places. The learning
    rate goes from a hundredth to a hundred times the landscape's usual one, so that the map stands still when
    one of its runs is chosen.
    """
    described = {each.name: each for each in methods.describe(specification.name).settings}
    numbers = [name for name, each in described.items() if each.scale in ("linear", "log")]
    across = choice.across if choice.across in numbers else next(iter(numbers), "")
    up = next((name for name in (choice.up, *UPWARDS, *numbers) if name in numbers and name != across), "")
    if not across or not up:
        title = methods.describe(specification.name).title
        raise ValueError(f"{title} has no two settings that are numbers; choose another line of the race.")

    def ends(name: str, given: tuple[float, float] | None) -> tuple[str, float, float]:
        if given is not None:
            return (name, *given)
        setting = described[name]
        low, high = setting.span
        if name == "lr":
            value = _number(specification.settings.get("lr"), 0.1)
            usual = value
            if land is not None:
                usual = _number(methods.method(specification.name).resolved(land).settings.get("lr"), value)
            low, high = min(usual / 100, value), max(usual * 100, value)
        return (name, float(max(low, setting.lower)), float(min(high, setting.upper)))

    return ends(across, choice.across_range), ends(up, choice.up_range)


def _number(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise


def _rounded(land: Landscape, minima: NDArray[np.float64] | None) -> tuple[tuple[int, ...], ...] | None:
    """Return the places of minima in millionths of the box: a proof that finds the same changes nothing."""
    if minima is None:
        return None
    shares = (minima - land.lower) / (land.upper - land.lower)
    return tuple(tuple(row) for row in np.round(shares * 1e6).astype(np.int64).tolist())


def _fits(land: Landscape) -> Any:
    """Return a sieve for maps: one that was made for another region or number of variables goes."""
    x = float(land.lower[0]), float(land.upper[0])
    y = (0.0, 0.0) if land.dimension == 1 else (float(land.lower[1]), float(land.upper[1]))

    def sieve(found: Any) -> Any:
        if found is None or tuple(found.extent) != (*x, *y):
            return None
        places = found.targets if hasattr(found, "targets") else found.minima
        return found if places.shape[1] == land.dimension else None

    return sieve
