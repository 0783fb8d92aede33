"""Intervals against ball arithmetic: whatever is claimed to be enclosed is enclosed."""

from __future__ import annotations

import importlib.util
import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from minima_core.formula import derive, parse
from minima_core.formula.graph import Graph
from minima_core.formula.intervals import DEAD, EDGE, JUMP, KINK, OPEN, Enclosures

pytest.importorskip("flint")
_spec = importlib.util.spec_from_file_location("ball_reference", Path(__file__).parent / "ball_reference.py")
assert _spec and _spec.loader
balls = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(balls)

NASTY = (
    0.0, 5e-324, 2.5e-310, 1e-300, 1e-17, 2**-30, 0.1, 0.5, 0.6931471805599453, 1 - 2**-53, 1.0, 1 + 2**-52,
    math.pi / 2, math.pi, 3 * math.pi / 2, 2 * math.pi, 355.0, 10 * math.pi, 1e5 * math.pi, 12345.678, 7e7,
    9.99e8, 1e15, 700.0, 36.7, 20.0, 1e-5,
)  # fmt: skip
DOMAINS = {"log": (5e-324, 1e300), "log2": (5e-324, 1e300), "log10": (5e-324, 1e300), "sqrt": (0.0, 1e300),
           "log1p": (-1 + 2**-53, 1e300), "asin": (-1.0, 1.0), "acos": (-1.0, 1.0), "acosh": (1.0, 1e300),
           "atanh": (-1 + 2**-53, 1 - 2**-53), "exp": (-740.0, 700.0), "expm1": (-740.0, 700.0),
           "sinh": (-700.0, 700.0), "cosh": (-700.0, 700.0), "sigmoid": (-740.0, 740.0),
           "softplus": (-740.0, 740.0), "sign": (-10.0, 10.0)}  # fmt: skip


def of_one(op: str) -> Enclosures:
    graph = Graph()
    return Enclosures(graph, graph.node(op, (graph.variable(0),)), 1)


def arguments(op: str, count: int = 400) -> np.ndarray:
    low, high = DOMAINS.get(op, (-1e8, 1e8))
    rng = np.random.default_rng(len(op))
    near = [np.nextafter(t, side * np.inf) for t in NASTY for side in (-1, 1)]
    values = np.concatenate(
        (np.array([*NASTY, *near]), -np.array(NASTY), rng.uniform(max(low, -20), min(high, 20), count),
         np.exp(rng.uniform(-40, 18, count)) * rng.choice([-1, 1], count),
         np.array([k * math.pi / 2 for k in (*range(-40, 40), 1001, 70001, 20000001)]), [low, high])
    )  # fmt: skip
    return values[(values >= low) & (values <= high)]


@pytest.mark.parametrize("op", sorted(balls.FUNCTIONS))
def test_an_elementary_function_at_nasty_points_lies_in_its_enclosure(op: str) -> None:
    points = arguments(op)
    bounds, _flags = of_one(op).value(points[None], points[None])
    for t, low, high in zip(points.tolist(), bounds.lo.tolist(), bounds.hi.tolist(), strict=True):
        truth = balls.FUNCTIONS[op](balls.exact(t))
        assert balls.inside(truth, low, high), (op, t, low, high, truth)


@pytest.mark.parametrize("op", sorted(balls.FUNCTIONS))
def test_an_elementary_function_on_an_interval_holds_all_its_values(op: str) -> None:
    rng = np.random.default_rng(1)
    low, high = DOMAINS.get(op, (-1e8, 1e8))
    centres = rng.choice(arguments(op), 60)
    lows = np.maximum(centres - rng.choice([1e-12, 1e-3, 0.4, 3.0, 50.0], 60), low)
    highs = np.minimum(centres + rng.choice([0.0, 1e-9, 0.1, 2.0], 60), high)
    bounds, _flags = of_one(op).value(lows[None], highs[None])
    for a, b, least, most in zip(lows, highs, bounds.lo, bounds.hi, strict=True):
        for share in (0.0, 0.07, 0.33, 0.5, 0.81, 1.0):
            t = min(max(a + share * (b - a), a), b)
            assert balls.inside(balls.FUNCTIONS[op](balls.exact(t)), least, most), (op, a, b, t)


@pytest.mark.parametrize("op", ["add", "sub", "mul", "div", "hypot", "atan2", "min", "max", "pow"])
def test_an_operation_on_two_numbers_lies_in_its_enclosure(op: str) -> None:
    graph = Graph()
    enclosures = Enclosures(graph, graph.node(op, (graph.variable(0), graph.variable(1))), 2)
    sample = [0.0, 5e-324, -5e-324, 1e-300, 1e-170, -1e-170, 0.1, -0.3, 1.0, 2.5, -7.0, 1e5, 1e150, -1e150]
    pairs = [(a, b) for a, b in itertools.product(sample, sample)]
    if op == "div":
        pairs = [(a, b) for a, b in pairs if b != 0.0]
    if op == "pow":
        pairs = [(a, b) for a, b in pairs if a > 1e-200 and abs(b) < 1e3 and abs(b * math.log(a)) < 690]
    if op == "atan2":
        pairs = [(a, b) for a, b in pairs if b > 0.0 or a != 0.0]
    points = np.array(pairs).T
    bounds, _flags = enclosures.value(points, points)
    for (a, b), low, high in zip(pairs, bounds.lo.tolist(), bounds.hi.tolist(), strict=True):
        truth = balls.RULES[op](balls.exact(a), balls.exact(b))
        if op == "hypot":
            truth = truth if truth.is_finite() else abs(balls.exact(a)) + abs(balls.exact(b))
        assert balls.inside(truth, low, high), (op, a, b, low, high, truth)


@pytest.mark.parametrize("exponent", [2, 3, 4, 7, 20, 63, -1, -2, -5])
def test_whole_powers_are_tight_and_never_on_the_wrong_side_of_zero(exponent: int) -> None:
    graph = Graph()
    enclosures = Enclosures(graph, graph.integer_power(graph.variable(0), exponent), 1)
    points = np.array(
        [t for t in (*NASTY, -1.5, -0.1, -3.0, 1.7) if 1e-4 < abs(t) < 1e4 or (t == 0 < exponent)]
    )
    bounds, _flags = enclosures.value(points[None], points[None])
    for t, low, high in zip(points.tolist(), bounds.lo.tolist(), bounds.hi.tolist(), strict=True):
        assert balls.inside(balls.exact(t) ** exponent, low, high)
        assert high - low <= (2 * abs(exponent) + 4) * 2**-52 * max(abs(low), abs(high)) + 1e-318
    wide, _flags = enclosures.value(np.array([[-2.0]]), np.array([[3.0]]))
    if exponent > 0 and exponent % 2 == 0:
        assert wide.lo[0] == 0.0
        assert math.isclose(wide.hi[0], 3.0**exponent)


def test_values_gradients_and_hessians_of_the_samples_are_enclosed(sample, context_of) -> None:
    text, dimension, (low, high) = sample
    formula = parse(text, dimension=dimension)
    context = context_of(formula)
    enclosures = Enclosures(formula.graph, formula.root, dimension, context)
    rng = np.random.default_rng(3)
    points = rng.uniform(low, high, (dimension, 12))
    widths = (high - low) * 10.0 ** rng.uniform(-9, -1, 12)
    lower, upper = np.maximum(points - widths, low), np.minimum(points + widths, high)
    value, slope, flags = enclosures.slopes(lower, upper)
    curve = enclosures.curves(lower, upper)
    grown, slopes = derive.gradient(formula.graph, formula.root, dimension)
    second = {
        (i, j): derive.derivative(grown, node, j)
        for i, node in enumerate(slopes) if node is not None for j in range(i, dimension)
    }  # fmt: skip
    checked = 0
    for k in range(12):
        if flags[k] & (DEAD | EDGE | OPEN | JUMP | KINK):
            continue
        for share in (0.0, 0.4, 1.0):
            at = np.clip(lower[:, k] + share * (upper[:, k] - lower[:, k]), lower[:, k], upper[:, k])
            p = [balls.exact(t) for t in at]
            (truth,) = balls.evaluate(formula.graph, [formula.root], p, context)
            assert balls.inside(truth, value.lo[k], value.hi[k])
            for i, node in enumerate(slopes):
                if node is not None:
                    (truth,) = balls.evaluate(grown, [node], p, context)
                    assert balls.inside(truth, slope.lo[i, k], slope.hi[i, k]), (i, share)
            for (i, j), node in second.items():
                if node is not None:
                    (truth,) = balls.evaluate(grown, [node], p, context)
                    assert balls.inside(truth, curve.lo[i, j, k], curve.hi[i, j, k]), (i, j)
            checked += 1
    assert checked


@pytest.mark.parametrize(
    ("text", "point"),
    [("0.1 x", "0.1"), ("pi x", "pi"), ("x/3 + e", "e"), ("2.2 x^2 - 1.7 x + 0.3", "decimals")],
)
def test_a_number_stands_for_its_double_and_for_what_was_typed(text: str, point: str) -> None:
    formula = parse(text)
    bounds, _flags = Enclosures(formula.graph, formula.root, 1).value(np.array([[1.0]]), np.array([[1.0]]))
    arb = balls.arb
    typed = {
        "0.1": arb(1) / 10,
        "pi": arb.pi(),
        "e": arb(1) / 3 + arb(1).exp(),
        "decimals": arb(22) / 10 - arb(17) / 10 + arb(3) / 10,
    }[point]
    assert bool(typed.lower() >= arb(float(bounds.lo[0]))) and bool(typed.upper() <= arb(float(bounds.hi[0])))
    assert balls.inside(balls.exact(formula.value((1.0,))), bounds.lo[0], bounds.hi[0])


@pytest.mark.parametrize(
    ("text", "low", "high", "flags"),
    [
        ("x^2", -1, 1, 0),
        ("|x|", -1, 1, KINK),
        ("|x|", 0, 1, KINK),
        ("|x|", 0.5, 1, 0),
        ("log x", -1, 1, OPEN),
        ("log x", 1, 2, 0),
        ("log x", -2, -1, OPEN | DEAD),
        ("sqrt x", -1, 1, KINK | EDGE),
        ("sqrt(x^2)", -1, 1, KINK),
        ("1/x", -1, 1, OPEN),
        ("tan x", 1, 2, OPEN),
        ("tan x", -1, 1, 0),
        ("floor x", 0.5, 1.5, JUMP),
        ("floor x", 0.25, 0.5, 0),
        ("where(x < 0, -x, x^2)", -1, 1, JUMP),
        ("where(x < 0, log x, x^2)", 1, 2, 0),
        ("max(x, 1 - x)", 0, 1, KINK),
        ("max(x, 1 - x)", 0.75, 1, 0),
        ("asin x", 0, 2, KINK | EDGE),
        ("x^1.5", -1, 1, KINK | EDGE),
        ("x^100", -1, 1, 0),
        ("cbrt x", -1, 1, KINK),
    ],
)
def test_flags_say_what_may_go_wrong(text: str, low: float, high: float, flags: int) -> None:
    formula = parse(text)
    enclosures = Enclosures(formula.graph, formula.root, 1)
    _bounds, found = enclosures.value(np.array([[low]], dtype=float), np.array([[high]], dtype=float))
    assert int(found[0]) == flags


def test_a_polynomial_is_not_blurred_by_its_terms() -> None:
    formula = parse("1 - 8x + 7x^2 - 7x^3/3 + x^4/4")
    enclosures = Enclosures(formula.graph, formula.root, 1)
    for width in (1e-1, 1e-3, 1e-5):
        bounds, _flags = enclosures.value(np.array([[4 - width]]), np.array([[4 + width]]))
        assert bounds.hi[0] - bounds.lo[0] < 20 * width**2 + 1e-13  # the slope at 4 is 0
