"""Machine code from LLVM assembly, without numba: ten milliseconds where numba takes some hundred.

Most of that time is spent inside LLVM, where Python's lock is released: compiling in the background does not
hold up a window.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import sys
import threading
from dataclasses import dataclass
from typing import Any

__all__ = ["Machine", "ObjectFile", "assembled", "libm", "linked"]

_lock = threading.Lock()


class Machine:
    """A function in machine code; it stays where it is as long as this object is kept."""

    def __init__(self, engine: Any, address: int) -> None:
        self._engine, self.address = engine, address


def assembled(text: str, entry: str) -> Machine:
    """Return the machine code of the function `entry` in a module of LLVM assembly, for this processor."""
    from llvmlite import binding

    with _lock:
        target = _target()
        module = binding.parse_assembly(text)
        engine = binding.create_mcjit_compiler(module, target)
        engine.finalize_object()
        return Machine(engine, int(engine.get_function_address(entry)))


@dataclass(frozen=True)
class ObjectFile:
    """Machine code that numba made: the name of its function, names that it needs, and the file's bytes."""

    entry: str
    needs: tuple[str, ...]
    code: bytes


def linked(made: ObjectFile) -> Machine | None:
    """Return the machine code of an object file that was made on this machine; numba need not be loaded.

    None where it needs a name that nobody has: LLVM would end the process.
    """
    from llvmlite import binding

    with _lock:
        target = _target()
        # The engine comes first: with it, the names of this process can be found.
        engine = binding.create_mcjit_compiler(binding.parse_assembly(""), target)
        for name in made.needs:
            if binding.address_of_symbol(name) is None:
                if name not in _NUMBAS_OWN:
                    return None
                binding.add_symbol(name, _abort())
        engine.add_object_file(binding.ObjectFileRef.from_data(made.code))
        engine.finalize_object()
        return Machine(engine, int(engine.get_function_address(made.entry)))


_NUMBAS_OWN = (
    "NRT_Free",
    "NRT_MemInfo_call_dtor",
    "numba_do_raise",
    "numba_gil_ensure",
    "numba_gil_release",
    "numba_runtime_build_excinfo_struct",
    "numba_unpickle",
)
"""What compiled code calls to raise a Python exception or to free memory of numba's.

Kernels do neither (they have no `raise`, divide as C does, and own no arrays), but the ways there are in
every object file and want an address. Where numba is not loaded there is nobody to do it.
"""


def _abort() -> int:
    library = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
    return int(ctypes.cast(library.abort, ctypes.c_void_p).value or 0)


def _target() -> Any:
    """Return a description of this processor; each engine takes one of its own."""
    from llvmlite import binding

    triple, name, features = _host()
    kind = binding.Target.from_triple(triple)
    return kind.create_target_machine(cpu=name, features=features, opt=2, jit=True)


@functools.cache
def _host() -> tuple[str, str, str]:
    from llvmlite import binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return (
        binding.get_process_triple(),
        binding.get_host_cpu_name(),
        binding.get_host_cpu_features().flatten(),
    )


@functools.cache
def libm(name: str) -> int:
    """Return the address of a function of the C library of mathematics."""
    function = getattr(_library(), name)
    return int(ctypes.cast(function, ctypes.c_void_p).value or 0)


@functools.cache
def _library() -> ctypes.CDLL:
    if sys.platform == "win32":
        return ctypes.CDLL("ucrtbase")
    return ctypes.CDLL(ctypes.util.find_library("m") if sys.platform == "darwin" else "libm.so.6")
