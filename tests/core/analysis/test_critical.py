"""Critical points: counts that are known, certificates checked in ball arithmetic, and honesty elsewhere."""

from __future__ import annotations

import importlib.util
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import minima_core as mc
from minima_core.formula import derive

flint = pytest.importorskip("flint")
_spec = importlib.util.spec_from_file_location(
    "ball_reference", Path(__file__).parents[1] / "formula" / "ball_reference.py"
)
assert _spec and _spec.loader
balls = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(balls)


def kinds(found: mc.CriticalPoints) -> tuple[int, int, int, int]:
    counted = Counter(each.kind for each in found.points)
    return counted["minimum"], counted["maximum"], counted["saddle"], counted["degenerate"]


def of(text: str, lower, upper, **parameters: float) -> mc.CriticalPoints:
    return mc.critical_points(mc.formula(text, np.atleast_1d(lower), np.atleast_1d(upper), parameters))


def verified_zero(land: mc.Landscape, point: mc.CriticalPoint) -> bool:
    """Whether a zero of the gradient, proved in 200 bits by the interval Newton method, lies in the box."""
    formula, n = land.formula, land.dimension
    grown, slopes = derive.gradient(formula.graph, formula.root, n)
    second = [[derive.derivative(grown, slope, j) for j in range(n)] for slope in slopes]

    def gradient(p):
        return [balls.arb(0) if s is None else balls.evaluate(grown, [s], p, land.context)[0] for s in slopes]

    def newton(p, box):
        h = [[balls.arb(0) if s is None else balls.evaluate(grown, [s], box, land.context)[0] for s in row]
             for row in second]  # fmt: skip
        g = gradient(p)
        if n == 1:
            return [p[0] - g[0] / h[0][0]]
        determinant = h[0][0] * h[1][1] - h[0][1] * h[1][0]
        return [p[0] - (h[1][1] * g[0] - h[0][1] * g[1]) / determinant,
                p[1] - (h[0][0] * g[1] - h[1][0] * g[0]) / determinant]  # fmt: skip

    p = [balls.exact(t) for t in point.position]
    for _ in range(8):
        p = [each.mid() for each in newton(p, p)]
    blur = balls.arb(2) ** -100
    box = [a + flint.arb(0, 1) * blur for a in p]
    image = newton(p, box)
    proved = all(bool(b.contains_interior(i)) for b, i in zip(box, image, strict=True))
    near = all(bool(abs(a - balls.exact(t)) <= balls.exact(point.radius) + blur * 2)
               for a, t in zip(p, point.position, strict=True))  # fmt: skip
    return proved and near


KNOWN = {
    "himmelblau": (4, 1, 4, 0),
    "six-hump-camel": (6, 2, 7, 0),
    "three-hump-camel": (3, 0, 2, 0),
    "rastrigin": (121, 100, 220, 0),
    "styblinski-tang": (4, 1, 4, 0),
    "goldstein-price": (4, 1, 4, 0),
    "two-wells": (2, 0, 1, 0),
    "peaks": (3, 3, 3, 0),
    "double-well": (2, 1, 0, 0),
    "gramacy-lee": (9, 8, 0, 0),
    "booth": (1, 0, 0, 0),
    "branin": (3, 0, 2, 0),
    "griewank": (31, 32, 60, 0),
    "rosenbrock": (1, 0, 0, 0),
}


@pytest.mark.parametrize("name", KNOWN)
def test_all_critical_points_of_a_known_landscape_are_proved(name: str) -> None:
    land = mc.landscape(name)
    found = mc.critical_points(land)
    inner = [each for each in found.points if np.linalg.norm(land.gradient(each.position)) < 1e-6]
    counted = Counter(each.kind for each in inner)
    assert tuple(counted[k] for k in ("minimum", "maximum", "saddle", "degenerate")) == KNOWN[name]
    assert found.complete
    assert not len(found.unresolved)
    assert found.source == "proof"
    assert all(each.proved and each.radius < 1e-9 for each in found.points)
    assert found.global_proved
    values = [each.value for each in found.minima]
    assert values == sorted(values)
    for known in land.minima:
        nearest = min(found.minima, key=lambda each: np.linalg.norm(each.position - known))
        assert np.linalg.norm(nearest.position - known) < 1e-7 * land.diagonal
        assert nearest.is_global
        assert nearest.gap == 0.0
    assert sum(each.is_global for each in found.points) == len(land.minima)


@pytest.mark.parametrize(
    "name", ["himmelblau", "six-hump-camel", "goldstein-price", "peaks", "gramacy-lee", "beale"]
)
def test_each_certificate_holds_in_ball_arithmetic(name: str) -> None:
    land = mc.landscape(name)
    checked = 0
    for point in mc.critical_points(land).points:
        if np.linalg.norm(land.gradient(point.position)) < 1e-6:
            assert verified_zero(land, point), point
            checked += 1
    assert checked >= 3


@pytest.mark.parametrize("name", ["himmelblau", "branin", "six-hump-camel", "bird"])
def test_the_kind_is_that_of_the_eigenvalues(name: str) -> None:
    land = mc.landscape(name)
    for point in mc.critical_points(land).points:
        values = np.linalg.eigvalsh(land.hessian(point.position))
        assert np.allclose(point.eigenvalues, values, rtol=1e-6, atol=1e-6 * np.abs(values).max())
        if not point.on_border:
            signs = {1.0: "minimum", -1.0: "maximum"}
            wanted = (
                signs.get(values[0] and np.sign(values[0]), "")
                if len(set(np.sign(values))) == 1
                else "saddle"
            )
            assert point.kind == wanted


def test_beale_has_its_minimum_and_saddles() -> None:
    land = mc.landscape("beale")
    found = mc.critical_points(land)
    inner = [each for each in found.points if not each.on_border]
    assert found.complete
    assert [each.kind for each in inner].count("minimum") == 1
    assert np.allclose(inner[0].position, [3.0, 0.5])


@pytest.mark.parametrize(
    ("text", "lower", "upper", "expected"),
    [
        ("x^2", 0, 1, [(0.0, "minimum", True)]),
        ("-x^2", 0, 1, [(0.0, "maximum", True), (1.0, "minimum", True)]),
        ("(x - 0.3)^2", 0.3, 1, [(0.3, "minimum", True)]),
        ("sin x", 0, 2 * math.pi, [(0.0, "minimum", True), (math.pi / 2, "maximum", False),
                                   (3 * math.pi / 2, "minimum", False)]),
        ("x^4 - 2x^2 + 1", -2, 2, [(-1.0, "minimum", False), (0.0, "maximum", False),
                                   (1.0, "minimum", False)]),
        ("exp(-x)", -1, 6, [(6.0, "minimum", True)]),
        ("x", -1, 1, [(-1.0, "minimum", True)]),
        ("(x - 1.0000001)^2", -1, 1, [(1.0, "minimum", True)]),
        ("|x|", -1, 2, [(0.0, "minimum", False)]),
        ("-|x|", -1, 1, [(-1.0, "minimum", True), (0.0, "maximum", False), (1.0, "minimum", True)]),
        ("x^4", -1, 1, [(0.0, "minimum", False)]),
        ("-x^4", -1, 1, [(-1.0, "minimum", True), (0.0, "maximum", False), (1.0, "minimum", True)]),
        ("max(x, -2x)", -1, 1, [(0.0, "minimum", False)]),
        ("x - log x", 0.1, 3, [(1.0, "minimum", False)]),
        ("x - log x", -1, 3, [(1.0, "minimum", False)]),
        ("x/(1 + x^2)", -3, 3, [(-1.0, "minimum", False), (1.0, "maximum", False), (3.0, "minimum", True)]),
        ("1/x + x", -2, 2, [(-2.0, "minimum", True), (-1.0, "maximum", False), (1.0, "minimum", False)]),
    ],
)  # fmt: skip
def test_one_variable_edges_kinks_and_domains(text: str, lower: float, upper: float, expected: list) -> None:
    found = of(text, lower, upper)
    assert found.complete, found.sentence
    told = sorted((round(float(p.position[0]), 9) + 0.0, p.kind, p.on_border) for p in found.points)
    assert told == [(round(x, 9), kind, edge) for x, kind, edge in expected]


@pytest.mark.parametrize(
    ("text", "lower", "upper", "minima", "others"),
    [
        ("x^2 + y^2", (0, 0), (1, 1), [((0, 0), True)], 0),
        ("x^2 + y^2", (-1, 0), (1, 1), [((0, 0), True)], 0),
        ("x^2 + y^2", (-1, -1), (1, 1), [((0, 0), False)], 0),
        ("x^2 + y^2", (0.5, -1), (1, 1), [((0.5, 0), True)], 0),
        ("x + y", (-1, -1), (1, 1), [((-1, -1), True)], 0),
        ("x^2 - y^2", (-1, -1), (1, 1), [((0, -1), True), ((0, 1), True)], 1),
        ("x y", (-1, -1), (1, 1), [((-1, 1), True), ((1, -1), True)], 1),
        ("|x| + 3|y|", (-3, -3), (3, 3), [((0, 0), False)], 0),
        ("|x - 1| + |y + 2|", (-3, -3), (3, 3), [((1, -2), False)], 0),
        ("|x - 0.3| + |y + 0.7|", (-3, -3), (3, 3), [((0.3, -0.7), False)], 0),
        ("x^4 + y^4", (-1, -1), (1, 1), [((0, 0), False)], 0),
        ("sqrt(x^2 + y^2)", (-1, -1), (1, 1), [((0, 0), False)], 0),
        ("sqrt(x^2 + 4 y^2)", (0, -1), (1, 1), [((0, 0), True)], 0),
    ],
)
def test_two_variables_at_edges_corners_and_kinks(text, lower, upper, minima, others) -> None:
    found = of(text, lower, upper)
    assert found.complete, found.sentence
    told = sorted((tuple(np.round(p.position, 9) + 0.0), p.on_border) for p in found.minima)
    assert told == sorted((tuple(map(float, at)), edge) for at, edge in minima)
    assert len(found.points) - len(found.minima) == others


def test_points_just_outside_the_region_do_not_count() -> None:
    land = mc.landscape("himmelblau").with_region((3.0000001, -6), (6, 6))
    found = mc.critical_points(land)
    assert found.complete
    assert not any(np.allclose(each.position, (3, 2), rtol=0, atol=1e-12) for each in found.points)
    edge = [each for each in found.minima if each.on_border]
    assert any(np.allclose(each.position, (3.0000001, 2), atol=1e-4) for each in edge)


@pytest.mark.parametrize(
    ("text", "lower", "upper", "kind"),
    [
        ("x^3", -1, 1, "degenerate"),
        ("x^3 - 3x y^2", (-1, -1), (1, 1), "degenerate"),
        ("(x^2 - y)(3x^2 - y)", (-1, -1), (1, 1), "degenerate"),
        ("x^2 + (y - x)^4", (-1, -1), (1, 1), "minimum"),
    ],
)
def test_a_degenerate_point_is_found_and_not_claimed_to_be_proved(text, lower, upper, kind) -> None:
    found = of(text, lower, upper)
    assert not found.complete
    assert len(found.unresolved) == 1
    box = found.unresolved[0]
    assert np.all(box[0] <= 0.0)
    assert np.all(box[1] >= 0.0)
    assert np.all(box[1] - box[0] < 0.01)
    (point,) = [each for each in found.points if not each.proved]
    assert point.kind == kind
    assert np.allclose(point.position, 0.0, atol=1e-6)
    assert "left undecided" in found.sentence


@pytest.mark.parametrize(
    "text", ["(x^2 + y^2 - 1)^2", "cos(5 sqrt(x^2+y^2))", "floor(x) + floor(y)", "0", "x^2"]
)
def test_rings_steps_and_level_ground_end_in_time_and_are_not_claimed(text: str) -> None:
    found = of(text, (-2, -2), (2, 2))
    assert not found.complete
    assert 0 < len(found.unresolved) <= 120
    assert found.seconds < 8.0


def test_a_ring_is_covered_by_the_boxes_that_are_left() -> None:
    boxes = of("(x^2 + y^2 - 1)^2", (-2, -2), (2, 2)).unresolved
    for angle in np.linspace(0, 2 * np.pi, 50):
        p = np.array([np.cos(angle), np.sin(angle)])
        assert ((boxes[:, 0] <= p + 1e-12) & (boxes[:, 1] >= p - 1e-12)).all(axis=1).any()
    assert not ((boxes[:, 0] <= 0.0) & (boxes[:, 1] >= 0.0)).all(axis=1).any()


def test_parameters_are_numbers_of_the_context() -> None:
    land = mc.formula("x^4 - a x^2", [-3], [3], {"a": 2.0})
    for a, count in ((2.0, 3), (0.5, 3), (-1.0, 1)):
        found = mc.critical_points(land.with_parameters(a=a))
        assert found.complete
        assert len(found.points) == count
    merged = mc.critical_points(land.with_parameters(a=0.0))
    assert [(each.kind, each.position[0]) for each in merged.points] == [("minimum", 0.0)]


def test_the_least_value_lies_in_its_enclosure() -> None:
    for name, least in (
        ("goldstein-price", 3.0),
        ("branin", 0.397887357729739),
        ("easom", -1.0),
        ("bukin", 0.0),
    ):
        low, high = mc.critical_points(mc.landscape(name)).lowest
        assert low <= least + 1e-12
        assert high >= least - 1e-12
        assert high - low < 1e-4


def test_more_variables() -> None:
    bowl = mc.critical_points(mc.landscape("convex-bowl", dimension=4))
    assert bowl.complete
    assert len(bowl.points) == 1
    tang = mc.critical_points(mc.landscape("styblinski-tang", dimension=3))
    assert tang.complete
    assert len(tang.points) == 27
    rastrigin = mc.critical_points(mc.landscape("rastrigin", dimension=5))
    assert rastrigin.minima
    assert rastrigin.seconds < 8.0
    assert mc.critical_points(mc.landscape("rastrigin", dimension=12)).source == "search"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("1e300 x^64", -1e6, 1e6), ("1e-300 x^2", -1e-3, 1e-3), ("exp(exp(x^2))", -3, 3), ("log x", -3, -1),
     ("sin(x)/x", -10, 10), ("x log x", 0, 2), ("x^100 - x", -1, 1), ("1/x", -1, 1), ("floor x", -3, 3)],
)  # fmt: skip
def test_odd_numbers_and_domains_end_without_a_warning(text: str, low: float, high: float) -> None:
    found = of(text, low, high)
    assert found.source == "proof"
    assert found.sentence.endswith(".")
    for point in found.points:
        assert low <= point.position[0] <= high


def test_a_callable_is_searched_only() -> None:
    found = mc.critical_points(mc.objective(lambda p: float(p @ p), (-1, -1), (1, 1)))
    assert found.source == "search"
    assert not found.complete
    assert "Nothing can be proved" in found.sentence
    assert found.sentence.startswith("1 minimum, found by a search.")
    assert np.abs(found.minima[0].position).max() < 1e-6


def test_every_well_of_a_callable_is_found() -> None:
    def himmelblau(p: np.ndarray) -> float:
        return float((p[0] ** 2 + p[1] - 11) ** 2 + (p[0] + p[1] ** 2 - 7) ** 2)

    found = mc.critical_points(mc.objective(himmelblau, (-6, -6), (6, 6)))
    known = mc.critical_points(mc.landscape("himmelblau"))
    assert len(found.minima) == len(known.minima) == 4
    for each in known.minima:
        assert min(np.abs(each.position - other.position).max() for other in found.minima) < 1e-5


def test_a_budget_and_a_caller_can_end_it() -> None:
    land = mc.landscape("goldstein-price")
    short = mc.critical_points(land, budget=500)
    assert not short.complete
    assert short.boxes <= 500
    assert len(short.unresolved)
    asked: list[int] = []

    def cancel() -> bool:
        asked.append(1)
        return len(asked) > 3

    ended = mc.critical_points(land, cancel=cancel)
    assert not ended.complete
    assert "was ended" in ended.sentence
    shares: list[float] = []
    mc.critical_points(land, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_the_sentence_counts_in_plain_english() -> None:
    told = mc.critical_points(mc.landscape("himmelblau")).sentence
    assert told == "9 critical points: 4 minima, 1 maximum and 4 saddles. Proved: this region has no others."
