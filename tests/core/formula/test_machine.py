"""Machine code written from the graph does what the generated source says, bit for bit, in every lane."""

from __future__ import annotations

import ctypes
import math
from types import SimpleNamespace

import numpy as np
import pytest

from minima_core.compiled.assembler import assembled, libm
from minima_core.compiled.objective import FormulaKernels
from minima_core.formula import Formula, elementary, machine, parse

OWN = ("sin", "cos", "exp", "log", "tanh", "hypot")
ODD = np.array(
    [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 1e-320, 1e300, -1e300, 1e9, math.pi, np.inf, -np.inf, np.nan]
)

POINTER, WHOLE = ctypes.c_void_p, ctypes.c_int64


class Faces:
    """All faces of a formula in machine code, as functions of numpy arrays."""

    def __init__(self, formula: Formula, context=()) -> None:
        self.n, self.c = formula.dimension, np.array(context, dtype=np.float64)
        self._formula, self._made = formula, []

    def _call(self, face, result, *kinds):
        made = self._formula.assembly(face, libm)
        code = assembled(made.text, made.entry)
        self._made.append(code)
        self.scratch_rows = made.scratch_rows
        return ctypes.CFUNCTYPE(result, *kinds)(code.address)

    def value(self):
        call = self._call("value", ctypes.c_double, POINTER, POINTER)
        return lambda p: call(p.ctypes.data, self.c.ctypes.data)

    def value_gradient(self):
        call = self._call("value_gradient", ctypes.c_double, POINTER, POINTER, POINTER)

        def value_gradient(p):
            g = np.full(self.n, 99.0)
            return call(p.ctypes.data, self.c.ctypes.data, g.ctypes.data), g

        return value_gradient

    def hessian(self):
        call = self._call("hessian", None, POINTER, POINTER, POINTER)

        def hessian(p):
            h = np.full(self.n**2, 99.0)
            call(p.ctypes.data, self.c.ctypes.data, h.ctypes.data)
            return h

        return hessian

    def tile(self, face="tile"):
        call = self._call(face, WHOLE, POINTER, POINTER, POINTER, POINTER, WHOLE)

        def tile(points):
            f, g = np.full(points.shape[1], 99.0), np.full(points.shape, 99.0)
            bad = call(points.ctypes.data, self.c.ctypes.data, f.ctypes.data, g.ctypes.data, points.shape[1])
            return f, g, bad

        return tile

    def grid(self):
        call = self._call("grid", None, *[POINTER] * 5, WHOLE, WHOLE)

        def grid(x, y):
            out, scratch = np.full((len(y), len(x)), 99.0), np.empty((max(self.scratch_rows, 1), len(x)))
            arrays = (x, y, self.c, out, scratch)
            call(*[each.ctypes.data for each in arrays], len(x), len(y))
            return out

        return grid


def reference(formula: Formula) -> SimpleNamespace:
    """Return the generated source as plain Python, with the reference of the elementary functions."""
    names: dict[str, object] = {}
    exec(formula.source(), names)  # noqa: S102 (running the generated code is what is tested)
    words = {name: each for name, each in vars(math).items() if not name.startswith("_")}
    names["math"] = SimpleNamespace(**{**words, **{name: getattr(elementary, name) for name in OWN}})
    return SimpleNamespace(**names)


def test_every_face_is_the_source_bit_for_bit(sample, context_of) -> None:
    text, n, box = sample
    formula = parse(text, dimension=n)
    faces, plain = Faces(formula, context_of(formula)), reference(formula)
    points = np.ascontiguousarray(np.random.default_rng(7).uniform(*box, (n, 24)))
    value, value_gradient, hessian = faces.value(), faces.value_gradient(), faces.hessian()
    f, g, bad = faces.tile()(points)
    only, untouched, _ = faces.tile("tile_value")(points)
    assert bad == 0
    assert np.array_equal(f, only)
    assert (untouched == 99.0).all()
    c = faces.c.tolist()
    for lane, p in enumerate(np.ascontiguousarray(points.T)):
        slopes, bends = [0.0] * n, [0.0] * n * n
        expected = plain.value_gradient(p.tolist(), c, slopes)
        plain.hessian(p.tolist(), c, bends)
        assert value(p) == expected == f[lane]
        again, gradient = value_gradient(p)
        assert again == expected
        assert gradient.tolist() == slopes == g[:, lane].tolist()
        assert hessian(p).tolist() == bends


@pytest.mark.parametrize(
    "name", ["himmelblau", "ackley", "pieces", "steps", "parameters", "cross-in-tray", "kinks"]
)
def test_a_picture_is_the_tiles_bit_for_bit(name, samples, context_of) -> None:
    text, n, box = samples[name]
    faces = Faces(parse(text, dimension=n), context_of(parse(text, dimension=n)))
    x, y = np.linspace(*box, 40), np.linspace(*box, 9)
    grid = np.ascontiguousarray([each.ravel() for each in np.meshgrid(x, y)])
    expected = faces.tile("tile_value")(grid)[0].reshape(9, 40)
    assert np.array_equal(faces.grid()(x, y), expected)


@pytest.mark.parametrize("text", ["3", "x", "y", "cos(x)", "x^2 - 1", "sin(y)", "where(x < 0, y, x)"])
def test_pictures_of_one_variable_or_none(text) -> None:
    formula = parse(text, dimension=2)
    x, y = np.linspace(-2, 2, 16), np.linspace(-1, 3, 5)
    np.testing.assert_allclose(
        Faces(formula).grid()(x, y), formula.value_on([x[None, :], y[:, None]]), atol=1e-15
    )


@pytest.mark.parametrize("text", [
    "log x + sqrt(x-1) + log10(x) + log2 x + log1p(2x)", "1/x + 1/x^3 + x/y", "x^y + x^-1.5 + x^0.3",
    "asin(5x) + acos(5x) + acosh(x) + atanh(9x)", "exp(900x) + sinh(900x) + cosh(900x) + expm1(900x)",
    "floor(1e300x) + ceil(1e20x)", "tan x + atan2(x, y) + hypot(x, y) + cbrt x",
    "min(log x, y) + max(y, log x)", "sigmoid(-900x) + softplus(900x) + relu(log x)",
    "where(log x < 0, 1, 2) + |log x|", "sin x + cos y + tanh(x y)",
])  # fmt: skip
def test_edges_are_those_of_numpy(text, same) -> None:
    formula = parse(text, dimension=2)
    points = np.ascontiguousarray([each.ravel() for each in np.meshgrid(ODD, ODD[:8])])
    f, g, bad = Faces(formula).tile()(points)
    with np.errstate(all="ignore"):
        values = formula.value_on(list(points))
        slopes = formula.gradient_on(list(points))
    assert all(same(a, b, 1e-12) for a, b in zip(f, values, strict=True))
    assert all(same(a, b, 1e-11) for a, b in zip(g.ravel(), slopes.ravel(), strict=True))
    assert (bad != 0) == (not np.isfinite(f).all())


def test_numbas_code_and_ours_are_the_same_bits() -> None:
    text = "sin(x) + cos(5y) + exp(x/3) + log(x^2+y^2) + tanh(x y) + hypot(x, y) + x^y + atan(y)"
    formula = parse(text, dimension=2)
    kernels = FormulaKernels.of(formula.digest, formula.source, formula.assembly)
    theirs = kernels.kernel("value_gradient").callable()
    ours, c = Faces(formula).value_gradient(), np.zeros(1)
    for p in np.random.default_rng(5).uniform(0.1, 9.0, (200, 2)):
        g = np.zeros(2)
        value = theirs(p.ctypes.data, c.ctypes.data, g.ctypes.data)
        assert (value, g.tolist()) == (ours(p)[0], ours(p)[1].tolist())


def test_a_parameter_is_read_when_it_runs() -> None:
    faces = Faces(parse("a x^2 + b"), (2.0, 1.0))
    tile, points = faces.tile(), np.full((1, 8), 3.0)
    assert tile(points)[0].tolist() == [19.0] * 8
    faces.c[:] = (10.0, -1.0)
    assert tile(points)[0].tolist() == [89.0] * 8


def test_an_unknown_face_is_refused() -> None:
    with pytest.raises(ValueError, match="no face “grid”"):
        machine.assembly(*_of("x^2"), "grid", libm)


def _of(text):
    formula = parse(text)
    return formula.graph, formula.root, formula.dimension


# -- accuracy ------------------------------------------------------------------------------------------------

EXTENDED = np.finfo(np.longdouble).nmant >= 63
RANGES = {
    "sin": ((-100.0, 100.0), (-1.5e6, 1.5e6), (-1e-3, 1e-3)),
    "cos": ((-100.0, 100.0), (-1.5e6, 1.5e6)),
    "exp": ((-700.0, 709.0), (-1.0, 1.0)),
    "log": ((1e-9, 1e9), (0.5, 2.0), (0.99, 1.01)),
    "tanh": ((-6.0, 6.0), (-0.3, 0.3)),
}
ULP = {"sin": 1.0, "cos": 1.0, "exp": 1.0, "log": 1.0, "tanh": 3.0}


def register_function(name):
    """Return an elementary function in machine code, on arrays of a multiple of eight."""
    tile = Faces(parse(f"{name}(x)", dimension=1)).tile("tile_value")
    return lambda x: tile(x[None, :].copy())[0]


@pytest.mark.skipif(not EXTENDED, reason="needs numbers with more than 53 bits")
@pytest.mark.parametrize("name", RANGES)
def test_elementary_functions_are_accurate(name) -> None:
    function = register_function(name)
    for low, high in RANGES[name]:
        x = np.random.default_rng(1).uniform(low, high, 80_000)
        exact = getattr(np, name)(x.astype(np.longdouble))
        error = np.abs(function(x).astype(np.longdouble) - exact)
        assert float(np.max(error / np.spacing(np.abs(exact).astype(np.float64)))) < ULP[name]


@pytest.mark.skipif(not EXTENDED, reason="needs numbers with more than 53 bits")
def test_hypot_is_accurate() -> None:
    points = np.random.default_rng(2).normal(size=(2, 80_000)) * 10.0 ** np.random.default_rng(3).uniform(
        -150, 150, 80_000
    )
    exact = np.hypot(*points.astype(np.longdouble))
    ours = Faces(parse("hypot(x, y)")).tile("tile_value")(points)[0]
    assert float(np.max(np.abs(ours - exact) / np.spacing(exact.astype(np.float64)))) < 2.0


@pytest.mark.parametrize("name", ["sin", "cos", "exp", "log", "tanh"])
def test_numbers_far_out_and_odd_ones(name) -> None:
    x = np.concatenate(
        [ODD, -ODD, [5e-324, 2.3e-308, -745.2, -744.9, -708.6, 709.78, 709.79, 1.7e6, -3e15, 2e22]]
    )
    x = np.resize(x, 48)
    with np.errstate(all="ignore"):
        expected = getattr(np, name)(x)
    ours = register_function(name)(x)
    np.testing.assert_allclose(ours, expected, rtol=5e-16, atol=5e-324)
    assert np.array_equal(np.signbit(ours[~np.isnan(ours)]), np.signbit(expected[~np.isnan(ours)]))


@pytest.mark.parametrize("name", ["sin", "cos", "exp", "log", "tanh"])
def test_the_reference_in_python_is_the_machine_code(name) -> None:
    x = np.concatenate([np.resize(ODD, 16), np.random.default_rng(4).normal(size=496) * 30.0])
    with np.errstate(all="ignore"):
        plain = np.array([getattr(elementary, name)(float(each)) for each in x])
    np.testing.assert_array_equal(register_function(name)(x), plain)
