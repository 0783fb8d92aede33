"""Sentences about what is shown of a landscape: for captions of pictures, and under the map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from minima_core.document import View
from minima_core.scene.findings import Findings
from minima_core.scene.legend import method_words
from minima_core.scene.lens import lens_words
from minima_core.scene.overlays import shares_of
from minima_core.scene.stage import Stage, zero_of
from minima_core.scene.water import flood_words
from minima_core.scene.words import number, percent, point, whole

if TYPE_CHECKING:
    from minima_core.analysis.basins import Basins

__all__ = ["basins_words", "insight_sentences", "overlay_words"]

MOST_SHARES = 4


def insight_sentences(view: View, stage: Stage, findings: Findings) -> tuple[str, ...]:
    """Return what is to be said of everything that is shown beside the race, a sentence each."""
    return tuple(_sentences(view, stage, findings))


def _sentences(view: View, stage: Stage, findings: Findings) -> Iterator[str]:
    """Yield what `insight_sentences` returns."""
    insight = view.insight
    if words := overlay_words(view, stage, findings):
        yield words
    if insight.flow and findings.flow is not None:
        yield "Thin lines run down the gradient."
    if insight.critical and findings.critical is not None:
        yield _sentence(findings.critical.sentence)
    if insight.flood is not None:
        level = f"Water up to {number(insight.flood, 4, zero=zero_of(stage))}"
        if findings.tree is None:
            yield f"{level}."
        else:
            yield f"{level}: {flood_words(findings.tree, insight.flood, zero=zero_of(stage))}."
    if insight.lens is not None and findings.lens is not None:
        bold, text = lens_words(findings.lens, stage)
        tiny = 1e-9 * float(np.linalg.norm(stage.land.upper - stage.land.lower))
        at = point(findings.lens.position.tolist(), zero=tiny)
        yield _sentence(f"The point {at}: {bold}{', ' if text else ''}{text}")
    if insight.marbles != "none" and findings.marbles is not None:
        yield f"{whole(len(findings.marbles.positions))} marbles."
    if view.layout == "settings" and (found := findings.settings) is not None:
        rows, columns = found.labels.shape
        yield (
            f"Each point of the map of settings is one run of {found.specification.method.title} from "
            f"{point(found.start.tolist())}, {whole(found.steps)} steps, {columns} × {rows} runs."
        )


def overlay_words(view: View, stage: Stage, findings: Findings) -> str:
    """Return what the colours over the ground mean, as a sentence; "" where there is no overlay."""
    overlay = view.insight.overlay
    if overlay == "basins" and findings.basins is not None:
        return basins_words(findings.basins, stage, findings)
    if overlay == "chances" and (found := findings.chances) is not None:
        rows, columns = found.reached.shape
        method = method_words(found.specification, stage.land)
        starts = f"{columns} × {rows}" if rows > 1 else str(columns)
        return (
            f"Chance of reaching the global minimum with {method}, {whole(found.steps)} steps, "
            f"{found.tries} {'try' if found.tries == 1 else 'tries'} from each of {starts} starts: "
            f"{percent(found.overall)} of all "
            f"({percent(found.overall_low)} to {percent(found.overall_high)}). "
            "The more a place stands out, the better its chance."
        )
    if overlay == "slope" and (field := findings.slope) is not None:
        return (
            f"The more a place stands out, the steeper it is: |∇f| from {number(field.low)} "
            f"to {number(field.high)}, on a logarithmic scale."
        )
    if overlay == "curvature" and findings.curvature is not None:
        if stage.land.dimension == 1:
            return "Colours show where the curve bends upwards, and where downwards."
        return (
            "Colours show the smaller of the two curvatures. Inside the solid line the ground is convex, "
            "inside the dashed one concave; between them it is a saddle."
        )
    if overlay == "density" and (density := findings.density) is not None:
        return f"The more a place stands out, the larger is exp(−f/T), at T = {number(density.temperature)}."
    return ""


def basins_words(basins: Basins, stage: Stage, findings: Findings) -> str:
    """Return what a map of basins shows: "Basins of Adam, lr 0.05, 500 steps, 512 × 512: 62 % global…"."""
    shape = basins.labels.shape
    size = f"{shape[-1]} × {shape[0]}" if len(shape) > 1 and shape[0] > 1 else f"{shape[-1]} starts"
    shares = [each for each in shares_of(basins, stage, findings) if each.minimum >= 0 and each.share > 0]
    shares.sort(key=lambda each: -each.share)
    said = [f"{percent(each.share)} {each.name}" for each in shares[:MOST_SHARES]]
    if len(shares) > MOST_SHARES:
        rest = sum(each.share for each in shares[MOST_SHARES:])
        said.append(f"{percent(rest)} {len(shares) - MOST_SHARES} other minima")
    if basins.never > 0 or not said:
        said.append(f"{percent(basins.never)} never arrive")
    method = method_words(basins.specification, stage.land)
    return f"Basins of {method}, {whole(basins.steps)} steps, {size}: {'; '.join(said)}."


def _sentence(text: str) -> str:
    """Return a text that ends with a full stop."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
