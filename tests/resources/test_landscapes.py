"""The catalogue of landscapes: complete, well-formed, and true in what it says about minima."""

from __future__ import annotations

import math
import re
import tomllib
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

import minima_resources
from minima_core.formula import Formula, parse

CATALOGUE = tomllib.loads(minima_resources.text("landscapes.toml"))
LANDSCAPES: list[dict[str, Any]] = CATALOGUE["landscape"]
SCALING = [land for land in LANDSCAPES if land["scales"]]
FIELDS = {
    "name": str,
    "title": str,
    "teaches": str,
    "sentence": str,
    "dimension": int,
    "scales": bool,
    "formula": str,
    "lower": list,
    "upper": list,
    "start": list,
    "display": dict,
    "tags": list,
    "source": str,
    "minima": list,
}
OPTIONAL = {"parameters": dict, "minima_move": bool, "any_dimension": dict}

each = pytest.mark.parametrize("land", LANDSCAPES, ids=lambda land: land["name"])
each_scaling = pytest.mark.parametrize("land", SCALING, ids=lambda land: land["name"])


def read(land: dict[str, Any], dimension: int | None = None) -> tuple[Formula, list[float]]:
    """Parse a landscape's formula, or that for any dimension; with the defaults of its parameters."""
    own = land if dimension is None else land["any_dimension"]
    parameters = land.get("parameters", {})
    formula = parse(own["formula"], dimension=dimension or land["dimension"], parameters=tuple(parameters))
    return formula, [parameters[name]["value"] for name in formula.parameters]


def best(land: dict[str, Any]) -> float:
    """Return the lowest known value."""
    return min(minimum["value"] for minimum in land["minima"])


def slack(value: float) -> float:
    """Return how far a value may be off: 1e-9 of it, or of one."""
    return 1e-9 * max(1.0, abs(value))


def grid(land: dict[str, Any], count: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Return axes of `count` places across the region and the values there; rows are y."""
    axes = [np.linspace(lo, hi, count) for lo, hi in zip(land["lower"], land["upper"], strict=True)]
    formula, context = read(land)
    arrays = axes if len(axes) == 1 else [axes[0][None, :], axes[1][:, None]]
    return axes, np.asarray(formula.value_on(arrays, context))


# -- form ----------------------------------------------------------------------------------------------------


def test_there_are_enough_of_each_kind() -> None:
    dimensions = [land["dimension"] for land in LANDSCAPES]
    assert dimensions.count(2) >= 60
    assert dimensions.count(1) >= 12
    assert len(SCALING) >= 8


def test_every_kind_that_one_filters_by_is_there() -> None:
    tags = {tag for land in LANDSCAPES for tag in land["tags"]}
    wanted = "convex,many minima,narrow valley,saddle,plateau,not smooth,deceptive,local minimum,border"
    assert set(wanted.split(",")) <= tags


def test_names_and_titles_are_unique() -> None:
    for key in ("name", "title", "formula"):
        values = [land[key] for land in LANDSCAPES]
        assert len(values) == len(set(values)), key


def test_the_ones_that_were_promised_are_there() -> None:
    promised = (
        "two-wells himmelblau rastrigin ackley rosenbrock beale six-hump-camel three-hump-camel "
        "goldstein-price styblinski-tang branin easom saddle plateau narrow-valley convex-bowl parabola "
        "double-well cubic tilted-double-well"
    )
    assert set(promised.split()) <= {land["name"] for land in LANDSCAPES}


def test_groups_are_in_use_and_in_order() -> None:
    groups = [group["name"] for group in CATALOGUE["group"]]
    assert list(dict.fromkeys(land["teaches"] for land in LANDSCAPES)) == groups
    assert all(group["title"] and group["sentence"].endswith(".") for group in CATALOGUE["group"])


@each
def test_fields_are_complete_and_typed(land: dict[str, Any]) -> None:
    assert set(FIELDS) <= set(land) <= set(FIELDS) | set(OPTIONAL)
    for key, value in land.items():
        assert type(value) is (FIELDS | OPTIONAL)[key], key
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", land["name"])
    assert land["sentence"].endswith(".")
    assert land["sentence"].count(".") == 1
    assert len(land["sentence"]) <= 120
    assert land["source"]
    assert "://" not in land["source"]
    assert ("any_dimension" in land) == land["scales"]
    assert ("minima_move" in land) == ("parameters" in land)


@each
def test_region_start_and_display_make_sense(land: dict[str, Any]) -> None:
    n = land["dimension"]
    assert len(land["lower"]) == len(land["upper"]) == len(land["start"]) == n
    for lo, at, hi in zip(land["lower"], land["start"], land["upper"], strict=True):
        assert lo < at < hi
    display = land["display"]
    assert display["transform"] in {"linear", "sqrt", "log"}
    assert ("unit" in display) == (display["transform"] == "log")
    assert display.get("unit", 1.0) > 0
    assert display["low"] <= best(land) < display["high"]
    formula, context = read(land)
    assert best(land) < formula.value(land["start"], context)


@each
def test_parameters_have_ranges_and_meanings(land: dict[str, Any]) -> None:
    formula, _ = read(land)
    parameters = land.get("parameters", {})
    assert set(formula.parameters) == set(parameters)
    for parameter in parameters.values():
        assert set(parameter) == {"value", "lower", "upper", "meaning"}
        assert parameter["lower"] < parameter["value"] < parameter["upper"]
        assert parameter["meaning"]


# -- truth ---------------------------------------------------------------------------------------------------


@each
def test_stated_minima_have_their_values(land: dict[str, Any]) -> None:
    formula, context = read(land)
    assert land["minima"]
    for minimum in land["minima"]:
        assert set(minimum) == {"x", "value", "on_border", "smooth", "source"}
        assert minimum["source"]
        value = formula.value(minimum["x"], context)
        assert math.isclose(value, minimum["value"], rel_tol=1e-9, abs_tol=1e-12)
        assert abs(minimum["value"] - best(land)) <= slack(best(land))


@each
def test_stated_minima_are_flat_inside_and_press_outwards_on_the_border(land: dict[str, Any]) -> None:
    formula, context = read(land)
    for minimum in land["minima"]:
        slope = formula.gradient(minimum["x"], context)
        places = list(zip(minimum["x"], land["lower"], land["upper"], slope, strict=True))
        assert all(lo <= at <= hi for at, lo, hi, _ in places)
        assert minimum["on_border"] == any(at in (lo, hi) for at, lo, hi, _ in places)
        if not minimum["smooth"]:
            continue
        curvature = np.abs(formula.hessian(minimum["x"], context))
        steep = 1e-11 * max(1.0, float(np.nan_to_num(curvature).max()))
        for at, lo, hi, along in places:
            if at == lo:
                assert along >= -steep
            elif at == hi:
                assert along <= steep
            else:
                assert abs(along) <= steep


@each
def test_kinks_are_marked(land: dict[str, Any]) -> None:
    """A minimum marked as not smooth has slopes from two sides that do not vanish, or do not agree.

    At a smooth one the slope towards a neighbour fades with its distance, however steep the walls are.
    """
    formula, context = read(land)
    for minimum in land["minima"]:
        if minimum["on_border"]:
            continue
        rises = {step: _steepest_rise(formula, context, minimum, step) for step in (1e-6, 1e-7)}
        kink = rises[1e-6] > 5e-3 and rises[1e-7] > 0.5 * rises[1e-6]
        assert kink == (not minimum["smooth"])


def _steepest_rise(formula: Formula, context: list[float], minimum: dict[str, Any], step: float) -> float:
    """Return the largest slope from a minimum to its neighbours along the axes; none may fall."""
    rises = []
    for axis in range(formula.dimension):
        for side in (-step, step):
            near = list(minimum["x"])
            near[axis] += side
            rises.append((formula.value(near, context) - minimum["value"]) / step)
    assert min(rises) >= -1e-6 * max(1.0, abs(minimum["value"]))
    return max(rises)


@each
def test_nothing_lower_on_a_grid(land: dict[str, Any]) -> None:
    _, values = grid(land, 601 if land["dimension"] == 2 else 20_001)
    assert np.isfinite(values).all()
    assert values.min() >= best(land) - slack(best(land))


@each
def test_no_global_minimum_is_missing(land: dict[str, Any]) -> None:
    """From the lowest hollows of a grid, a search lands on stated minima or clearly above them."""
    formula, context = read(land)
    axes, values = grid(land, 241)
    inside = values.ndim == 2
    padded = np.pad(values, 1, constant_values=np.inf)
    shifts = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)] if inside else [(d,) for d in (-1, 0, 1)]
    around = np.min([np.roll(padded, shift, tuple(range(values.ndim))) for shift in shifts], axis=0)
    core = tuple(slice(1, -1) for _ in values.shape)
    hollows = np.argwhere(values <= around[core])
    hollows = hollows[np.argsort(values[tuple(hollows.T)])][:8]
    span = np.subtract(land["upper"], land["lower"])
    for hollow in hollows:
        start = [axis[index] for axis, index in zip(axes, hollow[::-1], strict=True)]
        found = minimize(
            lambda point: formula.value(point, context),
            start,
            method="Nelder-Mead",
            bounds=list(zip(land["lower"], land["upper"], strict=True)),
            options={"xatol": 1e-9, "fatol": 1e-14, "maxiter": 400, "initial_simplex": _simplex(start, span)},
        )
        assert found.fun >= best(land) - slack(best(land))
        if found.fun <= best(land) + 1e-10 * max(1.0, abs(best(land))):
            away = [np.max(np.abs(np.subtract(found.x, m["x"])) / span) for m in land["minima"]]
            assert min(away) <= 1e-4


def _simplex(start: list[float], span: np.ndarray) -> np.ndarray:
    """Return a simplex of the size of a grid cell at `start`."""
    corners = np.tile(np.asarray(start), (len(start) + 1, 1))
    for axis in range(len(start)):
        corners[axis + 1, axis] += span[axis] / 480
    return corners


@each
def test_minima_stay_when_parameters_move_unless_it_says_so(land: dict[str, Any]) -> None:
    parameters = land.get("parameters", {})
    if not parameters:
        assert "minima_move" not in land
        return
    formula, _ = read(land)
    slopes = []
    for end in ("lower", "upper"):
        context = [parameters[name][end] for name in formula.parameters]
        slopes += [np.abs(formula.gradient(minimum["x"], context)).max() for minimum in land["minima"]]
    assert (max(slopes) > 1e-3) == land["minima_move"]


# -- any dimension -------------------------------------------------------------------------------------------


@each_scaling
def test_any_dimension_agrees_with_two(land: dict[str, Any]) -> None:
    (two, context), (any_two, any_context) = read(land), read(land, 2)
    for point in np.random.default_rng(5).uniform(land["lower"], land["upper"], (20, 2)):
        assert math.isclose(two.value(point, context), any_two.value(point, any_context), rel_tol=1e-12)


@each_scaling
@pytest.mark.parametrize("extra", [0, 1, 4])
def test_any_dimension_has_its_minimum(land: dict[str, Any], extra: int) -> None:
    own = land["any_dimension"]
    n = own["least_dimension"] + extra
    formula, context = read(land, n)
    point = np.full(n, own["minimum"])
    value = n * own["value_per_dimension"]
    assert own["lower"] < own["minimum"] < own["upper"]
    assert abs(formula.value(point, context) - value) <= slack(value)
    around = np.random.default_rng(n).uniform(own["lower"], own["upper"], (200, n))
    near = point + np.random.default_rng(n).normal(0, 1e-3, (200, n))
    lowest = min(formula.value(each_point, context) for each_point in (*around, *near))
    assert lowest >= value - slack(value)


# -- the opening ---------------------------------------------------------------------------------------------


def test_the_opening_names_a_landscape_and_starts_inside_it() -> None:
    opening = CATALOGUE["opening"]
    land = next(land for land in LANDSCAPES if land["name"] == opening["landscape"])
    assert opening["start"] == land["start"]
    assert land is LANDSCAPES[0]
    methods = set(tomllib.loads(minima_resources.text("themes.toml"))["methods"])
    assert {run.partition(",")[0] for run in opening["runs"]} <= methods
    assert opening["steps"] > 0


def test_from_the_opening_start_descent_and_adam_end_in_different_wells() -> None:
    """The rules are those of PyTorch, written out; the settings are those of the opening."""
    formula, context = read(LANDSCAPES[0])
    settings = {run.partition(",")[0]: _numbers(run) for run in CATALOGUE["opening"]["runs"]}
    start = np.array(CATALOGUE["opening"]["start"])
    deep = np.array(LANDSCAPES[0]["minima"][0]["x"])

    descent, slow = start.copy(), settings["gradient-descent"]
    adam, own = start.copy(), settings["adam"]
    first, second = np.zeros(2), np.zeros(2)
    for step in range(1, 601):
        descent = descent - slow["lr"] * formula.gradient(descent, context)
        gradient = formula.gradient(adam, context)
        first = own["beta1"] * first + (1 - own["beta1"]) * gradient
        second = own["beta2"] * second + (1 - own["beta2"]) * gradient**2
        m, v = first / (1 - own["beta1"] ** step), second / (1 - own["beta2"] ** step)
        adam = adam - own["lr"] * m / (np.sqrt(v) + 1e-8)
    assert np.abs(adam - deep).max() < 1e-3
    assert np.abs(formula.gradient(descent, context)).max() < 1e-6
    above = formula.value(descent, context) - LANDSCAPES[0]["minima"][0]["value"]
    assert above > 0.3


def _numbers(run: str) -> dict[str, float]:
    """Read the settings of a run's text form."""
    pairs = (part.split("=") for part in run.split(",")[1:])
    return {name: float(value) for name, value in pairs}
