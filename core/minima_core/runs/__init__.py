"""Runs: a method on a landscape from a start, advanced step by step, recorded, rewound and judged."""

from minima_core.compiled.frame import Status
from minima_core.runs.minimize import Minimization, minimize
from minima_core.runs.preparing import prepare, prepared
from minima_core.runs.record import Ends, Record
from minima_core.runs.run import Evaluations, Moment, Run
from minima_core.runs.starting import start

__all__ = [
    "Ends",
    "Evaluations",
    "Minimization",
    "Moment",
    "Record",
    "Run",
    "Status",
    "minimize",
    "prepare",
    "prepared",
    "start",
]
