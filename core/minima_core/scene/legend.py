"""Legend, captions and titles: made from the values that ran, never typed by hand."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

import numpy as np

from minima_core.document import Entry, Exploration, View, segment_at
from minima_core.scene.clocked import (
    Clocked,
    clock_words,
    span_words,
    steps_shown,
    tick_of,
    when_words,
)
from minima_core.scene.scenes import Legend, LegendLine
from minima_core.scene.track import Track
from minima_core.scene.words import number, point, whole

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape
    from minima_core.methods import Schedule, Setting, Specification

__all__ = [
    "VerdictLike",
    "Verdicts",
    "caption_of",
    "legend_of",
    "line_name",
    "line_words",
    "method_words",
    "settings_words",
    "title_of",
    "verdict_words",
]

ARRIVED = {"global minimum", "local minimum"}
COMMON = {
    "weight_decay", "clip_norm", "clip_value", "noise", "eps", "dampening", "schedule", "averaging",
    "ema_decay", "averaging_start",
}  # fmt: skip
"""Settings that every method has, or nobody asks about: named only when they were changed."""
MOST_SETTINGS = 4
LONGEST_FORMULA = 140
"""Longer ones are left out of captions."""
PAIRS = {"temperature": ("end_temperature", "T")}
"""Settings that are said together with another one: "T 0.5 → 0.01"."""
HYPHENLESS = {"expected-improvement": "expected improvement", "lower-bound": "lower bound"}
"""Choices that are written without the hyphen of their name; saddle-free and Hooke-Jeeves keep theirs."""
QUIET = {
    "cooling_steps", "step_size", "reheat_after", "reheat_to", "c1", "c2", "shrink", "grow", "first_step",
    "tolerance", "collapse", "equal", "near", "polish", "dither", "patience", "give_up", "small", "doublings",
    "kappa", "value_noise", "refit", "candidates", "keep", "tolerance_grad", "tolerance_change",
    "tolfun", "tolx",
}  # fmt: skip
"""Numbers of a method that need not be said either while they are the default."""
SHORT = {"lr": "lr"}
"""Settings that are known by their name, not by a symbol."""
TOLD_STEP = re.compile(r"\b(?:at )?step (\d+)\b")
"""Where a verdict tells the step at which something was."""
FOUND = {
    "one of the lowest minima found": "a global minimum",
    "the lowest minimum found": "the global minimum",
}
"""What a search alone may call a minimum, and what it is called once that is proved."""
TOGETHER = {
    "global minimum": "at the best",
    "local minimum": "in a local minimum",
    "saddle": "at a saddle",
    "inflection": "at an inflection",
    "plateau": "on a plateau",
    "oscillating": "oscillating",
    "crawling": "crawling",
    "wandering": "wandering",
    "diverged": "diverged",
    "not finite": "where the loss is undefined",
    "outside": "outside the region",
    "out of budget": "out of budget",
    "raised": "stopped by an error",
    "running": "running",
}
"""What several runs of one line have come to, in the order in which it is said."""


class VerdictLike(Protocol):
    """What is read of a verdict of `minima_core.runs`."""

    @property
    def state(self) -> str:
        """Such as "local minimum"."""

    @property
    def sentence(self) -> str:
        """The whole sentence."""


Verdicts: TypeAlias = Mapping[tuple[int, int], VerdictLike]
"""The verdicts of the runs, by (entry id, index of the start)."""


# -- methods and settings ------------------------------------------------------------------------------------


def line_name(entry: Entry, step: int) -> str:
    """Return the title of a line of the race: its method, and after an arrow the one that went on."""
    from minima_core.methods import describe

    first = describe(entry.name).title
    now = describe(segment_at(entry, step).name).title
    return first if now == first else f"{first} → {now}"


def method_words(specification: Specification | str, land: object = None) -> str:
    """Return a method with the settings that tell, as part of a sentence: "Adam, lr 0.05, β₁ 0.9"."""
    from minima_core.methods import Specification

    parsed = Specification.parse(specification) if isinstance(specification, str) else specification
    said = settings_words(parsed, cast("Landscape | None", land))
    return parsed.method.title + (f", {said.replace(' · ', ', ')}" if said else "")


def line_words(
    exploration: Exploration, step: int | Mapping[int, int], land: Landscape | None = None
) -> dict[int, tuple[str, str]]:
    """Return name and settings of every line of the race, by its id, so that no two lines are called alike.

    `step` is what is shown, or that of each line, by its id.

    What several lines of one method differ in is said first: narrow legends cut the rest. Lines that would
    still be told by the same words get all their differences; those alike in everything are numbered.
    """
    at = {each.id: step if isinstance(step, int) else step[each.id] for each in exploration.entries}
    lines = {entry.id: (entry, segment_at(entry, at[entry.id]).method) for entry in exploration.entries}
    telling = _telling([text for _, text in lines.values()])
    words = {
        id: (line_name(entry, at[id]), _settings_words(text, land, telling[text]))
        for id, (entry, text) in lines.items()
    }
    alike: dict[tuple[str, str], list[int]] = {}
    for id, pair in words.items():
        alike.setdefault(pair, []).append(id)
    for (name, said), ids in alike.items():
        if len(ids) < 2:
            continue
        more = _differences({id: lines[id][1] for id in ids})
        numbers: Counter[str] = Counter()
        for id in ids:
            numbers[more[id]] += 1
            again = numbers[more[id]]
            settings = " · ".join(part for part in (said, more[id]) if part)
            words[id] = (f"{name} {again}" if again > 1 else name, settings)
    return words


def _telling(texts: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return for each specification the names of settings that tell it from others of its method."""
    from minima_core.methods import Specification

    known = {text: Specification.parse(text) for text in texts}
    told: dict[str, frozenset[str]] = {}
    for text, each in known.items():
        others = [other for other in known.values() if other.name == each.name]
        told[text] = frozenset(
            setting.name
            for setting in each.method.settings
            if len({str(other.settings.get(setting.name, setting.default)) for other in others}) > 1
        )
    return told


def _differences(texts: Mapping[int, str]) -> dict[int, str]:
    """Return for each specification the settings in which it differs from others of the same method."""
    from minima_core.methods import AUTO, Specification

    known = {id: Specification.parse(text) for id, text in texts.items()}
    first = next(iter(known.values()))
    said: dict[int, list[str]] = {id: [] for id in known}
    for setting in first.method.settings:
        values = {id: each.settings.get(setting.name, setting.default) for id, each in known.items()}
        if len({str(value) for value in values.values()}) < 2 or AUTO in values.values():
            continue
        name = SHORT.get(setting.name, setting.symbol or setting.name.replace("_", " "))
        for id, value in values.items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                said[id].append(f"{name} {number(float(value))}")
            else:
                said[id].append(f"{name} {value}")
    return {id: " · ".join(parts) for id, parts in said.items()}


def settings_words(specification: Specification | str, land: Landscape | None = None) -> str:
    """Return the settings that tell: "lr 0.05 · β₁ 0.9 · β₂ 0.99".

    The learning rate and the method's own numbers are always said; what all methods share (clipping, noise,
    …) only where it differs from the default, which for some settings depends on the landscape.
    """
    return _settings_words(str(specification), land)


@lru_cache(maxsize=256)
def _settings_words(
    text: str,
    land: Landscape | None,
    telling: frozenset[str] = frozenset(),
    *,
    inner: bool = False,
) -> str:
    """Return the words for the text form of a specification.

    `telling` names the settings to say first, whatever they are; of an `inner` method only what was changed
    is said.
    """
    from minima_core.methods import AUTO, Specification, method

    specification = Specification.parse(text)
    usual: Mapping[str, Any] = {each.name: each.default for each in specification.method.settings}
    if land is not None:
        usual = method(specification.name).resolved(land).settings
    said: list[tuple[int, str]] = []
    for setting in specification.method.settings:
        value = specification.settings.get(setting.name, setting.default)
        if value is AUTO or setting.name in {other for other, _ in PAIRS.values()}:
            continue
        changed = usual[setting.name] not in {value, AUTO}
        telling_now = setting.name in telling
        if inner and not changed and setting.default is not AUTO:
            continue
        words = _setting_words(setting, value, changed or telling_now, land)
        if setting.name in PAIRS and isinstance(value, float):
            other, symbol = PAIRS[setting.name]
            end = specification.settings.get(other)
            words = f"{symbol} {number(value)}" + (f" → {number(end)}" if isinstance(end, float) else "")
        if words:
            rank = 1 if setting.name == "lr" or setting.scale == "method" else 2 if changed else 3
            rank = 0 if telling_now else rank
            said.append((rank, words))
    kept = sorted(range(len(said)), key=lambda k: said[k][0])[:MOST_SETTINGS]
    first = [k for k in kept if said[k][0] < 2]
    return " · ".join(said[k][1] for k in (*first, *sorted(set(kept) - set(first))))


def _setting_words(setting: Setting, value: object, changed: bool, land: Landscape | None) -> str:
    """Return one setting in words, or nothing when it need not be said."""
    from minima_core.methods import Schedule, Specification, describe

    name = SHORT.get(setting.name, setting.symbol or setting.name)
    if isinstance(value, Specification):
        inside = _settings_words(str(value), land, inner=True)
        title = describe(value.name).title
        return f"{title} ({inside})" if inside else title
    if setting.name in COMMON | QUIET and not changed:
        return ""
    if setting.name == "averaging":
        return {"mean": "mean of points", "ema": "fading mean of points"}.get(str(value), "")
    if isinstance(value, bool):
        plain = setting.name.replace("_", " ")
        return (plain if value else f"no {plain}") if changed else ""
    if setting.scale == "choice":
        return HYPHENLESS.get(str(value), str(value)) if changed else ""
    if isinstance(value, (int, float)):
        if value == 0 and setting.name.startswith("clip_"):
            return "not clipped" if changed else ""
        if value == 0 and not changed:
            return ""
        return f"{name} {whole(value) if isinstance(value, int) else number(value)}"
    return _schedule_words(value) if isinstance(value, Schedule) else ""


def _schedule_words(value: Schedule) -> str:
    """Return a schedule in words: "cosine (T 50, ηₘ 0.001)"."""
    from minima_core.methods import Schedule

    if value.name == "none":
        return "no schedule"
    if value.name == "sequential":
        parts = value.settings["schedulers"]
        return ", then ".join(each.kind.title.lower() for each in parts if isinstance(each, Schedule))  # type: ignore[union-attr]
    symbols = {each.name: each.symbol for each in value.kind.settings}
    said = [
        f"{symbols[name]} {number(float(given))}"
        for name, given in value.settings.items()
        if isinstance(given, int | float) and not isinstance(given, bool)
    ]
    return value.kind.title.lower() + (f" ({', '.join(said)})" if said else "")


# -- verdicts ------------------------------------------------------------------------------------------------


def verdict_words(
    known: Sequence[tuple[VerdictLike | None, int, Track | None]], step: int, *, proved: bool = False
) -> str:
    """Return what is said under a line of the race at a step.

    Parameters
    ----------
    known
        For each start: the verdict, the step that the run has reached, and its track; what is not known is
        None.
    proved
        Whether the lowest minimum that the search found is proved to be global (`proved_lowest`): it is then
        called so.
    """
    if not known:
        return "waiting for a start"
    if len(known) == 1:
        words = _run_words(*known[0], step)
        for found, name in FOUND.items() if proved else ():
            words = words.replace(found, name)
        return words
    states = Counter(verdict.state if verdict is not None else "running" for verdict, _, _ in known)
    said = [(states[state], words) for state, words in TOGETHER.items() if states[state]]
    count, words = said[0]
    if count == len(known):
        return f"{'both' if count == 2 else f'all {count}'} {words}"
    return ", ".join([f"{count} of {len(known)} {words}", *(f"{n} {words}" for n, words in said[1:])])


def _run_words(verdict: VerdictLike | None, reached: int, track: Track | None, step: int) -> str:
    """Return what is said of one run."""
    if track is not None and track.last >= 0:
        at, _, value = track.at(step)
        arrived = getattr(verdict, "numbers", {}).get("reached", math.inf)
        known = verdict is not None and verdict.state in ARRIVED and math.isfinite(arrived)
        if verdict is not None and known and tick_of(track.record, int(arrived)) <= step:
            return _phrase(_by_clock(verdict.sentence, track))
        if step == 0 or (step < reached and track.last > step) or _is_later(verdict, track, step):
            return f"loss {number(value)} {when_words(track, at)}"
        if track.ends.clusters and (verdict is None or verdict.state == "running"):
            loops = sum(each.count for each in track.ends.clusters)
            lowest = track.ends.lowest
            zero = 1e-9 * float(np.nanmax(np.abs(track.envelope.first[: track.envelope.used])))
            best = f"best {number(lowest, zero=zero)}" if math.isfinite(lowest) else "none in the region"
            return f"{whole(loops)} {'loop' if loops == 1 else 'loops'} done, {best}"
        if verdict is None or verdict.state == "running":
            temperature = track.inside("temperature", step)
            if temperature is not None:
                return f"wandering, T = {number(temperature)}"
            return f"running, loss {number(value)}"
    return "being prepared" if verdict is None else _phrase(_by_clock(verdict.sentence, track))


def _is_later(verdict: VerdictLike | None, track: Track, tick: int) -> bool:
    """Return whether a verdict tells of something that a run does only after a tick.

    A run may be computed further than its race goes.
    """
    if verdict is None:
        return False
    told = [int(each) for each in TOLD_STEP.findall(verdict.sentence)]
    arrived = getattr(verdict, "numbers", {}).get("reached", math.inf)
    told += [int(arrived)] if verdict.state in ARRIVED and math.isfinite(arrived) else []
    return any(tick_of(track.record, each) > tick for each in told)


def _by_clock(sentence: str, track: Track | None) -> str:
    """Return a verdict with the steps that it tells said in the unit of the race's clock."""
    if track is None or not isinstance(track.record, Clocked):
        return sentence
    return TOLD_STEP.sub(lambda told: when_words(track, tick_of(track.record, int(told[1]))), sentence)


def _phrase(sentence: str) -> str:
    """Return a sentence as part of a longer one: without its full stop and capital."""
    text = sentence.strip().removesuffix(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


# -- figures -------------------------------------------------------------------------------------------------


def legend_of(
    exploration: Exploration,
    step: int,
    verdicts: Verdicts,
    tracks: Mapping[tuple[int, int], Track],
    land: Landscape | None = None,
    *,
    proved: bool = False,
) -> Legend:
    """Return the legend of a figure: the enabled lines of the race, in order."""
    lines = []
    words = line_words(exploration, steps_shown(exploration, tracks, step), land)
    for entry in exploration.entries:
        if entry.enabled:
            known = [
                (verdicts.get((entry.id, k)), _last(tracks.get((entry.id, k))), tracks.get((entry.id, k)))
                for k in range(len(exploration.starts))
            ]
            name, settings = words[entry.id]
            lines.append(
                LegendLine(entry.id, name, settings, verdict_words(known, step, proved=proved), entry.role)
            )
    return Legend(tuple(lines))


def _last(track: Track | None) -> int:
    """Return the last step of a track, 0 when there is none."""
    return 0 if track is None else max(track.last, 0)


def title_of(exploration: Exploration, view: View, land: Landscape) -> str:
    """Return the title of a figure: the person's own, else the landscape's."""
    return view.title or exploration.place.title or land.title


def caption_of(exploration: Exploration, legend: Legend, step: int, formula: str = "") -> str:
    """Return what ran: formula and parameters, start, steps, seed; of a single line what became of it.

    "From (−1.15, 1.6), 300 steps, seed 0. Adam, lr 0.03: at the local minimum, 0.39 above the best."
    What became of several lines stands in the legend.
    """
    starts = exploration.starts
    where = f"From {point(starts[0].position)}" if len(starts) == 1 else f"From {len(starts)} starts"
    if len(starts) == 1 and starts[0].seed is not None:
        where += f" (thrown with seed {starts[0].seed})"
    border = "" if exploration.border == "auto" else f", border: {exploration.border}"
    named = exploration.place.parameters.items()
    what = [formula] if 0 < len(formula) <= LONGEST_FORMULA else []
    what += [f"{name} = {number(at)}" for name, at in named if name in formula or len(named) == 1]
    parts = [f"{', '.join(what)}."] if what else []
    parts.append(f"{where}, {span_words(exploration.clock, step)}, seed {exploration.seed}{border}.")
    if exploration.clock.unit != "steps":
        parts.append(clock_words(exploration.clock))
    if len(legend.lines) == 1:
        line = legend.lines[0]
        settings = f", {line.settings.replace(' · ', ', ')}" if line.settings else ""
        parts.append(f"{line.name}{settings}: {line.verdict}.")
    return " ".join(parts)
