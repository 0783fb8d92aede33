"""The public face: dimensions, parameters, near matches, and an import that costs little."""

from __future__ import annotations

import dataclasses
import doctest
import importlib
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import minima_core
from minima_core.formula import Formula, FormulaError, parse


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("x^2", 1),
        ("3", 1),
        ("y", 2),
        ("x2", 2),
        ("x₃ + 1", 3),
        ("x[4]", 4),
        ("sum(i, 1, 3, x[i])", 3),
        ("sum(i, 1, n, x[i])", 2),
        ("sum(i, 1, n, x[i]) + x5", 5),
        ("x/n", 1),
        ("sum(i, 2, 1, x3)", 3),
    ],
)
def test_dimension_is_told(text: str, dimension: int) -> None:
    assert parse(text).dimension == dimension


def test_dimension_can_be_given() -> None:
    assert parse("x", dimension=3).gradient((1.0, 2.0, 3.0)).tolist() == [1.0, 0.0, 0.0]
    assert parse("sum(i,1,n,x[i]) + n", dimension=4).value((1.0, 2.0, 3.0, 4.0)) == 14.0
    with pytest.raises(FormulaError, match="only one here: x") as caught:
        parse("x + y", dimension=1)
    assert caught.value.column == 4
    with pytest.raises(FormulaError, match="which are x and y"):
        parse("x3", dimension=2)
    for wrong in (0, -1, 1001):
        with pytest.raises(FormulaError, match="between 1 and 1000"):
            parse("x", dimension=wrong)


@pytest.mark.parametrize(
    ("text", "declared", "parameters"),
    [
        ("b x + a y + b", None, ("b", "a")),
        ("a_1 + a₁ + a1", None, ("a1",)),
        ("λ x + alpha", None, ("λ", "alpha")),
        ("rate x + b", ["b", "rate", "unused"], ("rate", "b")),
        ("a_1 x", {"a_1": 2.0}, ("a_1",)),
        ("abx", {"a", "b"}, ("a", "b")),
        ("ex + tau + pi", None, ()),
        ("sum(i, 1, 2, i x) + i", None, ("i",)),
        ("x²", [], ()),
    ],
)
def test_parameters(text: str, declared: object, parameters: tuple[str, ...]) -> None:
    assert parse(text, parameters=declared).parameters == parameters


def test_undeclared_names_are_refused() -> None:
    with pytest.raises(FormulaError, match="must be among the parameters") as caught:
        parse("x + a", parameters=[])
    assert caught.value.column == 4
    with pytest.raises(FormulaError, match="a parameter is a single letter"):
        parse("rate x")


@pytest.mark.parametrize(
    "name",
    ["x", "y", "n", "e", "pi", "sin", "x3", "and", "where", "2a", "", "a b", "__import__", "a" * 9 + "-"],
)
def test_names_that_cannot_be_parameters(name: str) -> None:
    with pytest.raises(FormulaError, match="cannot name a parameter"):
        parse("x", parameters=[name])


def test_moving_a_parameter_changes_no_graph() -> None:
    formula = parse("a x^2")
    assert formula.value((2.0,), [3.0]) == 12.0
    assert formula.value((2.0,), [5.0]) == 20.0
    assert parse("b x^2").digest == formula.digest


def test_formula_is_a_frozen_value() -> None:
    formula = parse("x^2 + a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        formula.text = "y"
    assert formula == parse("x^2 + a")
    assert len({formula, parse("x^2 + a"), parse("x^2 + b")}) == 2
    again = pickle.loads(pickle.dumps(formula))  # noqa: S301 (its own bytes)
    assert isinstance(again, Formula)
    assert again.digest == formula.digest


def test_digest_is_stable() -> None:
    # Another number here means that compiled code kept by users is made anew: raise _GENERATION with it.
    assert parse("(x^2+y-11)^2 + (x+y^2-7)^2").digest == "3945c86c933046a99e69489d3c5a219c"


def test_error_travels_with_its_column() -> None:
    with pytest.raises(FormulaError) as caught:
        parse("x + ")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 (its own bytes)
    assert (str(again), again.column) == (str(caught.value), 2)


def test_not_a_text() -> None:
    with pytest.raises(TypeError, match="not bytes"):
        parse(b"x")
    with pytest.raises(TypeError, match="not one str"):
        parse("x", parameters="ab")


_MODULES = (
    "errors tokens names complaints tree parser graph lower derive numpy_picture "
    "source mathematics model walk"
).split()


@pytest.mark.parametrize("name", ["", *("." + module for module in _MODULES)])
def test_examples_in_docstrings(name: str) -> None:
    module = importlib.import_module("minima_core.formula" + name)
    assert doctest.testmod(module).failed == 0


def test_import_is_light(tmp_path) -> None:
    code = (
        "import sys, time, types\n"
        "alone = sys.modules['minima_core'] = types.ModuleType('minima_core')\n"
        f"alone.__path__ = [{str(Path(minima_core.__file__).parent)!r}]\n"
        "start = time.perf_counter()\n"
        "import numpy\n"
        "between = time.perf_counter()\n"
        "import minima_core.formula\n"
        "ratio = (time.perf_counter() - between) / (between - start)\n"
        "print(ratio, 'numba' in sys.modules, 'scipy' in sys.modules)\n"
    )
    # Installed programs keep their bytecode; so does this one, after its first start.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(tmp_path)
    fields = []
    for _ in range(4):
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
        )
        fields.append(run.stdout.split())
    assert all(field[1:] == ["False", "False"] for field in fields)
    assert min(float(field[0]) for field in fields[1:]) < 0.3  # of the time numpy takes
