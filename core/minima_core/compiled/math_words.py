"""What ``math`` means in the generated source of formulas: the functions that tiles use, the same bits.

Loops with a formula inlined are compiled by numba from `Formula.source`, which says ``math.sin``; all other
machine code of a formula is `minima_core.formula.machine`'s, with sines of its own. So here ``math`` is a
module of the same sines, and of Python's own functions where tiles call the C library.
"""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

from minima_core.compiled.kernel import Foreign, Kernel
from minima_core.formula import elementary

__all__ = ["MATH"]


def _bit_cast(to_integer: bool) -> Any:
    """Make the intrinsic that takes the bits of a number for an integer, or the other way round."""
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic

    wanted = types.int64 if to_integer else types.float64
    given = types.float64 if to_integer else types.int64

    def bit_cast(typingctx: Any, x: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], ir.IntType(64) if to_integer else ir.DoubleType())

        return wanted(given), code

    return intrinsic(bit_cast)


def _divided(a: float, b: float) -> float:
    """Return a/b: compiled, a division by zero raises nothing."""
    return a / b


_WORDS: dict[str, Kernel | Foreign] = {
    "bits": Foreign(lambda: _bit_cast(True)),
    "double": Foreign(lambda: _bit_cast(False)),
    "divide": Kernel(_divided, name="divide"),
    **{name: Kernel(getattr(elementary, name)) for name in ("select", "fabs")},
}
_WORDS["sqrt"] = Kernel(elementary.sqrt)
for _name in ("mended_sin", "mended_cos"):
    _WORDS[_name] = Kernel(getattr(elementary, _name), substitutions=dict(_WORDS))
for _name in ("quarter_turn", "expm1"):
    _WORDS[_name] = Kernel(getattr(elementary, _name), substitutions=dict(_WORDS))

_OURS = {
    name: Kernel(getattr(elementary, name), name=f"own_{name}", substitutions=_WORDS)
    for name in ("sin", "cos", "exp", "log", "tanh", "hypot")
}


def _module() -> ModuleType:
    """Make the module, as numba sees it."""
    module = ModuleType("minima_math")
    module.__dict__.update({name: each for name, each in vars(math).items() if not name.startswith("_")})
    module.__dict__.update({name: kernel.dispatcher for name, kernel in _OURS.items()})
    return module


MATH = Foreign(_module)
"""The module, to be put in the place of ``math`` among the global names of a kernel."""
