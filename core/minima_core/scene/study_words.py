"""What a study and restarts are said to have found: headline, ranking, caption, and the account of restarts.

Every share comes with its 95 % interval and with what was spent, and a difference that chance could have made
is called so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from minima_core.scene.findings import StudyLine
from minima_core.scene.study_terms import interval_words, target_words
from minima_core.scene.words import number, percent, whole

if TYPE_CHECKING:
    from minima_core.studies import Comparison, Estimated, MethodResult, Restarts, Study

__all__ = [
    "INDEPENDENT",
    "ranking_words",
    "restarts_pairs",
    "restarts_words",
    "study_caption",
    "study_headline",
    "study_numbers",
]

INDEPENDENT = {"random-restarts"}
"""Methods whose descents know nothing of each other: only of these do chances follow from shares."""
CHEAPER = 0.8
"""A success that is expected to cost less than this share of another one's is worth a word."""
UNEVEN = 1.5
"""Lines that spend more than this many times as many evaluations as others are not compared at equal cost."""
MOST_TRIES = 10**7
"""More tries than this are not told: so many are never made."""
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _joined(names: Sequence[str]) -> str:
    """Return names in a row: "Adam, momentum and RMSprop"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _many(count: int, of: str) -> str:
    return f"{whole(count)} {of if count == 1 else 'tries' if of == 'try' else of + 's'}"


# -- studies -------------------------------------------------------------------------------------------------


def study_headline(study: Study, lines: Sequence[StudyLine]) -> str:
    """Return what came out, in one sentence: who succeeds most often, and how often."""
    first = study.ranking.places[0]
    best, target = study.results[first], target_words(study)
    if best.reached == 0:
        who = lines[first].words if len(lines) == 1 else "No line of the race"
        never = "never reached" if len(lines) == 1 else "reached"
        high = percent(best.high)
        return (
            f"{who} {never} {target} in {_many(best.tries, 'try')}: a chance of up to {high} can hide there."
        )
    name = lines[first].words
    said = f"{name} reaches {target} in {whole(best.reached)} of {_many(best.tries, 'try')}"
    if len(lines) == 1:
        return f"{said}: {percent(best.share)} ({interval_words(best.low, best.high)})."
    if not _alone_first(study):
        return f"{said}, and is not the only one."
    if any(each.significant and each.better == best.name for each in study.ranking.pairs):
        return f"{said}, more often than any other line."
    return f"{said}, more often than any other line; luck alone may do as much."


def _alone_first(study: Study) -> bool:
    """Whether no other line succeeded as often as the first, by count."""
    first, second = (study.results[k] for k in study.ranking.places[:2])
    return second.share < first.share


def ranking_words(study: Study, lines: Sequence[StudyLine]) -> str:
    """Return which differences are significant, and which are not; "" for a single line."""
    places = study.ranking.places
    if len(places) < 2:
        return ""
    if not any(each.reached for each in study.results):
        return _uneven(study, lines)
    said = {study.results[k].name: lines[k].words for k in places}
    pairs = study.ranking.pairs
    first = study.results[places[0]].name
    apart = [each for each in pairs if each.significant]
    if not apart:
        least = min(each.corrected for each in pairs)
        what = "The difference is not" if len(places) == 2 else "None of the differences is"
        words = f"{what} significant (p = {_chance(least)}): so many tries cannot tell " + (
            "the two apart." if len(places) == 2 else "these lines apart."
        )
        return " ".join(filter(None, (words, _cheapest(study, lines), _uneven(study, lines))))
    own = [each for each in pairs if first in (each.better, each.worse)]
    equal = [said[_other(each, first)] for each in own if not each.significant]
    if equal:
        words = f"The difference from {_joined(equal)} is not significant"
        rest = len(own) - len(equal)
        words += "; that from the other is." if rest == 1 else "; those from the others are." if rest else "."
    else:
        worst = max(each.corrected for each in own)
        count = "the other line" if len(own) == 1 else "each of the others"
        words = f"Its lead over {count} is significant (p {_at_most(worst)})."
    groups = [
        [said[name] for name in group]
        for group in study.ranking.groups
        if len(group) > 1 and first not in group
    ]
    nor = "".join(f" {_joined(group)} cannot be told apart." for group in groups)
    return " ".join(filter(None, (words + nor, _cheapest(study, lines), _uneven(study, lines))))


def _other(pair: Comparison, name: str) -> str:
    return pair.worse if pair.better == name else pair.better


def _chance(p: float) -> str:
    return "1" if p >= 0.995 else number(p, 2)


def _at_most(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"≤ {number(p, 2)}"


def _cheapest(study: Study, lines: Sequence[StudyLine]) -> str:
    """Return who succeeds most cheaply, where that is not who succeeds most often."""
    first = study.ranking.places[0]
    costs = [each.expected_cost for each in study.results]
    cheap = min(range(len(costs)), key=lambda k: (costs[k], k))
    if cheap == first or not costs[cheap] < CHEAPER * costs[first]:
        return ""
    least, most = whole(round(costs[cheap])), whole(round(costs[first]))
    what = "evaluations are expected for a success"
    return f"{lines[cheap].words} succeeds most cheaply: {least} {what}, against {most}."


def _uneven(study: Study, lines: Sequence[StudyLine]) -> str:
    """Return that steps are no equal cost, where the lines spend very different numbers of evaluations."""
    if study.evaluations is not None or len(lines) < 2:
        return ""
    spent = [float(each.spent.mean()) for each in study.results]
    least, most = (pick(range(len(spent)), key=spent.__getitem__) for pick in (min, max))
    if spent[most] < UNEVEN * spent[least]:
        return ""
    dear, cheap = whole(round(spent[most])), whole(round(spent[least]))
    return (
        f"Equal steps are no equal cost: {lines[most].words} spends {dear} evaluations on a try, "
        f"{lines[least].words} {cheap}; compare by evaluations."
    )


def study_caption(study: Study) -> str:
    """Return what was run, on which landscape, what counted as success, and how it was compared."""
    count = len(study.starts)
    times = f", {whole(study.seeds)} tries from each" if study.seeds > 1 else ""
    compared = ""
    if (pairs := len(study.ranking.pairs)) > 0:
        among = f", corrected for {pairs} comparisons" if pairs > 1 else ""
        compared = f" Compared start by start (exact test of pairs{among}); intervals hold with 95\u202f%."
    return (
        f"{study.land_title}: {_many(count, 'start')}, uniform in the region with seed {study.seed}{times}, "
        f"{study.cost_in_words} a try. Success is {study.success_in_words}.{compared}"
    )


def study_numbers(result: MethodResult) -> tuple[str, str, str, str]:
    """Return median cost, expected cost, minima met and tries for 95 % as a table writes them."""
    tries = result.tries_for(0.95)
    return (
        _cost(result.median_cost),
        _cost(result.expected_cost),
        whole(result.distinct),
        "–" if not math.isfinite(tries) else _tries(tries),
    )


def _cost(cost: float) -> str:
    return whole(round(cost)) if math.isfinite(cost) else "–"


def _tries(tries: float) -> str:
    """Return a number of tries: "9", "∞" where it has no end, "over 10⁷" where nobody makes so many."""
    if math.isnan(tries):
        return "–"
    if math.isinf(tries):
        return "∞"
    return "over 10⁷" if tries > MOST_TRIES else whole(round(tries))


# -- restarts ------------------------------------------------------------------------------------------------


def restarts_words(restarts: Restarts, *, independent: bool = True) -> str:
    """Return what is said under a line that restarts, while it does: "25 descents met 24 minima; …"."""
    met = "no minimum" if not restarts.distinct else f"{whole(restarts.distinct)} different minima"
    met = "1 minimum" if restarts.distinct == 1 else met
    tries = restarts.tries
    said = f"{whole(tries)} {'descent' if tries == 1 else 'descents'} met {met}"
    if not independent:
        return said
    return f"{said}; the next one finds a new one with {percent(restarts.new.value)}"


def restarts_pairs(
    restarts: Restarts, *, proved: int | None = None, independent: bool = True, stride: int = 1
) -> tuple[tuple[str, str, str], ...]:
    """Return the account of restarts: what, how much, and what that means.

    Parameters
    ----------
    proved
        How many minima there are, where that is proved.
    independent
        Whether no descent knows of those before it; if not, no chances follow.
    stride
        Every how many descents one was kept.
    """
    tries, p = restarts.tries, restarts.chance
    every = f"; one in {stride} was kept, and these are counted" if stride > 1 else ""
    which = "lowest known" if restarts.known else "lowest so far"
    pairs = [("tries so far", whole(tries * stride), f"Descents that have ended{every}.")]
    met = whole(restarts.distinct) + (f" of {whole(proved)}" if proved is not None else "")
    sure = (
        "There are no others: that is proved." if proved is not None else "How many there are is not proved."
    )
    if not tries:
        return tuple(pairs)
    share = f"{percent(p.value)} ({interval_words(p.low, p.high)})"
    meaning = f"So many descents ended at the {which}: {whole(restarts.reached)} of {whole(tries)}."
    if independent:
        pairs.append(("ended at the best, p", share, meaning))
    else:
        pairs.append(("ended at the best", whole(restarts.reached), meaning))
    if independent:
        after, need, new = restarts.chance_after(tries), restarts.tries_interval(0.95), restarts.new
        power = str(tries).translate(RAISED)
        pairs += [
            (
                f"met by now, 1 − (1 − p){power}",
                percent(after.value),
                f"The chance that one of so many tries ends there: {_span(after)}.",
            ),
            (
                "tries for 95\u202f%",
                f"{_tries(need.value)} ({_tries(need.low)} to {_tries(need.high)})",
                "So many tries, and one has ended there with a chance of 95\u202f%.",
            ),
            (
                "next one is new",
                f"{percent(new.value)} ({interval_words(new.low, new.high)})",
                f"Good and Turing: in {_many(tries, 'try')}, so many minima were met once only: "
                f"{whole(restarts.singletons)}.",
            ),
        ]
    pairs.append(("minima met", met, sure))
    if not independent:
        pairs.append(
            (
                "chances",
                "none: tries are linked",
                "Each of these tries knows of those before it, so that shares are no chances.",
            )
        )
    return tuple(pairs)


def _span(found: Estimated) -> str:
    return interval_words(found.low, found.high)
