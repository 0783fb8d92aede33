r"""The formula of a landscape in LaTeX, with the values of its parameters: to be pasted between $ and $."""

from __future__ import annotations

from minima_core.document import Place
from minima_core.formula import parse
from minima_core.formula.model import Formula
from minima_core.landscapes.wells import Drawn

__all__ = ["latex_of"]

VARIABLES = "xy"


def latex_of(place: Place) -> str:
    r"""What is minimised, as LaTeX: ``f(x, y) = a x^{2} + y^{2}, \quad a = 2``.

    >>> latex_of(Place(None, "a x^2", (-1.0,), (1.0,), {"a": -0.5}))
    'f(x) = a x^{2}, \\quad a = -0.5'
    """
    land = place.landscape_of()
    if place.drawn is not None and not place.changes:
        return f"f({', '.join(VARIABLES[: place.dimension])}) = {_drawn(place.drawn, place.dimension)}"
    if land.formula is None:
        raise ValueError(f"{land.title} has no formula.")
    numbers = [
        rf"{parse(name, dimension=1, parameters=[name]).latex()} = {_number(value)}"
        for name, value in land.parameters.items()
    ]
    return r", \quad ".join([_equation(land.formula), *numbers])


def _equation(formula: Formula) -> str:
    n = formula.dimension
    variables = ", ".join(VARIABLES[:n]) if n <= len(VARIABLES) else rf"x_{{1}}, \dots, x_{{{n}}}"
    return f"f({variables}) = {formula.latex()}"


def _drawn(drawn: Drawn, dimension: int) -> str:
    """The bowl, and a Gaussian for each well and hill, with their numbers."""

    def square(*point: float) -> str:
        pairs = zip(VARIABLES[:dimension], point, strict=False)
        terms = [
            rf"\left({name} {'-' if at > 0 else '+'} {_number(abs(at))}\right)^{{2}}"
            if at
            else f"{name}^{{2}}"
            for name, at in pairs
        ]
        return terms[0] if len(terms) == 1 else rf"\left({' + '.join(terms)}\right)"

    text = f"{_number(drawn.bowl)} {square(*drawn.middle)}" if drawn.bowl or not drawn.wells else ""
    for well in drawn.wells:
        if well.depth:
            factor = "" if abs(well.depth) == 1.0 else f"{_number(abs(well.depth))} "
            sign = ("- " if text else "-") if well.depth > 0 else ("+ " if text else "")
            power = rf"-\frac{{{square(well.x, well.y)}}}{{{_number(well.width)}^{{2}}}}"
            text += f"{' ' if text else ''}{sign}{factor}e^{{{power}}}"
    return text or "0"


def _number(value: float) -> str:
    """A number in LaTeX, with every digit."""
    return ("-" if value < 0 else "") + parse(repr(abs(float(value))), dimension=1).latex()
