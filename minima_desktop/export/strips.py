"""Filmstrips and grids as sheets: from what a person asks for to runs, and from these to a figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from minima_core.document import Document
from minima_core.scene.scenes import Figure
from minima_core.scene.strips import (
    MOST_PANELS,
    grid_of,
    strip_of,
    usual_steps,
    usual_values,
    with_values,
)

if TYPE_CHECKING:
    from minima_core.runs import Run
    from minima_core.scene import Findings
    from minima_core.scene.clocked import Marks

__all__ = ["ONE", "Plan", "drawn", "grid_plan", "steps_of", "strip_plan", "to_run"]

AUTO = "auto"
"""What is typed for steps or values that suit."""
LAYOUTS = ("map", "surface", "trace", "both")


@dataclass(frozen=True)
class Plan:
    """How a race is laid out on a sheet.

    Attributes
    ----------
    arrange
        ``"one"``, ``"strip"``, ``"methods"`` or ``"setting"``.
    steps
        Of a strip; empty: those that suit.
    setting, values
        Of a grid; empty values: those that suit.
    """

    arrange: str = "one"
    steps: tuple[int, ...] = ()
    setting: str = ""
    values: tuple[float, ...] = ()


ONE = Plan()


def steps_of(text: str) -> tuple[int, ...]:
    """The steps in a text, rising; none for "" and "auto". A `ValueError` with a sentence for what is none.

    >>> steps_of("50, 0, 10")
    (0, 10, 50)
    """
    if text.strip() in ("", AUTO):
        return ()
    steps = set()
    for part in text.split(","):
        word = part.strip()
        if not word.isascii() or not word.isdigit() or len(word) > 12:
            raise ValueError(
                f"The steps of a filmstrip are whole numbers with commas between them, such as 0,10,50, "
                f"not “{word[:20]}”."
            )
        steps.add(int(word))
    if len(steps) > MOST_PANELS:
        raise ValueError(f"A filmstrip has at most {MOST_PANELS} steps, not {len(steps)}.")
    return tuple(sorted(steps))


def strip_plan(text: str) -> Plan:
    """The plan of a filmstrip at the steps in a text; "" or "auto": steps that suit."""
    return Plan("strip", steps=steps_of(text))


def grid_plan(text: str) -> Plan:
    """The plan of a grid: ``methods``, ``lr`` or ``lr=0.01,0.03,0.1``.

    >>> grid_plan("lr=0.01,0.1").values
    (0.01, 0.1)
    """
    name, equals, given = text.partition("=")
    name = name.strip()
    if name == "methods" and not equals:
        return Plan("methods")
    if not name:
        raise ValueError("A grid is “methods”, or a setting such as lr or lr=0.01,0.03,0.1.")
    values: tuple[float, ...] = ()
    if equals and given.strip() not in ("", AUTO):
        try:
            values = tuple(float(part.replace("−", "-")) for part in given.split(","))
        except ValueError:
            raise ValueError(
                f"The values of {name} must be numbers with commas between them, such as "
                f"{name}=0.01,0.03,0.1, not “{given[:30]}”."
            ) from None
    return Plan("setting", setting=name, values=values)


def to_run(document: Document, plan: Plan) -> tuple[Document, Plan]:
    """The document whose runs a plan needs, and the plan with everything in it that was left open.

    Its view is one that strips and grids have. Raises `ValueError` with a sentence for what cannot be.
    """
    if plan.arrange == "one":
        return document, plan
    exploration, view = document.exploration, document.view
    if view.layout not in (*LAYOUTS, "basins"):
        view = msgspec.structs.replace(view, layout="map")
    if plan.arrange == "strip":
        last = exploration.steps
        steps = plan.steps or usual_steps(last if view.step is None else max(min(view.step, last), 1))
        if steps[-1] > last:
            unit = "steps" if exploration.clock.unit == "steps" else exploration.clock.unit
            raise ValueError(f"The race has {last} {unit}; a filmstrip cannot show {steps[-1]}.")
        view = msgspec.structs.replace(view, step=steps[-1])
        plan = Plan("strip", steps=steps)
    prepared = Document(document.version, exploration, view)
    if plan.arrange == "setting":
        values = plan.values or usual_values(prepared, plan.setting)
        plan = Plan("setting", setting=plan.setting, values=values)
        prepared = with_values(prepared, plan.setting, values)
    return prepared, plan


def drawn(
    document: Document,
    plan: Plan,
    runs: Mapping[tuple[int, int], Run],
    *,
    aspect: float,
    findings: Findings | None = None,
    marks: Mapping[tuple[int, int], Marks] | None = None,
) -> Figure:
    """The figure of a plan; document and plan as `to_run` returned them, and its runs."""
    if plan.arrange == "strip":
        return strip_of(document, runs, plan.steps, aspect=aspect, findings=findings, marks=marks)
    setting = plan.setting if plan.arrange == "setting" else ""
    return grid_of(document, runs, setting=setting, aspect=aspect, findings=findings, marks=marks)
