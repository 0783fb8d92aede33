"""Kernels: plain functions that become machine code when they are first needed.

A `Kernel` keeps an ordinary Python function. On first use it is compiled in a fresh function object whose
global names are replaced where a *specialisation* asks for it (the rule that a driver applies, the
dimension), so that modules import without numba, every kernel can be cached on disk, and no code is made
from text.

All that is loosely typed because numba is stands here and in `minima_core.compiled.faces`.
"""

from __future__ import annotations

import builtins
import ctypes
import hashlib
import threading
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

from minima_core.compiled import shortened, signatures, store
from minima_core.compiled.assembler import ObjectFile, linked

__all__ = ["Foreign", "Kernel", "compiling"]

_lock = threading.RLock()  # numba compiles one thing at a time


class Foreign:
    """A name of numba's world (an intrinsic, `carray`) made when a kernel that uses it is compiled.

    `identity` tells it from others made in the same way: machine code kept on disk goes by it.
    """

    def __init__(self, make: Callable[[], Any], identity: str = "") -> None:
        self._make = make
        self._made: Any = None
        self.identity = identity

    @property
    def dispatcher(self) -> Any:
        """What numba sees in place of this object."""
        with _lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def __call__(self, *_: Any) -> Any:
        """Refuse: such names have a meaning in machine code only."""
        raise TypeError("This works inside compiled kernels only.")


class Kernel:
    """A function to be compiled: inlined into other kernels, or, with a `face`, callable by address from C.

    Parameters
    ----------
    function
        Plain Python in numba's subset, without closure. Its global names may be kernels.
    face
        The name of its C signature in `.signatures`; none for a kernel that others inline.
    name
        Its own name, unique among kernels made from the same function: the cache on disk goes by it.
    substitutions
        Global names that are to mean something else.

    Examples
    --------
    >>> double = Kernel(lambda x: 2 * x)
    >>> double(21)          # uncompiled, as every kernel can be called
    42
    """

    def __init__(
        self,
        function: Callable[..., Any],
        face: str | None = None,
        *,
        name: str | None = None,
        substitutions: Mapping[str, Any] | None = None,
    ) -> None:
        if not isinstance(function, FunctionType) or function.__closure__:
            raise TypeError("A kernel is made from a plain function without closure.")
        self.function = function
        self.face = face
        self.name = name or function.__qualname__
        self._substitutions = dict(substitutions or {})
        self._specialised: dict[str, Kernel] = {}
        self._dispatcher: Any = None
        self._compiled: Any = None
        self.__doc__ = function.__doc__

    def __repr__(self) -> str:
        return f"<kernel {self.name}>"

    def __call__(self, *arguments: Any) -> Any:
        """Call the plain function: slow, and the reference of what the machine code does."""
        return self.function(*arguments)

    def specialised(self, suffix: str, **substitutions: Any) -> Kernel:
        """Return the kernel in which global names mean something else; the same one for the same suffix."""
        with _lock:
            if suffix not in self._specialised:
                merged = {**self._substitutions, **substitutions}
                self._specialised[suffix] = Kernel(
                    self.function, self.face, name=f"{self.name}_{suffix}", substitutions=merged
                )
            return self._specialised[suffix]

    @property
    def dispatcher(self) -> Any:
        """The numba function that other kernels inline."""
        with _lock:
            if self._dispatcher is None:
                self._dispatcher = shortened.dispatcher(self._fresh())
            return self._dispatcher

    @property
    def is_compiled(self) -> bool:
        """Whether its machine code is there already."""
        return self._compiled is not None

    @property
    def address(self) -> int:
        """The address of its C function; compiles, or loads from the cache on disk, the first time."""
        compiled = self._compiled
        if compiled is None:
            with _lock:
                if self._compiled is None:
                    self._compiled = self._compile()
                compiled = self._compiled
        return int(compiled.address)

    def callable(self) -> Any:
        """Return a Python callable of the C function; the GIL is released while it runs."""
        return signatures.prototype(self._face)(self.address)

    @property
    def _face(self) -> str:
        if self.face is None:
            raise TypeError(f"The kernel {self.name} is for inlining; it has no C signature.")
        return self.face

    def _compile(self) -> Any:
        name = self._kept_name()
        known = None if name is None else store.kept(name)
        machine = None if known is None else linked(known)
        if machine is not None:
            return machine
        compiled = shortened.compiled(self._fresh(), signatures.signature(self._face))
        if name is not None:
            store.keep(name, _object_file(compiled))
        return compiled

    def _kept_name(self) -> str | None:
        """Return the name under which its machine code is kept; None where some source cannot be read."""
        parts: dict[str, str] = {}
        if not self._gather(parts):
            return None
        digest = hashlib.sha256(repr((self._face, sorted(parts.items()))).encode()).hexdigest()[:24]
        return f"{self.name.replace('-', '_')[:120]}_{digest}"

    def _gather(self, parts: dict[str, str]) -> bool:
        """Enter all that its machine code is made from: sources, kernels that it inlines, constants."""
        code = self.function.__code__
        source = store.source_digest(code.co_filename)
        name = f"{self.function.__module__}.{self.name}"
        if source is None:
            return False
        if name in parts:
            return True
        parts[name] = source
        known = {**self.function.__globals__, **self._substitutions}
        for each in code.co_names:
            value = known.get(each)
            if isinstance(value, Kernel):
                parts[f"{name}.{each}"] = value.name
                if not value._gather(parts):
                    return False
            elif isinstance(value, Foreign):
                parts[f"{name}.{each}"] = value.identity
            elif isinstance(value, int | float | str | tuple):
                parts[f"{name}.{each}"] = repr(value)
        return True

    def _fresh(self) -> FunctionType:
        """Return a new function of the same code, in which kernels among the global names are numba's."""
        old, code = self.function, self.function.__code__
        known = {**old.__globals__, **self._substitutions}
        names: dict[str, Any] = {"__name__": old.__module__, "__builtins__": builtins}
        for each in code.co_names:
            if each in known:
                value = known[each]
                names[each] = value.dispatcher if isinstance(value, Kernel | Foreign) else value
        fresh = FunctionType(code, names, self.name.replace("-", "_"), old.__defaults__)
        fresh.__qualname__ = fresh.__name__
        fresh.__module__ = old.__module__
        fresh.__doc__ = old.__doc__
        return fresh


def _object_file(compiled: Any) -> ObjectFile:
    """Return the object file of a function that numba has just compiled."""
    library = compiled._library
    outside = [each.name for each in library._final_module.functions if each.is_declaration]
    needs = tuple(name for name in outside if not name.startswith("llvm."))
    return ObjectFile(compiled._wrapper_name, needs, library._get_compiled_object())


def compiling() -> threading.RLock:
    """Return the lock under which kernels are compiled, for whoever must not meet numba at work."""
    return _lock


def keep_alive(function: Any) -> int:
    """Return the address of a ctypes callback."""
    return int(ctypes.cast(function, ctypes.c_void_p).value or 0)
