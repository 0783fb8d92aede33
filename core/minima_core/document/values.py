"""The values a document is made of: frozen, complete, and valid as soon as they exist.

The *exploration* defines the experiment (landscape, region, lines of the race, starts, steps, border, seed);
the *view* says how it is looked at. A session file, the command line and the text inside a picture are these
two. All settings are resolved: every default is written out, so that a later change of defaults changes no
old picture.

Whatever is wrong with a value raises `DocumentError` with a sentence when it is made, by hand or from a file.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = [
    "VERSION",
    "Border",
    "Document",
    "DocumentError",
    "Entry",
    "Exploration",
    "Layers",
    "Place",
    "Segment",
    "Start",
    "View",
]

VERSION = 1
"""The version of the file format that this program writes."""

MOST_STEPS = 10**9
MOST_ENTRIES = 64
MOST_STARTS = 64
MOST_SEGMENTS = 256
MOST_PARAMETERS = 64
MOST_TEXT = 4000
MOST_COORDINATE = 1e12
SMALLEST_SPAN = 1e-9
MOST_DIMENSION = 100

Border: TypeAlias = Literal["auto", "free", "clip", "reflect"]
"""What happens at the edge of the box; "auto" is "reflect" for methods that sample and "free" for the
others."""


class DocumentError(ValueError):
    """What is wrong with a document, in a sentence that also says what would be right."""


def _text(what: str, text: str, most: int = MOST_TEXT) -> None:
    """Refuse text that is too long or holds characters that no text has."""
    if len(text) > most:
        raise DocumentError(f"The {what} has {len(text)} characters; at most {most} are allowed.")
    if any((ord(c) < 32 and c not in "\n\t") or 0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise DocumentError(f"The {what} holds characters that cannot be shown.")


def _number(what: str, number: float, most: float = MOST_COORDINATE) -> None:
    """Refuse what is not a number of ordinary size."""
    if not math.isfinite(number):
        raise DocumentError(f"The {what} must be a finite number, not {number}.")
    if abs(number) > most:
        raise DocumentError(f"The {what} is {number:g}; at most {most:g} is allowed.")


def _count(what: str, count: int, least: int, most: int) -> None:
    """Refuse a whole number out of range."""
    if not least <= count <= most:
        raise DocumentError(
            f"The {what} must lie between {least} and {most:,}, not {count:,}.".replace(",", " ")
        )


class _Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What all values of a document share: they do not change, and fields they do not know are errors."""


class Place(_Value, frozen=True, forbid_unknown_fields=True):
    """Where the race takes place: a landscape of the catalogue by name, or a formula, with its box.

    Exactly one of `landscape` and `formula` is given. `lower` and `upper` have one number per variable.
    """

    landscape: str | None
    formula: str | None
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    parameters: dict[str, float] = {}
    title: str = ""

    def __post_init__(self) -> None:
        """Check sizes, numbers and the box."""
        if (self.landscape is None) == (self.formula is None):
            raise DocumentError("A place needs either the name of a landscape or a formula, and not both.")
        _text("landscape's name", self.landscape or "", 100)
        _text("formula", self.formula or "")
        _text("title", self.title, 300)
        if not 1 <= len(self.lower) <= MOST_DIMENSION or len(self.lower) != len(self.upper):
            raise DocumentError(
                "The region needs as many lower as upper bounds, one for each variable, "
                f"not {len(self.lower)} and {len(self.upper)}."
            )
        for low, high in zip(self.lower, self.upper, strict=True):
            _number("region's bound", low)
            _number("region's bound", high)
            if not high > low:
                raise DocumentError(
                    f"The region has no area: it reaches from {low:g} to {high:g}. "
                    "The second number must be larger than the first."
                )
            if high - low < SMALLEST_SPAN * max(1.0, abs(low), abs(high)):
                raise DocumentError(f"The region from {low!r} to {high!r} is too narrow to compute in.")
        if len(self.parameters) > MOST_PARAMETERS:
            raise DocumentError(f"At most {MOST_PARAMETERS} parameters are allowed.")
        for name, number in self.parameters.items():
            _text("parameter's name", name, 40)
            _number(f"parameter {name}", number)

    def __hash__(self) -> int:
        """Hash by content (the parameters are a dictionary that nobody changes)."""
        parameters = tuple(sorted(self.parameters.items()))
        return hash((self.landscape, self.formula, self.lower, self.upper, parameters, self.title))

    @property
    def dimension(self) -> int:
        """The number of variables."""
        return len(self.lower)

    def landscape_of(self) -> Landscape:
        """Build the landscape (nothing is compiled); `ValueError` when that cannot be done."""
        from minima_core.document.places import landscape_of

        return landscape_of(self)


class Segment(_Value, frozen=True, forbid_unknown_fields=True):
    """From `step` on, this method with these settings (the text form of a resolved specification)."""

    step: int
    method: str

    def __post_init__(self) -> None:
        """Check the step and the length of the text."""
        _count("step of a segment", self.step, 0, MOST_STEPS)
        _text("method", self.method, 2000)
        if not self.method.strip():
            raise DocumentError("A segment needs a method, such as “adam,lr=0.05”.")

    @property
    def name(self) -> str:
        """The method's name, such as "adam"."""
        return self.method.partition(",")[0].partition("(")[0].strip()


class Entry(_Value, frozen=True, forbid_unknown_fields=True):
    """One line of the race: a method with settings, which may change on the way, from every start.

    `id` is unique in the exploration and never used again while it is edited. `slot` counts the entries that
    begin with the same method, 0, 1, 2, ...: it chooses the shade.
    """

    id: int
    segments: tuple[Segment, ...]
    enabled: bool = True
    slot: int = 0

    def __post_init__(self) -> None:
        """Check that the segments begin at 0 and rise."""
        _count("number of a line of the race", self.id, 0, 10**9)
        _count("slot", self.slot, 0, MOST_ENTRIES)
        if not self.segments or self.segments[0].step != 0:
            raise DocumentError("A line of the race must begin with a segment at step 0.")
        if len(self.segments) > MOST_SEGMENTS:
            raise DocumentError(
                f"A line of the race can change its settings at most {MOST_SEGMENTS - 1} times."
            )
        steps = [segment.step for segment in self.segments]
        if any(after <= before for before, after in pairwise(steps)):
            raise DocumentError("The segments of a line of the race must have rising steps.")

    @property
    def name(self) -> str:
        """The name of the method that it begins with: it gives the colour."""
        return self.segments[0].name

    @property
    def role(self) -> str:
        """The role of its colour, such as "run:adam:0"."""
        return f"run:{self.name}:{self.slot}"


class Start(_Value, frozen=True, forbid_unknown_fields=True):
    """A point that every line of the race starts from; `seed` if it was thrown at random with that seed."""

    position: tuple[float, ...]
    seed: int | None = None

    def __post_init__(self) -> None:
        """Check the numbers."""
        for number in self.position:
            _number("start's coordinate", number)
        if self.seed is not None:
            _count("seed", self.seed, 0, 2**63 - 1)


class Exploration(_Value, frozen=True, forbid_unknown_fields=True):
    """The experiment. Its runs are all enabled entries from all starts, each `steps` long."""

    place: Place
    entries: tuple[Entry, ...] = ()
    starts: tuple[Start, ...] = ()
    steps: int = 300
    border: Border = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        """Check counts, ids and that the starts lie in the region."""
        _count("number of steps", self.steps, 1, MOST_STEPS)
        _count("seed", self.seed, 0, 2**63 - 1)
        _count("number of lines of the race", len(self.entries), 0, MOST_ENTRIES)
        _count("number of starts", len(self.starts), 0, MOST_STARTS)
        ids = [entry.id for entry in self.entries]
        if len(set(ids)) != len(ids):
            raise DocumentError("Two lines of the race have the same number (id).")
        for start in self.starts:
            self._check_start(start)

    def _check_start(self, start: Start) -> None:
        """Refuse a start outside the region, or with the wrong number of coordinates."""
        lower, upper = self.place.lower, self.place.upper
        if len(start.position) != len(lower):
            variables = "one variable" if len(lower) == 1 else f"{len(lower)} variables"
            raise DocumentError(
                f"The start has {len(start.position)} coordinates, but the landscape has {variables}."
            )
        inside = all(a <= p <= b for a, p, b in zip(lower, start.position, upper, strict=True))
        if not inside:
            point = ", ".join(f"{p:g}" for p in start.position)
            box = " × ".join(f"[{a:g}, {b:g}]" for a, b in zip(lower, upper, strict=True))
            raise DocumentError(f"The start ({point}) lies outside the region {box}.")

    @property
    def runs(self) -> tuple[tuple[int, int], ...]:
        """The runs as pairs (entry id, index of the start): enabled entries × starts."""
        return tuple((e.id, s) for e in self.entries if e.enabled for s in range(len(self.starts)))

    def entry(self, id: int) -> Entry:
        """Return the entry with this id; a `DocumentError` when there is none."""
        for entry in self.entries:
            if entry.id == id:
                return entry
        raise DocumentError(f"There is no line {id} in the race.")


class Layers(_Value, frozen=True, forbid_unknown_fields=True):
    """What is shown on map, surface and profile."""

    contours: bool = True
    contour_labels: bool = True
    paths: bool = True
    minima: bool = True
    labels: bool = True
    proposals: bool = True
    old_loops: bool = True
    best: bool = True
    temperature: bool = True
    tangent: bool = True


class View(_Value, frozen=True, forbid_unknown_fields=True):
    """How the exploration is looked at: saved and exported with it, not part of undo."""

    step: int | None = None
    """The step that is shown; None: as far as the runs have come."""
    x_axis: Literal["steps", "evaluations"] = "steps"
    y_axis: Literal["log", "linear"] = "log"
    clock: Literal["steps", "evaluations"] = "steps"
    """What the runs are advanced in common by."""
    speed: float = 60.0
    """Steps a second while it plays; 0: as fast as the machine goes."""
    theme: Literal["dark", "light", "slide"] = "dark"
    palette: str = "chart"
    zoom: tuple[float, float, float, float] | None = None
    """What the map shows (x0, x1, y0, y1), None: the whole region. In one variable y is the loss."""
    camera: tuple[float, float, float] = (-60.0, 35.0, 1.0)
    """Azimuth and elevation in degrees, distance relative to the one that fills the room."""
    layers: Layers = Layers()
    panels: tuple[str, ...] = ("map", "surface", "trace", "race")
    """The panels that are unfolded."""
    layout: Literal["map", "surface", "both", "trace", "all"] = "all"
    """What a picture of "the view" holds."""
    selected: int | None = None
    """The id of the selected line of the race."""
    title: str = ""
    """The title of pictures; empty: made from the landscape and the race."""
    type_size: float = 10.5

    def __post_init__(self) -> None:
        """Check numbers and lengths."""
        if self.step is not None:
            _count("step that is shown", self.step, 0, MOST_STEPS)
        _number("speed", self.speed, 1e9)
        if self.speed < 0:
            raise DocumentError("The speed must not be negative; 0 means as fast as the machine goes.")
        _text("palette", self.palette, 40)
        _text("title", self.title, 300)
        if self.zoom is not None:
            for number in self.zoom:
                _number("zoom", number)
            x0, x1, y0, y1 = self.zoom
            if not (x1 > x0 and y1 > y0):
                raise DocumentError(
                    "The zoom has no area: its upper bounds must be larger than its lower ones."
                )
        for number in self.camera:
            _number("camera", number, 1e4)
        if not 0.05 <= self.camera[2] <= 50:
            raise DocumentError("The camera's distance must lie between 0.05 and 50.")
        if len(self.panels) > 20:
            raise DocumentError("At most 20 panels are allowed.")
        for panel in self.panels:
            _text("panel's name", panel, 40)
        if not 5 <= self.type_size <= 40:
            raise DocumentError(f"The type size must lie between 5 and 40 points, not {self.type_size:g}.")


class Document(_Value, frozen=True, forbid_unknown_fields=True):
    """An exploration and its view, with the version of the format."""

    version: int
    exploration: Exploration
    view: View

    def __post_init__(self) -> None:
        """Refuse documents of programs to come."""
        if self.version > VERSION:
            raise DocumentError(
                f"This file was written by a newer program (format {self.version}; "
                f"this one reads {VERSION}). Update the program to open it."
            )
        if self.version < 1:
            raise DocumentError(f"There is no format {self.version}; this program reads format {VERSION}.")

    def to_json(self) -> bytes:
        """Return the document as JSON (UTF-8), the same bytes for the same document."""
        from minima_core.document.files import to_json

        return to_json(self)

    @staticmethod
    def from_json(data: bytes | str) -> Document:
        """Read a document from JSON; `DocumentError` with a sentence when it is not a whole and valid one."""
        from minima_core.document.files import from_json

        return from_json(data)
