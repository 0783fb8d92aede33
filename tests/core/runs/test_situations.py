"""Verdicts measured against two hundred labelled situations."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest

import minima_core as mc

SITUATIONS = tomllib.loads(Path(__file__).with_name("situations.toml").read_text("utf-8"))["situations"]
ENOUGH = 0.95


def sphere(p):
    return float(p @ p)


def raises(p):
    if p @ p < 1.0:
        raise RuntimeError("boom")
    return float(p @ p)


def hole(p):
    return float(p @ p) if p @ p >= 0.25 else math.nan


CALLABLES = {"sphere": sphere, "raises": raises, "hole": hole}


def land_of(each):
    on = each["on"]
    if on.startswith("c:"):
        return mc.objective(CALLABLES[on[2:]], (-2.0, -2.0), (2.0, 2.0))
    if on.startswith("f:"):
        text, *corners = on[2:].split("|")
        return mc.formula(text, *([float(part) for part in corner.split(",")] for corner in corners))
    land = mc.landscape(on, dimension=each.get("n"))
    return land.with_parameters(k=each["k"]) if "k" in each else land


def run_of(each):
    more = {name: each[name] for name in ("border", "budget") if name in each}
    run = mc.start(land_of(each), each["method"], x0=each["x0"], seed=0, **more)
    run.advance(each["steps"])
    return run


@pytest.fixture(scope="module")
def judged():
    return [(each, run_of(each)) for each in SITUATIONS]


def test_verdicts_are_right_on_labelled_situations(judged):
    assert len(judged) == 200
    wrong = [
        f"{each['on']} {each['method']} from {each['x0']}: {run.verdict.state} "
        f"({run.verdict.sentence}), not {each['says']}, for {each['why']}"
        for each, run in judged
        if run.verdict.state not in each["says"]
    ]
    assert len(wrong) <= (1.0 - ENOUGH) * len(judged), "\n".join(wrong)


def test_no_global_minimum_is_said_where_there_is_none(judged):
    for each, run in judged:
        if run.verdict.state != "global minimum":
            continue
        assert "global minimum" in each["says"], each
        if not run.landscape.is_callable:
            known = run.landscape.minima
            if len(known):
                apart = np.linalg.norm(known - run.best_position, axis=1).min()
                assert apart <= 0.01 * run.landscape.diagonal, each


def test_advice_can_be_taken_everywhere(judged):
    for _, run in judged:
        for advice in run.verdict.advice:
            assert advice.sentence.endswith(".")
            assert str(mc.Specification.parse(str(advice.method))) == str(advice.method)
            assert (advice.method != run.specification) or advice.changes is not None
