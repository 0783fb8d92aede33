"""Writes a formula out as a sum of terms whose Gaussian means are known; see ``smooth.py``.

A term is the real part of c · Π xⱼ^kⱼ · exp(Σ aⱼ xⱼ² + bⱼ xⱼ) · exp(i Σ κⱼ xⱼ) · Π atoms. Coefficients are
nodes free of variables (parameters may appear in them); *atoms* are nodes that cannot be written out: roots,
quotients, kinks, functions of what is not affine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from minima_core.formula.graph import Graph

__all__ = ["Complex", "Expansion", "Group", "Sums", "expand"]

Complex: TypeAlias = tuple[int, int | None]
"""Nodes of the real and the imaginary part; None: it is 0."""
Pairs: TypeAlias = tuple[tuple[int, int], ...]
"""Variables (or atoms), rising, each with a power or with the node of a coefficient."""

MOST_TERMS = 4000
MOST_IN_A_PRODUCT = 400
HIGHEST_POWER = 24


class Sums:
    """Arithmetic of nodes and of complex pairs of them, in which None is 0."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def times(self, factor: float, node: int) -> int:
        """Return a number times a node."""
        return self.graph.make("mul", self.graph.const(factor), node)

    def squared(self, node: int | None) -> int | None:
        """Return the square of a node."""
        return None if node is None else self.graph.integer_power(node, 2)

    def add(self, a: int | None, b: int | None) -> int | None:
        """Return a + b."""
        if a is None or b is None:
            return b if a is None else a
        return self.graph.make("add", a, b)

    def minus(self, a: int | None, b: int | None) -> int | None:
        """Return a − b."""
        if b is None:
            return a
        return self.graph.make("neg", b) if a is None else self.graph.make("sub", a, b)

    def total(self, nodes: Iterable[int]) -> int:
        """Return the sum of some nodes: first of those that no variable moves."""
        free: int | None = None
        moving: int | None = None
        for node in nodes:
            if self.graph.depends[node]:
                moving = self.add(moving, node)
            else:
                free = self.add(free, node)
        result = self.add(moving, free)
        return self.graph.const(0.0) if result is None else result

    def plus(self, a: Complex | None, b: Complex) -> Complex:
        """Return a + b."""
        if a is None:
            return b
        return self.graph.make("add", a[0], b[0]), self.add(a[1], b[1])

    def scaled(self, a: Complex, factor: int) -> Complex:
        """Return a real factor times a."""
        by = self.graph.make
        return by("mul", a[0], factor), None if a[1] is None else by("mul", a[1], factor)

    def product(self, a: Complex, b: Complex) -> Complex:
        """Return a·b."""
        if b[1] is None:
            return self.scaled(a, b[0])
        if a[1] is None:
            return self.scaled(b, a[0])
        by = self.graph.make
        real = by("sub", by("mul", a[0], b[0]), by("mul", a[1], b[1]))
        return real, by("add", by("mul", a[0], b[1]), by("mul", a[1], b[0]))

    def power(self, a: Complex, exponent: int) -> Complex:
        """Return a^exponent, for an exponent of at least 1."""
        if a[1] is None:
            return self.graph.integer_power(a[0], exponent), None
        result = a
        for _ in range(exponent - 1):
            result = self.product(result, a)
        return result

    def is_zero(self, a: Complex) -> bool:
        """Whether a is the constant 0."""
        return self.graph.value_of(a[0]) == 0.0 and (a[1] is None or self.graph.value_of(a[1]) == 0.0)


@dataclass(frozen=True)
class Group:
    """What terms have in common besides a polynomial factor."""

    powers: Pairs = ()
    square: Pairs = ()
    growth: Pairs = ()
    wave: Pairs = ()
    atoms: Pairs = ()
    inside: frozenset[int] = frozenset()
    """The variables that the atoms depend on, or are connected with by them."""

    @property
    def variables(self) -> frozenset[int]:
        """The variables of exponentials and waves."""
        return frozenset(v for pairs in (self.square, self.growth, self.wave) for v, _ in pairs)

    def holds(self, variables: Iterable[int]) -> bool:
        """Whether some of these variables appear outside atoms as well."""
        outside = self.variables | {v for v, _ in self.powers}
        return any(v in outside for v in variables)

    def blocks(self, graph: Graph) -> list[tuple[tuple[int, ...], Pairs]]:
        """Return the atoms in groups that share no variable, each with the variables it depends on."""
        groups: list[tuple[int, list[tuple[int, int]]]] = []
        for atom in self.atoms:
            mask, joined = graph.depends[atom[0]], [atom]
            apart = []
            for other, members in groups:
                if other & mask:
                    mask, joined = mask | other, members + joined
                else:
                    apart.append((other, members))
            groups = [*apart, (mask, joined)]
        return [(tuple(_bits(mask)), tuple(sorted(members))) for mask, members in groups]


_Key: TypeAlias = tuple[Pairs, Pairs, Pairs, Pairs, Pairs]  # powers, square, growth, wave, atoms
_Terms: TypeAlias = dict[_Key, Complex]


@dataclass(frozen=True)
class Expansion:
    """A formula as a sum of terms."""

    graph: Graph
    terms: Mapping[_Key, Complex]
    groups: tuple[Group, ...] = field(init=False)

    def __post_init__(self) -> None:
        """List what the terms have in common."""
        object.__setattr__(self, "groups", tuple(self.grouped()))

    def grouped(self) -> dict[Group, dict[Pairs, Complex]]:
        """Return the terms by what they have in common, each with its polynomial."""
        found: dict[Group, dict[Pairs, Complex]] = {}
        for (powers, square, growth, wave, atoms), coefficient in self.terms.items():
            mask = 0
            for atom, _ in atoms:
                mask |= self.graph.depends[atom]
            inside = frozenset(_bits(mask))
            group = Group(tuple(p for p in powers if p[0] in inside), square, growth, wave, atoms, inside)
            outside = tuple(p for p in powers if p[0] not in inside)
            found.setdefault(group, {})[outside] = coefficient
        return found

    def direction(self, atoms: Pairs) -> tuple[tuple[int, float], ...] | None:
        """Return the one direction along which some atoms vary, of length 1; None if there are several."""
        found: set[tuple[tuple[int, float], ...] | None] = {self._direction_of(atom) for atom, _ in atoms}
        return found.pop() if len(found) == 1 else None

    def _direction_of(self, root: int) -> tuple[tuple[int, float], ...] | None:
        g = self.graph
        slopes: dict[int, dict[int, float] | None] = {}  # of affine nodes, with constant slopes
        ways: dict[int, tuple[tuple[int, float], ...] | None] = {}
        for node in g.order([root]):
            if not g.depends[node]:
                continue
            slopes[node] = _slopes(g, node, slopes)
            affine = slopes[node]
            if affine is not None:
                ways[node] = _unit(affine)
            else:
                own = {ways[argument] for argument in g.args[node] if g.depends[argument]}
                ways[node] = own.pop() if len(own) == 1 else None
        return ways[root]


def expand(graph: Graph, root: int) -> Expansion:
    """Return a node as a sum of terms; the graph grows by the coefficients."""
    return Expansion(graph, _Expander(graph).terms(root))


def _bits(mask: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _slopes(g: Graph, node: int, slopes: Mapping[int, dict[int, float] | None]) -> dict[int, float] | None:
    """Return the slope of an affine node along each variable; None if it is not affine with constants."""
    op, args = g.ops[node], g.args[node]
    if op == "variable":
        return {int(g.data[node] or 0): 1.0}
    parts = [slopes[argument] if g.depends[argument] else {} for argument in args]
    if op in ("add", "sub", "neg"):
        signs = {"add": (1.0, 1.0), "sub": (1.0, -1.0), "neg": (-1.0,)}[op]
        total: dict[int, float] = {}
        for sign, part in zip(signs, parts, strict=True):
            if part is None:
                return None
            for v, slope in part.items():
                total[v] = total.get(v, 0.0) + sign * slope
        return total
    if op in ("mul", "div"):
        for own, other in ((0, 1), (1, 0)):
            factor, part = g.value_of(args[own]), parts[other]
            if factor is not None and part is not None and not (op == "div" and (own == 0 or factor == 0.0)):
                return {v: slope * factor if op == "mul" else slope / factor for v, slope in part.items()}
    return None


def _unit(slopes: Mapping[int, float]) -> tuple[tuple[int, float], ...] | None:
    """Return the direction of some slopes, with length 1 and its first number positive; None if all are 0."""
    kept = sorted((v, slope) for v, slope in slopes.items() if slope != 0.0)
    length = sum(slope * slope for _, slope in kept) ** 0.5
    if not kept or not 0.0 < length < float("inf"):
        return None
    length = length if kept[0][1] > 0.0 else -length
    return tuple((v, round(slope / length, 12)) for v, slope in kept)


class _Expander:
    """Writes nodes out, parts before wholes."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self.sums = graph, Sums(graph)
        self.known: dict[int, _Terms] = {}
        self.rules: dict[str, Callable[[int, tuple[int, ...]], _Terms | None]] = {
            "variable": self._variable,
            "add": lambda _n, args: self._sum(self.known[args[0]], self.known[args[1]], 1.0),
            "sub": lambda _n, args: self._sum(self.known[args[0]], self.known[args[1]], -1.0),
            "neg": lambda _n, args: self._sum({}, self.known[args[0]], -1.0),
            "mul": self._factors,
            "div": self._quotient,
            "powi": self._power,
            "exp": lambda _n, args: self._exponential(args[0], 1.0),
            "expm1": self._expm1,
            "sinh": lambda _n, args: self._hyperbolic(args[0], -0.5),
            "cosh": lambda _n, args: self._hyperbolic(args[0], 0.5),
            "sin": lambda _n, args: self._wave(args[0], shifted=True),
            "cos": lambda _n, args: self._wave(args[0], shifted=False),
        }

    def terms(self, root: int) -> _Terms:
        """Return the terms of a node."""
        g = self.graph
        for node in g.order([root]):
            if g.ops[node] in ("lt", "le", "and", "or", "not"):
                continue  # a truth has no terms; what it decides is an atom
            if not g.depends[node]:
                self.known[node] = self._constant(node)
                continue
            rule = self.rules.get(g.ops[node])
            found = None if rule is None else rule(node, g.args[node])
            self.known[node] = self._atom(node) if found is None else found
        return self.known[root]

    def _constant(self, node: int) -> _Terms:
        return {} if self.graph.value_of(node) == 0.0 else {((), (), (), (), ()): (node, None)}

    def _atom(self, node: int) -> _Terms:
        return {((), (), (), (), ((node, 1),)): (self.graph.const(1.0), None)}

    def _variable(self, node: int, _args: tuple[int, ...]) -> _Terms:
        return {(((int(self.graph.data[node] or 0), 1),), (), (), (), ()): (self.graph.const(1.0), None)}

    def _sum(self, a: _Terms, b: _Terms, sign: float) -> _Terms | None:
        result = dict(a)
        for key, coefficient in b.items():
            signed = coefficient if sign > 0.0 else self.sums.scaled(coefficient, self.graph.const(sign))
            self._put(result, key, signed)
        return result if len(result) <= MOST_TERMS else None

    def _put(self, terms: _Terms, key: _Key, coefficient: Complex) -> None:
        total = self.sums.plus(terms.get(key), coefficient)
        if self.sums.is_zero(total):
            terms.pop(key, None)
        else:
            terms[key] = total

    def _product(self, a: _Terms, b: _Terms) -> _Terms | None:
        if len(a) * len(b) > MOST_IN_A_PRODUCT * 10:
            return None
        result: _Terms = {}
        for (key, one), (other, two) in ((p, q) for p in a.items() for q in b.items()):
            powers = self._merged(key[0], other[0], _plus)
            if any(power > HIGHEST_POWER for _, power in powers):
                return None
            square, growth = (self._merged(key[k], other[k], self._added) for k in (1, 2))
            atoms = self._merged(key[4], other[4], _plus)
            if key[3] and other[3]:  # cos·cos: half the sum and half the difference of the angles
                half = self.graph.const(0.5)
                opposite = tuple((v, self.graph.make("neg", kappa)) for v, kappa in other[3])
                conjugate = (two[0], None if two[1] is None else self.graph.make("neg", two[1]))
                for wave, factor in ((other[3], two), (opposite, conjugate)):
                    both = self._merged(key[3], wave, self._added)
                    coefficient = self.sums.scaled(self.sums.product(one, factor), half)
                    self._put_wave(result, (powers, square, growth, both, atoms), coefficient)
            else:
                coefficient = self.sums.product(one, two)
                self._put_wave(result, (powers, square, growth, key[3] or other[3], atoms), coefficient)
        return result if len(result) <= MOST_IN_A_PRODUCT else None

    def _put_wave(self, terms: _Terms, key: _Key, coefficient: Complex) -> None:
        """Add a term whose angle may have become constant: then its imaginary part means nothing."""
        powers, square, growth, wave, atoms = key
        if wave and (self.graph.value_of(wave[0][1]) or 0.0) < 0.0:  # the real part is the conjugate's, too
            wave = tuple((v, self.graph.make("neg", kappa)) for v, kappa in wave)
            turned = None if coefficient[1] is None else self.graph.make("neg", coefficient[1])
            coefficient = coefficient[0], turned
        if not wave:
            coefficient = coefficient[0], None
        self._put(terms, (powers, square, growth, wave, atoms), coefficient)

    def _factors(self, node: int, args: tuple[int, ...]) -> _Terms | None:
        a, b = (self.known[argument] for argument in args)
        return None if self._knotted(node, a, b) else self._product(a, b)

    def _knotted(self, node: int, *factors: _Terms) -> bool:
        """Whether an atom of a factor depends on all that the product does: it is not worth taking apart."""
        atoms = {atom for factor in factors for key in factor for atom, _ in key[4]}
        several = sum(len(factor) for factor in factors) > len(factors) or len(factors) > 1
        return several and any(self.graph.depends[atom] == self.graph.depends[node] for atom in atoms)

    def _merged(self, a: Pairs, b: Pairs, join: Callable[[int, int], int]) -> Pairs:
        """Return two lists of pairs as one; coefficients that cancel to the constant 0 go."""
        joined = dict(a)
        for item, what in b:
            joined[item] = join(joined[item], what) if item in joined else what
        if join is _plus:
            return tuple(sorted(joined.items()))
        return tuple(sorted((v, node) for v, node in joined.items() if self.graph.value_of(node) != 0.0))

    def _added(self, a: int, b: int) -> int:
        return self.graph.make("add", a, b)

    def _quotient(self, _node: int, args: tuple[int, ...]) -> _Terms | None:
        g, (above, below) = self.graph, args
        if not g.depends[below]:
            return {
                key: (
                    g.make("div", real, below),
                    None if imaginary is None else g.make("div", imaginary, below),
                )
                for key, (real, imaginary) in self.known[above].items()
            }
        if not g.depends[above]:
            return None
        return self._product(self.known[above], self._atom(g.make("div", g.const(1.0), below)))

    def _power(self, node: int, args: tuple[int, ...]) -> _Terms | None:
        exponent = int(self.graph.data[node] or 0)
        if not 1 <= exponent <= HIGHEST_POWER:
            return None
        base = self.known[args[0]]
        if self._knotted(node, base):
            return None
        result = base
        for _ in range(exponent - 1):
            product = self._product(result, base)
            if product is None:
                return None
            result = product
        return result

    def _affine(self, terms: _Terms) -> tuple[list[int], dict[int, int]] | None:
        """Return the constant parts and the slopes of an affine expression; None if it is not affine."""
        constants, slopes = [], {}
        for (powers, square, growth, wave, atoms), (real, _) in terms.items():
            if square or growth or wave or atoms or sum(power for _, power in powers) > 1:
                return None
            if powers:
                slopes[powers[0][0]] = real
            else:
                constants.append(real)
        return constants, slopes

    def _exponential(self, argument: int, sign: float) -> _Terms | None:
        """Return exp(± an argument): its quadratic part as factors, the rest as atoms that stand apart."""
        g = self.graph
        constants: list[int] = []
        square: dict[int, int] = {}
        growth: dict[int, int] = {}
        rest: list[tuple[int, _Key, Complex]] = []
        for key, coefficient in self.known[argument].items():
            real = self.sums.times(sign, coefficient[0])
            powers = key[0]
            pure = not any(key[1:]) and len(powers) <= 1
            degree = powers[0][1] if powers else 0
            if pure and degree == 0:
                constants.append(real)
            elif pure and degree == 1:
                growth[powers[0][0]] = real
            elif pure and degree == 2 and not (g.value_of(real) or 0.0) > 0.0:
                square[powers[0][0]] = real
            else:
                rest.append((self._mask(key), key, coefficient))
        if rest and len(rest) == len(self.known[argument]) - len(constants) and self._connected(rest):
            return None  # nothing is gained by taking it apart
        scale = g.make("exp", self.sums.total(constants)) if constants else g.const(1.0)
        atoms = [(g.make("exp", node), 1) for node in self._separate(rest, sign)]
        whole = (tuple(sorted(square.items())), tuple(sorted(growth.items())))
        return {((), *whole, (), tuple(sorted(atoms))): (scale, None)}

    def _mask(self, key: _Key) -> int:
        mask = 0
        for pairs in key[:4]:
            for v, _ in pairs:
                mask |= 1 << v
        for atom, _ in key[4]:
            mask |= self.graph.depends[atom]
        return mask

    def _connected(self, rest: list[tuple[int, _Key, Complex]]) -> bool:
        return len(_joined([mask for mask, _, _ in rest])) == 1

    def _separate(self, rest: list[tuple[int, _Key, Complex]], sign: float) -> Iterator[int]:
        """Yield the sums of the terms that have variables in common."""
        for whole in _joined([mask for mask, _, _ in rest]):
            nodes = [self._written(key, c) for mask, key, c in rest if mask & whole]
            yield self.sums.times(sign, self.sums.total(nodes))

    def _written(self, key: _Key, coefficient: Complex) -> int:
        """Return the node of a term."""
        g = self.graph
        powers, square, growth, wave, atoms = key
        factor = g.const(1.0)
        for v, power in powers:
            factor = g.make("mul", factor, g.integer_power(g.variable(v), power))
        exponents = [g.make("mul", a, g.integer_power(g.variable(v), 2)) for v, a in square]
        exponents += [g.make("mul", b, g.variable(v)) for v, b in growth]
        if exponents:
            factor = g.make("mul", factor, g.make("exp", self.sums.total(exponents)))
        for atom, power in atoms:
            factor = g.make("mul", factor, g.integer_power(atom, power))
        if not wave:
            return g.make("mul", coefficient[0], factor)
        angle = self.sums.total([g.make("mul", kappa, g.variable(v)) for v, kappa in wave])
        turning = self.sums.product(coefficient, (g.make("cos", angle), g.make("sin", angle)))
        return g.make("mul", turning[0], factor)

    def _expm1(self, _node: int, args: tuple[int, ...]) -> _Terms | None:
        found = self._exponential(args[0], 1.0)
        return None if found is None else self._sum(found, self._constant(self.graph.const(1.0)), -1.0)

    def _hyperbolic(self, argument: int, opposite: float) -> _Terms | None:
        """Return (exp(u) ± exp(−u)) / 2 for an affine u."""
        if self._affine(self.known[argument]) is None:
            return None
        up, down = self._exponential(argument, 1.0), self._exponential(argument, -1.0)
        if up is None or down is None:
            return None
        half = self._constant(self.graph.const(0.5))
        halves = self._product(up, half), self._product(down, self._constant(self.graph.const(opposite)))
        return None if halves[0] is None or halves[1] is None else self._sum(halves[0], halves[1], 1.0)

    def _wave(self, argument: int, *, shifted: bool) -> _Terms | None:
        """Return cos or, shifted, sin of an affine angle: Re (cos φ + i sin φ) e^{iκx}, for sin times −i."""
        g = self.graph
        affine = self._affine(self.known[argument])
        if affine is None:
            return None
        constants, slopes = affine
        one: Complex = (g.const(1.0), None)
        if constants:
            phi = self.sums.total(constants)
            one = g.make("cos", phi), g.make("sin", phi)
        if shifted:
            real, imaginary = one
            one = (g.const(0.0) if imaginary is None else imaginary), g.make("neg", real)
        terms: _Terms = {}
        self._put_wave(terms, ((), (), (), tuple(sorted(slopes.items())), ()), one)
        return terms


def _plus(a: int, b: int) -> int:
    return a + b


def _joined(masks: Iterable[int]) -> list[int]:
    """Return the unions of masks that overlap, directly or by way of others."""
    unions: list[int] = []
    for mask in masks:
        joined = mask
        for union in unions:
            if union & mask:
                joined |= union
        unions = [*(union for union in unions if not union & mask), joined]
    return unions
