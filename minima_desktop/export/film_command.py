"""Films on the command line: `minima-desktop render --out x.mp4`, and what a window hears of them meanwhile.

A window renders in a process of its own, since Qt's painting never lets go of the interpreter's lock, and a
film would make the window stutter. It starts this command with ``--progress``, reads a line of JSON now and
then, and stops it by closing its standard input. So a film never outlives the window that asked for it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import sys
import threading
import time
from collections.abc import Callable

from minima_core.scene.film import FilmOptions
from minima_desktop.export.films import Cancelled, Progress, Written, write_film

__all__ = ["film_options_of", "listen", "render_film", "say_progress"]

OFTEN = 0.2
"""Seconds between two reports."""


def film_options_of(options: argparse.Namespace) -> FilmOptions:
    """How the film is cut that the options ask for; a `ValueError` with a sentence when it cannot be."""
    given: dict[str, object] = {}
    if options.fps is not None:
        given["fps"] = _whole("frames a second", options.fps, 1, 60)
    for name, words in (("seconds", "length in seconds"), ("turn", "turn in degrees"), ("hold", "hold")):
        text = getattr(options, name)
        if text is not None:
            given[name] = _number(words, text)
    seconds = given.get("seconds", FilmOptions.seconds)
    if "hold" not in given and isinstance(seconds, float):
        given["hold"] = min(FilmOptions.hold, seconds / 4)
    if options.easing is not None:
        given["easing"] = options.easing
    if options.no_loop:
        given["loop"] = False
    if options.between is not None:
        ends = options.between.split(",")
        if len(ends) != 2:
            raise ValueError(
                "Say between which steps the film goes, such as --between 0,120, "
                f"not “{options.between[:30]}”."
            )
        given["first"], given["last"] = (_whole("step", end.strip(), 0, 10**9) for end in ends)
    return FilmOptions(**given)  # type: ignore[arg-type]


def render_film(options: argparse.Namespace) -> int:
    """Draws the film that the options ask for; returns the exit status."""
    from minima_desktop.export.options import look_of, plan_of
    from minima_desktop.export.parts import parts_of
    from minima_desktop.wanted import application, document_of, size_of

    film = film_options_of(options)
    if options.claim is not None or options.compare is not None:
        raise ValueError("A page stands still; choose a picture format for it.")
    if options.transparent:
        raise ValueError("Films have a ground of their own; leave --transparent out.")
    size = size_of(options)
    look = look_of(options, size)
    say = say_progress if options.progress else _Terminal()
    stop = threading.Event()
    if options.progress:
        threading.Thread(target=listen, args=(stop,), name="minima-stop", daemon=True).start()
    application()
    try:
        written = write_film(
            document_of(options),
            options.out,
            *size.pixels,
            film,
            plan=plan_of(options),
            without=parts_of(options.without or ""),
            heights=options.heights,
            unit=look.unit,
            overwrite=options.force,
            progress=_seldom(say),
            cancelled=stop.is_set,
        )
    except (Cancelled, KeyboardInterrupt):
        print("minima-desktop: the film was given up; nothing was written.", file=sys.stderr)
        return 130
    _end(written, options.progress)
    return 0


def _whole(what: str, text: str, least: int, most: int) -> int:
    from minima_desktop.typed import whole

    return whole(what, text, least, most)


def _number(what: str, text: str) -> float:
    from minima_desktop.typed import numbers

    found = numbers(what, text)
    if len(found) != 1 or not math.isfinite(found[0]):
        raise ValueError(f"The {what} must be one number, not “{text[:30]}”.")
    return found[0]


def listen(stop: threading.Event) -> None:
    """Wait for the end of the standard input: whoever asked for the film has gone, or wants it no more."""
    with contextlib.suppress(OSError):
        # Not through `sys.stdin`, whose lock this thread would hold when the process ends.
        while os.read(0, 4096):
            pass
    stop.set()


def _seldom(say: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """Return what passes on a report now and then, and the last one."""
    last = 0.0

    def report(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= OFTEN or progress.done == progress.total:
            last = now
            say(progress)

    return report


def say_progress(progress: Progress) -> None:
    """Prints a line of JSON: done, total, seconds left, bytes so far."""
    print(
        json.dumps([progress.done, progress.total, round(progress.seconds_left, 1), progress.written]),
        flush=True,
    )


class _Terminal:
    """Tells a person at a terminal how far the film is; says nothing into files and pipes."""

    def __call__(self, progress: Progress) -> None:
        if not sys.stderr.isatty():
            return
        left = f", {progress.seconds_left:.0f} s left" if progress.seconds_left else ""
        print(
            f"\r\x1b[K{100 * progress.share:.0f} %{left}, {progress.written / 1e6:.1f} MB",
            end="\n" if progress.done == progress.total else "",
            file=sys.stderr,
            flush=True,
        )


def _end(written: Written, told: bool) -> None:
    """Says what came out: as JSON to a window; to a person only what is not as it was asked for."""
    if told:
        said = {"path": str(written.path), "sentence": written.sentence, "size": written.size}
        print(json.dumps(said), flush=True)
    elif written.sentence:
        print(f"minima-desktop: {written.sentence}", file=sys.stderr)
