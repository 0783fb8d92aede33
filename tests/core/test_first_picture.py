"""What stands between a start of the program and its first picture: little, and nothing twice."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import numpy as np
import pytest

import minima_core as mc
import minima_resources
from minima_core.formula import parse
from minima_core.landscapes import catalogue
from minima_core.methods.gradient import rates

SLOW = {"numba", "scipy", "numpy.ma", "difflib"}


def test_the_first_picture_loads_nothing_slow() -> None:
    program = (
        "import sys\n"
        "from minima_core.document import opening\n"
        "from minima_core.methods import method, method_names\n"
        "from minima_core.scene import settings_words, stage_of\n"
        "land = opening().exploration.place.landscape_of()\n"
        "stage_of(land, None, (128, 96))\n"
        "print([settings_words(method(name).resolved(land), land) for name in method_names()])\n"
        f"print(sorted(set({sorted(SLOW)!r}) & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    words, slow = done.stdout.splitlines()
    assert "lr" in words
    assert slow == "[]"


def test_rates_are_tried_once_for_a_landscape(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    best = rates._best
    monkeypatch.setattr(rates, "_best", lambda land, balls: asked.append(land.digest) or best(land, balls))
    land = mc.formula("(x - 0.123)^2 + 3 y^2 + cos(4 x)", (-2, -2), (2, 2))
    first = [mc.method(name).resolved(land) for name in ("momentum", "gradient-descent", "nesterov", "sgd")]
    same = land.with_region(land.lower, land.upper)
    assert [mc.method(each.name).resolved(same) for each in first] == first
    assert asked == [land.digest]
    assert mc.method("momentum").resolved(same) is first[0]
    assert mc.method("momentum").resolved(land.with_region((-1, -1), (1, 1))).settings["lr"] > 0.0
    assert len(asked) == 2


def test_tried_together_or_alone_the_rates_are_the_same() -> None:
    land = mc.landscape("rosenbrock")
    together = rates._best(land, rates.USUAL)
    assert together == [rates._best(land, (ball,))[0] for ball in rates.USUAL]


def test_landscapes_read_one_by_one_are_those_of_the_file() -> None:
    whole = tomllib.loads(minima_resources.text("landscapes.toml"))
    learning = tomllib.loads(minima_resources.text("learning.toml"))
    own = [each["name"] for each in whole["landscape"]]
    assert [*own, *(each["name"] for each in learning["landscape"])] == list(mc.landscape_names())
    assert [catalogue.own_entry(name) for name in own] == whole["landscape"]
    assert dict(catalogue.first_choice()) == whole["opening"]


@pytest.mark.parametrize(
    "text", ["x^2 + sin(x y) + y^3/(1 + x^2)", "where(x < y, x^2, abs(y)) + max(x, y, 1)"]
)
def test_arrays_that_are_used_again_hold_the_right_numbers(text: str) -> None:
    formula = parse(text, dimension=2)
    x, y = np.linspace(-2, 2, 7), np.linspace(-1, 3, 5)
    expected = np.array([[formula.value((a, b)) for a in x] for b in y])
    grid = [each.copy() for each in np.meshgrid(x, y)]
    slopes = np.array([[formula.gradient((a, b)) for a in x] for b in y])
    for arrays in (grid, [x[None, :], y[:, None]], grid, [grid[0], y[:, None]]):
        np.testing.assert_allclose(formula.value_on(arrays), expected, rtol=1e-14)
        np.testing.assert_allclose(
            formula.gradient_on(arrays), np.moveaxis(slopes, -1, 0), rtol=1e-13, atol=1e-15
        )
    np.testing.assert_array_equal(grid, np.meshgrid(x, y))
