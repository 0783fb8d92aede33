"""Landscapes of learning: the loss of a small model on real data, over its two weights.

The landscape is the mean over all examples; the loss of one example is a formula of its own, whose context is
a row of the data, so that mini-batches are real: their gradient is the mean over the examples drawn. Data,
families and minima stand in ``learning.toml``.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import minima_resources
from minima_core.landscapes.examples import DATA, Examples, Learning
from minima_core.landscapes.landscape import Display, Landscape

if TYPE_CHECKING:
    from minima_core.formula import Formula
    from minima_core.formula.graph import Graph

__all__ = ["Examples", "Learning", "learning_groups", "learning_landscape", "learning_names"]

# -- the catalogue -------------------------------------------------------------------------------------------


@functools.cache
def _file() -> dict[str, Any]:
    return tomllib.loads(minima_resources.text("learning.toml"))


@functools.cache
def learning_names() -> tuple[str, ...]:
    """Return the names of the landscapes of learning, in their order; the data are not read for it."""
    return tuple(
        re.findall(r'(?m)^\[\[landscape\]\]\nname = "([^"]+)"$', minima_resources.text("learning.toml"))
    )


def learning_groups() -> tuple[tuple[str, str, str], ...]:
    """Return name, title and sentence of each chapter of theirs."""
    return tuple((each["name"], each["title"], each["sentence"]) for each in _file()["group"])


def learning_entry(name: str) -> dict[str, Any]:
    """Return what the file says about one of them."""
    return next(each for each in _file()["landscape"] if each["name"] == name)


@functools.cache
def learning_landscape(name: str) -> Landscape:
    """Return a landscape of learning by its name, one of `learning_names`.

    Examples
    --------
    >>> land = learning_landscape("linear-regression")
    >>> len(land.examples), land.predict((4.0, -2.0), 2.0).item(), land.variants[1]
    (50, 6.0, ('linear-regression-absolute', 'absolute'))
    """
    entry = learning_entry(name)
    family = next(each for each in _file()["family"] if each["name"] == entry["family"])
    model, loss = _MODELS[family["model"]], _LOSSES[entry["loss"]]
    examples = _examples(int(family["known"]))
    parameters = {key: float(each["value"]) for key, each in entry.get("parameters", {}).items()}
    siblings = [each for each in _file()["landscape"] if each["family"] == family["name"]]
    return Landscape(
        name, entry["lower"], entry["upper"],
        formula=_mean(model, loss, examples),
        parameters=parameters,
        minima=[each["x"] for each in entry["minima"]],
        minima_move=bool(entry.get("minima_move", False)),
        title=entry["title"],
        start=tuple(entry["start"]),
        sentence=entry["sentence"],
        teaches=entry["teaches"],
        tags=tuple(entry["tags"]),
        source=f"{entry['source']}. Data: {examples.source}.",
        display=Display(**entry["display"]),
        learning=Learning(
            examples,
            family["name"],
            tuple((each["name"], each["variant"]) for each in siblings),
            tuple(family["weights"]),
            _prediction(model),
            _single(model, loss),
        ),
    )  # fmt: skip


@functools.cache
def _examples(known: int) -> Examples:
    """Return the data with this column as what is known."""
    data = _file()["data"]
    order = (known, 1 - known)
    rows = np.array(data["rows"], dtype=np.float64)[:, order] / data["divided_by"]
    rows.flags.writeable = False
    names, units = ([data[key][k] for k in order] for key in ("names", "units"))
    return Examples(tuple(names), tuple(units), rows, data["title"], data["source"])


# -- models and losses ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Model:
    """A prediction, as a graph in two weights and u; in unicode and LaTeX with uₖ."""

    node: Callable[[Graph, int, int, int], int]
    line: str
    latex: str


@dataclass(frozen=True)
class _Loss:
    """The loss of a residual, as a graph; in unicode and LaTeX; and the names of its parameters."""

    node: Callable[[Graph, int, Sequence[int]], int]
    line: str
    latex: str
    parameters: tuple[str, ...] = ()


def _huber(g: Graph, residual: int, parameters: Sequence[int]) -> int:
    """Return c (r − c/2), with c the residual cut off at ±δ: r²/2 within, δ|r| − δ²/2 beyond."""
    delta = parameters[0]
    cut = g.make("max", g.make("neg", delta), g.make("min", delta, residual))
    return g.make("mul", cut, g.make("sub", residual, g.make("mul", g.const(0.5), cut)))


_MODELS = {
    "line": _Model(
        lambda g, x, y, u: g.make("add", g.make("mul", x, u), y), "(x·uₖ + y)", r"\left(x u_{k} + y\right)"
    ),
    "neuron": _Model(
        lambda g, x, y, u: g.make("mul", x, g.make("tanh", g.make("mul", y, u))),
        "x·tanh(y·uₖ)",
        r"x \tanh\left(y u_{k}\right)",
    ),
}
_LOSSES = {
    "squared": _Loss(lambda g, r, _p: g.integer_power(r, 2), "({})²", r"\left({}\right)^{{2}}"),
    "absolute": _Loss(lambda g, r, _p: g.make("abs", r), "|{}|", r"\left|{}\right|"),
    "huber": _Loss(_huber, "H({})", r"\operatorname{{H}}\left({}\right)", ("δ",)),
}


def _prediction(model: _Model) -> Formula:
    """Return the model as a formula in u."""
    from minima_core.formula import Formula
    from minima_core.formula.graph import Graph

    g = Graph()
    root = model.node(g, g.parameter(0), g.parameter(1), g.variable(0))
    return Formula.of_graph(g, root, 1, ("x", "y"), model.line.replace("ₖ", ""))


def _single(model: _Model, loss: _Loss) -> Formula:
    """Return the loss of one example, whose u and d are parameters."""
    from minima_core.formula import Formula
    from minima_core.formula.graph import Graph

    g, own = Graph(), len(loss.parameters)
    predicted = model.node(g, g.variable(0), g.variable(1), g.parameter(own))
    residual = g.make("sub", g.parameter(own + 1), predicted)
    root = loss.node(g, residual, [g.parameter(k) for k in range(own)])
    text = loss.line.format(f"d − {model.line}").replace("ₖ", "")
    return Formula.of_graph(g, root, 2, (*loss.parameters, *DATA), text)


def _mean(model: _Model, loss: _Loss, examples: Examples) -> Formula:
    """Return the mean loss over all examples, with the data as constants."""
    from minima_core.formula import Formula
    from minima_core.formula.graph import Graph

    g, m = Graph(), len(examples)
    x, y = g.variable(0), g.variable(1)
    if loss is _LOSSES["squared"]:
        root = (_bowl if model is _MODELS["line"] else _by_place)(g, model, examples)
    else:
        parameters = [g.parameter(k) for k in range(len(loss.parameters))]
        root = g.const(0.0)
        for u, d in examples.data.tolist():
            residual = g.make("sub", g.const(d), model.node(g, x, y, g.const(u)))
            root = g.make("add", root, loss.node(g, residual, parameters))
        root = g.make("div", root, g.const(float(m)))
    line = f"Σ {loss.line.format(f'dₖ − {model.line}')}/{m}"
    latex = rf"\frac{{1}}{{{m}}} \sum_{{k=1}}^{{{m}}} {loss.latex.format(f'd_{{k}} - {model.latex}')}"
    return Formula.of_graph(g, root, 2, loss.parameters, line, latex=latex)


def _bowl(g: Graph, _model: _Model, examples: Examples) -> int:
    """Return the mean square of d − (x u + y) as what it is: a quadratic form about its lowest point.

    With p = x − x*, q = y − y*, it is ū² p² + 2ū p q + q² and the least mean square, ū and ū² the means of u
    and u²; (x*, y*) solves the normal equations, here in fractions.
    """
    from fractions import Fraction

    rows = [(Fraction(repr(u)), Fraction(repr(d))) for u, d in examples.data.tolist()]
    m = len(rows)
    u, d = sum(a for a, _ in rows) / Fraction(m), sum(b for _, b in rows) / Fraction(m)
    uu, ud = sum(a * a for a, _ in rows) / Fraction(m), sum(a * b for a, b in rows) / Fraction(m)
    slope = (ud - u * d) / (uu - u * u)
    intercept = d - slope * u
    least = sum((b - slope * a - intercept) ** 2 for a, b in rows) / m
    p = g.make("sub", g.variable(0), g.const(float(slope)))
    q = g.make("sub", g.variable(1), g.const(float(intercept)))
    # (q + ū p)² + (ū² − ū·ū) p²: a sum of squares, which intervals enclose well.
    along = g.make("add", q, g.make("mul", g.const(float(u)), p))
    across = g.make("mul", g.const(float(uu - u * u)), g.integer_power(p, 2))
    whole = g.make("add", g.integer_power(along, 2), across)
    return g.make("add", whole, g.const(float(least)))


def _by_place(g: Graph, model: _Model, examples: Examples) -> int:
    """Return the mean square of d − prediction, examples with the same u taken together.

    Σ (dₖ − p)² = n (p − d̄)² + Σ (dₖ − d̄)² over the n examples that share a prediction p.
    """
    from fractions import Fraction

    places: dict[float, list[Fraction]] = {}
    for u, d in examples.data.tolist():
        places.setdefault(u, []).append(Fraction(repr(d)))
    m, root, rest = len(examples), g.const(0.0), Fraction(0)
    for u, values in places.items():
        mean = sum(values) / Fraction(len(values))
        rest += sum((d - mean) ** 2 for d in values)
        off = g.make("sub", model.node(g, g.variable(0), g.variable(1), g.const(u)), g.const(float(mean)))
        square = g.make("mul", g.const(float(len(values))), g.integer_power(off, 2))
        root = g.make("add", root, square)
    return g.make("div", g.make("add", root, g.const(float(rest))), g.const(float(m)))
