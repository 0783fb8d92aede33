"""What the functions of formulas do, in a few words each: for completion while one types."""

from __future__ import annotations

__all__ = ["FUNCTION_MEANINGS"]

FUNCTION_MEANINGS: dict[str, str] = {
    "sin": "sine, of an angle in radians",
    "cos": "cosine, of an angle in radians",
    "tan": "tangent, with poles where the cosine vanishes",
    "asin": "inverse of the sine, from −1 to 1",
    "acos": "inverse of the cosine, from −1 to 1",
    "atan": "inverse of the tangent",
    "atan2": "atan2(y, x): the angle of the point (x, y)",
    "sinh": "hyperbolic sine",
    "cosh": "hyperbolic cosine, the shape of a hanging chain",
    "tanh": "hyperbolic tangent, an S from −1 to 1",
    "asinh": "inverse of the hyperbolic sine",
    "acosh": "inverse of the hyperbolic cosine, from 1 on",
    "atanh": "inverse of the hyperbolic tangent, between −1 and 1",
    "sec": "1/cos",
    "csc": "1/sin",
    "cot": "1/tan",
    "exp": "e to the power of",
    "expm1": "exp(x) − 1, exact for small x",
    "ln": "natural logarithm, above 0",
    "log": "natural logarithm, above 0",
    "log2": "logarithm to base 2, above 0",
    "log10": "logarithm to base 10, above 0",
    "log1p": "ln(1 + x), exact for small x",
    "sqrt": "square root, from 0 on",
    "cbrt": "cube root",
    "abs": "distance from 0; |x| is the same",
    "sign": "−1, 0 or 1",
    "floor": "the whole number below",
    "ceil": "the whole number above",
    "round": "the nearest whole number",
    "sigmoid": "1/(1 + exp(−x)), an S from 0 to 1",
    "softplus": "ln(1 + exp(x)), a smooth ramp",
    "relu": "max(x, 0), a ramp with a kink",
    "hypot": "hypot(x, y): √(x² + y²)",
    "min": "the smallest of its arguments",
    "max": "the largest of its arguments",
    "where": "where(condition, then, else)",
    "sum": "sum(i, 1, 5, …): adds up over an index",
    "prod": "prod(i, 1, 5, …): multiplies over an index",
}
"""Function → meaning, in the order in which they are offered."""
