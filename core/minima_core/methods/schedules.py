"""Learning-rate schedules: declared like methods, written like them, and part of every gradient method.

    mc.method("adam", lr=0.01, schedule=mc.schedule("cosine", T_max=50, eta_min=1e-3))
    adam,lr=0.01,schedule=cosine(T_max=50,eta_min=0.001)

What kinds there are, `schedule_kinds` declares; how a rate is worked out, `minima_core.compiled.schedule`.
"""

from __future__ import annotations

import itertools
import math
import threading
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.compiled.schedule import KINDS, WIDTH, rate_at
from minima_core.methods.schedule_kinds import KINDS_BY_NAME, Kind
from minima_core.methods.specification import (
    AUTO,
    READERS,
    Inner,
    Setting,
    SpecificationError,
    near,
    show,
    split,
)

__all__ = ["NONE", "Kind", "Schedule", "describe_schedule", "schedule", "schedule_names"]

Piece: TypeAlias = "float | int | bool | str | tuple[int, ...] | tuple[Schedule, ...]"


_TORCH = {each.torch: each.name for each in KINDS_BY_NAME.values() if each.torch}
MOST_LISTED = 64

_lock = threading.Lock()
_programs: dict[bytes, NDArray[np.float64]] = {}
"""The tables of all schedules ever run, by their bytes: loops hold their addresses, so none is let go."""


def schedule_names() -> tuple[str, ...]:
    """Return the names of all schedules, in the order in which they are offered.

    Examples
    --------
    >>> "one-cycle" in schedule_names()
    True
    """
    return tuple(KINDS_BY_NAME)


def describe_schedule(name: str) -> Kind:
    """Return what a kind of schedule declares about itself; PyTorch's class names are understood.

    Raises
    ------
    SpecificationError
        For an unknown name; near ones are named.
    """
    known = KINDS_BY_NAME.get(_TORCH.get(str(name), str(name)))
    if known is None:
        raise SpecificationError(f"There is no schedule “{name}”{near(str(name), KINDS_BY_NAME)}")
    return known


def schedule(name: str, **settings: Any) -> Schedule:
    """Return a learning-rate schedule.

    Examples
    --------
    >>> str(schedule("cosine", T_max=50, eta_min=1e-3))
    'cosine(T_max=50,eta_min=0.001)'
    >>> warm = schedule("sequential", schedulers=(schedule("linear"), schedule("cosine")), milestones=5)
    >>> [round(rate, 4) for rate in warm.rates(0.3, 7).tolist()]
    [0.1, 0.14, 0.18, 0.22, 0.26, 0.3, 0.3]
    """
    return Schedule(name, settings)


class Schedule(Inner):
    """A kind of schedule and the settings given explicitly: frozen, hashable, and with one text form."""

    __slots__ = ("_pairs", "_program", "name")
    name: str
    _pairs: tuple[tuple[str, Piece], ...]
    _program: NDArray[np.float64] | None

    def __init__(self, name: str, settings: Mapping[str, Any] = MappingProxyType({})) -> None:
        kind = describe_schedule(name)
        known = {each.name: each for each in kind.settings}
        checked: dict[str, Piece] = {}
        for key, value in settings.items():
            if key not in known:
                raise SpecificationError(
                    f"The schedule “{kind.name}” has no setting “{key}”{near(key, known)}"
                )
            if value is not AUTO and value is not None:
                checked[key] = _checked(kind, known[key], value)
        pairs = tuple((each.name, checked[each.name]) for each in kind.settings if each.name in checked)
        object.__setattr__(self, "name", kind.name)
        object.__setattr__(self, "_pairs", pairs)
        object.__setattr__(self, "_program", None)
        wrong = _wrong(self)
        if wrong:
            raise SpecificationError(wrong)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("A schedule does not change; use replace(...) to make another one.")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("A schedule does not change; use replace(...) to make another one.")

    def __reduce__(self) -> tuple[Any, ...]:
        return Schedule, (self.name, dict(self._pairs))

    @classmethod
    def of(cls, value: Any) -> Schedule:
        """Return a schedule from itself, from its text form, or from None.

        Raises
        ------
        SpecificationError
            With a sentence, for anything else.
        """
        if isinstance(value, Schedule):
            return value
        if value is None:
            return NONE
        if isinstance(value, str):
            return _read(value, 0)
        raise SpecificationError(f"A schedule is written like cosine(T_max=50), not {value!r}.")

    @property
    def settings(self) -> Mapping[str, Piece]:
        """The settings that were given, by name."""
        return MappingProxyType(dict(self._pairs))

    @property
    def kind(self) -> Kind:
        """What its kind declares."""
        return KINDS_BY_NAME[self.name]

    def get(self, name: str) -> Any:
        """Return a setting as it was given, or its default."""
        for key, value in self._pairs:
            if key == name:
                return value
        return next(each.default for each in self.kind.settings if each.name == name)

    def replace(self, **settings: Any) -> Schedule:
        """Return the same with other settings; AUTO takes one back to its default."""
        return Schedule(self.name, {**dict(self._pairs), **settings})

    def __str__(self) -> str:
        shown = ",".join(f"{key}={_shown(value)}" for key, value in self._pairs)
        return f"{self.name}({shown})" if shown else self.name

    def __repr__(self) -> str:
        return f"Schedule.of({str(self)!r})"

    def __bool__(self) -> bool:
        return self.name != "none"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Schedule):
            return NotImplemented
        return self.name == other.name and self._pairs == other._pairs

    def __hash__(self) -> int:
        return hash((self.name, self._pairs))

    # -- numbers --------------------------------------------------------------------------------------------

    @property
    def program(self) -> NDArray[np.float64]:
        """The table that the compiled loop reads; the same array for the same numbers."""
        if self._program is None:
            table = _encoded(self)
            with _lock:
                object.__setattr__(self, "_program", _programs.setdefault(table.tobytes(), table))
        assert self._program is not None
        return self._program

    @property
    def address(self) -> int:
        """Where the table stands in memory; 0 for no schedule. It fits into a double, as all addresses do."""
        return int(self.program.ctypes.data) if self else 0

    def rates(self, lr: float, steps: int) -> NDArray[np.float64]:
        """Return the learning rates of the first steps, (steps,): the t-th is that of step t + 1.

        Raises
        ------
        SpecificationError
            For a schedule that looks at the loss: its rates are known only to the run.
        """
        if self.name == "plateau":
            raise SpecificationError(
                "What rate comes after a plateau depends on the loss; only a run knows it."
            )
        table = self.program
        return np.array([rate_at(table, float(t), float(lr)) for t in range(steps)])


def _shown(value: Piece) -> str:
    """Return a value as the text form writes it."""
    if isinstance(value, tuple):
        return f"({','.join(str(each) for each in value)})"
    return show(value)


def _checked(kind: Kind, setting: Setting, value: Any) -> Piece:
    """Return a value in the setting's own type."""
    if setting.scale == "schedules":
        pieces = _pieces(value)
        if not 1 <= len(pieces) <= MOST_LISTED:
            raise SpecificationError(f"A sequence has 1 to {MOST_LISTED} schedules, not {len(pieces)}.")
        return tuple(Schedule.of(each) for each in pieces)
    if setting.scale == "steps":
        one = Setting(setting.name, "", "", 0, setting.lower, 1e9, "integer")
        pieces = _pieces(value)
        if len(pieces) > MOST_LISTED:
            raise SpecificationError(f"There can be at most {MOST_LISTED} milestones, not {len(pieces)}.")
        return tuple(int(one.checked(kind.name, each)) for each in pieces)  # type: ignore[arg-type]
    return setting.checked(kind.name, value)  # type: ignore[return-value]


def _pieces(value: Any) -> list[Any]:
    """Return the members of a list: given as such, as one member, or in brackets in a text."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("(") and text.endswith(")"):
            text = text[1:-1]
        return [each.strip() for each in split(text) if each.strip()]
    return list(value) if isinstance(value, Iterable) else [value]


def _wrong(one: Schedule) -> str | None:
    """Return what is wrong with a combination of settings."""
    if one.name in {"multi-step", "sequential"}:
        milestones = one.get("milestones")
        if any(a >= b for a, b in itertools.pairwise(milestones)):
            return f"The milestones of {one.name} must rise, not {_shown(milestones)}."
    if one.name == "sequential":
        schedulers = one.get("schedulers")
        if not schedulers:
            return "A sequence needs its schedules: sequential(schedulers=(linear,cosine),milestones=(5))."
        if len(milestones) != len(schedulers) - 1:
            return (
                f"A sequence of {len(schedulers)} schedules needs {len(schedulers) - 1} milestones, "
                f"not {len(milestones)}."
            )
        if any(each.name == "plateau" for each in schedulers):
            return "A plateau has no place in a sequence: when it comes is not a matter of steps."
    if one.name == "linear" and one.get("start_factor") <= 0.0:
        return "The start_factor of linear must lie above 0."
    if one.name == "plateau" and one.get("factor") >= 1.0:
        return "The factor of plateau must lie below 1."
    return None


def _read(text: str, depth: int) -> Schedule:
    """Read ``name`` or ``name(setting=value,...)``."""
    text = text.strip()
    if text.count("(") > MOST_LISTED:
        raise SpecificationError("Schedules are nested too deeply.")
    name, bracket, rest = text.partition("(")
    if not bracket:
        return Schedule(name.strip())
    if not rest.endswith(")"):
        raise SpecificationError(f"“{text}” is no schedule; one is written like cosine(T_max=50).")
    settings: dict[str, Any] = {}
    inside = rest[:-1]
    for piece in split(inside) if inside.strip() else []:
        key, equals, value = piece.partition("=")
        key, value = key.strip(), value.strip()
        if not equals or not key or not value:
            raise SpecificationError(
                f"“{piece.strip()}” in “{text}” is not a setting; one is written name=value."
            )
        if key in settings:
            raise SpecificationError(f"The setting {key} is given twice in “{text}”.")
        settings[key] = value
    return Schedule(name.strip(), settings)


def _parts(one: Schedule, begin: int, end: float) -> list[tuple[int, Schedule]]:
    """Return the schedules of a sequence, sequences in it unfolded, with the steps at which they begin."""
    if one.name != "sequential":
        return [(begin, one)]
    begins = [begin, *(begin + each for each in one.get("milestones"))]
    parts: list[tuple[int, Schedule]] = []
    for inner, first, after in zip(one.get("schedulers"), begins, [*begins[1:], end], strict=True):
        parts += [each for each in _parts(inner, first, min(after, end)) if each[0] < end]
    return parts


def _encoded(one: Schedule) -> NDArray[np.float64]:
    """Return the table of a schedule (`minima_core.compiled.schedule`)."""
    parts = _parts(one, 0, math.inf)
    table = [float(len(parts))]
    behind: list[float] = []
    for begin, each in parts:
        row = [float(begin), float(KINDS.index(each.name))]
        if each.name == "multi-step":
            milestones = each.get("milestones")
            row += [each.get("gamma"), 1.0 + WIDTH * len(parts) + len(behind), float(len(milestones))]
            behind += [float(step) for step in milestones]
        else:
            row += [_number(each, setting) for setting in each.kind.settings]
        table += row + [0.0] * (WIDTH - len(row))
    return np.array([*table, *behind])


def _number(one: Schedule, setting: Setting) -> float:
    """Return a setting as a number; what is left to the method is no number."""
    value = one.get(setting.name)
    if setting.name == "step_size_down" and value is AUTO:
        value = one.get("step_size_up")
    if value is AUTO:
        return math.nan
    return float(setting.choices.index(value)) if setting.scale == "choice" else float(value)


NONE = Schedule("none")
"""The learning rate stays as it is."""


READERS["schedule"] = Schedule.of
