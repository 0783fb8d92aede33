"""Talks on the command line: `minima-desktop render --talk FILE --out deck.pptx`, a PDF, or a folder.

Also what a window starts to write its talk: in a process of its own it does not make the window stutter. With
``--progress`` it prints lines of JSON, and gives up when its standard input is closed.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading

from minima_core.document.talk import Talk, TalkScene
from minima_core.scene.film import FORMATS
from minima_desktop.export.film_command import film_options_of, listen
from minima_desktop.export.slides import MissingExtraError
from minima_desktop.export.stills import STILLS
from minima_desktop.export.talks import Cancelled, Done, Export, export_talk
from minima_desktop.talk_reading import read_talk

__all__ = ["endings_of", "render_talk"]

OF_ITS_OWN = (
    "all", "session", "landscape", "formula", "scene", "run", "start", "strip", "grid", "claim", "compare",
    "data", "view", "steps", "at",
)  # fmt: skip
"""What a talk says itself, scene by scene."""
USUAL_SIZE = "1920x1080"


def endings_of(text: str) -> tuple[str, ...]:
    """Return endings of pictures and films; a `ValueError` with a sentence for what is none.

    >>> endings_of("png, mp4")
    ('.png', '.mp4')
    """
    endings = tuple(f".{name.strip().lower().lstrip('.')}" for name in text.split(",") if name.strip())
    known = (*STILLS, *FORMATS)
    unknown = next((ending for ending in endings if ending not in known), None)
    if unknown is not None or not endings:
        have = ", ".join(ending.removeprefix(".") for ending in known)
        raise ValueError(f"Scenes are written as {have}, not as “{(unknown or text)[:20]}”.")
    return tuple(dict.fromkeys(endings))


def render_talk(options: argparse.Namespace) -> int:
    """Writes the talk, or a deck of the one scene, that the options ask for; returns the exit status."""
    from minima_desktop.wanted import application, picture_size

    talk = _talk_of(options)
    width, height = picture_size(options.size or USUAL_SIZE).pixels
    how = Export(
        theme=options.theme or (None if options.talk is None or options.own_theme else "slide"),
        width=width,
        height=height,
        endings=endings_of(options.format or "png"),
        films=options.films,
        film=film_options_of(options),
    )
    stop = threading.Event()
    if options.progress:
        threading.Thread(target=listen, args=(stop,), name="minima-stop", daemon=True).start()

    def report(share: float, words: str) -> bool:
        if options.progress:
            print(json.dumps([round(share, 4), words]), flush=True)
        return not stop.is_set()

    application()
    try:
        done = export_talk(talk, options.out, how, overwrite=options.force, report=report)
    except MissingExtraError as error:
        raise ValueError(str(error)) from None
    except (Cancelled, KeyboardInterrupt):
        print("minima-desktop: the talk was given up; nothing was written.", file=sys.stderr)
        return 130
    _end(done, options.progress)
    return 0


def _talk_of(options: argparse.Namespace) -> Talk:
    """The talk of the file; for a deck without one, a talk of the one scene that the options describe."""
    from minima_core.scene.legend import title_of
    from minima_desktop.wanted import document_of

    if options.out is None:
        raise ValueError("Say where the talk goes: --out deck.pptx, deck.pdf, or a folder.")
    if options.talk is None:
        document = document_of(options)
        exploration = document.exploration
        title = title_of(exploration, document.view, exploration.place.landscape_of())
        return Talk(title, (TalkScene(document, title),))
    given = next((name for name in OF_ITS_OWN if getattr(options, name)), None)
    if given is not None:
        raise ValueError(f"A talk says what its scenes show; leave --{given} out.")
    talk = read_talk(options.talk)
    return talk if options.title is None else Talk(options.title, talk.scenes)


def _end(done: Done, told: bool) -> None:
    """Says what came out: as JSON to a window; to a person only what is not as it was asked for."""
    if told:
        print(json.dumps({"files": len(done.paths), "sentence": done.sentence}), flush=True)
    elif done.sentence:
        print(f"minima-desktop: {done.sentence}", file=sys.stderr)
