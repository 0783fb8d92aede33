"""What of a picture is left out: whole views, words around them, and what lies over the ground."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import msgspec

from minima_core.document import Document, Insides
from minima_core.scene.figures import GAP
from minima_core.scene.scenes import Figure, Legend, Panel, RaceScene

__all__ = ["PARTS", "parts_of", "plain", "reduced", "with_heights"]

PARTS = ("map", "surface", "trace", "basins", "insides", "legend", "title", "caption")
"""What can be left out of a picture."""


def parts_of(text: str) -> frozenset[str]:
    """The parts that a text names; a `ValueError` with a sentence for what is none.

    >>> sorted(parts_of("legend, caption"))
    ['caption', 'legend']
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = next((name for name in names if name not in PARTS), None)
    if unknown is not None:
        raise ValueError(f"Nothing on a picture is called “{unknown}”; there are {', '.join(PARTS)}.")
    return frozenset(names)


def plain(document: Document, without: Collection[str]) -> Document:
    """The document with nothing over the ground, or inside the runs, that is to be left out."""
    view = document.view
    if "basins" in without:
        if view.layout == "basins":
            raise ValueError("A picture of basins cannot be drawn without them; choose another view.")
        view = msgspec.structs.replace(view, insight=msgspec.structs.replace(view.insight, overlay="none"))
    if "insides" in without:
        view = msgspec.structs.replace(view, insides=Insides(on=False))
    if view is document.view:
        return document
    return Document(document.version, document.exploration, view)


def reduced(figure: Figure, without: Collection[str]) -> Figure:
    """The figure without some of its views and words; what stays takes the room.

    Raises `ValueError` with a sentence when no view would be left.
    """
    panels = figure.panels
    kept = tuple(panel for panel in panels if _kind(panel) not in without)
    if not kept:
        raise ValueError("Nothing would be left of the picture; keep the map, the surface or the loss.")
    return replace(
        figure,
        panels=kept if len(kept) == len(panels) else _closed_up(kept, panels),
        title="" if "title" in without else figure.title,
        legend=Legend() if "legend" in without else figure.legend,
        caption="" if "caption" in without else figure.caption,
    )


def with_heights(figure: Figure) -> Figure:
    """The figure with the bar of heights beside it, where any of its views has heights."""
    grounds = (panel.scene.relief for panel in figure.panels if isinstance(panel.scene, RaceScene))
    return replace(figure, heights=next(grounds, None))


def _kind(panel: Panel) -> str:
    """What a panel is called among the parts: the profile of one variable is its map."""
    return "map" if panel.kind == "profile" else panel.kind


def _closed_up(kept: tuple[Panel, ...], panels: tuple[Panel, ...]) -> tuple[Panel, ...]:
    """The panels that are kept, row by row, as wide as their row and as high as they were to each other."""
    tops = sorted({panel.rect[1] for panel in kept})
    rows = [[panel for panel in kept if panel.rect[1] == top] for top in tops]
    before = {top: [panel for panel in panels if panel.rect[1] == top] for top in tops}
    free = 1.0 - GAP * (len(rows) - 1)
    total = sum(row[0].rect[3] for row in rows)
    placed, top = [], 0.0
    for row in rows:
        height = free * row[0].rect[3] / total
        # A grid keeps its columns; a row that has lost a view gives its room to the others.
        if any(panel.line is not None for panel in before[row[0].rect[1]]):
            placed += [replace(panel, rect=(panel.rect[0], top, panel.rect[2], height)) for panel in row]
        else:
            width = (1.0 - GAP * (len(row) - 1)) / len(row)
            placed += [
                replace(panel, rect=(k * (width + GAP), top, width, height)) for k, panel in enumerate(row)
            ]
        top += height + GAP
    return tuple(placed)
