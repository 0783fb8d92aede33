r"""LaTeX that means the formula: read back by a small reader of its own, it gives the same values.

The reader knows what TeX’s readers know: products by juxtaposition, \frac, \sqrt, \left…\right, sums, cases.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable

import numpy as np
import pytest

from minima_core import document as doc
from minima_core import landscape, landscape_names
from minima_core.document import Place
from minima_core.formula import parse
from minima_core.landscapes.changes import Changes
from minima_core.landscapes.wells import Drawn, Well
from minima_desktop.export.latex import latex_of

Meaning = Callable[[dict[str, float]], float]

TOKEN = re.compile(
    r"\s*(\\(?:left|right)(?:\\[lr](?:floor|ceil)|[()|])|\\begin\{cases\}|\\end\{cases\}|\\text\{[^}]*\}"
    r"|\\operatorname\{\w+\}|\\mathrm\{\w+\}|\\\\|\\[a-zA-Z]+|\d+(?:\.\d+)?|[a-zA-Z]|[-+^_{}<>=,&\[\]])"
)
FUNCTIONS: dict[str, Callable[..., float]] = {
    "\\" + name: getattr(math, name) for name in "sin cos tan sinh cosh tanh exp".split()
} | {"\\ln": math.log, "\\arctan": math.atan, "\\min": min, "\\max": max}
COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    r"\le": operator.le,
    r"\ge": operator.ge,
}


class Reader:
    """Reads an expression in LaTeX, from the loosest signs to the tightest."""

    def __init__(self, text: str) -> None:
        self.tokens = TOKEN.findall(text)
        assert "".join(text.split()) == "".join("".join(self.tokens).split())
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.peek()
        assert token and token == (wanted or token), (token, wanted, self.tokens[self.at :][:8])
        self.at += 1
        return token

    def group(self) -> Meaning:
        self.take("{")
        inner = self.sums()
        self.take("}")
        return inner

    def sums(self) -> Meaning:
        terms = [(1.0, self.product())] if self.peek() != "-" else []
        while self.peek() in {"+", "-"}:
            terms.append((-1.0 if self.take() == "-" else 1.0, self.product()))
        return lambda v: math.fsum(sign * term(v) for sign, term in terms)

    def product(self) -> Meaning:
        factors = [self.power()]
        while self.peek() == r"\cdot" or self.begins():
            if self.peek() == r"\cdot":
                self.take()
            factors.append(self.power())
        return lambda v: math.prod(factor(v) for factor in factors)

    def begins(self) -> bool:
        token = self.peek()
        ends = (r"\right", r"\text", r"\end", r"\\", r"\le", r"\ge")
        return (
            bool(token)
            and token not in "-+^_{}<>=,&[]"
            and (token.startswith(r"\left") or not token.startswith(ends))
        )

    def power(self) -> Meaning:
        base = self.base()
        if self.peek() != "^":
            return base
        self.take()
        exponent = self.group()
        return lambda v: base(v) ** exponent(v)

    def base(self) -> Meaning:
        token = self.take()
        if token[0].isdigit():
            return lambda v: float(token)
        if token == r"\frac":
            above, below = self.group(), self.group()
            return lambda v: above(v) / below(v)
        if token == r"\sqrt":
            inner = self.group()
            return lambda v: math.sqrt(inner(v))
        if token.startswith(r"\left"):
            inner = self.sums()
            self.take()
            how = {r"\left|": abs, r"\left\lfloor": math.floor, r"\left\lceil": math.ceil}.get(token, float)
            return lambda v: how(inner(v))
        if token == r"\sum":
            return self.series()
        if token == r"\begin{cases}":
            return self.cases()
        if token in FUNCTIONS:
            self.take(r"\left(")
            arguments = [self.sums()]
            while self.peek() == ",":
                self.take()
                arguments.append(self.sums())
            self.take(r"\right)")
            return lambda v: FUNCTIONS[token](*(each(v) for each in arguments))
        return self.named(token)

    def named(self, token: str) -> Meaning:
        name = token
        if self.peek() == "_":
            self.take()
            self.take("{")
            while self.peek() != "}":
                name += self.take()
            self.take("}")
        return lambda v: {"e": math.e, r"\pi": math.pi, **v}[name]

    def series(self) -> Meaning:
        self.take("_")
        self.take("{")
        name = self.take()
        self.take("=")
        first = self.sums()
        self.take("}")
        self.take("^")
        last = self.group()
        body = self.product()
        return lambda v: math.fsum(
            body({**v, name: float(k)}) for k in range(int(first(v)), int(last(v)) + 1)
        )

    def cases(self) -> Meaning:
        chosen = self.sums()
        self.take("&")
        assert self.take().startswith(r"\text{if")
        left, sign, right = self.sums(), self.take(), self.sums()
        self.take(r"\\")
        otherwise = self.sums()
        self.take("&")
        self.take(r"\text{otherwise}")
        self.take(r"\end{cases}")
        return lambda v: chosen(v) if COMPARED[sign](left(v), right(v)) else otherwise(v)


def meaning_of(latex: str, dimension: int) -> Callable[[tuple[float, ...]], float]:
    r"""What an equation such as ``f(x, y) = a x, \quad a = 2`` says."""
    head, _, rest = latex.partition(" = ")
    assert head == ("f(x)" if dimension == 1 else "f(x, y)")
    body, *told = rest.split(r", \quad ")
    numbers = {name: Reader(value).sums()({}) for name, _, value in (each.partition(" = ") for each in told)}
    reader = Reader(body)
    meaning = reader.sums()
    assert reader.peek() == ""
    return lambda point: meaning({**numbers, **dict(zip("xy", point, strict=False))})


def same(place: Place) -> None:
    """Compare LaTeX and landscape at some points of the region."""
    land = place.landscape_of()
    f = meaning_of(latex_of(place), land.dimension)
    for point in np.random.default_rng(0).uniform(land.lower, land.upper, (12, land.dimension)):
        np.testing.assert_allclose(f(tuple(point.tolist())), land.value(point), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", [name for name in landscape_names() if landscape(name).examples is None])
def test_the_landscapes_of_the_catalogue(name: str) -> None:
    same(doc.place_of(name))


BOX = {"lower": (-1.5, -1.0), "upper": (2.0, 1.5)}
TYPED = [
    "-x^2 - -y", "-(x + y)^2 / (1 + x^2)", "x - (y - (x - 1))", "2^-x * 3^(y+1)", "x / (y + 3) / 2",
    "(x/3)^2 y",
    "2 * 3 x - -2 y", "-2x^2 * -3y", "sum(i, 1, 4, i x + y) - y", "sum(i, 1, 3, i x) y", "|x - |y||^3",
    "a x^2 + b |y|", "exp(-x)^2 exp(y^2)", "sqrt(|x|)^3 + 1e-7 x", "min(x, y) max(x, -y, 0.5)",
    "where(x < y, x^2, -(x + y))", "e^(x y) + pi x", "ln(5 + x) sin(x)^2", "1/(2x + 7)^2 + x/2y",
]  # fmt: skip


@pytest.mark.parametrize("text", TYPED)
def test_typed_formulas(text: str) -> None:
    names = parse(text, dimension=2).parameters
    numbers = dict(zip(names, (-1.25, 3e-7), strict=False))
    same(Place(landscape=None, formula=text, parameters=numbers, **BOX))


@pytest.mark.parametrize(
    "drawn",
    [
        Drawn(),
        Drawn((Well(0.5, 0.0, 0.4, 1.0), Well(-1.0, 0.1, 0.3, -0.5)), bowl=0.2, middle=(0.1, 0.0)),
        Drawn((Well(0.0, -0.5, 2.0, -1.0), Well(0.0, 0.0, 1.0, 2.5)), bowl=0.0),
        Drawn((Well(0.3, 0.2, 1.5, 1e-7),), bowl=-0.5, middle=(-1.0, 2.0)),
    ],
)
@pytest.mark.parametrize("dimension", [1, 2])
def test_drawings(drawn: Drawn, dimension: int) -> None:
    same(Place(None, None, drawn=drawn, **{key: value[:dimension] for key, value in BOX.items()}))


def test_penalties_are_part_of_it() -> None:
    place = Place(None, "x^2 + y", changes=Changes(l1=0.5, tilt=(0.25, 0.0)), **BOX)
    same(place)
