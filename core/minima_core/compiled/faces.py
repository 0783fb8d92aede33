"""The words by which kernels follow an address: calls of C functions, arrays and frames in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minima_core.compiled.frame import FRAME
from minima_core.compiled.kernel import Foreign

__all__ = [
    "as_array",
    "call_advance",
    "call_hessian",
    "call_tile",
    "call_value",
    "call_value_gradient",
    "doubles",
    "frame_at",
    "integer_pointer",
    "matrix",
    "pair",
    "pointer",
    "record_pointer",
    "room_for",
    "settings_pointer",
]


def _array_of(context: Any, builder: Any, kind: Any, start: Any, shape: Sequence[Any]) -> Any:
    """Write the structure by which numba knows an array, C-contiguous, over memory that nobody frees."""
    from numba import types
    from numba.np.arrayobj import make_array, populate_array

    place = make_array(kind)(context, builder)
    size = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    step = context.get_constant(types.intp, size)
    strides = [step]
    for length in reversed(shape[1:]):
        step = builder.mul(step, length)
        strides.insert(0, step)
    populate_array(place, start, list(shape), strides, size, None)
    return place._getvalue()


def _as_array_intrinsic() -> Any:
    """Make the intrinsic that sees what a pointer points to as an array, C-contiguous."""
    from numba import types
    from numba.core import cgutils
    from numba.extending import intrinsic

    def as_array(typingctx: Any, start: Any, lengths: Any) -> Any:
        kind = types.Array(start.dtype, len(lengths), "C")
        whole = types.UniTuple(types.intp, len(lengths))

        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            shape = cgutils.unpack_tuple(builder, arguments[1])
            return _array_of(context, builder, kind, arguments[0], shape)

        return kind(start, whole), code

    return intrinsic(as_array)


def _numbers_at(dimensions: int) -> Any:
    """Make the intrinsic that sees the doubles at an address as an array."""
    from numba import types
    from numba.extending import intrinsic

    kind = types.Array(types.float64, dimensions, "C")

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        start = builder.inttoptr(arguments[0], context.get_value_type(types.CPointer(types.float64)))
        return _array_of(context, builder, kind, start, arguments[1:])

    if dimensions == 1:

        def doubles(typingctx: Any, address: Any, n: Any) -> Any:
            return kind(types.int64, types.int64), code

        return intrinsic(doubles)

    def matrix(typingctx: Any, address: Any, rows: Any, n: Any) -> Any:
        return kind(types.int64, types.int64, types.int64), code

    return intrinsic(matrix)


def _record_at(element: Any) -> Any:
    """Make the intrinsic that sees what stands at an address as a structure."""
    from numba import from_dtype, types
    from numba.extending import intrinsic

    target = from_dtype(np.dtype(element))

    def record(typingctx: Any, address: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(target))

        return target(types.int64), code

    return intrinsic(record)


def _pointer_to(element: Any) -> Any:
    """Make the intrinsic that reads an integer as the address of elements of a type."""
    from numba import from_dtype, types
    from numba.extending import intrinsic

    target = from_dtype(np.dtype(element))
    pointer_type = types.CPointer(target)

    def pointer(typingctx: Any, address: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(pointer_type))

        return pointer_type(types.int64), code

    return intrinsic(pointer)


def _room_for(count: int) -> Any:
    """Make the intrinsic that gives doubles on the stack: they overlap nothing, and few stay in registers."""
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils
    from numba.extending import intrinsic

    pointer_type = types.CPointer(types.float64)

    def room(typingctx: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            place = cgutils.alloca_once(builder, ir.DoubleType(), size=count)
            if count > 2:
                place.align = 64  # a cache line, which a vector register fills
            return place

        return pointer_type(), code

    return intrinsic(room)


def _call_objective(pointers: int) -> Any:
    """Make the intrinsic that calls a C function from doubles to a double by its address."""
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic

    p = types.CPointer(types.float64)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        double = ir.DoubleType()
        kind = ir.FunctionType(double, [double.as_pointer()] * pointers).as_pointer()
        return builder.call(builder.inttoptr(arguments[0], kind), arguments[1:])

    if pointers == 2:

        def value(typingctx: Any, address: Any, x: Any, c: Any) -> Any:
            return types.float64(types.int64, p, p), code

        return intrinsic(value)

    def value_gradient(typingctx: Any, address: Any, x: Any, c: Any, g: Any) -> Any:
        return types.float64(types.int64, p, p, p), code

    return intrinsic(value_gradient)


def _call_hessian() -> Any:
    """Make the intrinsic that calls the face ``hessian`` of an objective by its address."""
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic

    p = types.CPointer(types.float64)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [ir.DoubleType().as_pointer()] * 3).as_pointer()
        builder.call(builder.inttoptr(arguments[0], kind), arguments[1:])
        return context.get_dummy_value()

    def hessian(typingctx: Any, address: Any, x: Any, c: Any, h: Any) -> Any:
        return types.void(types.int64, p, p, p), code

    return intrinsic(hessian)


def _call_tile() -> Any:
    """Make the intrinsic that calls the face ``tile`` of a formula by its address."""
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic

    p = types.CPointer(types.float64)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        numbers, whole = ir.DoubleType().as_pointer(), ir.IntType(64)
        kind = ir.FunctionType(whole, [numbers] * 4 + [whole]).as_pointer()
        return builder.call(builder.inttoptr(arguments[0], kind), arguments[1:])

    def tile(typingctx: Any, address: Any, x: Any, c: Any, f: Any, g: Any, lanes: Any) -> Any:
        return types.int64(types.int64, p, p, p, p, types.int64), code

    return intrinsic(tile)


def _call_advance() -> Any:
    """Make the intrinsic that lets one driver drive another by its address."""
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole = ir.IntType(64)
        kind = ir.FunctionType(whole, [whole, whole]).as_pointer()
        return builder.call(builder.inttoptr(arguments[0], kind), arguments[1:])

    def advance(typingctx: Any, function: Any, frame: Any, steps: Any) -> Any:
        return types.int64(types.int64, types.int64, types.int64), code

    return intrinsic(advance)


_as_array = Foreign(_as_array_intrinsic)
_double_at = Foreign(lambda: _pointer_to("f8"))
_integer_at = Foreign(lambda: _pointer_to("i8"))

pointer = _double_at
"""``pointer(address)``: the doubles at an address, as C sees them."""

integer_pointer = _integer_at
"""``integer_pointer(address)``: the integers at an address, as C sees them."""


def room_for(count: int) -> Foreign:
    """Return ``room()``: so many doubles of the function's own, gone when it returns."""
    return Foreign(lambda: _room_for(count), f"room {count}")


pair = room_for(2)
"""``pair()``: two doubles of the function's own, as C sees them; they are gone when it returns."""

as_array = _as_array
"""``as_array(pointer, shape)``: what a pointer points to, as an array."""

call_value = Foreign(lambda: _call_objective(2))
"""``call_value(address, x, c)``: the face ``value`` by address."""

call_value_gradient = Foreign(lambda: _call_objective(3))
"""``call_value_gradient(address, x, c, g)``: the face ``value_gradient`` by address."""

call_hessian = Foreign(_call_hessian)
"""``call_hessian(address, x, c, h)``: the face ``hessian`` by address; h is n × n, row by row."""

call_tile = Foreign(_call_tile)
"""``call_tile(address, x, c, f, g, lanes)``: the face ``tile`` by address; 0 if all values are finite."""

call_advance = Foreign(_call_advance)
"""``call_advance(address, frame address, steps)``: the face ``advance`` by address."""


def record_pointer(layout: np.dtype[Any]) -> Foreign:
    """Return ``record_pointer(address)``: records of a structure, as C sees them."""
    return Foreign(lambda: _pointer_to(layout), f"records of {layout.descr}")


def settings_pointer(names: Sequence[str]) -> Foreign:
    """Return ``settings_pointer(address)``: a method's settings, by name."""
    return record_pointer(np.dtype([(name, "f8") for name in names]))


doubles = Foreign(lambda: _numbers_at(1))
"""``doubles(address, n)``: the n doubles at an address, as an array."""

matrix = Foreign(lambda: _numbers_at(2))
"""``matrix(address, rows, n)``: the rows × n doubles at an address as an array, row by row."""

frame_at = Foreign(lambda: _record_at(FRAME))
"""``frame_at(address)``: the frame at an address."""
