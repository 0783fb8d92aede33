"""Studies and comparisons as tables of numbers: line by line, try by try, pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from minima_desktop.export.tables import Column, Grid, Table, coordinates, joined, whole

if TYPE_CHECKING:
    from minima_core.scene.pair import MinimaPair
    from minima_core.studies import Study

__all__ = ["comparison_table", "study_tables"]

PARTS = (("property", "title"), ("A", "a"), ("B", "b"), ("together", "words"), ("meaning", "meaning"))
"""What a comparison says of each property: the column, and where it stands in a row of the pair."""


def comparison_table(pair: MinimaPair) -> Table:
    """The table “comparison”: what is measured of two minima, in words."""
    return Table(
        "comparison",
        pair.headline,
        tuple(Column(name, "", [getattr(row, key) for row in pair.rows]) for name, key in PARTS),
    )


def study_tables(study: Study, titles: Sequence[str] = ()) -> tuple[Table, ...]:
    """The tables “study”, “study-tries” and “study-pairs”; `titles` are what its lines are called."""
    return _study(study, titles), _tries(study, titles), _pairs(study)


def _titles(study: Study, titles: Sequence[str]) -> list[str]:
    return list(titles) if len(titles) == len(study.results) else [each.title for each in study.results]


def _study(study: Study, titles: Sequence[str]) -> Table:
    results = study.results

    def told(of: str) -> NDArray[np.float64]:
        return np.array([float(getattr(each, of)) for each in results])

    return Table(
        "study",
        study.sentence,
        (
            Column("line", "", _titles(study, titles)),
            Column("settings", "", [each.text for each in results]),
            Column("judged by", "", [each.judged for each in results], "its best point, or its last one"),
            Column("tries", "", whole([each.tries for each in results])),
            Column("successes", "", whole([each.reached for each in results])),
            Column("share", "", told("share"), "of tries that succeed"),
            Column("low", "", told("low"), "95 % interval by Wilson"),
            Column("high", "", told("high"), "95 % interval by Wilson"),
            Column("median cost", "evaluations", told("median_cost"), "inf: fewer than half succeed"),
            Column("cost of a success", "evaluations", told("expected_cost"), "inf: none succeeded"),
            Column("tries for 95 %", "", np.array([each.tries_for() for each in results], dtype=np.float64)),
            Column("minima met", "", whole([each.distinct for each in results])),
            Column("chance of a new one", "", told("chance_of_new"), "one more try meets another minimum"),
        ),
        (
            Grid("starts table", np.asarray(study.starts), "where the tries begin, (k, n)"),
            Grid("minima table", np.asarray(study.minima), "as the labels number them, (m, n)"),
        ),
    )


def _tries(study: Study, titles: Sequence[str]) -> Table:
    results = study.results
    counts = [each.tries for each in results]
    names = [name for name, count in zip(_titles(study, titles), counts, strict=True) for _ in range(count)]
    starts = np.asarray(study.starts)
    begun = np.concatenate([starts[np.arange(each.tries) % len(starts)] for each in results])
    places = np.concatenate([each.positions for each in results])
    axes = [each.name for each in coordinates(places)]

    def told(of: str, kind: Any = np.float64) -> NDArray[Any]:
        return joined([getattr(each, of) for each in results], kind)

    return Table(
        "study-tries",
        "Every try of the study",
        (
            Column("line", "", names),
            Column("try", "", joined([np.arange(1, count + 1) for count in counts], np.int64)),
            *(Column(f"start {name}", "", begun[:, i]) for i, name in enumerate(axes)),
            Column("success", "", told("hits", np.bool_)),
            Column("minimum", "", told("labels", np.int64) + 1, "where it ended; 0 elsewhere"),
            *(Column(f"end {name}", "", places[:, i]) for i, name in enumerate(axes)),
            Column("value", "loss", told("values"), "of what it handed over"),
            Column("spent", "evaluations", told("spent", np.int64)),
            Column("cost", "evaluations", told("cost"), "until it succeeded; inf where it did not"),
        ),
    )


def _pairs(study: Study) -> Table:
    pairs = study.ranking.pairs
    return Table(
        "study-pairs",
        study.ranking.sentence,
        (
            Column("more often", "", [each.better for each in pairs]),
            Column("less often", "", [each.worse for each in pairs]),
            Column("starts won", "", whole([each.only_better for each in pairs])),
            Column("starts lost", "", whole([each.only_worse for each in pairs])),
            Column("p", "", np.array([each.p for each in pairs], dtype=np.float64), "exact, two-sided"),
            Column("p corrected", "", np.array([each.corrected for each in pairs], dtype=np.float64), "Holm"),
            Column("significant", "", np.array([each.significant for each in pairs], dtype=np.bool_)),
        ),
    )
