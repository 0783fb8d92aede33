"""Sample formulas for these tests: landscapes from the literature, and every operation."""

from __future__ import annotations

import math

import pytest

# text, dimension, and a box (the same side for each variable) on which the formula is defined
SAMPLES: dict[str, tuple[str, int, tuple[float, float]]] = {
    "himmelblau": ("(x^2+y-11)^2 + (x+y^2-7)^2", 2, (-6, 6)),
    "rosenbrock": ("(1-x)^2 + 100(y-x^2)^2", 2, (-2, 2)),
    "rosenbrock-4": ("sum(i, 1, n-1, 100(x[i+1]-xi²)² + (1-xᵢ)²)", 4, (-2, 2)),
    "rastrigin-5": ("10n + sum(i, 1, n, x[i]^2 - 10cos(2pi x[i]))", 5, (-5, 5)),
    "griewank-3": ("sum(i,1,n,x[i]^2)/4000 - prod(i,1,n,cos(x[i]/√i)) + 1", 3, (-9, 9)),
    "ackley": ("-20exp(-0.2sqrt(0.5(x²+y²))) - exp(0.5(cos 2πx + cos 2πy)) + e + 20", 2, (-4, 4)),
    "beale": ("(1.5-x+x y)^2 + (2.25-x+x y^2)^2 + (2.625-x+x y^3)^2", 2, (-2, 2)),
    "goldstein-price": (
        "(1+(x+y+1)^2(19-14x+3x^2-14y+6x y+3y^2))(30+(2x-3y)^2(18-32x+12x^2+48y-36x y+27y^2))",
        2,
        (-2, 2),
    ),
    "camel-6": ("(4-2.1x^2+x^4/3)x^2 + x y + (-4+4y^2)y^2", 2, (-2, 2)),
    "camel-3": ("2x^2-1.05x^4+x^6/6+x y+y^2", 2, (-2, 2)),
    "styblinski": ("sum(i,1,n,x[i]^4-16x[i]^2+5x[i])/2", 2, (-5, 5)),
    "branin": ("(y-5.1/(4π²) x²+5/π x-6)² + 10(1-1/(8π)) cos x + 10", 2, (-5, 9)),
    "easom": ("-cos x cos y exp(-((x-pi)^2+(y-pi)^2))", 2, (1, 5)),
    "levy-13": ("sin^2(3πx) + (x-1)^2(1+sin²(3πy)) + (y-1)^2(1+sin²(2πy))", 2, (-4, 4)),
    "holder": ("-|sin x cos y exp|1-sqrt(x²+y²)/π||", 2, (1, 4)),
    "eggholder": ("-(y+47)sin(√|x/2+y+47|) - x sin(√|x-(y+47)|)", 2, (-30, 30)),
    "bukin": ("100√|y-0.01x²| + 0.01|x+10|", 2, (1, 3)),
    "schwefel": ("418.9829n - sum(i,1,n,xi sin √|xi|)", 3, (1, 90)),
    "cross-in-tray": ("-0.0001(|sin x sin y exp|100-√(x²+y²)/π||+1)^0.1", 2, (0.5, 2.5)),
    "two-wells": ("x⁴ - 2x² + 0.5x", 1, (-2, 2)),
    "cubic": ("x³", 1, (-2, 2)),
    "parabola": ("x^2-2x+1", 1, (-2, 2)),
    "parameters": ("a x^2 + b sin(c y) + λ|x|", 2, (0.1, 2)),
    "power-of-parameter": ("x^a + a^y", 2, (0.5, 2)),
    "power-of-variable": ("x^y + y^x + 2^x", 2, (0.5, 2)),
    "powers": ("x^7 + y^-3 + x^0.5 + y^1.5 + x^-0.5 + x^-2.5 + cbrt x", 2, (0.5, 2)),
    "kinks": ("abs(x) + sign(y) x + max(x, y) + min(x y, 1, x+y)", 2, (0.1, 0.9)),
    "pieces": ("where(x < y and x > 0, x^2, where(x < 0 or not y > 0, sin y, y^3 x))", 2, (-2, 2)),
    "steps": ("floor(3x) x + ceil(2y) y + round(x)", 2, (0.02, 0.3)),
    "relu": ("relu(x-y) + softplus(x y) + sigmoid(x+y)", 2, (-2, 2)),
    "trigonometry": ("tan(x/3) + sec(y/3) + csc x + cot y", 2, (0.3, 1.2)),
    "arcs": ("asin(x/3) + acos(y/3) + atan(x y) + atan2(y, x)", 2, (0.3, 2)),
    "hyperbolic": ("sinh x + cosh y + tanh(x y)", 2, (-2, 2)),
    "area": ("asinh x + acosh(y+2) + atanh(x/3)", 2, (-0.9, 2)),
    "logs": ("ln x + log10 y + log2(x y) + log1p x + expm1 y", 2, (0.5, 3)),
    "cone": ("√(x²+y²) + hypot(x, 2y)", 2, (0.2, 2)),
    "quotients": ("(x-y)/(x²+y²+1) - 1/x/y", 2, (0.5, 2)),
    "bowl-of-bars": ("||x|-|y|| + |x-1|y", 2, (0.1, 0.9)),
    "gaussians": ("-exp(-(x-1)²-y²) - 2exp(-((x+1)²+(y-1)²)/2)", 2, (-2, 2)),
    "constant": ("2π", 1, (-1, 1)),
}
CONTEXT = (1.25, 0.5, 2.0, 0.75)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for ``sample`` on all of them."""
    if "sample" in metafunc.fixturenames:
        metafunc.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())


@pytest.fixture
def samples() -> dict[str, tuple[str, int, tuple[float, float]]]:
    """All samples."""
    return SAMPLES


@pytest.fixture
def context_of():
    """Values for the parameters of a formula."""
    return lambda formula: CONTEXT[: len(formula.parameters)]


@pytest.fixture
def same():
    """Whether two numbers agree, nan and infinities included."""

    def same(a: float, b: float, relative: float) -> bool:
        if not (math.isfinite(a) and math.isfinite(b)):
            return a == b or (math.isnan(a) and math.isnan(b))
        return abs(a - b) <= relative * max(1.0, abs(a), abs(b))

    return same
