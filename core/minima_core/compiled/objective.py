"""Objectives as C functions: from a formula's generated source, or from any Python callable.

Either way drivers see addresses, and one implementation of every method serves both. A formula's machine
code is made once for each formula and kept on disk; its parameters are read from the context, so moving one
compiles nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.abc
import importlib.machinery
import importlib.util
import math
import os
import sys
import tempfile
import threading
import weakref
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled import cache, signatures
from minima_core.compiled.assembler import Machine, assembled, libm
from minima_core.compiled.differences import differences, second_differences, slope_differences
from minima_core.compiled.kernel import Kernel, keep_alive
from minima_core.compiled.math_words import MATH

if TYPE_CHECKING:
    from minima_core.formula.machine import Assembly

__all__ = ["CallableKernels", "FormulaKernels", "Kernels", "Ledger", "Objective"]

Array: TypeAlias = NDArray[np.float64]
Objective: TypeAlias = Callable[[Array], float]


class Kernels(Protocol):
    """The compiled faces of an objective; each address compiles on first use."""

    @property
    def value(self) -> int:
        """Address of the face ``value``."""

    @property
    def value_gradient(self) -> int:
        """Address of the face ``value_gradient``."""

    @property
    def hessian(self) -> int:
        """Address of the face ``hessian``."""

    @property
    def price(self) -> int:
        """Values that one gradient costs: 1 when it is exact, 1 + 2n by differences."""

    @property
    def hessian_price(self) -> int:
        """Values that one Hessian costs: none when it is exact."""

    @property
    def hessian_gradients(self) -> int:
        """Gradients that one Hessian costs, where it is made by differences of them."""


# -- formulas ------------------------------------------------------------------------------------------------

_lock = threading.Lock()
_known: weakref.WeakValueDictionary[str, FormulaKernels] = weakref.WeakValueDictionary()
_recent: deque[FormulaKernels] = deque(maxlen=64)
"""Those made last; older ones stay while a landscape uses them. A typed formula takes half a megabyte."""


class FormulaKernels:
    """The faces of a formula, each made in milliseconds when it is first asked for.

    Parameters
    ----------
    digest
        What tells this formula from others.
    source
        Its generated module for numba (`Formula.source`), which loops inline.
    assembly
        Its faces in LLVM's assembly (`Formula.assembly`), which loops call by address.
    """

    price = 1
    hessian_price = 0
    hessian_gradients = 0

    def __init__(
        self,
        digest: str,
        source: Callable[[], str],
        assembly: Callable[[str, Callable[[str], int]], Assembly],
    ) -> None:
        self._digest = digest
        self._source = source
        self._assembly = assembly
        self._kernels: dict[str, Kernel] = {}
        self._machines: dict[str, Machine] = {}
        self._scratch_rows = 0

    @classmethod
    def of(
        cls, digest: str, source: Callable[[], str], assembly: Callable[[str, Callable[[str], int]], Assembly]
    ) -> FormulaKernels:
        """Return the faces for a digest; the same digest gives the same object: nothing is compiled twice."""
        with _lock:
            kernels = _known.get(digest)
            if kernels is None:
                kernels = _known[digest] = cls(digest, source, assembly)
                _recent.append(kernels)
            return kernels

    @property
    def digest(self) -> str:
        """What tells this formula from others."""
        return self._digest

    @property
    def value(self) -> int:
        """Address of the face ``value``."""
        return self.address("value")

    @property
    def value_gradient(self) -> int:
        """Address of the face ``value_gradient``."""
        return self.address("value_gradient")

    @property
    def hessian(self) -> int:
        """Address of the face ``hessian``."""
        return self.address("hessian")

    @property
    def scratch_rows(self) -> int:
        """Rows that the face ``grid`` needs for what depends on x alone."""
        _ = self.address("grid")
        return self._scratch_rows

    def is_ready(self, face: str) -> bool:
        """Whether a face has been compiled: asking for its address does not wait."""
        return face in self._machines

    def address(self, face: str) -> int:
        """Return the address of one of the faces of `minima_core.formula.machine`."""
        machine = self._machines.get(face)
        if machine is None:
            made = self._assembly(face, libm)
            machine = assembled(made.text, made.entry)
            if face == "grid":
                self._scratch_rows = made.scratch_rows
            machine = self._machines.setdefault(face, machine)
        return machine.address

    def kernel(self, face: str) -> Kernel:
        """Return one face as a kernel for drivers to inline: the same bits as by its address."""
        with _lock:
            if face not in self._kernels:
                module = _module(f"f_{self._digest}", self._source)
                self._kernels[face] = Kernel(getattr(module, face), face, substitutions={"math": MATH})
            return self._kernels[face]

    def inlined(self) -> Kernel:
        """Return the face ``value_gradient`` as drivers call it, with code in place of the address."""
        objective = self.kernel("value_gradient")
        return _INLINED.specialised(self._digest, objective=objective)


def _called(address: int, x: Any, c: Any, g: Any) -> float:
    value: float = objective(x, c, g)
    return value


def objective(x: Any, c: Any, g: Any) -> float:
    """Stand for the formula's own function; every specialisation of `_called` puts it here."""
    raise NotImplementedError(x, c, g)


_INLINED = Kernel(_called, name="inlined")


def _module(name: str, source: Callable[[], str]) -> ModuleType:
    """Import a generated module, from the user's cache where there is one, else from memory."""
    full = f"minima_formulas_{name}"
    if full in sys.modules:
        return sys.modules[full]
    text = source()
    folder = cache.formula_folder()
    where = None if folder is None else _written(folder / f"{name}.py", text)
    loader: importlib.abc.Loader = (
        _TextLoader(full, text) if where is None else importlib.machinery.SourceFileLoader(full, str(where))
    )
    spec = importlib.util.spec_from_loader(full, loader)
    if spec is None:
        raise ImportError(f"The module of formula {name} cannot be made.")
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    sys.modules[full] = module
    return module


def _written(file: Path, text: str) -> Path | None:
    """Write a module unless it is there; whole or not at all."""
    try:
        if file.exists() and file.read_text(encoding="utf-8") == text:
            return file
        handle, draft = tempfile.mkstemp(dir=file.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
            os.replace(draft, file)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise
    except OSError:
        return None
    return file


class _TextLoader(importlib.abc.SourceLoader):
    """Loads a module from its text, where no folder can be written."""

    def __init__(self, name: str, text: str) -> None:
        self._name, self._text = name, text

    def get_filename(self, fullname: str) -> str:
        """Return a name for messages; there is no file."""
        return f"<{self._name}>"

    def get_data(self, path: str | bytes) -> bytes:
        """Return the module's text."""
        return self._text.encode()


# -- Python callables ----------------------------------------------------------------------------------------


class Ledger:
    """What the calls of one run left behind: a count, the lowest point in the box, an exception.

    A run is known to the callback by the address of its context. `limit` is its budget: no call is made
    beyond it.
    """

    def __init__(self, lower: Array, upper: Array, limit: int) -> None:
        self.lower, self.upper = lower, upper
        self.context = np.zeros(1)
        self.raised = np.zeros(1, dtype=np.int64)
        self.limit = limit
        self.calls = 0
        self.gradients = 0
        self.error: BaseException | None = None
        self.best_value = math.inf
        self.best: Array | None = None
        _ledgers[self.context.ctypes.data] = self

    def copy(self) -> Ledger:
        """Return an independent ledger with the same entries."""
        other = Ledger(self.lower, self.upper, self.limit)
        other.load(self.save())
        return other

    def save(self) -> tuple[object, ...]:
        """Return the entries, for a checkpoint."""
        return self.calls, self.gradients, self.error, self.best_value, self.best

    def load(self, saved: tuple[object, ...]) -> None:
        """Write the entries of a checkpoint back."""
        self.calls, self.gradients, self.error, self.best_value, self.best = saved  # type: ignore[assignment]
        self.raised[0] = self.error is not None

    def fail(self, error: BaseException) -> None:
        """Keep an exception: it ends the run."""
        self.error = error
        self.raised[0] = 1

    def call(self, f: Objective, p: Array) -> float:
        """Evaluate, count, and remember."""
        if self.error is not None or self.calls >= self.limit:
            return math.nan
        self.calls += 1
        try:
            value = as_number(f(p.copy()))
        except BaseException as error:  # whatever it is, it must not travel through C
            self.fail(error)
            return math.nan
        if value < self.best_value and bool(np.all((p >= self.lower) & (p <= self.upper))):
            self.best_value, self.best = value, p.copy()
        return value

    def slope(self, gradient: Callable[[Array], object], p: Array) -> Array:
        """Call a gradient that was given, and count it."""
        if self.error is not None:
            return np.full_like(p, math.nan)
        self.gradients += 1
        try:
            return as_numbers("gradient", gradient(p.copy()), p.shape)
        except BaseException as error:
            self.fail(error)
            return np.full_like(p, math.nan)

    def curvature(self, hessian: Callable[[Array], object], p: Array) -> Array:
        """Call a Hessian that was given."""
        shape = 2 * p.shape
        if self.error is not None:
            return np.full(shape, math.nan)
        try:
            return as_numbers("Hessian", hessian(p.copy()), shape)
        except BaseException as error:
            self.fail(error)
            return np.full(shape, math.nan)


_ledgers: weakref.WeakValueDictionary[int, Ledger] = weakref.WeakValueDictionary()


def as_number(value: object) -> float:
    """Return what an objective returned as a number; arrays of one element count as one."""
    try:
        if isinstance(value, np.ndarray) and value.size == 1:
            value = value.reshape(())[()]
        if isinstance(value, str | bytes | complex | np.complexfloating):
            raise TypeError
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise TypeError(f"The objective must return a number, not {type(value).__name__}.") from None
    except OverflowError:
        return math.inf if value > 0 else -math.inf  # type: ignore[operator]


def as_numbers(what: str, values: object, shape: tuple[int, ...]) -> Array:
    """Return what a gradient or a Hessian returned as an array of this shape."""
    try:
        array = np.asarray(values)
        if array.dtype.kind == "c":
            raise TypeError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"The {what} must return {shape} numbers, not {values!r:.60}.") from None
    if array.shape != shape:
        raise ValueError(f"The {what} must have shape {shape}, not {array.shape}.")
    return array


class CallableKernels:
    """The faces of a Python callable: C functions that call it back. About 3 µs a call.

    Without a Hessian that was given, one is made by differences: of 2n gradients if these were given, or else
    of n(n + 1) values besides that at the point itself.
    """

    def __init__(
        self,
        f: Objective,
        gradient: Callable[[Array], object] | None,
        lower: Array,
        upper: Array,
        hessian: Callable[[Array], object] | None = None,
    ) -> None:
        n = len(lower)
        self.price = 1 if gradient is not None else 1 + 2 * n
        self.hessian_price = n * (n + 1) if gradient is None and hessian is None else 0
        self.hessian_gradients = 2 * n if gradient is not None and hessian is None else 0
        self._f = f
        self._gradient, self._given_hessian = gradient, hessian
        self._lower, self._upper = lower, upper
        self._vector, self._matrix = ctypes.c_double * n, ctypes.c_double * (n * n)
        self._value = signatures.prototype("value")(self._call_value)
        self._value_gradient = signatures.prototype("value_gradient")(self._call_value_gradient)
        self._hessian = signatures.prototype("hessian")(self._call_hessian)

    @property
    def value(self) -> int:
        """Address of the face ``value``."""
        return keep_alive(self._value)

    @property
    def value_gradient(self) -> int:
        """Address of the face ``value_gradient``."""
        return keep_alive(self._value_gradient)

    @property
    def hessian(self) -> int:
        """Address of the face ``hessian``."""
        return keep_alive(self._hessian)

    def _call_value(self, p: int, context: int) -> float:
        point = np.array(self._vector.from_address(p))
        return _ledgers[context].call(self._f, point)

    def _call_value_gradient(self, p: int, context: int, g: int) -> float:
        point = np.array(self._vector.from_address(p))
        ledger = _ledgers[context]
        value = ledger.call(self._f, point)
        slope = np.frombuffer(memoryview(self._vector.from_address(g)))
        if self._gradient is not None:
            slope[:] = ledger.slope(self._gradient, point)
        else:
            slope[:] = differences(lambda q: ledger.call(self._f, q), point, value, self._lower, self._upper)
        return math.nan if ledger.error is not None else value

    def _call_hessian(self, p: int, context: int, h: int) -> None:
        point, ledger = np.array(self._vector.from_address(p)), _ledgers[context]
        matrix = np.frombuffer(memoryview(self._matrix.from_address(h))).reshape(len(point), len(point))
        value, given, box = float(matrix[0, 0]), self._gradient, (self._lower, self._upper)
        if self._given_hessian is not None:
            found = ledger.curvature(self._given_hessian, point)
            matrix[:] = (found + found.T) / 2.0
        elif given is not None:
            matrix[:] = slope_differences(lambda q: ledger.slope(given, q), point, *box)
        else:
            matrix[:] = second_differences(lambda q: ledger.call(self._f, q), point, value, *box)
