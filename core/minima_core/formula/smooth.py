"""Smooths a formula with a Gaussian: f_σ(x) = E f(x + σξ), ξ standard normal, as a formula of its own.

f is written out as a sum of terms

    c · Π xⱼ^kⱼ · exp(Σ aⱼ xⱼ² + bⱼ xⱼ) · cos(Σ κⱼ xⱼ + φ) · (whatever else),

and each term is averaged by itself. Without anything else the Gaussian integral is elementary, and exact: for
polynomials it is the heat operator exp(σ²Δ/2), a wave is damped by exp(−σ²κ²/2), and a Gaussian well grows
wider by σ. Because the coordinates of ξ are independent, a term is averaged one group of variables after the
other. What is not elementary (roots, quotients, kinks) is averaged by Gauss and Hermite's cubature: along a
line where it depends on one combination of the variables only, else on a grid of them.

References
----------
H. Mobahi, J. W. Fisher III, "On the link between Gaussian homotopy continuation and convex envelopes",
EMMCVPR 2015. A. H. Stroud, "Approximate Calculation of Multiple Integrals", 1971.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from minima_core.formula.expand import Complex, Expansion, Group, Sums, expand
from minima_core.formula.graph import Graph

__all__ = ["Smoothed", "smoothed"]

Shift: TypeAlias = tuple[tuple[int, float], ...]  # how far each variable moves, in σ
Rule: TypeAlias = tuple[tuple[Shift, float], ...]  # the nodes of a cubature with their weights

LINE = 21
"""Nodes of the cubature in one variable,"""
GRID = {2: 7, 3: 3}
"""along each of two or three variables;"""
COPIED = 2000
"""of large formulas no more than so many operations are copied: a line has fewer nodes then, but not below"""
SHORTEST_LINE = 5
COARSEST_GRID = 3
"""and so has each side of a grid."""


@dataclass(frozen=True)
class Smoothed:
    """What smoothing made of a formula.

    Attributes
    ----------
    graph, root
        The grown graph, and the node of f_σ.
    exact : bool
        Whether every term was averaged exactly.
    degree : int
        Polynomials up to this degree are averaged exactly also where a cubature was used; 0 if none was.
    nodes : int
        The number of nodes of the largest cubature; 0 if none was used.
    line : int
        The number of nodes along a line.
    """

    graph: Graph
    root: int
    exact: bool
    degree: int
    nodes: int
    line: int


def smoothed(graph: Graph, root: int, sigma: int, *, line: int = 0) -> Smoothed:
    """Return f_σ on a grown copy of the graph; ``sigma`` is the node of σ, free of variables.

    ``line`` is the number of nodes of a cubature along a line; 0: as many as the number of parts allows.

    Examples
    --------
    >>> graph = Graph()
    >>> result = smoothed(graph, graph.integer_power(graph.variable(0), 2), graph.parameter(0))
    >>> from minima_core.formula.numpy_picture import at_point
    >>> at_point(result.graph, [result.root], [3.0], [0.5]), result.exact    # x² becomes x² + σ²
    ([9.25], True)
    """
    grown = graph.copy()
    smoothing = _Smoothing(grown, sigma, expand(grown, root), line)
    result = smoothing.root()
    return Smoothed(grown, result, not smoothing.nodes, smoothing.degree, smoothing.nodes, smoothing.line)


class _Smoothing:
    """Builds f_σ from the terms of f."""

    def __init__(self, graph: Graph, sigma: int, expansion: Expansion, line: int) -> None:
        self.graph, self.sums = graph, Sums(graph)
        self.sigma, self.variance = sigma, graph.integer_power(sigma, 2)
        self.expansion = expansion
        self.degree = self.nodes = 0
        self._shifted: dict[Shift, dict[int, int]] = {}
        parts = {atom for group in expansion.groups for atom, _ in group.atoms}
        copies = COPIED // max(1, sum(1 for node in graph.order(parts) if graph.depends[node]))
        self.line = line or max(SHORTEST_LINE, min(LINE, copies) | 1)
        self.grid = {d: max(COARSEST_GRID, min(side, int(copies ** (1 / d)))) for d, side in GRID.items()}

    def root(self) -> int:
        """Return the sum of all averaged terms."""
        sums = self.sums
        result = None
        for group, polynomial in self.expansion.grouped().items():
            factor = self.elementary(group, polynomial)
            if group.atoms:
                factor = sums.product(factor, self.cubature(group))
            result = factor[0] if result is None else self.graph.make("add", result, factor[0])
        return self.graph.const(0.0) if result is None else result

    # -- elementary terms ------------------------------------------------------------------------------------

    def elementary(self, group: Group, polynomial: dict[tuple[tuple[int, int], ...], Complex]) -> Complex:
        """Return the mean of the part of a term whose variables appear in nothing but elementary factors.

        In one variable u, with D = 1 − 2aσ² and b = β + iκ: the mean of p(u) exp(a u² + b u) is
        D^(−1/2) exp((a u² + b u + b²σ²/2)/D) times the mean of p under N(m, σ²/D), m = (u + bσ²)/D.
        """
        g, sums, variance = self.graph, self.sums, self.variance
        inside = group.inside
        variables = sorted({v for powers in polynomial for v, _ in powers} | (group.variables - inside))
        exponents: list[int] = []
        phases: list[int] = []
        scale: int | None = None
        middles: dict[int, Complex] = {}
        variances: dict[int, int] = {}
        for v in variables:
            u = g.variable(v)
            a, beta, kappa = (dict(each).get(v) for each in (group.square, group.growth, group.wave))
            d = (
                None
                if a is None
                else g.make("sub", g.const(1.0), sums.times(2.0, g.make("mul", a, variance)))
            )
            over = self._divided(d)
            exponent = [None if a is None else g.make("mul", over(a), g.integer_power(u, 2))]
            if beta is not None:
                exponent.append(g.make("mul", over(beta), u))
            square = sums.minus(sums.squared(beta), sums.squared(kappa))
            if square is not None:
                exponent.append(over(sums.times(0.5, g.make("mul", square, variance))))
            exponents += [each for each in exponent if each is not None]
            if kappa is not None:
                phases.append(g.make("mul", over(kappa), u))
                if beta is not None:
                    phases.append(over(g.make("mul", g.make("mul", beta, kappa), variance)))
            if d is not None:
                root = g.make("div", g.const(1.0), g.make("sqrt", d))
                scale = root if scale is None else g.make("mul", scale, root)
            centre = u if beta is None else g.make("add", u, g.make("mul", beta, variance))
            middles[v] = (over(centre), None if kappa is None else over(g.make("mul", kappa, variance)))
            variances[v] = over(variance)
        factor = self._polynomial(self._heated(polynomial, variances), middles)
        if phases:
            phase = sums.total(phases)
            factor = sums.product(factor, (g.make("cos", phase), g.make("sin", phase)))
        if exponents:
            factor = sums.scaled(factor, g.make("exp", sums.total(exponents)))
        return factor if scale is None else sums.scaled(factor, scale)

    def _divided(self, d: int | None) -> Callable[[int], int]:
        """Return the division by D, which is nothing where D is 1."""
        return (lambda node: node) if d is None else (lambda node: self.graph.make("div", node, d))

    def _heated(
        self, polynomial: dict[tuple[tuple[int, int], ...], Complex], variances: dict[int, int]
    ) -> dict[tuple[tuple[int, int], ...], Complex]:
        """Return the polynomial q with q(m) = E p(m + sξ): the heat operator, one variable after another."""
        g, sums = self.graph, self.sums
        for v, variance in variances.items():
            heated: dict[tuple[tuple[int, int], ...], Complex] = {}
            for powers, coefficient in polynomial.items():
                k = dict(powers).get(v, 0)
                weight = 1.0  # k! / (j! (k − 2j)! 2^j)
                for j in range(k // 2 + 1):
                    lower = tuple((w, p - 2 * j if w == v else p) for w, p in powers)
                    lower = tuple((w, p) for w, p in lower if p)
                    part = coefficient
                    if j:
                        weight *= (k - 2 * j + 2) * (k - 2 * j + 1) / (2.0 * j)
                        by = sums.times(weight, g.integer_power(variance, j))
                        part = sums.scaled(coefficient, by)
                    heated[lower] = sums.plus(heated.get(lower), part)
            polynomial = heated
        return polynomial

    def _polynomial(
        self, polynomial: dict[tuple[tuple[int, int], ...], Complex], middles: dict[int, Complex]
    ) -> Complex:
        """Return the value of a polynomial by Horner's scheme, in its last variable first."""
        variables = {v for powers in polynomial for v, _ in powers}
        if not variables:
            return polynomial[()]
        v = max(variables)
        by_power: dict[int, dict[tuple[tuple[int, int], ...], Complex]] = {}
        for powers, coefficient in polynomial.items():
            rest = tuple(each for each in powers if each[0] != v)
            by_power.setdefault(dict(powers).get(v, 0), {})[rest] = coefficient
        result: Complex | None = None
        previous = 0
        for power in sorted(by_power, reverse=True):
            if result is not None:
                result = self.sums.product(result, self.sums.power(middles[v], previous - power))
            result = self.sums.plus(result, self._polynomial(by_power[power], middles))
            previous = power
        if result is None:
            raise ValueError("A polynomial has at least one term.")
        return self.sums.product(result, self.sums.power(middles[v], previous)) if previous else result

    # -- the rest --------------------------------------------------------------------------------------------

    def cubature(self, group: Group) -> Complex:
        """Return the mean of the part that is not elementary, one group of connected variables at a time."""
        sums = self.sums
        result: Complex | None = None
        for variables, atoms in group.blocks(self.graph):
            direction = self.expansion.direction(atoms) if not group.holds(variables) else None
            rule, degree = self._rule(variables, direction)
            self.nodes = max(self.nodes, len(rule))
            self.degree = min(self.degree or degree, degree)
            total: Complex | None = None
            for shift, weight in rule:
                value = self._part(group, variables, atoms, shift)
                total = sums.plus(total, sums.scaled(value, self.graph.const(weight)))
            if total is not None:
                result = total if result is None else sums.product(result, total)
        if result is None:
            raise ValueError("A group without other parts needs no cubature.")
        return result

    def _rule(
        self, variables: tuple[int, ...], direction: tuple[tuple[int, float], ...] | None
    ) -> tuple[Rule, int]:
        """Return the nodes, as shifts in σ, with their weights; and the degree of the rule."""
        if len(variables) == 1:
            direction = ((variables[0], 1.0),)
        if direction is not None:
            nodes, weights = _hermite(self.line)
            return tuple(
                (tuple((v, t * share) for v, share in direction), weight)
                for t, weight in zip(nodes, weights, strict=True)
            ), 2 * self.line - 1
        count = self.grid.get(len(variables))
        if count is None:
            return _star(variables), 3
        nodes, weights = _hermite(count)
        rule = []
        for places in itertools.product(range(count), repeat=len(variables)):
            weight = 1.0
            for place in places:
                weight *= weights[place]
            rule.append((tuple((v, nodes[k]) for v, k in zip(variables, places, strict=True)), weight))
        return tuple(rule), 2 * count - 1

    def _part(
        self, group: Group, variables: tuple[int, ...], atoms: tuple[tuple[int, int], ...], shift: Shift
    ) -> Complex:
        """Return the factors of a term that depend on some variables, at a shifted point."""
        g, sums = self.graph, self.sums
        places = {v: self._moved(g.variable(v), shift) for v in variables}
        result: int | None = None

        def by(node: int) -> None:
            nonlocal result
            result = node if result is None else g.make("mul", result, node)

        for atom, power in atoms:
            by(g.integer_power(self._moved(atom, shift), power))
        for v, power in group.powers:
            if v in places:
                by(g.integer_power(places[v], power))
        exponents = [g.make("mul", a, g.integer_power(places[v], 2)) for v, a in group.square if v in places]
        exponents += [g.make("mul", b, places[v]) for v, b in group.growth if v in places]
        if exponents:
            by(g.make("exp", sums.total(exponents)))
        phases = [g.make("mul", kappa, places[v]) for v, kappa in group.wave if v in places]
        factor = g.const(1.0) if result is None else result
        if not phases:
            return factor, None
        phase = sums.total(phases)
        return sums.scaled((g.make("cos", phase), g.make("sin", phase)), factor)

    def _moved(self, node: int, shift: Shift) -> int:
        """Return a node at the point moved by a shift; shared with whatever is moved alike."""
        g = self.graph
        moves = {v: t for v, t in shift if t != 0.0}
        if not any(g.depends[node] >> v & 1 for v in moves):
            return node
        done = self._shifted.setdefault(shift, {})
        for part in g.order([node]):
            if part in done:
                continue
            if g.ops[part] == "variable":
                v = int(g.data[part] or 0)
                way = g.make("mul", g.const(moves[v]), self.sigma) if v in moves else None
                done[part] = part if way is None else g.make("add", part, way)
            elif not any(g.depends[part] >> v & 1 for v in moves):
                done[part] = part
            else:
                args = tuple(done[argument] for argument in g.args[part])
                done[part] = g.node(g.ops[part], args, g.data[part])
        return done[node]


@cache
def _hermite(count: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return nodes and weights of Gauss and Hermite's rule for the standard normal distribution."""
    from numpy.polynomial.hermite_e import hermegauss  # not needed before something is smoothed

    nodes, weights = hermegauss(count)
    nodes = 0.5 * (nodes - nodes[::-1])  # symmetric to the last bit, so that the middle one is 0
    weights = 0.5 * (weights + weights[::-1])
    return tuple(float(t) for t in nodes), tuple(float(w) for w in weights / weights.sum())


def _star(variables: tuple[int, ...]) -> Rule:
    """Return the rule of degree 3 with two nodes on each axis, ±√d (Stroud 1971, E_n^{r²} 3-1)."""
    d = len(variables)
    return tuple((((v, sign * d**0.5),), 1.0 / (2 * d)) for v in variables for sign in (-1.0, 1.0))
