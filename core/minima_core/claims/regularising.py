"""Experiments about regularisation: what a penalty does to a landscape and its minima."""

from __future__ import annotations

import msgspec
import numpy as np

from minima_core.claims.bench import Bench, Offer
from minima_core.claims.conditions import percent
from minima_core.claims.opening import opening
from minima_core.document import Document
from minima_core.landscapes import landscape
from minima_core.landscapes.changes import Changes, changed
from minima_core.runs.wording import show_number

__all__ = ["penalty"]

STRENGTHS = (0.0, 0.1, 0.5, 1.0, 2.0, 4.0)


def penalty(bench: Bench) -> None:
    """Add λx² to a landscape with two wells, and see what becomes of them as λ grows."""
    land = landscape("tilted-double-well")
    starts = np.linspace(-2.0, 2.0, 2001)[:, None]
    best = bench.critical(land).minima[0]
    rows = []
    counts = []
    for k, strength in enumerate(STRENGTHS):
        here = changed(land, Changes(l2=strength))
        found = bench.critical(here)
        minima = np.array([each.position for each in found.minima])
        lowest = minima[0]
        ends = bench.many(here, "gradient-descent,lr=0.05,clip_norm=0", starts, 1000)
        reached = ends.at([lowest]) == 0
        counts.append(len(minima))
        bench.numbers[f"minima {k}"] = len(minima)
        bench.numbers[f"strength {k}"] = strength
        bench.share(f"stuck {k}", ~reached)
        bench.numbers[f"gap {k}"] = float(land.value(lowest)) - best.value
        bench.numbers[f"moved {k}"] = abs(float(lowest[0] - best.position[0]))
        bench.bar(f"λ = {strength:g}: not at the lowest minimum", f"stuck {k}")
        rows.append(
            (
                f"{strength:g}",
                str(len(minima)),
                ", ".join(show_number(float(each[0])) for each in minima),
                percent(bench.numbers[f"stuck {k}"]),
                show_number(bench.numbers[f"gap {k}"]),
            )
        )
        bench.tell((k + 1) / len(STRENGTHS))
    single = counts.index(1)
    bench.put(
        merged_at=STRENGTHS[single],
        kept_at=STRENGTHS[single - 1],
        gap_when_merged=bench.numbers[f"gap {single}"],
        stuck_when_kept=bench.numbers[f"stuck {single - 1}"],
        last_gap=bench.numbers[f"gap {len(counts) - 1}"],
        spread=float(bench.critical(land).points[-1].value - best.value),
    )
    for end in ("", " low", " high"):
        bench.numbers[f"stuck when kept{end}"] = bench.numbers[f"stuck {single - 1}{end}"]
        bench.numbers[f"stuck when merged{end}"] = bench.numbers[f"stuck {single}{end}"]
    bench.table(
        ("λ", "minima", "at x =", "stuck above the lowest", "true loss there, above the best"),
        rows,
        note="The true loss is that without the penalty.",
    )
    spread = starts[::250].tolist()
    plain = opening(
        land,
        ["gradient-descent,lr=0.05,clip_norm=0"],
        spread,
        200,
        title="Without a penalty: two wells",
        insight={"critical": True},
    )
    bench.document = _penalised(plain, STRENGTHS[single], "One valley is left, and it is elsewhere")
    bench.offers.append(Offer("Without the penalty: the two wells that there really are.", plain))


def _penalised(document: Document, strength: float, title: str) -> Document:
    """Return a document with an L2 penalty on its landscape."""
    place = msgspec.structs.replace(document.exploration.place, changes=Changes(l2=strength))
    exploration = msgspec.structs.replace(document.exploration, place=place)
    view = msgspec.structs.replace(document.view, title=title, right="landscape")
    return Document(document.version, exploration, view)
