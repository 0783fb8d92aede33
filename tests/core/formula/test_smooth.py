"""Smoothing with a Gaussian: exact term by term where it can be, and close where a cubature is used."""

from __future__ import annotations

import numpy as np
import pytest

from minima_core.formula import Formula, parse
from minima_core.formula.hoist import Hoisted
from minima_core.formula.smooth import smoothed

NODES = np.linspace(-9.0, 9.0, 1201)
WEIGHTS = np.exp(-0.5 * NODES**2) / np.exp(-0.5 * NODES**2).sum()

EXACT = [
    "3",
    "x^5 - 2 x^3 + x",
    "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    "x^3 y^2 - 4 x y",
    "sin(3 x) + cos(2 y + 1)",
    "20 + x^2 - 10 cos(2 pi x) + y^2 - 10 cos(2 pi y)",
    "sin(x + y) + (x - y)^2 - 1.5 x",
    "cos(x) cos(2 y) exp(-(x - 1)^2 - y^2/2)",
    "(1 + x y) exp(-x^2 - (y + 1)^2)",
    "x^2 sin(2 x - y) exp(-x^2/3 + x)",
    "exp(0.3 x - 0.2 y) + sinh(x/2) - cosh(y/3)",
    "sin(3 x)^2 (1 + y^2) + expm1(-x^2)",
    "(x + 2)/4 - sin(x) cos(3 x) sin(2 x)",
    "3 exp(-(x^2 + y^2)/(2 * 0.3^2))",
]
CLOSE = [  # with the largest error allowed at σ = 0.3, relative to the range
    ("sqrt(1 + x^2 + y^2)", 1e-5),
    ("exp(sin(x) + cos(y))", 1e-9),
    ("tanh(2 x - y)", 1e-4),
    ("1/(1 + x^2 + y^2)", 2e-3),
    ("|x| + |y - 1|", 2e-2),
    ("x |y| + sin(x)", 2e-2),
    ("|x + 2 y|^3", 1e-3),
    ("max(x, y) (x - 1)", 2e-2),
    ("where(x < 0, 1, y)", 1e-1),
]
POINTS = np.array([[0.4, -1.1], [1.3, 0.7], [-1.7, 0.2], [0.0, 1.0]])


def smooth(text: str) -> tuple[Formula, bool, int]:
    """Return f_σ in two variables with the parameter σ, whether it is exact, and its nodes."""
    formula = parse(text, dimension=2, parameters=())
    graph = formula.graph.copy()
    result = smoothed(graph, formula.root, graph.parameter(0))
    return Formula.of_graph(result.graph, result.root, 2, ["s"], "smooth"), result.exact, result.nodes


def mean(text: str, point: np.ndarray, sigma: float) -> float:
    """Return E f(x + σξ) by a dense rule that is exact to machine precision for smooth functions."""
    x, y = point[0] + sigma * NODES, point[1] + sigma * NODES
    values = parse(text, dimension=2, parameters=()).value_on([x[None, :], y[:, None]])
    return float(WEIGHTS @ values @ WEIGHTS)


@pytest.mark.parametrize("text", EXACT)
def test_elementary_terms_are_averaged_exactly(text):
    f, exact, nodes = smooth(text)
    assert exact
    assert nodes == 0
    for sigma in (0.1, 0.9):
        for point in POINTS:
            wanted = mean(text, point, sigma)
            assert f.value(point, [sigma]) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("text", "error"), CLOSE)
def test_the_rest_is_close_to_a_dense_quadrature(text, error):
    f, exact, nodes = smooth(text)
    assert not exact
    assert nodes > 1
    span = np.ptp(
        parse(text, dimension=2, parameters=()).value_on([NODES[::9][None, :] / 4, NODES[::9, None] / 4])
    )
    for point in POINTS:
        assert abs(f.value(point, [0.3]) - mean(text, point, 0.3)) <= error * span


def test_without_width_it_is_the_function_itself():
    for text in (*EXACT, *(text for text, _ in CLOSE)):
        f, _, _ = smooth(text)
        plain = parse(text, dimension=2, parameters=())
        for point in POINTS[:2]:
            assert f.value(point, [0.0]) == pytest.approx(plain.value(point), rel=1e-12, abs=1e-12)


def test_what_varies_along_a_line_needs_a_line_of_nodes_only():
    assert smooth("|3 x - 4 y|")[2] < smooth("|x y|")[2]
    assert smooth("sqrt(1 + x^2) sqrt(1 + y^2)")[2] < smooth("sqrt(1 + x^2 y^2)")[2]


def test_derivatives_of_the_smooth_formula_are_the_smoothed_derivatives():
    f, _, _ = smooth("x^4 y + sin(2 x)")
    slope, _, _ = smooth("4 x^3 y + 2 cos(2 x)")
    for point in POINTS:
        assert f.gradient(point, [0.4])[0] == pytest.approx(slope.value(point, [0.4]), rel=1e-12)


def test_many_variables_are_averaged_one_by_one():
    formula = parse("sum(i, 1, n, x[i]^4 - cos(3 x[i]))", dimension=12, parameters=())
    graph = formula.graph.copy()
    result = smoothed(graph, formula.root, graph.parameter(0))
    f = Formula.of_graph(result.graph, result.root, 12, ["s"], "smooth")
    one = 0.5**4 + 6 * 0.5**2 * 0.09 + 3 * 0.0081 - np.exp(-0.5 * 9 * 0.09) * np.cos(1.5)
    assert result.exact
    assert f.value(np.full(12, 0.5), [0.3]) == pytest.approx(12 * one, rel=1e-13)


def test_a_whole_of_many_kinks_stays_small():
    text = " + ".join(f"|x + {k} y - {k}| (1 - |x - {k} y|)" for k in range(1, 30))
    formula = parse(text, dimension=2, parameters=())
    graph = formula.graph.copy()
    result = smoothed(graph, formula.root, graph.parameter(0))
    assert len(result.graph.order([result.root])) < 60 * len(formula.graph)


def test_what_no_variable_moves_is_worked_out_once():
    f, _, _ = smooth("cos(7 x) exp(-y^2)")
    hoisted = Hoisted(f.graph, f.root, 2, "hoisted")
    ops = [hoisted.formula.graph.ops[node] for node in hoisted.formula.graph.order([hoisted.formula.root])]
    assert ops.count("exp") == 1
    for sigma in (0.0, 0.2):
        context = hoisted.context([sigma])
        for point in POINTS:
            value = hoisted.formula.value(point, context)
            assert value == pytest.approx(f.value(point, [sigma]), rel=1e-13, abs=1e-300)


def test_conditions_on_parameters_stay_conditions():
    formula = parse("where(a < 1, x, -x) + a^2", dimension=1)
    hoisted = Hoisted(formula.graph, formula.root, 1, "hoisted")
    assert [hoisted.formula.value([2.0], hoisted.context([a])) for a in (0.5, 2.0)] == [2.25, 2.0]
