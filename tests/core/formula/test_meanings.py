"""Every function of formulas has a meaning to be offered with, and nothing else has."""

from __future__ import annotations

from minima_core.formula.meanings import FUNCTION_MEANINGS
from minima_core.formula.names import FUNCTIONS

ALIASES = {"sgn", "arcsin", "arccos", "arctan", "arsinh", "arcosh", "artanh", "tg", "ctg", "cosec"}


def test_every_function_is_offered_with_its_meaning() -> None:
    assert set(FUNCTION_MEANINGS) == set(FUNCTIONS) - ALIASES | {"sum", "prod"}
    assert all(FUNCTION_MEANINGS.values())
