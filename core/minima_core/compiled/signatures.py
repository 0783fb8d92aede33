"""The C signatures by which compiled code is called.

==================  =====================================================================================
``value``           ``double f(const double *p, const double *context)``
``value_gradient``  ``double f(const double *p, const double *context, double *gradient)``
``hessian``         ``void f(const double *p, const double *context, double *hessian)``, which may find the
                    value at p in ``hessian[0]``
``advance``         ``int64_t f(int64_t address of a frame, int64_t steps)``: steps done
==================  =====================================================================================
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any

__all__ = ["prototype", "signature"]

_POINTER = ctypes.c_void_p
_PROTOTYPES: dict[str, Any] = {
    "value": ctypes.CFUNCTYPE(ctypes.c_double, _POINTER, _POINTER),
    "value_gradient": ctypes.CFUNCTYPE(ctypes.c_double, _POINTER, _POINTER, _POINTER),
    "hessian": ctypes.CFUNCTYPE(None, _POINTER, _POINTER, _POINTER),
    "advance": ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64, ctypes.c_int64),
}


def prototype(face: str) -> Any:
    """Return the ctypes function type of a face; calls through it release the GIL."""
    return _PROTOTYPES[face]


@functools.cache
def signature(face: str) -> Any:
    """Return numba's signature of a face."""
    from numba import types

    number, whole = types.float64, types.int64
    p = types.CPointer(number)
    return {
        "value": lambda: number(p, p),
        "value_gradient": lambda: number(p, p, p),
        "hessian": lambda: types.void(p, p, p),
        "advance": lambda: whole(whole, whole),
    }[face]()
