"""Landscapes, methods and runs, without a window: the core of Minima Desktop as a library.

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

from minima_core.formula import FormulaError
from minima_core.landscapes import Landscape, formula, landscape, landscape_names, objective
from minima_core.methods import AUTO, Specification, SpecificationError, describe, method, method_names
from minima_core.runs import Minimization, Run, minimize, prepare, prepared, start
from minima_core.runs.verdict import Verdict, diagnose

__all__ = [
    "AUTO",
    "FormulaError",
    "Landscape",
    "Minimization",
    "Run",
    "Specification",
    "SpecificationError",
    "Verdict",
    "describe",
    "diagnose",
    "formula",
    "landscape",
    "landscape_names",
    "method",
    "method_names",
    "minimize",
    "objective",
    "prepare",
    "prepared",
    "start",
]
