"""Generated source, compiled by numba, agrees with the numpy reference and never raises."""

from __future__ import annotations

import ast
import math
import re
from types import SimpleNamespace

import numba
import numpy as np
import pytest

from minima_core.formula import Formula, parse

# Every operation of the graph appears in one of these; compiling all samples would take a minute.
_COMPILED = [
    "himmelblau",
    "rosenbrock-4",
    "griewank-3",
    "ackley",
    "parameters",
    "power-of-variable",
    "powers",
    "kinks",
    "pieces",
    "steps",
    "relu",
    "trigonometry",
    "arcs",
    "hyperbolic",
    "area",
    "logs",
    "cone",
]


def _functions(source: str, *, compiled: bool) -> SimpleNamespace:
    names: dict[str, object] = {}
    exec(source, names)  # noqa: S102 (running the generated code is what is tested)
    wanted = [name for name in ("value", "value_gradient", "hessian") if name in names]
    make = numba.njit(error_model="numpy") if compiled else (lambda function: function)
    return SimpleNamespace(**{name: make(names[name]) for name in wanted})


def _compare(
    formula: Formula, functions: SimpleNamespace, p: np.ndarray, context, same, relative: float
) -> None:
    n = formula.dimension
    c = np.array(context, dtype=np.float64)
    g, h = np.full(n, 99.0), np.full(n * n, 99.0)
    value = functions.value(p, c)
    again = functions.value_gradient(p, c, g)
    functions.hessian(p, c, h)
    assert value == again or (math.isnan(value) and math.isnan(again))
    assert same(value, formula.value(p, context), relative)
    gradient, hessian = formula.gradient(p, context), formula.hessian(p, context)
    scale = max(1.0, float(np.abs(hessian[np.isfinite(hessian)]).max(initial=0.0)))
    assert all(same(a, b, relative * scale) for a, b in zip(g, gradient, strict=True)), (g, gradient)
    assert all(same(a, b, relative * scale) for a, b in zip(h, hessian.ravel(), strict=True)), (h, hessian)


@pytest.mark.parametrize("name", _COMPILED)
def test_compiled_agrees(name: str, samples, context_of, same) -> None:
    text, dimension, box = samples[name]
    formula = parse(text, dimension=dimension)
    functions = _functions(formula.source(), compiled=True)
    for p in np.random.default_rng(3).uniform(*box, (20, dimension)):
        _compare(formula, functions, p, context_of(formula), same, 1e-13)


def test_all_samples_agree_as_plain_python(sample, context_of, same) -> None:
    text, dimension, box = sample
    formula = parse(text, dimension=dimension)
    functions = _functions(formula.source(), compiled=False)
    for p in np.random.default_rng(4).uniform(*box, (5, dimension)):
        _compare(formula, functions, p, context_of(formula), same, 1e-13)


_EDGES = (
    "log x + sqrt(x-1) + log10(x) + log2 x + log1p(2x)",
    "1/x + 1/x^3 + x/y",
    "x^y + x^-1.5 + x^0.3",
    "asin(5x) + acos(5x) + acosh(x) + atanh(9x)",
    "exp(900x) + sinh(900x) + cosh(900x) + expm1(900x)",
    "floor(1e300x) + ceil(1e20x)",
    "tan x + atan2(x, y) + hypot(x, y) + cbrt x",
    "min(log x, y) + max(y, log x)",
    "sigmoid(-900x) + softplus(900x) + relu(log x)",
    "where(log x < 0, 1, 2) + |log x|",
    "sign(log x) + floor(log x) + x^3000",
)


@pytest.mark.parametrize("text", _EDGES)
def test_edges_give_nan_or_infinity_as_numpy_does(text: str, same) -> None:
    formula = parse(text, dimension=2)
    functions = _functions(formula.source(hessian=False), compiled=True)
    c, g = np.zeros(0), np.zeros(2)
    for p in np.array(
        [(-1.0, 0.5), (0.0, 0.0), (2.0, -1.0), (0.0, -1.0), (np.nan, 1.0), (np.inf, 1.0), (-3.0, 0.0)]
    ):
        value = functions.value(p, c)
        assert same(value, formula.value(p), 1e-12), (p, value, formula.value(p))
        assert functions.value_gradient(p, c, g) == value or math.isnan(value)
        expected = formula.gradient(p)
        assert all(same(a, b, 1e-12) for a, b in zip(g, expected, strict=True)), (p, g, expected)


def _statuses(text: str, error_model: str) -> set[str]:
    """Return what the compiled ``value`` may give back as its status: 0 alone, if it can never raise."""
    names: dict[str, object] = {}
    exec(parse(text, dimension=2).source(hessian=False), names)  # noqa: S102 (as above)
    value = numba.njit(error_model=error_model)(names["value"])
    value(np.ones(2), np.zeros(0))
    (code,) = value.inspect_llvm().values()
    body = code.split("define ")[1].split("\n}")[0]
    return set(re.findall(r"ret i32 \S+", body))


def test_no_exception_path_is_compiled() -> None:
    assert _statuses(" + ".join(f"({edge})" for edge in _EDGES), "numpy") == {"ret i32 0"}
    assert _statuses("1/x", "python") != {"ret i32 0"}


def test_works_on_pointers() -> None:
    formula = parse("a x^2 + y^3")
    functions = _functions(formula.source(), compiled=True)
    signature = numba.types.float64(*[numba.types.CPointer(numba.types.float64)] * 3)
    inner = functions.value_gradient

    def through(p, c, g):
        return inner(p, c, g)

    face = numba.cfunc(signature, error_model="numpy")(through)
    p, c, g = np.array([2.0, 3.0]), np.array([5.0]), np.zeros(2)
    double = np.ctypeslib.as_ctypes
    assert face.ctypes(double(p), double(c), double(g)) == 47.0
    assert g.tolist() == [20.0, 27.0]


def test_source_is_plain_straight_line_code(sample) -> None:
    text, dimension, _ = sample
    tree = ast.parse(parse(text, dimension=dimension).source())
    allowed = (
        ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Assign, ast.Return, ast.Expr, ast.Import,
        ast.alias, ast.Name, ast.Load, ast.Store, ast.Constant, ast.BinOp, ast.UnaryOp, ast.Add, ast.Sub,
        ast.Mult, ast.Div, ast.USub, ast.Not, ast.BoolOp, ast.And, ast.Or, ast.IfExp, ast.Compare, ast.Lt,
        ast.LtE, ast.Gt, ast.NotEq, ast.Call, ast.Attribute, ast.Subscript,
    )  # fmt: skip
    for node in ast.walk(tree):
        assert isinstance(node, allowed), ast.dump(node)
        if isinstance(node, ast.Attribute):
            assert isinstance(node.value, ast.Name) and node.value.id == "math"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id == "float"


def test_himmelblau_costs_no_more_than_by_hand() -> None:
    source = parse("(x^2+y-11)^2 + (x+y^2-7)^2").source(hessian=False)
    gradient = next(f for f in ast.parse(source).body if getattr(f, "name", "") == "value_gradient")
    multiplications = sum(isinstance(node, ast.Mult) for node in ast.walk(gradient))
    additions = sum(isinstance(node, ast.Add | ast.Sub) for node in ast.walk(gradient))
    assert multiplications <= 10
    assert additions <= 7


def test_same_text_of_source_for_the_same_digest() -> None:
    one, two = parse("x^2 + 2 x*y"), parse("x² +2x·y")
    assert one.digest == two.digest
    assert one.source() == two.source()
    assert parse("x^2 + 3x y").digest != one.digest
    assert parse("x^2 + 2x y", dimension=3).digest != one.digest
