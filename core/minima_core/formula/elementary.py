"""Sine, cosine, exponential, logarithm, tanh and hypot without branches: they fill vector registers.

Each function is written once, and means three things: plain Python on numbers (the reference), numba's
machine code (`minima_core.compiled.math_words`), and LLVM's instructions on a register of lanes
(`minima_core.formula.machine`). All three do the same operations in the same order, without fused
multiply-add, so that one point and a tile of points give the same bits on every machine.

======== ===================================== ========================================================
function error                                 beyond
======== ===================================== ========================================================
sin, cos < 1 ulp for |x| ≤ 1.6·10⁶             libm's, for larger ones; nan for ±∞ and nan
exp      < 1 ulp                               0 and ∞ where the result is too small or too large
log      < 1 ulp                               −∞ at 0, nan below, ∞ at ∞
tanh     < 3 ulp                               ±1
hypot    < 2 ulp                               no overflow on the way; ∞ if one side is, even beside nan
======== ===================================== ========================================================

Near a zero of sin or cos other than 0 the error is below 10⁻²⁹ where that is more than an ulp.

References
----------
fdlibm (K. C. Ng, Sun Microsystems 1993): its polynomials and constants. W. J. Cody, W. Waite, "Software
manual for the elementary functions", 1980: the reduction of arguments in two pieces that are exact.
"""

from __future__ import annotations

import math
import struct
from typing import Any

__all__ = [
    "HELPERS",
    "LARGE",
    "bits",
    "cos",
    "double",
    "exp",
    "expm1",
    "fabs",
    "hypot",
    "log",
    "mended_cos",
    "mended_sin",
    "select",
    "sin",
    "sqrt",
    "tanh",
]

LARGE = 1.6e6
"""Beyond this sines and cosines are libm's: the reduction of the argument is no longer exact."""

INFINITY = math.inf
NAN = math.nan
MAGIC = 6755399441055744.0  # 1.5 · 2⁵²: adding it leaves an integer in the last bits
MAGIC_BITS = 0x4338000000000000

# π/2 in a piece of 33 bits, a second one, and the rest.
TWO_OVER_PI = 6.36619772367581382433e-01
PIO2_1 = 1.57079632673412561417e00
PIO2_2 = 6.07710050630396597660e-11
PIO2_2T = 2.02226624879595063154e-21
S1, S2, S3 = -1.66666666666666324348e-01, 8.33333333332248946124e-03, -1.98412698298579493134e-04
S4, S5, S6 = 2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10
C1, C2, C3 = 4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05
C4, C5, C6 = -2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11

LOG2_E = 1.44269504088896338700e00
LN2_HI, LN2_LO = 6.93147180369123816490e-01, 1.90821492927058770002e-10
P1, P2, P3 = 1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05
P4, P5 = -1.65339022054652515390e-06, 4.13813679705723846039e-08

L1, L2, L3, L4 = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
)
L5, L6, L7 = 1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01


# -- the words that mean something else in each of the three worlds -----------------------------------------


def bits(x: Any) -> Any:
    """Return the 64 bits of a number as an integer."""
    return struct.unpack("<q", struct.pack("<d", x))[0]


def double(b: Any) -> Any:
    """Return the number that has these 64 bits."""
    return struct.unpack("<d", struct.pack("<Q", b & 0xFFFFFFFFFFFFFFFF))[0]


def select(condition: Any, a: Any, b: Any) -> Any:
    """Return a where the condition holds, else b."""
    return a if condition else b


def fabs(x: Any) -> Any:
    """Return |x|."""
    return math.fabs(x)


def sqrt(x: Any) -> Any:
    """Return √x, correctly rounded; nan below 0."""
    return math.sqrt(x) if x >= 0.0 else NAN


def divide(a: Any, b: Any) -> Any:
    """Return a/b as the processor does: Python's own division raises where b is 0."""
    if b != 0.0:
        return a / b
    return NAN if a == 0.0 or math.isnan(a) else math.copysign(INFINITY, a) * math.copysign(1.0, b)


def mended_sin(x: Any, y: Any) -> Any:
    """Return y, but libm's sine of x where x is large."""
    return math.sin(x) if LARGE < fabs(x) < INFINITY else y


def mended_cos(x: Any, y: Any) -> Any:
    """Return y, but libm's cosine of x where x is large."""
    return math.cos(x) if LARGE < fabs(x) < INFINITY else y


HELPERS = ("bits", "double", "select", "fabs", "sqrt", "divide", "mended_sin", "mended_cos")


# -- the functions ------------------------------------------------------------------------------------------


def quarter_turn(x: Any, turn: Any) -> Any:
    """Return the sine of x + turn·π/2, for |x| ≤ `LARGE`: polynomials on [−π/4, π/4]."""
    shifted = x * TWO_OVER_PI + MAGIC
    k = shifted - MAGIC
    q = bits(shifted) + turn
    r = x - k * PIO2_1  # exact, as both have few bits
    w = k * PIO2_2
    high = r - w
    tail = ((r - high) - w) - k * PIO2_2T
    y = high + tail
    t = (high - y) + tail
    z = y * y
    v = z * y
    odd = y - ((z * (0.5 * t - v * (S2 + z * (S3 + z * (S4 + z * (S5 + z * S6))))) - t) - v * S1)
    half = 0.5 * z
    one = 1.0 - half
    even = one + (
        ((1.0 - one) - half) + (z * (z * (C1 + z * (C2 + z * (C3 + z * (C4 + z * (C5 + z * C6)))))) - y * t)
    )
    chosen = select((q & 1) == 0, odd, even)
    return double(bits(chosen) ^ ((q & 2) << 62))


def sin(x: Any) -> Any:
    """Return sin x."""
    return mended_sin(x, select(x == 0.0, x, quarter_turn(x, 0)))  # −0 stays −0


def cos(x: Any) -> Any:
    """Return cos x."""
    return mended_cos(x, quarter_turn(x, 1))


def exp(x: Any) -> Any:
    """Return eˣ = 2ᵏ eʳ with |r| ≤ ½ ln 2; 2ᵏ is multiplied in two halves, neither of which overflows."""
    t = select(x > 710.0, 710.0, select(x < -746.0, -746.0, x))
    shifted = t * LOG2_E + MAGIC
    k = shifted - MAGIC
    n = bits(shifted) - MAGIC_BITS
    high = t - k * LN2_HI
    low = k * LN2_LO
    r = high - low
    z = r * r
    c = r - z * (P1 + z * (P2 + z * (P3 + z * (P4 + z * P5))))
    y = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    half = n >> 1
    return (y * double((half + 1023) << 52)) * double(((n - half) + 1023) << 52)


def expm1(x: Any) -> Any:
    """Return eˣ − 1 for |x| ≤ 700, exact to two ulp near 0 too."""
    shifted = x * LOG2_E + MAGIC
    k = shifted - MAGIC
    n = bits(shifted) - MAGIC_BITS
    high = x - k * LN2_HI
    low = k * LN2_LO
    r = high - low
    z = r * r
    c = r - z * (P1 + z * (P2 + z * (P3 + z * (P4 + z * P5))))
    small = ((r * c) / (2.0 - c) - low) + high
    power = double((n + 1023) << 52)
    return power * small + (power - 1.0)


def log(x: Any) -> Any:
    """Return ln x = k ln 2 + ln(1 + f) with 1 + f between √½ and √2."""
    tiny = x < 2.2250738585072014e-308
    b = bits(select(tiny, x * 18014398509481984.0, x)) + 0x00095F6200000000
    k = double(((b >> 52) - select(tiny, 1077, 1023)) + MAGIC_BITS) - MAGIC
    f = double((b & 0x000FFFFFFFFFFFFF) + 0x3FE6A09E00000000) - 1.0
    half = 0.5 * f * f
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    rest = z * (L1 + w * (L3 + w * (L5 + w * L7))) + w * (L2 + w * (L4 + w * L6))
    y = (((s * (half + rest) + k * LN2_LO) - half) + f) + k * LN2_HI
    y = select(x > 0.0, y, select(x == 0.0, -INFINITY, NAN))
    return select(x == INFINITY, x, y)


def tanh(x: Any) -> Any:
    """Return tanh |x| = t/(t + 2) with t = e^{2|x|} − 1, and the sign of x."""
    a = fabs(x)
    t = expm1(2.0 * select(a > 22.0, 22.0, a))
    y = t / (t + 2.0)
    return double(bits(y) | (bits(x) & -0x8000000000000000))


def hypot(a: Any, b: Any) -> Any:
    """Return √(a² + b²) = p √(1 + (q/p)²) with p the longer side."""
    a, b = fabs(a), fabs(b)
    p = select(a > b, a, b)
    q = select(a > b, b, a)
    share = select(p == 0.0, 0.0, divide(q, p))
    y = p * sqrt(1.0 + share * share)
    return select(a == INFINITY, a, select(b == INFINITY, b, y))
