"""Films as plain values: how many pictures, at which step each, how far the camera has turned; no pixels.

Frame k shows a state that there was: films are drawn again from the run, never recorded from a screen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, NamedTuple, TypeAlias

__all__ = ["EASINGS", "FASTEST", "FORMATS", "FilmOptions", "Moment", "estimated_bytes", "moments"]

Easing: TypeAlias = Literal["even", "gentle", "early"]
EASINGS: tuple[Easing, ...] = ("even", "gentle", "early")
FORMATS = (".gif", ".apng", ".mp4", ".webm")
"""Endings of the names of films."""
VIDEO = (".mp4", ".webm")
LONGEST = 600.0
"""Seconds."""
MOST_FRAMES = 18_000
FASTEST = {".gif": 50, ".apng": 60, ".mp4": 60, ".webm": 60}
"""Frames a second that programs which show such files keep up with; a GIF counts hundredths of a second."""
USUAL = {".gif": 15, ".apng": 15, ".mp4": 30, ".webm": 30}
"""Frames a second when nobody asks for others: half as many where each picture is stored as pixels."""
TURNS = 1440.0
"""Degrees that a camera may turn at most, either way."""
PER_PIXEL = {".gif": 0.006, ".apng": 0.018, ".mp4": 0.0019, ".webm": 0.0015}
PER_PIXEL_TURNING = {".gif": 0.075, ".apng": 0.4, ".mp4": 0.005, ".webm": 0.004}
"""Bytes a pixel of a picture, measured on the opening race; with a turning camera every pixel is new."""
FIRST = {".gif": 0.08, ".apng": 0.3, ".mp4": 0.04, ".webm": 0.04}
"""Bytes a pixel of the first picture."""


class Moment(NamedTuple):
    """What one picture of a film shows."""

    step: int
    turn: float
    """Degrees by which the camera has gone round."""


@dataclass(frozen=True)
class FilmOptions:
    """How a film is cut.

    Attributes
    ----------
    fps
        Frames a second, 1 to 60; 0: as usual for the format.
    seconds
        How long the film is, what is held at its end included; 0.2 to 600.
    easing
        How steps are spread over the film: ``"even"``; ``"gentle"``: slowly at both ends; ``"early"``: most
        of the film for the first steps, on a logarithmic scale, because most happens there.
    turn
        Degrees by which the camera of surfaces goes round, −1440 to 1440.
    hold
        Seconds for which the last picture stays, less than `seconds`.
    loop
        Whether a GIF or an APNG begins again at its end.
    first, last
        The steps between which it goes; None for the last: as far as the runs do.

    Raises
    ------
    ValueError
        With a sentence, when a number is out of its range.

    Examples
    --------
    >>> FilmOptions(fps=10, seconds=2.0, hold=0.5).count()
    20
    """

    fps: int = 0
    seconds: float = 10.0
    easing: Easing = "even"
    turn: float = 0.0
    hold: float = 1.0
    loop: bool = True
    first: int = 0
    last: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.fps <= 60:
            raise ValueError(f"A film has 1 to 60 frames a second, not {self.fps}.")
        if not (math.isfinite(self.seconds) and 0.2 <= self.seconds <= LONGEST):
            raise ValueError(f"A film lasts 0.2 to {LONGEST:.0f} seconds, not {self.seconds:g}.")
        if self.easing not in EASINGS:
            raise ValueError(f"The easing of a film is {', '.join(EASINGS)}, not “{self.easing}”.")
        if not (math.isfinite(self.turn) and abs(self.turn) <= TURNS):
            raise ValueError(f"The camera turns by at most {TURNS:.0f}°, not by {self.turn:g}°.")
        if not 0.0 <= self.hold < self.seconds:
            raise ValueError(
                f"The last picture is held for less than the film lasts: 0 to {self.seconds:g} seconds, "
                f"not {self.hold:g}."
            )
        if self.first < 0 or (self.last is not None and self.last < self.first):
            raise ValueError(f"A film goes from a step to a later one, not from {self.first} to {self.last}.")
        if self.count() > MOST_FRAMES:
            raise ValueError(f"A film of {self.count()} pictures is too long; {MOST_FRAMES} are the most.")

    def suited(self, ending: str) -> FilmOptions:
        """Return the options with as many frames a second as the format has usually, or at most."""
        return replace(self, fps=min(self.fps or USUAL.get(ending, 30), FASTEST.get(ending, 60)))

    def count(self) -> int:
        """Return how many pictures the film has; where the format decides, as many as a video has."""
        return max(round((self.fps or 30) * self.seconds), 2)

    def held(self) -> int:
        """Return how many of the pictures repeat the last one."""
        return min(round((self.fps or 30) * self.hold), self.count() - 2)

    def to_dict(self) -> dict[str, Any]:
        """Return what is worth remembering until the next film: everything but its steps."""
        return {
            each.name: getattr(self, each.name) for each in fields(self) if each.name not in {"first", "last"}
        }

    @classmethod
    def from_dict(cls, kept: Any) -> FilmOptions:
        """Take what was remembered; anything that is not as it should be is left at its default.

        Examples
        --------
        >>> FilmOptions.from_dict({"fps": 25, "seconds": "long", "hold": 0.0})
        FilmOptions(fps=25, seconds=10.0, easing='even', turn=0.0, hold=0.0, loop=True, first=0, last=None)
        """
        options = cls()
        for name, default in options.to_dict().items():
            value = kept.get(name, default) if isinstance(kept, dict) else default
            if type(default) is float and type(value) is int:
                value = float(value)
            if type(value) is type(default):
                try:
                    options = replace(options, **{name: value})
                except (ValueError, OverflowError):
                    continue
        return options


def eased(share: float, easing: Easing) -> float:
    """Return which share of the way is gone at a share of the time; `early` is told apart by `moments`.

    >>> eased(0.5, "gentle")
    0.5
    """
    return share * share * (3.0 - 2.0 * share) if easing == "gentle" else share


def moments(options: FilmOptions, last: int) -> tuple[Moment, ...]:
    """Return what each picture of a film shows.

    Parameters
    ----------
    options
        How the film is cut.
    last
        How far the runs go; the film ends there unless the options name an earlier step.

    Returns
    -------
    tuple of Moment
        `options.count()` of them. Steps never go back; the first is `options.first`, the last one is shown as
        soon as the hold begins. A camera that does not come round to where it began starts and stops gently.

    Examples
    --------
    >>> [each.step for each in moments(FilmOptions(fps=5, seconds=1.0, hold=0.2), 30)]
    [0, 10, 20, 30, 30]
    >>> [each.step for each in moments(FilmOptions(fps=5, seconds=1.0, hold=0.0, easing="early"), 624)]
    [0, 4, 24, 124, 624]
    """
    last = last if options.last is None else min(options.last, last)
    first = min(options.first, last)
    span = last - first
    count, held = options.count(), options.held()
    moving = count - held
    comes_round = options.turn % 360.0 == 0.0
    shown = []
    for k in range(count):
        share = min(k / (moving - 1), 1.0)
        if options.easing == "early":
            gone = math.expm1(share * math.log1p(span))
        else:
            gone = eased(share, options.easing) * span
        turned = share if comes_round else eased(share, "gentle")
        shown.append(Moment(first + min(round(gone), span), options.turn * turned))
    return tuple(shown)


def estimated_bytes(
    options: FilmOptions, width: int, height: int, ending: str, *, surface: bool = False
) -> float:
    """Return about how large a film becomes, to a factor of about two: pixels times what one costs.

    `surface`: whether a surface is seen, which a turning camera changes everywhere.
    """
    options = options.suited(ending)
    turning = surface and options.turn != 0.0
    each = (PER_PIXEL_TURNING if turning else PER_PIXEL)[ending]
    moving = options.count() - options.held()
    return width * height * (FIRST[ending] + each * moving)
