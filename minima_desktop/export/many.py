"""Pictures of every session in a folder, several at a time in processes of their own: `render --all DIR`."""

from __future__ import annotations

import argparse
import copy
import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

__all__ = ["render_all", "sessions_in", "targets_of"]

Drawers = Callable[[argparse.Namespace], Callable[[str], bytes]]
Renders = Callable[[argparse.Namespace], int]
ENDINGS = (".minima.json", ".json", ".minima")
"""How the names of sessions end."""
ONE_ONLY = ("session", "landscape", "formula", "scene", "region", "parameter", "claim", "compare")
"""Options that say what one picture shows."""


def render_all(options: argparse.Namespace, drawer_of: Drawers, render: Renders) -> int:
    """Draws every session of a folder; returns the exit status, 2 where one could not be drawn.

    `drawer_of` and `render` are those of `minima_desktop.render`: what draws stills, and anything.

    Each picture is written whole or not at all, and what fails keeps nothing else from being drawn.

    Raises
    ------
    ValueError
        With a sentence, where nothing can be drawn at all.
    """
    given = next((name for name in ONE_ONLY if getattr(options, name)), None)
    if given is not None:
        raise ValueError(f"--{given} says what one picture shows; with --all the sessions say it.")
    if options.out is None or not options.out.is_dir():
        raise ValueError(
            "Say in which folder the pictures go: --all DIR --out FOLDER; the folder must exist."
        )
    if not os.access(options.out, os.W_OK):
        raise ValueError(f"The folder {options.out} cannot be written; choose another one.")
    sessions = sessions_in(options.all)
    formats = formats_of(options.format or "png")
    tasks = [(session, targets_of(session, sessions, options.out, formats)) for session in sessions]
    workers = min(os.cpu_count() or 1, len(tasks))
    failures: list[str] = []
    done = pictures = 0
    # A fresh interpreter each: what is drawn depends on nothing that was drawn before.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max(workers, 1), mp_context=context) as pool:
        waiting = {pool.submit(draw_one, options, *task, drawer_of, render): task for task in tasks}
        for future in as_completed(waiting):
            session, _ = waiting[future]
            done += 1
            try:
                written, said = future.result()
            except BrokenProcessPool:
                written, said = 0, [f"{session.name}: the process that drew it ended; try it by itself."]
            pictures += written
            failures += said
            _progress(f"{done} of {len(tasks)} sessions, {session.name}", last=done == len(tasks))
    for failure in sorted(failures):
        print(f"minima-desktop: {failure}", file=sys.stderr)
    left = "" if not failures else f"; {len(failures)} could not be drawn"
    print(f"{pictures} {'picture' if pictures == 1 else 'pictures'} in {options.out}{left}.")
    return 2 if failures else 0


def sessions_in(folder: Path) -> list[Path]:
    """The sessions of a folder, in the order of their names; a `ValueError` with a sentence for none."""
    if not folder.is_dir():
        raise ValueError(f"There is no folder {folder}; give one that holds sessions.")
    found = sorted(
        path for path in folder.iterdir() if path.is_file() and path.name.lower().endswith(ENDINGS)
    )
    if not found:
        raise ValueError(f"There are no sessions in {folder}; their names end in {' or '.join(ENDINGS[1:])}.")
    return found


def formats_of(text: str) -> tuple[str, ...]:
    """The endings that a text such as "png,svg" names; a `ValueError` with a sentence for what is none.

    >>> formats_of("png, .svg")
    ('.png', '.svg')
    """
    from minima_desktop.wanted import FORMATS

    endings = tuple(dict.fromkeys("." + part.strip().lower().lstrip(".") for part in text.split(",")))
    unknown = next((ending for ending in endings if ending not in FORMATS), None)
    if unknown is not None:
        have = ", ".join(each.lstrip(".") for each in FORMATS)
        raise ValueError(
            f"Pictures of the format “{unknown.lstrip('.')}” cannot be written; there are {have}."
        )
    return endings


def targets_of(session: Path, among: Sequence[Path], folder: Path, formats: Sequence[str]) -> list[Path]:
    """Where the pictures of a session go; two sessions never share one.

    >>> targets_of(Path("a.minima.json"), [Path("a.minima.json")], Path("out"), [".png"])[0].name
    'a.png'
    """
    stem = _stem(session)
    if sum(_stem(each).lower() == stem.lower() for each in among) > 1:
        stem = session.name
    return [folder / f"{stem}{ending}" for ending in formats]


def _stem(session: Path) -> str:
    ending = next(ending for ending in ENDINGS if session.name.lower().endswith(ending))
    return session.name[: -len(ending)] or session.name


def draw_one(
    options: argparse.Namespace,
    session: Path,
    targets: Sequence[Path],
    drawer_of: Drawers,
    render: Renders,
) -> tuple[int, list[str]]:
    """Draws one session into its files, in a process of its own: how many were written, and what failed."""
    from minima_desktop.export.stills import STILLS
    from minima_desktop.files import FileError, write_whole
    from minima_desktop.wanted import RenderError

    own = copy.copy(options)
    own.session, own.all = session, None
    written, failures = 0, list[str]()
    drawer: Callable[[str], bytes] | None = None
    refused = False
    for target in targets:
        if refused and target.suffix in STILLS:
            continue  # what has been said goes for every format
        try:
            if target.exists() and not own.force:
                raise FileError(f"{target} is there already; --force overwrites it.")
            if target.suffix in STILLS:
                if drawer is None:
                    refused = True
                    drawer = drawer_of(own)
                    refused = False
                write_whole(target, drawer(target.suffix), overwrite=own.force)
            else:
                own.out = target
                render(own)
            written += 1
        except (FileError, ValueError, RenderError) as error:
            failures.append(f"{session.name}: {error}")
        except MemoryError:
            failures.append(f"{session.name}: there is not enough memory for a picture of this size.")
        except Exception as error:  # one broken session must not take the others with it
            failures.append(f"{session.name} could not be drawn ({type(error).__name__}: {error}).")
    return written, failures


def _progress(words: str, *, last: bool) -> None:
    """Tells how far it has come, in one line that is written over; only to people."""
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="\n" if last else "", file=sys.stderr, flush=True)
