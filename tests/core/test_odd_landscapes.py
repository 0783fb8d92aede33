"""Odd formulas from text to figure: undefined, infinite, huge, tiny, level, broken. Warnings are errors."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import minima_core as mc
from minima_core import document as doc
from minima_core.analysis import find_minima
from minima_core.document import Document, Exploration, View
from minima_core.scene import conditions, figure_of, reading_of, settings_words, stage_of, try_next

ODD = [
    ("log(x) + y^2", 2),
    ("exp(exp(exp(x))) + y", 2),
    ("1/(x*y)", 2),
    ("x*0/0 + y", 2),
    ("0 x y", 2),
    ("1e300 x + 1e300 y", 2),
    ("1e-300 (x^2 + y^2)", 2),
    ("1e-320 x + 0 y", 2),
    ("where(x < 0, -1e300, 1e300) + y", 2),
    ("exp(1000 x) + y", 2),
    ("sqrt(1 - x^2 - y^2)", 2),
    ("-exp(10 x^2) + y", 2),
    ("floor(1e10 x) + y", 2),
    ("3 + 0 x", 1),
    ("1e300 x", 1),
    ("-1/x^2", 1),
]


@pytest.mark.parametrize(("text", "n"), ODD)
def test_an_odd_landscape_comes_through_whole(text: str, n: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        land = mc.formula(text, (-2.0,) * n, (2.0,) * n)
        find_minima(land)
        stage_of(land, None, (64, 48))
        place = doc.Place(
            landscape=None, formula=text, lower=tuple(land.lower.tolist()), upper=tuple(land.upper.tolist())
        )
        exploration = doc.with_start(Exploration(place, steps=40), land.start)
        runs = {}
        for name in mc.method_names():
            specification = mc.method(name).resolved(land)
            assert mc.Specification.parse(str(specification)) == specification
            words = settings_words(specification, land)  # usual numbers are left out, but never the rate
            assert "lr " in words or "lr" not in specification.settings
            assert "nan" not in words
            exploration = doc.add_entry(exploration, name)
            for border in ("reflect", "free"):
                run = mc.start(land, name, x0=land.start, border=border, record="thinned")
                run.advance(40)
                assert run.verdict.sentence
                assert run.ended or run.step == 40
            runs[exploration.entries[-1].id, 0] = run
        for view in (View(), View(y_axis="linear", x_axis="evaluations")):
            figure = figure_of(Document(doc.VERSION, exploration, view), runs, resolution=(64, 48))
            assert len(figure.legend.lines) == len(mc.method_names())
        assert try_next(conditions(exploration, {key: run.verdict for key, run in runs.items()})).text
        assert np.isnan(land.value(land.start)) == np.isnan(reading_of(land, land.start).value)
        assert mc.minimize(land, budget=300).verdict.sentence


@pytest.mark.parametrize("span", [1e-8, 1e12])
def test_very_small_and_very_large_regions(span: float) -> None:
    land = mc.formula("x^2 + y^2", (0.5 - span / 2, 0.5 - span / 2), (0.5 + span / 2, 0.5 + span / 2))
    for name in mc.method_names():
        run = mc.start(land, name, seed=3)
        assert run.advance(40) == 40
        assert run.verdict.sentence
