"""What a person adds to a landscape: penalties, a tilt, smoothing with a Gaussian.

The changed landscape is a formula again: the numbers of the changes are parameters of it, so that a slider
compiles nothing. Only switching a kind of change on makes other code: smoothing, the L1 penalty (which brings
kinks), and the L2 penalty with the tilt.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from minima_core.landscapes.landscape import Landscape
from minima_core.landscapes.values import Changes
from minima_core.landscapes.wording import Wording

if TYPE_CHECKING:
    from minima_core.formula import Formula
    from minima_core.formula.graph import Graph
    from minima_core.formula.hoist import Hoisted

__all__ = ["Changes", "changed"]


def changed(land: Landscape, changes: Changes) -> Landscape:
    """Return a landscape with changes; itself where all of them are 0.

    Minima that are known no longer hold, so there are none; `with_parameters` and `with_region` change what
    lies below (σ is a share of the region’s diagonal). Smoothing is exact for polynomials, waves,
    exponentials, Gaussian wells and their products; the rest is averaged by a cubature, and `sentence` says
    with how many nodes.

    Raises
    ------
    ValueError
        With a sentence, where there is no formula to change, and for numbers that do not fit its variables.

    Examples
    --------
    >>> from minima_core.landscapes import formula
    >>> land = changed(formula("x^2 + y^2", (-1, -1), (1, 1)), Changes(l1=0.5, tilt=(1.0, 0.0)))
    >>> land.value((2.0, 1.0)), land.title
    (8.5, 'x² + y² + 0.5(|x| + |y|) + x')
    """
    n = land.dimension
    for what, given in (("point that penalties pull to", changes.towards), ("tilt", changes.tilt)):
        if given and len(given) != n:
            raise ValueError(f"The {what} needs one number for each variable: {n}, not {len(given)}.")
    if not changes:
        return land
    if land.formula is None:
        raise ValueError(f"{land.title} is a Python function: only what has a formula can be changed.")
    if land.below is not None:
        raise ValueError(f"{land.title} has been changed already; change the landscape below it.")
    kinds = _Kinds(changes.smoothing > 0.0, changes.l1 > 0.0, changes.l2 > 0.0 or any(changes.tilt))
    sigma = changes.smoothing * land.diagonal
    numbers = {**land.parameters, **land.added, **_numbers(changes, n, sigma)}
    code = _code(_Same(land.formula), kinds, 0)
    context = code.hoisted.context([numbers[name] for name in code.names])
    numbers |= zip(code.hoisted.formula.parameters, context.tolist(), strict=True)
    words = Wording(changes, n, sigma)
    learning = land.learning
    if learning is not None:  # the changes of a mean are the mean of the changes
        own = _code(_Same(learning.example), kinds, code.line)
        learning = learning.with_example(own.formula)
    below = land.formula
    return Landscape(
        land.name, land.lower, land.upper,
        formula=code.hoisted.formula.worded(
            words.line(below.text), words.line(below.unicode()), words.latex(below.latex())
        ),
        parameters=land.parameters,
        added=numbers,
        title=words.line(land.title),
        start=land.start,
        sentence=words.sentence(code.exact, code.degree, code.nodes),
        teaches=land.teaches,
        source=land.source,
        learning=learning,
        below=land,
        again=lambda other: changed(other, changes),
    )  # fmt: skip


class _Kinds(NamedTuple):
    """Which kinds of change there are: they decide the code."""

    smoothing: bool
    l1: bool
    plain: bool  # the L2 penalty and the tilt


class _Same:
    """A formula, equal to another one that computes the same with parameters of the same names."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self._key = formula.digest, formula.parameters

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


class _Code(NamedTuple):
    """A changed formula, whatever the numbers; and how it was smoothed."""

    formula: Formula
    names: tuple[str, ...]
    hoisted: Hoisted
    exact: bool = True
    degree: int = 0
    nodes: int = 0
    line: int = 0


def _numbers(changes: Changes, n: int, sigma: float) -> dict[str, float]:
    """Return the numbers that changes bring, by names that nobody can type."""
    towards, tilt = changes.towards or (0.0,) * n, changes.tilt or (0.0,) * n
    return {
        "+σ": sigma,
        "+λ₁": changes.l1,
        "+λ₂": changes.l2,
        **{f"+a{i}": a for i, a in enumerate(towards)},
        **{f"+t{i}": t for i, t in enumerate(tilt)},
    }


@lru_cache(maxsize=64)
def _code(same: _Same, kinds: _Kinds, line: int) -> _Code:
    """Build a changed formula; a cubature along a line has so many nodes, 0: as it sees fit."""
    from minima_core.formula import Formula
    from minima_core.formula.hoist import Hoisted
    from minima_core.formula.smooth import smoothed

    below = same.formula
    graph, root, n = below.graph.copy(), below.root, below.dimension
    added = tuple(_numbers(Changes(), n, 0.0))
    names = (*below.parameters, *added)
    place = {name: graph.parameter(len(below.parameters) + k) for k, name in enumerate(added)}
    how: tuple[bool, int, int, int] = (True, 0, 0, 0)
    if kinds.smoothing:
        smooth = smoothed(graph, root, place["+σ"], line=line)
        graph, root = smooth.graph, smooth.root
        how = smooth.exact, smooth.degree, smooth.nodes, smooth.line
    root = _penalised(graph, root, n, place, kinds)
    text = "a changed formula"
    return _Code(Formula.of_graph(graph, root, n, names, text), names, Hoisted(graph, root, n, text), *how)


def _penalised(graph: Graph, root: int, n: int, place: Mapping[str, int], kinds: _Kinds) -> int:
    """Return root + λ₁ Σ|xᵢ − aᵢ| + λ₂ Σ(xᵢ − aᵢ)² + Σ tᵢ xᵢ, in so far as these kinds are on."""
    make = graph.make
    away = [make("sub", graph.variable(i), place[f"+a{i}"]) for i in range(n)]

    def weighed(weight: str, terms: list[int]) -> None:
        nonlocal root
        total = terms[0]
        for term in terms[1:]:
            total = make("add", total, term)
        root = make("add", root, make("mul", place[weight], total))

    if kinds.l1:
        weighed("+λ₁", [make("abs", each) for each in away])
    if kinds.plain:
        weighed("+λ₂", [graph.integer_power(each, 2) for each in away])
        for i in range(n):
            root = make("add", root, make("mul", place[f"+t{i}"], graph.variable(i)))
    return root
