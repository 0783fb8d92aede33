"""Settings, methods and specifications: what a method declares, and what a user asks of it.

A *specification* is a method's name with the settings that were given. It is frozen, nests, and has one
text form, the same on the command line, in files and in legends: ``adam,lr=0.01`` and
``random-restarts,local=adam(lr=0.01),steps_per_loop=200``.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from minima_core.suggestions import suggestions

if TYPE_CHECKING:
    from minima_core.compiled.kernel import Kernel
    from minima_core.landscapes import Landscape
    from minima_core.methods.insides import Glimpse, Inside, Stage

__all__ = [
    "AUTO",
    "Auto",
    "Method",
    "Setting",
    "Specification",
    "SpecificationError",
    "Value",
    "near",
    "show",
    "split",
]


class SpecificationError(ValueError):
    """What is wrong with a method's name or settings, in a sentence that also says what would be right."""


class Auto(enum.Enum):
    """The default that is worked out from the landscape's own scale."""

    AUTO = "auto"

    def __repr__(self) -> str:
        return "AUTO"


AUTO: Final = Auto.AUTO

Value: TypeAlias = "float | int | bool | str | Specification | Inner"
Scale: TypeAlias = Literal[
    "linear", "log", "integer", "choice", "switch", "method", "schedule", "steps", "schedules"
]


@dataclass(frozen=True)
class Setting:
    """One setting of a method.

    `lower` and `upper` are what is allowed; `span` is what a slider covers. A setting of scale ``log`` may
    be 0 where `lower` is 0: that switches it off.
    """

    name: str
    symbol: str
    meaning: str
    default: Value | Auto
    lower: float = -math.inf
    upper: float = math.inf
    scale: Scale = "linear"
    choices: tuple[str, ...] = ()
    span: tuple[float, float] = (0.0, 1.0)
    below: bool = False  # upper itself is not allowed

    def checked(self, method: str, value: Any) -> Value:
        """Return the value in the setting's own type.

        Raises
        ------
        SpecificationError
            When it is of another type, or out of range.
        """
        where = f"{self.name} of {method}"
        if self.scale == "switch":
            return _switch(where, value)
        if self.scale == "choice":
            if str(value) in self.choices:
                return str(value)
            raise SpecificationError(f"The {where} must be one of {', '.join(self.choices)}, not “{value}”.")
        if self.scale == "method":
            return _method(where, value)
        if self.scale == "schedule":
            return _schedule(value)
        if isinstance(value, bool | bytes):
            raise SpecificationError(f"The {where} must be a number, not {show(value)}.")
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise SpecificationError(f"The {where} must be a number, not “{value}”.") from None
        if (
            not math.isfinite(number)
            or number < self.lower
            or number > self.upper
            or (self.below and number == self.upper)
        ):
            raise SpecificationError(f"The {where} must {self.range}, not {show(number)}.")
        if self.scale == "integer":
            if number != int(number):
                raise SpecificationError(f"The {where} must be a whole number, not {show(number)}.")
            return int(number)
        return number

    @property
    def range(self) -> str:
        """What is allowed, in words."""
        below = "and below" if self.below else "to"
        if math.isinf(self.upper):
            return f"lie from {show(self.lower)} upwards and be finite"
        return f"lie from {show(self.lower)} {below} {show(self.upper)}"


def _switch(where: str, value: Any) -> bool:
    """Read a switch from a truth value, a number or a word."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in {"true", "yes", "on", "1"}:
        return True
    if word in {"false", "no", "off", "0"}:
        return False
    raise SpecificationError(f"The {where} must be true or false, not “{value}”.")


def _method(where: str, value: Any) -> Specification:
    """Read a method used by another one."""
    if isinstance(value, Specification):
        return value
    if isinstance(value, str):
        return Specification.parse(value)
    raise SpecificationError(f"The {where} must be a method, such as adam(lr=0.01), not {value!r}.")


class Inner:
    """A value with settings of its own that is no method: a learning-rate schedule."""

    __slots__ = ()
    text: str
    """How it is written."""


TABLES: list[Callable[[Specification, Landscape], Mapping[str, Value]]] = []
"""What is known of usual settings on a landscape, besides the defaults: `.usual` puts its table here."""

READERS: dict[str, Callable[[Any], Inner]] = {}
"""How settings are read that are declared with settings themselves: `.schedules` puts its reader here."""


def _schedule(value: Any) -> Inner:
    """Read a learning-rate schedule."""
    return READERS["schedule"](value)


@dataclass(frozen=True)
class Method:
    """What a method's file declares: words, settings, and what the compiled loop needs to know.

    `insides` names what is recorded in each row besides point and value, as columns for two variables;
    `columns` gives them for any number. `state` names the arrays that the method remembers, and `scalars`
    its numbers with their values at the beginning. `velocity` is the array of the state that moves the point
    on: at a reflecting border its component across the border is turned round. `auto(land, settings)` works
    out the settings whose default is AUTO. `driver(dimension)` gives the compiled loop. `check(settings)`
    says what is wrong with a combination of settings. `border` is what happens at the edge of the box unless
    a run says otherwise; None: "reflect" if it `samples`, else "free". A method that drives another one and
    does not sample itself takes what suits that one, and its own `border` where that one's would be free.

    `spacing` is how many steps lie between two checkpoints at first, if it keeps memory besides: as many as
    can be done again in a few milliseconds. `uses` says what of the objective it asks for; empty, it goes
    by `kind`, and a method that drives another one asks for nothing itself. `memory(n, settings)` names the
    arrays that it keeps besides, with their shapes, in the order in which they lie in its memory.
    `inners(settings)` gives the methods that it drives, if not simply its settings of scale "method"; a
    scalar "active" says which of several is at work; `guides` says that it puts something else in the place
    of the objective that they ask. `insides_drawn` are its insides as they can be drawn, and `narrate`
    tells one step in sentences (`.insides`).
    """

    name: str
    title: str
    short: str
    sentence: str
    reference: str
    group: Literal["usual", "gradient", "second-order", "local", "global"]
    kind: Literal["gradient", "second-order", "local", "global"]
    settings: tuple[Setting, ...]
    driver: Callable[[int], Kernel]
    insides: tuple[str, ...] = ()
    samples: bool = False
    border: Literal["free", "clip", "reflect"] | None = None
    state: tuple[str, ...] = ()
    velocity: str = ""
    scalars: tuple[tuple[str, float], ...] = ()
    auto: Callable[[Landscape, Mapping[str, Value]], Mapping[str, Value]] | None = None
    check: Callable[[Mapping[str, Value]], str | None] | None = None
    uses: tuple[Literal["value", "gradient", "hessian"], ...] = ()
    memory: Callable[[int, Mapping[str, Value]], tuple[tuple[str, tuple[int, ...]], ...]] | None = None
    inners: Callable[[Mapping[str, Value]], tuple[Specification, ...]] | None = None
    guides: bool = False
    spacing: int = 1024
    insides_drawn: tuple[Inside, ...] = ()
    narrate: Callable[[Glimpse], tuple[Stage, ...]] | None = None
    by_name: Mapping[str, Setting] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the settings by name, and say what is used if nothing was said."""
        object.__setattr__(self, "by_name", MappingProxyType({each.name: each for each in self.settings}))
        if not self.uses and not any(each.scale == "method" for each in self.settings):
            by_slope = self.kind in {"gradient", "second-order"}
            object.__setattr__(self, "uses", ("gradient",) if by_slope else ("value",))

    def __hash__(self) -> int:
        return hash(self.name)

    def setting(self, name: str) -> Setting:
        """Return one setting; raises `SpecificationError` that names near matches."""
        try:
            return self.by_name[name]
        except KeyError:
            meant = near(name, self.by_name)
            raise SpecificationError(f"{self.title} has no setting “{name}”{meant}") from None

    def columns(self, dimension: int) -> tuple[str, ...]:
        """Return the names of the columns recorded in each row: vectors have one for each coordinate."""
        vectors = [name.removesuffix("_0") for name in self.insides if name.endswith("_0")]
        numbers = [name for name in self.insides if not name.endswith(("_0", "_1"))]
        return (*numbers, *(f"{vector}_{i}" for vector in vectors for i in range(dimension)))

    def layout(
        self, dimension: int, settings: Mapping[str, Value]
    ) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Return names and shapes of the arrays that it keeps besides its state, in their order."""
        return () if self.memory is None else self.memory(dimension, settings)

    def driven(self, settings: Mapping[str, Value]) -> tuple[Specification, ...]:
        """Return the methods that it drives with these settings."""
        if self.inners is not None:
            return self.inners(settings)
        return tuple(each for each in settings.values() if isinstance(each, Specification))

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of the settings that the compiled loop reads, in the order of its record."""
        return tuple(each.name for each in self.settings if each.scale != "method")

    def encoded(self, settings: Mapping[str, Value]) -> list[float]:
        """Return the resolved settings as the numbers that the compiled loop reads."""
        numbers: list[float] = []
        for each in self.settings:
            value = settings[each.name]
            if each.scale == "choice":
                numbers.append(float(each.choices.index(str(value))))
            elif each.scale == "schedule":
                numbers.append(float(value.address))  # type: ignore[union-attr]
            elif not isinstance(value, Specification):
                numbers.append(float(value))  # type: ignore[arg-type]
        return numbers


class Specification:
    """A method's name and the settings given explicitly: frozen, hashable, and with one text form.

    Examples
    --------
    >>> specification = Specification.parse("random-restarts,local=adam(lr=0.01),steps_per_loop=200")
    >>> specification.settings["local"].settings["lr"]
    0.01
    >>> str(specification.replace(steps_per_loop=50))
    'random-restarts,local=adam(lr=0.01),steps_per_loop=50'
    """

    __slots__ = ("_pairs", "name")
    name: str
    _pairs: tuple[tuple[str, Value], ...]

    def __init__(self, name: str, settings: Mapping[str, Any] = MappingProxyType({})) -> None:
        from minima_core.methods import describe

        method = describe(name)
        checked: dict[str, Value] = {}
        for key, value in settings.items():
            setting = method.setting(key)
            if value is not AUTO and not (
                isinstance(value, str) and value == "auto" and setting.default is AUTO
            ):
                checked[key] = setting.checked(method.title, value)
        pairs = tuple((each.name, checked[each.name]) for each in method.settings if each.name in checked)
        object.__setattr__(self, "name", method.name)
        object.__setattr__(self, "_pairs", pairs)
        if method.check is not None:
            defaults = {each.name: each.default for each in method.settings if each.default is not AUTO}
            wrong = method.check({**defaults, **checked})
            if wrong:
                raise SpecificationError(wrong)

    @classmethod
    def bare(cls, name: str) -> Specification:
        """Return a method without settings, unchecked: for declarations, before all methods are known."""
        self = cls.__new__(cls)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "_pairs", ())
        return self

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("A specification does not change; use replace(...) to make another one.")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("A specification does not change; use replace(...) to make another one.")

    def __reduce__(self) -> tuple[Any, ...]:
        return Specification, (self.name, dict(self._pairs))

    @property
    def settings(self) -> Mapping[str, Value]:
        """The settings that were given, by name."""
        return MappingProxyType(dict(self._pairs))

    @property
    def method(self) -> Method:
        """The method's description."""
        from minima_core.methods import describe

        return describe(self.name)

    @property
    def border(self) -> Literal["free", "clip", "reflect"]:
        """What happens at the edge of the box unless a run says otherwise."""
        own = self.method
        given = (each.method for each in self.settings.values() if isinstance(each, Specification))
        working = own if own.samples else next(given, own)
        return working.border or ("reflect" if working.samples else own.border or "free")

    @property
    def text(self) -> str:
        """The text form: the name, then ``,setting=value`` for each setting that was given."""
        return ",".join((self.name, *self._shown()))

    def _shown(self) -> Iterable[str]:
        for name, value in self._pairs:
            yield f"{name}={value._nested() if isinstance(value, Specification) else show(value)}"

    def _nested(self) -> str:
        return f"{self.name}({','.join(self._shown())})" if self._pairs else self.name

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Specification.parse({self.text!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Specification):
            return NotImplemented
        return self.name == other.name and self._pairs == other._pairs

    def __hash__(self) -> int:
        return hash((self.name, self._pairs))

    def replace(self, **settings: Any) -> Specification:
        """Return the same with other settings; AUTO takes one back to its default."""
        return Specification(self.name, {**dict(self._pairs), **settings})

    def resolved(self, land: Landscape) -> Specification:
        """Return it with every default written out, those that are AUTO from the landscape's own scale.

        On a formula this is worked out once; a Python callable is asked again, for the run that pays for it.
        A landscape to which something was added has the usual values of the one below: what is compared is
        the same method on both.
        """
        if land.below is not None:
            return self.resolved(land.below)
        if land.is_callable:
            return self._written_out(land)
        key = (self, land.digest)
        known = _resolved.get(key)
        if known is None:
            if len(_resolved) >= MOST_RESOLVED:
                _resolved.clear()
            known = _resolved[key] = self._written_out(land)
        return known

    def _written_out(self, land: Landscape) -> Specification:
        """Work out what `resolved` returns."""
        method = self.method
        full: dict[str, Any] = {
            each.name: each.default for each in method.settings if each.default is not AUTO
        }
        for tabled in TABLES:
            full.update(tabled(self, land))
        full.update(self._pairs)
        for name, value in full.items():
            if isinstance(value, Specification):
                full[name] = value.resolved(land)
        if method.auto is not None and any(each.name not in full for each in method.settings):
            full = {**method.auto(land, full), **full}
        return Specification(self.name, full)

    def driven(self, land: Landscape) -> tuple[Specification, ...]:
        """Return the methods that this one drives, with every default written out; it has been resolved.

        What `Method.inners` gives leaves AUTO only where that needs no evaluation of the objective.
        """
        return tuple(
            each if len(each._pairs) == len(each.method.settings) else each.resolved(land)
            for each in self.method.driven(self.settings)
        )

    @classmethod
    def parse(cls, text: str) -> Specification:
        """Read the text form.

        Raises
        ------
        SpecificationError
            With a sentence, for unknown names, values out of range and text that is none.
        """
        if not isinstance(text, str):
            raise SpecificationError(f"A method is named by a text, such as “adam,lr=0.01”, not {text!r}.")
        if len(text) > 4000:
            raise SpecificationError(
                f"The text of a method has {len(text)} characters; at most 4000 are allowed."
            )
        return _read(text, 0)


MOST_RESOLVED = 4096
_resolved: dict[tuple[Specification, str], Specification] = {}


def _read(text: str, depth: int) -> Specification:
    """Read ``name,setting=value`` or ``name(setting=value,...)``."""
    if depth > 8:
        raise SpecificationError("Methods are nested too deeply; eight levels are allowed.")
    text = text.strip()
    pieces = split(text)
    head = pieces[0].strip()
    if head.endswith(")") and "(" in head and "=" not in head.split("(", 1)[0]:
        name, inside = head[:-1].split("(", 1)
        pieces = [name, *(split(inside) if inside.strip() else []), *pieces[1:]]
        head = name.strip()
    settings: dict[str, Any] = {}
    for piece in pieces[1:]:
        key, equals, value = piece.partition("=")
        key, value = key.strip(), value.strip()
        if not equals or not key or not value:
            raise SpecificationError(
                f"“{piece.strip()}” in “{text}” is not a setting; one is written name=value, such as lr=0.01."
            )
        if key in settings:
            raise SpecificationError(f"The setting {key} is given twice in “{text}”.")
        settings[key] = _read(value, depth + 1) if _is_method(head, key) else value
    return Specification(head, settings)


def _is_method(name: str, setting: str) -> bool:
    """Whether the value of a setting is a method itself."""
    from minima_core.methods import describe

    return describe(name).setting(setting).scale == "method"


def split(text: str) -> list[str]:
    """Split at the commas that stand in no brackets."""
    pieces, depth, start = [], 0, 0
    for i, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            raise SpecificationError(f"“{text}” closes a bracket that it never opened.")
        if character == "," and depth == 0:
            pieces.append(text[start:i])
            start = i + 1
    if depth:
        raise SpecificationError(f"“{text}” opens a bracket that it never closes.")
    return [*pieces, text[start:]]


def show(value: Any) -> str:
    """Return a value as the text form writes it: numbers as short as they read back exactly."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        short = repr(value)
        return short.removesuffix(".0")
    return str(value)


def near(name: str, names: Iterable[str]) -> str:
    """Return the end of a sentence that says what may have been meant."""
    known: Sequence[str] = sorted(names)
    if meant := suggestions(name, known):
        return f"; did you mean {' or '.join(meant)}?"
    return f"; there are {', '.join(known)}." if len(known) <= 12 else "."
