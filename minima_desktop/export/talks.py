"""A whole talk as files: a deck of slides, one PDF, or a folder of pictures and films.

Every scene is run to its end and drawn again; one with a question gives two slides, the question without
anything that could give the answer away, and the answer. Notes go into decks only, where the speaker finds
them; what is handed out has none.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from minima_core.document.talk import Talk
from minima_core.scene.film import FilmOptions
from minima_core.scene.scenes import Figure, Legend
from minima_desktop.export.films import Cancelled
from minima_desktop.export.leaves import Leaf, joined, leaves_of, moves
from minima_desktop.files import FileError, write_whole

if TYPE_CHECKING:
    from minima_desktop.export.slides import Slide
    from minima_widgets.theme import Theme

__all__ = ["FOLDER", "Cancelled", "Done", "Export", "export_talk", "names_of"]

Report = Callable[[float, str], bool]
"""Told how much is done, from 0 to 1, and what is being done; false when it is no longer wanted."""
FOLDER = ""
"""The ending of a name that is a folder."""
DECKS = (".pptx", ".pdf")
NAME_LETTERS = 40
MOST_VERDICT = 48
"""Letters of a verdict on a slide; of longer ones only the first part."""
PAGE_POINTS = 960.0
"""Width of a page of PDF: that of a slide, 13.33 inches."""


@dataclass(frozen=True)
class Export:
    """How a talk is written.

    Attributes
    ----------
    theme
        Of all its pictures: ``"slide"``, ``"light"``, ``"dark"``; None: each scene its own.
    width, height
        Of a picture, or of a page before it is scaled; those of a deck have their own.
    endings
        What each scene is written as in a folder: ``.png``, ``.svg``, ``.pdf``, or as a film, ``.mp4`` say.
    films
        Whether slides play: each scene that moves is a film on its slide.
    film
        How films are cut.
    """

    theme: str | None = "slide"
    width: int = 1920
    height: int = 1080
    endings: tuple[str, ...] = (".png",)
    films: bool = False
    film: FilmOptions = field(default_factory=FilmOptions)


@dataclass(frozen=True)
class Done:
    """What was written, and a sentence where it is not quite what was asked for."""

    paths: tuple[Path, ...]
    sentence: str = ""


def export_talk(
    talk: Talk, out: Path, how: Export, *, overwrite: bool = False, report: Report = lambda *_: True
) -> Done:
    """Write a talk to a file (``.pptx``, ``.pdf``) or into a folder; return what was written.

    All of it is written, or nothing.

    Raises
    ------
    Cancelled
        When `report` says that it is no longer wanted.
    FileError, ValueError
        With a sentence: where it cannot be written, or which scene cannot be shown.
    MissingExtraError
        When python-pptx is asked for, and not installed.
    """
    if not talk.scenes:
        raise ValueError("The talk has no scenes yet; there is nothing to write.")
    ending = out.suffix.lower()
    if ending == ".pptx":
        from minima_desktop.export.slides import look_for_pptx

        look_for_pptx()
    elif ending not in {".pdf", FOLDER} and not out.is_dir():
        raise ValueError(f"Talks are written as .pptx, .pdf, or into a folder, not as {ending}.")
    if ending not in DECKS or out.is_dir():
        return _folder(talk, out, how, overwrite, report)
    _check_free([out], overwrite)
    data, sentence = _deck(talk, how, report) if ending == ".pptx" else (_pages(talk, how, report), "")
    _go_on(report, 1.0, "Writing")
    write_whole(out, data, overwrite=overwrite)
    return Done((out,), sentence)


def _check_free(paths: Sequence[Path], overwrite: bool) -> None:
    """Refuse to take the place of files before any work is done."""
    there = [path for path in paths if path.exists()]
    if there and not overwrite:
        more = f", and {len(there) - 1} more" if len(there) > 1 else ""
        raise FileError(f"The file {there[0]} is there already{more}; choose another name.")
    folder = paths[0].parent
    if not folder.is_dir():
        raise FileError(f"The folder {folder} does not exist; make it first or choose another.")


def _leaves(talk: Talk, how: Export, aspect: float, report: Report) -> Iterator[Leaf]:
    """Yield the leaves of all scenes; whatever is wrong with one is said with its number."""
    for k, scene in enumerate(talk.scenes):
        _go_on(report, k / len(talk.scenes), f"Scene {k + 1} of {len(talk.scenes)}")
        try:
            yield from leaves_of(scene, k + 1, how.theme, aspect)
        except ValueError as error:
            raise ValueError(f"Scene {k + 1}, “{scene.title}”: {error}") from None


def _go_on(report: Report, share: float, words: str) -> None:
    if not report(share, words):
        raise Cancelled


def _theme_of(leaf: Leaf) -> Theme:
    from minima_widgets.theme import Theme

    return Theme.load(leaf.figure.theme)


# -- a deck -------------------------------------------------------------------------------------------------


def _deck(talk: Talk, how: Export, report: Report) -> tuple[bytes, str]:
    from minima_desktop.export.slides import PICTURE_PIXELS, deck_bytes
    from minima_desktop.export.talk_films import usual_ending

    width, height = PICTURE_PIXELS
    film, sentence = usual_ending(".mp4") if how.films else ("", "")
    slides: list[Slide] = []
    theme: Theme | None = None
    for leaf in _leaves(talk, how, width / height, report):
        theme = theme or _theme_of(leaf)
        slides.append(_slide(leaf, theme, film, how.film, _within(talk, leaf, report)))
    assert theme is not None
    ink, ground = (theme.colour(role).name().removeprefix("#").upper() for role in ("text", "window"))
    return deck_bytes(talk.title or talk.scenes[0].title, slides, ink, ground), sentence


def _slide(leaf: Leaf, theme: Theme, film: str, cut: FilmOptions, look: Callable[[float], bool]) -> Slide:
    from minima_desktop.export.slides import PICTURE_PIXELS, Slide
    from minima_desktop.export.stills import still_bytes
    from minima_desktop.export.talk_films import film_bytes

    brief = tuple(replace(line, verdict=_brief(line.verdict)) for line in leaf.figure.legend.lines)
    bare = replace(leaf.figure, title="", caption="", legend=Legend(brief))
    picture = still_bytes(bare, ".png", *PICTURE_PIXELS, theme)
    told = leaf.title if leaf.kind == "question" else joined(leaf.title + ".", leaf.figure.caption, " ")
    slide = Slide(leaf.title, picture, leaf.caption, told, leaf.notes)
    if not film or not leaf.moves:
        return slide
    played = film_bytes(leaf, film, cut, look)
    return replace(slide, film=played) if played.mime else replace(slide, picture=played.data)


def _brief(verdict: str) -> str:
    """Return a verdict as a slide has room for it: a long one leaves the picture little.

    >>> _brief("ran off: left the region at step 13, and every step leads 1.12 times as far away")
    'ran off: left the region at step 13'
    """
    return verdict.partition(", ")[0] if len(verdict) > MOST_VERDICT else verdict


def _within(talk: Talk, leaf: Leaf, report: Report) -> Callable[[float], bool]:
    """Return what is told how much of a film is done: it is a part of its scene."""
    count = len(talk.scenes)
    return lambda share: report((leaf.number - 1 + share) / count, f"Film {leaf.number} of {count}")


# -- pages --------------------------------------------------------------------------------------------------


def _whole(leaf: Leaf) -> Figure:
    """Return the figure of a leaf with all its words: for pages and pictures, which have no others."""
    own = "" if leaf.caption == leaf.figure.caption else leaf.caption
    return replace(leaf.figure, title=leaf.title, caption=joined(own, leaf.figure.caption, " "))


def _pages(talk: Talk, how: Export, report: Report) -> bytes:
    from minima_desktop.export.stills import painter_of
    from minima_widgets.paint.canvas import recorded
    from minima_widgets.paint.pdf import pdf_bytes

    width, height = how.width, how.height
    pages = []
    for leaf in _leaves(talk, how, width / height, report):
        pages.append(recorded(width, height, painter_of(_whole(leaf), width, height, _theme_of(leaf))))
    told = f"A talk of {len(talk.scenes)} {'scene' if len(talk.scenes) == 1 else 'scenes'}."
    title = talk.title or talk.scenes[0].title
    return pdf_bytes(pages, title, told, talk.without_notes.to_json(), width=PAGE_POINTS)


# -- a folder -----------------------------------------------------------------------------------------------


def names_of(talk: Talk, endings: Sequence[str]) -> list[str]:
    """Return the names of the pictures and films of a talk, in their order.

    Examples
    --------
    >>> from minima_core.document import opening
    >>> from minima_core.document.talk import TalkScene
    >>> scenes = TalkScene(opening(), "Two wells!"), TalkScene(opening(), "Again", question="Where?")
    >>> names_of(Talk("", scenes), (".png", ".mp4"))  # doctest: +NORMALIZE_WHITESPACE
    ['1-two-wells.png', '1-two-wells.mp4', '2-again-question.png',
     '2-again-answer.png', '2-again-answer.mp4']
    """
    from minima_desktop.export.talk_films import is_film

    return [
        f"{_name(talk, number, kind)}{ending}"
        for number, scene in enumerate(talk.scenes, 1)
        for kind in (("question", "answer") if scene.question else ("scene",))
        for ending in endings
        if not is_film(ending)
        or moves(scene.document.view.layout, len(scene.document.exploration.runs), kind)
    ]


def _name(talk: Talk, number: int, kind: str) -> str:
    plain = unicodedata.normalize("NFKD", talk.scenes[number - 1].title).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:NAME_LETTERS].strip("-") or "scene"
    digits = len(str(len(talk.scenes)))
    return f"{number:0{digits}}-{words}" + ("" if kind == "scene" else f"-{kind}")


def _folder(talk: Talk, folder: Path, how: Export, overwrite: bool, report: Report) -> Done:
    """Write pictures into a folder, which is made where it is missing: all beside it first, then moved in."""
    from minima_desktop.export.talk_films import is_film, usual_ending

    found = [usual_ending(ending) if is_film(ending) else (ending, "") for ending in how.endings]
    endings = tuple(dict.fromkeys(ending for ending, _ in found))
    sentence = " ".join(dict.fromkeys(said for _, said in found if said))
    names = names_of(talk, endings)
    if not names:
        raise ValueError("None of the scenes moves, so there is nothing to film.")
    new = not folder.exists()
    if not new and not folder.is_dir():
        raise FileError(f"{folder} is no folder; give another name.")
    _check_free([folder] if new else [folder / name for name in names], overwrite)
    try:
        waiting = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent if new else folder))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileError(f"Nothing can be written into {folder} ({reason}); choose another.") from None
    try:
        for leaf in _leaves(talk, how, how.width / how.height, report):
            for ending in endings:
                path = waiting / f"{_name(talk, leaf.number, leaf.kind)}{ending}"
                _write_leaf(leaf, path, how, _within(talk, leaf, report))
        _go_on(report, 1.0, "Writing")
        if new:
            folder.mkdir()
        for name in names:
            os.replace(waiting / name, folder / name)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileError(f"The pictures could not be written into {folder} ({reason}).") from None
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return Done(tuple(folder / name for name in names), sentence)


def _write_leaf(leaf: Leaf, path: Path, how: Export, look: Callable[[float], bool]) -> None:
    """Write a picture or a film; where nothing moves there is no film."""
    from minima_desktop.export.stills import still_bytes
    from minima_desktop.export.talk_films import is_film, write_leaf

    if is_film(path.suffix):
        if leaf.moves:
            write_leaf(leaf, path, how.width, how.height, how.film, look)
        return
    figure, theme = _whole(leaf), _theme_of(leaf)
    path.write_bytes(still_bytes(figure, path.suffix, how.width, how.height, theme, leaf.document))
