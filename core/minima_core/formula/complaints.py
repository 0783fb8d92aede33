"""The sentences for what the parser cannot read."""

from __future__ import annotations

from minima_core.formula.errors import FormulaError, shown
from minima_core.formula.names import EXAMPLES
from minima_core.formula.tokens import Token

__all__ = [
    "POINT",
    "argument_count",
    "cannot_follow",
    "missing_after",
    "negative_power",
    "nothing_before",
    "wrong_sort",
]

POINT = " Write decimals with a point, as in 0.5."
_SQUARE = "Square brackets only hold an index, as in x[i]; use round brackets to group."


def missing_after(token: Token, following: Token | None) -> FormulaError:
    """Say that an operand is missing after ``token`` (and before an operator, if one follows)."""
    if following is None:
        return FormulaError(f"Something is missing after {_spelled(token)}.", token.column)
    return FormulaError(
        f"Something is missing between {_spelled(token)} and {_spelled(following)}.", following.column
    )


def nothing_before(token: Token) -> FormulaError:
    """Say that ``token`` stands where an operand is wanted."""
    if token.kind == "end":
        return FormulaError("Something is missing at the end of the formula.", token.column)
    if token.kind == ")":
        return FormulaError("Something is missing before the bracket ‘)’.", token.column)
    if token.kind in "[]":
        return FormulaError(_SQUARE, token.column)
    if token.kind == "superscript":
        return FormulaError("A raised number needs something to its left, as in x².", token.column)
    return FormulaError(f"Something is missing before {_spelled(token)}.", token.column)


def cannot_follow(token: Token, inside: Token | None = None) -> FormulaError:
    """Say that ``token`` cannot stand after an operand, ``inside`` being the bracket that is open."""
    if token.kind == ")":
        return FormulaError("The bracket ‘)’ was never opened.", token.column)
    if token.kind == ",":
        return FormulaError(
            "A comma only separates the arguments of a function; write decimals with a point, as in 0.5.",
            token.column,
        )
    if token.kind in "[]":
        return FormulaError(_SQUARE, token.column)
    if token.kind == "not":
        return FormulaError("‘and’ or ‘or’ is missing before ‘not’.", token.column)
    if token.kind == "|" and inside is not None:
        return FormulaError(f"The bracket {shown(inside.kind)} is never closed.", inside.column)
    return FormulaError(f"{_spelled(token)} cannot stand here.", token.column)


def wrong_sort(column: int, wanted_by: str) -> FormulaError:
    """Say that a number stands where ``wanted_by`` wants a condition; or, if it is empty, the reverse."""
    if not wanted_by:
        return FormulaError("A comparison can only be the condition of where(condition, a, b).", column)
    if wanted_by == "call":
        return FormulaError("The first argument of where must be a condition, such as x < 0.", column)
    if wanted_by == "not":
        return FormulaError("‘not’ needs a condition, such as not x < 0.", column)
    return FormulaError(f"‘{wanted_by}’ joins conditions, such as x < 0 {wanted_by} y < 0.", column)


def negative_power(function: str, column: int) -> FormulaError:
    """Say that sin⁻¹ x could mean two things."""
    if function in ("sin", "cos", "tan"):
        return FormulaError(f"This could mean two things: write 1/{function}(x) or a{function}(x).", column)
    return FormulaError(f"A negative power cannot stand here; write 1/{function}(x).", column)


def argument_count(spelled: str, name: str, least: int, most: int, given: int) -> str:
    """Return the sentence about too many or too few arguments."""
    if name == "atan" and given == 2:
        return "atan takes 1 argument; the angle of a point is atan2(y, x)."
    wanted = f"{least} argument{'s' * (least != 1)}" if least == most else f"at least {least} arguments"
    return f"{spelled} takes {wanted}, not {given}: {EXAMPLES.get(name, spelled + '(x)')}."


def _spelled(token: Token) -> str:
    return shown({"root": "√"}.get(token.kind, token.text))
