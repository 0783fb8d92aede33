"""The charts of a study: how often each line succeeds, where its tries end, its record, what it costs.

Each is a plain chart made from the numbers of a study; the lines keep the colours that they had in the race.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from minima_core.document import Exploration, StudyChart
from minima_core.scene.findings import StudyLine, kept
from minima_core.scene.legend import line_words
from minima_core.scene.scenes import ChartScene
from minima_core.scene.study_bars import ends_chart, success_chart
from minima_core.scene.study_curves import record_chart, solved_chart
from minima_core.scene.tree import empty_chart

if TYPE_CHECKING:
    from minima_core.studies import Study

__all__ = ["study_lines", "study_scene"]


def study_lines(exploration: Exploration, entries: Sequence[int], step: int) -> tuple[StudyLine, ...]:
    """Return names and colours of some lines of the race as they stand at a step.

    Settings are said only where names alone would not tell two lines apart, and no more than it takes; where
    all have one name, they are the labels.
    """
    said = line_words(exploration, step)
    parts = {id: said[id][1].split(" · ") if said[id][1] else [] for id in entries}
    count = dict.fromkeys(entries, 0)

    def words(id: int) -> tuple[str, str]:
        return said[id][0], " · ".join(parts[id][: count[id]])

    for _ in range(max(map(len, parts.values()), default=0)):
        known = Counter(map(words, entries))
        for id in [each for each in entries if known[words(each)] > 1]:
            count[id] += 1
    told = {id: words(id) for id in entries}
    alike = len(entries) > 1 and len({name for name, _ in told.values()}) == 1
    return tuple(
        StudyLine(id, name, settings, exploration.entry(id).role, short=settings if alike else "")
        for id, (name, settings) in told.items()
    )


def study_scene(
    study: Study | None,
    lines: Sequence[StudyLine],
    chart: StudyChart = "success",
    *,
    legend: bool = False,
) -> ChartScene:
    """Return a chart of a study.

    Points ``line:<k>`` have k, the number of a result, as their id.

    Parameters
    ----------
    study
        None when none has run yet: an empty chart that says so.
    lines
        What each result is called, and its colour; in the order of ``study.results``.
    legend
        Whether a legend and a caption beside it say whose colour is whose and what was tried: the chart then
        leaves that out, and has more room.
    """
    if study is None:
        return empty_chart("No study has run yet: “Run” in the panel Study tries the race from many starts.")
    makers = {"success": success_chart, "ends": ends_chart, "record": record_chart, "solved": solved_chart}
    lines = tuple(lines)
    return kept("study", (study,), (chart, lines, legend), lambda: makers[chart](study, lines, legend))
