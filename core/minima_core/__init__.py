"""Landscapes, methods and runs, without a window: the core of Minima Desktop as a library.

A landscape is a function on a box: from the catalogue (`landscape`), typed (`formula`), or any callable
(`objective`). A method with its settings has one text form, such as ``"adam,lr=0.01"``. `start` gives a run
that can be stepped and looked into, `minimize` its result only, by the method "auto" unless another one is
named; `diagnose` says what became of a run, and what to try. What there is to know about a landscape is
worked out by `critical_points`, `barrier_tree`, `basins`, `chances`, `settings_map`, `Marbles` and
`boltzmann`; `study` tells how often methods succeed, `facts` says the most of it in sentences.

A point is an array (n,), many points are (k, n), and rows of grids run upwards from the lower edge. Losses,
gaps and temperatures are in the landscape's own units, shares and chances lie between 0 and 1. What cannot be
is a `ValueError` whose text is a sentence.

Examples
--------
>>> import minima_core as mc
>>> land = mc.formula("(x^2+y-11)^2 + (x+y^2-7)^2", lower=(-6, -6), upper=(6, 6))
>>> run = mc.start(land, "adam", x0=(-3, 3), lr=0.1)
>>> run.advance(300)
300
>>> run.best_position.round(3)
array([-2.805,  3.131])
"""

import importlib
from typing import TYPE_CHECKING

from minima_core.formula import FormulaError
from minima_core.landscapes import Landscape, formula, landscape, landscape_names, objective
from minima_core.methods import (
    AUTO,
    Schedule,
    Specification,
    SpecificationError,
    describe,
    method,
    method_names,
    schedule,
    schedule_names,
)

if TYPE_CHECKING:
    from minima_core.analysis.barriers import BarrierTree, barrier_tree
    from minima_core.analysis.basins import Basins, basins
    from minima_core.analysis.chances import Chances, chances
    from minima_core.analysis.critical import CriticalPoint, CriticalPoints, critical_points
    from minima_core.analysis.density import Density, boltzmann
    from minima_core.analysis.marbles import Marbles
    from minima_core.analysis.settings_map import SettingsMap, settings_map
    from minima_core.runs import Minimization, Run, minimize, prepare, prepared, start
    from minima_core.runs.knowledge import remember
    from minima_core.runs.said import Advice, Sign, Verdict
    from minima_core.runs.signs import signs
    from minima_core.runs.verdict import diagnose
    from minima_core.scene.pair import MinimaPair, compare_minima
    from minima_core.studies import (
        Comparison,
        Estimate,
        Estimated,
        Facts,
        MethodResult,
        Ranking,
        Restarts,
        Score,
        Study,
        facts,
        study,
        study_estimate,
    )

__all__ = [
    "AUTO",
    "Advice",
    "BarrierTree",
    "Basins",
    "Chances",
    "Comparison",
    "CriticalPoint",
    "CriticalPoints",
    "Density",
    "Estimate",
    "Estimated",
    "Facts",
    "FormulaError",
    "Landscape",
    "Marbles",
    "MethodResult",
    "MinimaPair",
    "Minimization",
    "Ranking",
    "Restarts",
    "Run",
    "Schedule",
    "Score",
    "SettingsMap",
    "Sign",
    "Specification",
    "SpecificationError",
    "Study",
    "Verdict",
    "barrier_tree",
    "basins",
    "boltzmann",
    "chances",
    "compare_minima",
    "critical_points",
    "describe",
    "diagnose",
    "facts",
    "formula",
    "landscape",
    "landscape_names",
    "method",
    "method_names",
    "minimize",
    "objective",
    "prepare",
    "prepared",
    "remember",
    "schedule",
    "schedule_names",
    "settings_map",
    "signs",
    "start",
    "study",
    "study_estimate",
]

_ROOMS = {
    "analysis.barriers": ("BarrierTree", "barrier_tree"),
    "analysis.basins": ("Basins", "basins"),
    "analysis.chances": ("Chances", "chances"),
    "analysis.density": ("Density", "boltzmann"),
    "analysis.marbles": ("Marbles",),
    "analysis.settings_map": ("SettingsMap", "settings_map"),
    "analysis.critical": ("CriticalPoint", "CriticalPoints", "critical_points"),
    "studies.counting": ("Estimated",),
    "studies.estimate": ("Estimate", "study_estimate"),
    "studies.facts": ("Facts", "facts"),
    "studies.ranking": ("Comparison", "Ranking"),
    "studies.restarts": ("Restarts", "Score"),
    "studies.method_result": ("MethodResult",),
    "studies.results": ("Study",),
    "studies.study": ("study",),
    "scene.pair": ("MinimaPair", "compare_minima"),
    "runs": ("Minimization", "Run", "minimize", "prepare", "prepared", "start"),
    "runs.knowledge": ("remember",),
    "runs.said": ("Advice", "Sign", "Verdict"),
    "runs.signs": ("signs",),
    "runs.verdict": ("diagnose",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> object:
    """Fetch what runs methods when it is first used: a window that starts does not wait for it."""
    if name not in _ROOM_OF:
        raise AttributeError(f"minima_core has no “{name}”; it offers {', '.join(__all__)}.")
    value = getattr(importlib.import_module(f"minima_core.{_ROOM_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
