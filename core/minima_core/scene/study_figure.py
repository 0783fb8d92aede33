"""The picture of a study: its four charts on one sheet, with a legend that says how often each succeeded."""

from __future__ import annotations

from minima_core.document import Document
from minima_core.scene.findings import Findings
from minima_core.scene.scenes import Figure, Legend, LegendLine, Panel
from minima_core.scene.study import study_scene
from minima_core.scene.study_charts import STUDY_CHARTS
from minima_core.scene.study_terms import interval_words
from minima_core.scene.study_words import ranking_words, study_caption, study_headline
from minima_core.scene.words import percent

__all__ = ["study_figure"]

WIDE = 1.15
"""Pictures wider than this many times their height have two charts in a row."""
GAP = 0.014


def study_figure(document: Document, findings: Findings, *, aspect: float = 1.6) -> Figure:
    """Return the figure of a study: success, ends, record and cost, with what is to be said of them.

    Without a study it is one chart that says so.
    """
    view, study, lines = document.view, findings.study, findings.study_lines
    look = {"theme": view.theme, "palette": view.palette, "type_size": view.type_size}
    if study is None:
        only = Panel("chart", study_scene(None, ()))
        return Figure(panels=(only,), title=view.title, **look)  # type: ignore[arg-type]
    columns = 2 if aspect >= WIDE else 1
    rows = len(STUDY_CHARTS) // columns
    width, height = (1.0 - GAP * (columns - 1)) / columns, (1.0 - GAP * (rows - 1)) / rows
    panels = tuple(
        Panel(
            "chart",
            study_scene(study, lines, chart, legend=True),
            ((k % columns) * (width + GAP), (k // columns) * (height + GAP), width, height),
        )
        for k, (chart, _, _) in enumerate(STUDY_CHARTS)
    )
    legend = Legend(
        tuple(
            LegendLine(
                lines[k].entry,
                lines[k].name,
                lines[k].settings,
                f"{percent(study.results[k].share)} "
                f"({interval_words(study.results[k].low, study.results[k].high)})",
                lines[k].role,
            )
            for k in study.ranking.places
        )
    )
    said = (study_headline(study, lines), ranking_words(study, lines), study_caption(study))
    return Figure(
        panels=panels,
        title=view.title or f"How often does it work? {study.land_title}",
        legend=legend,
        caption=" ".join(filter(None, said)),
        layout="wide" if columns == 2 else "tall",
        **look,  # type: ignore[arg-type]
    )
