"""Faces of one's own: the address of a kernel, for machine code that hands it on as an objective.

A method that drives another one may put something in the objective's place. The kernel that does it is
compiled along with the method's loop, into the same object file, and called through its C signature.
"""

from __future__ import annotations

from typing import Any

from minima_core.compiled import signatures
from minima_core.compiled.kernel import Foreign, Kernel

__all__ = ["OwnFace"]


class OwnFace(Foreign):
    """``address()``: where the machine code of a kernel that has a face stands, in kernels that use this."""

    def __init__(self, kernel: Kernel) -> None:
        if kernel.face is None:
            raise TypeError(f"The kernel {kernel.name} is for inlining; it has no C signature.")
        super().__init__(lambda: _address_of(kernel))
        self._kernel = kernel

    @property
    def identity(self) -> str:
        """What its machine code is made from."""
        return self._kernel._kept_name() or ""

    @identity.setter
    def identity(self, _: str) -> None:
        """It goes by the kernel alone."""


def _address_of(kernel: Kernel) -> Any:
    """Make the intrinsic that compiles a kernel as a C function beside the one that asks for its address."""
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic

    face = signatures.signature(str(kernel.face))

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        nothing = face.return_type == types.void
        back = ir.VoidType() if nothing else context.get_value_type(face.return_type)
        kind = ir.FunctionType(back, [context.get_value_type(each) for each in face.args])
        name = builder.module.get_unique_name(f"own_face_{kernel.name}")
        function = ir.Function(builder.module, kind, name)
        function.linkage = "internal"
        within = ir.IRBuilder(function.append_basic_block("entry"))
        inlined = kernel.dispatcher
        inlined.compile(face.args)
        result = inlined.overloads[face.args]
        context.active_code_library.add_linking_library(result.library)
        _, value = context.call_internal_no_propagate(within, result.fndesc, face, function.args)
        if nothing:
            within.ret_void()
        else:
            within.ret(value)
        return builder.ptrtoint(function, ir.IntType(64))

    def address(typingctx: Any) -> Any:
        return types.int64(), code

    return intrinsic(address)
