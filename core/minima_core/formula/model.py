"""A formula that has been read: value, derivatives, source, mathematics, each made when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from minima_core.formula import derive, mathematics
from minima_core.formula.graph import Graph
from minima_core.formula.lower import lower
from minima_core.formula.numpy_picture import Floats, Picture, at_point
from minima_core.formula.parser import read
from minima_core.formula.source import module_source
from minima_core.formula.tree import Tree

if TYPE_CHECKING:
    from minima_core.formula.machine import Assembly

__all__ = ["Formula", "parse"]

# Part of every digest: to be raised when the same graph is compiled to different code.
_GENERATION = "1"


@dataclass(frozen=True)
class Formula:
    """A function of ``dimension`` variables and of parameters; made by `parse`, or from a graph.

    Attributes
    ----------
    text : str
        As it was typed.
    dimension : int
        Number of variables, n.
    parameters : tuple of str
        Names of the parameters, in order of appearance; a *context* is a float64 array of their values in
        this order.
    graph, root
        The expression graph (`minima_core.formula.graph.Graph`, not to be changed) and the node of the value.

    Examples
    --------
    >>> f = parse("x^2 + 3 x y")
    >>> f.gradient((1.0, 2.0))
    array([8., 3.])
    >>> f.hessian((1.0, 2.0))
    array([[2., 3.],
           [3., 0.]])
    """

    text: str
    dimension: int
    parameters: tuple[str, ...]
    graph: Graph = field(repr=False, compare=False)
    root: int = field(repr=False, compare=False)
    tree: Tree | None = field(repr=False, compare=False, default=None)
    _words: tuple[str, str] = field(repr=False, compare=False, default=("", ""))

    @classmethod
    def of_graph(
        cls,
        graph: Graph,
        root: int,
        dimension: int,
        parameters: Sequence[str],
        text: str,
        unicode: str | None = None,
        latex: str | None = None,
    ) -> Formula:
        r"""Return the formula of a graph that nobody typed: a drawing, a loss over data, a smoothed one.

        Parameters
        ----------
        graph, root, dimension, parameters
            As the attributes of the same names.
        text, unicode, latex : str
            How it is written for people; `unicode` is the text and `latex` the words in roman type unless
            they are given.

        Examples
        --------
        >>> graph = Graph()
        >>> root = graph.make("mul", graph.parameter(0), graph.variable(0))
        >>> line = Formula.of_graph(graph, root, 1, ["slope"], "a line")
        >>> line.value([3.0], [2.0]), line.unicode(), line.latex()
        (6.0, 'a line', '\\text{a line}')
        """
        line = text if unicode is None else unicode
        return cls(
            text, dimension, tuple(parameters), graph, root, None,
            (line, rf"\text{{{line}}}" if latex is None else latex),
        )  # fmt: skip

    def worded(self, text: str, unicode: str, latex: str) -> Formula:
        """Return the same function written otherwise; what has been made for this one serves both."""
        _ = self.digest, self._picture, self._slopes, self._hessian
        other = object.__new__(Formula)
        other.__dict__.update({**self.__dict__, "text": text, "_words": (unicode, latex), "tree": None})
        return other

    @cached_property
    def digest(self) -> str:
        """Hash of what the formula computes, independent of spacing and of names: 32 hexadecimal digits."""
        import hashlib  # loads a cryptographic library, which reading and drawing a formula do not need

        graph = self.graph
        number: dict[int, int] = {}
        lines = [f"{_GENERATION} {self.dimension} {len(self.parameters)}"]
        for node in graph.reached(self.root):
            number[node] = len(number)
            datum = graph.data[node]
            shown = datum.hex() if isinstance(datum, float) else str(datum)
            lines.append(f"{graph.ops[node]} {shown} {[number[argument] for argument in graph.args[node]]}")
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]

    def value_on(self, arrays: Sequence[npt.ArrayLike], context: npt.ArrayLike = ()) -> Floats:
        """Return the values on arrays: f(x₁, …, xₙ) at each place of the shape they broadcast to.

        Parameters
        ----------
        arrays : sequence of array_like
            One for each variable, of shapes that broadcast together; a grid is fastest as a row and a column.
        context : array_like
            Values of the parameters.

        Returns
        -------
        array of float64
            nan where the formula is undefined, infinite at poles; never a warning.

        Examples
        --------
        >>> x, y = np.linspace(0, 1, 2), np.linspace(0, 2, 3)
        >>> parse("x + 10 y").value_on([x[None, :], y[:, None]])
        array([[ 0.,  1.],
               [10., 11.],
               [20., 21.]])
        """
        if len(arrays) != self.dimension:
            raise ValueError(
                f"The formula has {self.dimension} variables, but {len(arrays)} arrays were given."
            )
        return self._picture(arrays, self._context(context))[0]

    def gradient_on(self, arrays: Sequence[npt.ArrayLike], context: npt.ArrayLike = ()) -> Floats:
        """Return ∇f on arrays as `value_on` takes them: (n, ...), one array of slopes for each variable.

        Examples
        --------
        >>> parse("x^2 + 3 x y").gradient_on([[1.0, 0.0], [2.0, 1.0]])
        array([[8., 3.],
               [3., 0.]])
        """
        slopes = self._gradient[1]
        shape = np.broadcast_shapes(*[np.shape(each) for each in arrays])
        result = np.zeros((self.dimension, *shape))
        kept = [k for k, slope in enumerate(slopes) if slope is not None]
        for k, slope in zip(kept, self._slopes(arrays, self._context(context)), strict=True):
            result[k] = slope
        return result

    def hessian_on(self, arrays: Sequence[npt.ArrayLike], context: npt.ArrayLike = ()) -> Floats:
        """Return the second derivatives on arrays as `value_on` takes them: (n, n, ...), symmetric.

        Examples
        --------
        >>> parse("x^2 + x y^3").hessian_on([[1.0, 0.0], [2.0, 1.0]])[:, :, 0]
        array([[ 2., 12.],
               [12., 12.]])
        """
        shape = np.broadcast_shapes(*[np.shape(each) for each in arrays])
        result = np.zeros((self.dimension, self.dimension, *shape))
        second = self._hessian[1]
        for (i, j), entry in zip(second, self._bends(arrays, self._context(context)), strict=True):
            result[i, j] = result[j, i] = entry
        return result

    def value(self, p: npt.ArrayLike, context: npt.ArrayLike = ()) -> float:
        """Return f(p), for p of shape (n,)."""
        return at_point(self.graph, [self.root], self._point(p), self._context(context))[0]

    def gradient(self, p: npt.ArrayLike, context: npt.ArrayLike = ()) -> Floats:
        """Return ∇f(p), of shape (n,). The conventions at kinks stand in ``derive.py``."""
        grown, slopes = self._gradient
        result = np.zeros(self.dimension)
        kept = [k for k, slope in enumerate(slopes) if slope is not None]
        nodes = [slope for slope in slopes if slope is not None]
        result[kept] = at_point(grown, nodes, self._point(p), self._context(context))
        return result

    def hessian(self, p: npt.ArrayLike, context: npt.ArrayLike = ()) -> Floats:
        """Return the matrix of second derivatives at p, of shape (n, n), symmetric."""
        grown, second = self._hessian
        result = np.zeros((self.dimension, self.dimension))
        entries = at_point(grown, list(second.values()), self._point(p), self._context(context))
        for (i, j), entry in zip(second, entries, strict=True):
            result[i, j] = result[j, i] = entry
        return result

    def unicode(self) -> str:
        """Return the formula as one line of mathematics; what was typed reads back as the same formula."""
        if self.tree is None:
            return self._words[0]
        return mathematics.unicode_line(self.tree, self.dimension)

    def latex(self) -> str:
        """Return the formula in LaTeX (amsmath), without dollar signs."""
        if self.tree is None:
            return self._words[1]
        return mathematics.latex(self.tree, self.dimension)

    def source(self, *, hessian: bool = True) -> str:
        """Return the text of a Python module with plain functions for numba.

        They are to be compiled with ``error_model="numpy"``.
        ``value(p, c)`` returns f; ``value_gradient(p, c, g)`` fills ``g[k]`` with ∂f/∂xₖ and returns f, the
        same bits; ``hessian(p, c, h)`` fills ``h[i*n + j]``. ``p`` holds the n variables, ``c`` the context;
        all are only indexed, so they may be arrays or pointers. Straight-line code: for some dozens of
        variables leave the dense Hessian out.

        Parameters
        ----------
        hessian : bool
            Whether to write the third function.
        """
        return module_source(self.graph, self.root, self.dimension, self.digest, hessian=hessian)

    def assembly(self, face: str, libm: Callable[[str], int]) -> Assembly:
        """Return one face in LLVM's assembly, for one point or for tiles: `minima_core.formula.machine`."""
        from minima_core.formula.machine import assembly  # not needed before something is compiled

        return assembly(self.graph, self.root, self.dimension, face, libm)

    @cached_property
    def _picture(self) -> Picture:
        return Picture(self.graph, [self.root])

    @cached_property
    def _slopes(self) -> Picture:
        grown, slopes = self._gradient
        return Picture(grown, [slope for slope in slopes if slope is not None])

    @cached_property
    def _bends(self) -> Picture:
        grown, second = self._hessian
        return Picture(grown, list(second.values()))

    @cached_property
    def _gradient(self) -> tuple[Graph, list[int | None]]:
        return derive.gradient(self.graph, self.root, self.dimension)

    @cached_property
    def _hessian(self) -> tuple[Graph, dict[tuple[int, int], int]]:
        return derive.hessian(self.graph, self.root, self.dimension)

    def _point(self, p: npt.ArrayLike) -> Floats:
        point = np.asarray(p, dtype=np.float64)
        if point.shape != (self.dimension,):
            raise ValueError(f"A point of this formula has shape ({self.dimension},), not {point.shape}.")
        return point

    def _context(self, context: npt.ArrayLike) -> Floats:
        values = np.asarray(context, dtype=np.float64)
        if values.shape != (len(self.parameters),):
            raise ValueError(
                f"The context needs {len(self.parameters)} values "
                f"({', '.join(self.parameters) or 'no parameters'}), but has shape {values.shape}."
            )
        return values


def parse(text: str, *, dimension: int | None = None, parameters: Collection[str] | None = None) -> Formula:
    """Read a formula.

    Parameters
    ----------
    text : str
        Such as ``(x^2 + y - 11)^2 + (x + y^2 - 7)^2``; the grammar is in ``docs/formula.md``.
    dimension : int, optional
        Number of variables, 1 to 1000; None: told from the variables used (2 if they are only indexed, as in
        ``sum(i, 1, n, x[i]^2)``).
    parameters : collection of str, optional
        Names that may appear beside the variables; None: single letters (``a``, ``a1``, ``λ``) and spelled
        Greek letters (``alpha``) become parameters as they appear.

    Raises
    ------
    FormulaError
        If the text is no formula; with a sentence and ``column``. Nothing else is ever raised for a str.

    Examples
    --------
    >>> parse("2 sin x").unicode()
    '2 sin(x)'
    >>> parse("sum(i, 1, n, x[i]^2)", dimension=3).value((1, 2, 3))
    14.0
    """
    if not isinstance(text, str):
        raise TypeError(f"A formula is a str, not {type(text).__name__}.")
    if isinstance(parameters, str):
        raise TypeError("parameters is a collection of names, not one str.")
    tree = read(text, parameters)
    graph, root, told = lower(tree, dimension)
    return Formula(text, told, tuple(tree.parameters), graph, root, tree)
