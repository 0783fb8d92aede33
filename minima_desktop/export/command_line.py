"""The command line that draws a picture: `minima-desktop render …` with the options that say the document.

A line is given only if reading it again makes the very document whose picture is wanted, as far as that
picture shows it; what options cannot say (a zoom, a drawing, settings changed on the way) needs a session.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from minima_core import document as doc
from minima_core.analysis.chances import is_random
from minima_core.document import Document, Entry, Exploration, Insides, Place, View
from minima_core.methods import Specification
from minima_core.scene import declared_insides
from minima_core.scene.figures import CHARTS
from minima_core.scene.insides import opened_entry

if TYPE_CHECKING:
    from minima_core.methods.insides import Inside

__all__ = ["SESSION_NEEDED", "command_of", "pictured"]

replace = msgspec.structs.replace

SESSION_NEEDED = (
    "No command line can say this picture: {why}. Save the session, and draw it with "
    "“minima-desktop render --session FILE --out picture.png”."
)

VIEWS = {
    "map": "contour",
    "surface": "surface",
    "both": "both",
    "trace": "trace",
    "all": "all",
    "basins": "basins",
    "settings": "settings",
    "tree": "tree",
    "data": "data",
    "study": "study",
}
"""The layouts of a picture, and what the command line calls them."""

SHOWN = {
    "zoom": "the map shows a part of the region",
    "camera": "the surface is turned",
    "selected": "a line is selected",
    "insides": "the insides of a method are drawn",
    "layers": "some layers are hidden or added",
    "insight": "something is shown over the landscape",
    "x_axis": "the loss is drawn against evaluations",
    "y_axis": "the loss is drawn on a linear scale",
    "palette": "the colours of heights are not the usual ones",
    "study": "a study was set up",
    "bottom": "another chart than the loss stands below",
    "type_size": "the type has another size",
}
"""Of a view what a picture shows, and what is said where options cannot."""


def pictured(document: Document, layout: str = "") -> Document:
    """The same document, without what its picture does not show: which panels are open, hidden lines."""
    view, usual = document.view, View()
    exploration, selected = _numbered(document.exploration, view.selected)
    layout = layout or view.layout
    kept = {name: getattr(view, name) for name in SHOWN} | {"selected": selected}
    kept["insides"] = _drawn_insides(exploration, replace(view, selected=selected))
    if layout != "study":
        kept["study"] = usual.study
    if layout != "all" or view.bottom not in CHARTS:
        kept["bottom"] = usual.bottom
    last = view.step is None or view.step >= exploration.steps
    shown = View(
        theme=view.theme,
        layout=layout,  # type: ignore[arg-type]
        title=view.title,
        step=None if last else view.step,
        **kept,
    )
    return Document(doc.VERSION, exploration, shown)


def _drawn_insides(exploration: Exploration, view: View) -> Insides:
    """The insides that are drawn, without names of what the opened line does not have."""
    entry = opened_entry(exploration, view)
    if entry is None or not view.insides.on:
        return Insides()
    offered, chosen = _offered(exploration, entry), view.insides
    off = tuple(each.name for each in offered if each.usual and not chosen.shows(each.name, usual=True))
    also = tuple(each.name for each in offered if not each.usual and chosen.shows(each.name, usual=False))
    return Insides(on=True, off=off, also=also)


def _offered(exploration: Exploration, entry: Entry) -> Sequence[Inside]:
    """What a line has inside at the end of the race, as the command line sees it."""
    return declared_insides(Specification.parse(doc.segment_at(entry, exploration.steps).method))


def _numbered(exploration: Exploration, selected: int | None) -> tuple[Exploration, int | None]:
    """The exploration with the lines that are shown, numbered afresh if that changes no random number."""
    shown = [entry for entry in exploration.entries if entry.enabled]
    if any(is_random(Specification.parse(each.method)) for entry in shown for each in entry.segments):
        return replace(exploration, entries=tuple(shown)), selected
    numbers = {entry.id: k for k, entry in enumerate(shown)}
    entries = tuple(replace(entry, id=numbers[entry.id], cures=None) for entry in shown)
    return replace(exploration, entries=entries), None if selected is None else numbers.get(selected)


def command_of(document: Document, size: tuple[int, int], out: str = "picture.png") -> str:
    """The line that draws a document, quoted for a POSIX shell.

    A `ValueError` with a sentence where options cannot say the picture.
    """
    from minima_desktop.cli import build_render_parser
    from minima_desktop.wanted import document_of

    wanted = pictured(document)
    words = ["--out", out, *_place(wanted.exploration), *_race(wanted.exploration), *_look(wanted, size)]
    try:
        options: argparse.Namespace = build_render_parser().parse_args(words)
        made = pictured(document_of(options))
    except Exception as error:
        raise ValueError(SESSION_NEEDED.format(why=_lower(str(error)))) from None
    why = _difference(wanted, made)
    if why:
        raise ValueError(SESSION_NEEDED.format(why=why))
    return shlex.join(["minima-desktop", "render", *words])


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def _place(exploration: Exploration) -> list[str]:
    place = exploration.place
    if place.drawn is not None:
        raise ValueError(SESSION_NEEDED.format(why="the landscape is drawn by hand"))
    if place.changes:
        raise ValueError(SESSION_NEEDED.format(why="the landscape is changed"))
    if place.formula is not None:
        words = [f"--formula={place.formula}"]
        usual = None
    else:
        words = ["--landscape", str(place.landscape)]
        usual = doc.place_of(str(place.landscape))
    if usual is None or (place.lower, place.upper) != (usual.lower, usual.upper):
        sides = [_number(end) for pair in zip(place.lower, place.upper, strict=True) for end in pair]
        words.append(f"--region={','.join(sides)}")
    known = {} if usual is None else usual.parameters
    for name, number in place.parameters.items():
        if known.get(name) != number:
            words.append(f"--parameter={name}={_number(number)}")
    return words


def _race(exploration: Exploration) -> list[str]:
    words = []
    for entry in exploration.entries:
        if len(entry.segments) > 1:
            raise ValueError(SESSION_NEEDED.format(why="settings change on the way"))
        words += ["--run", _short(exploration.place, entry.segments[0].method)]
    for start in exploration.starts:
        thrown = "" if start.seed is None else f"@{start.seed}"
        words.append(f"--start={','.join(map(_number, start.position))}{thrown}")
    words += ["--steps", str(exploration.steps)]
    clock = exploration.clock
    if clock.unit != "steps":
        prices = f",gradient={_number(clock.gradient)},hessian={_number(clock.hessian)}"
        words += ["--clock", clock.unit + (prices if clock.unit == "evaluations" else "")]
    if exploration.seed:
        words += ["--seed", str(exploration.seed)]
    if exploration.border != "auto":
        words += ["--border", exploration.border]
    return words


def _short(place: Place, text: str) -> str:
    """A method without the settings that it takes on this landscape anyway."""
    written = Specification.parse(text)
    own = {
        setting.name: written.settings[setting.name]
        for setting in written.method.settings
        if written.settings.get(setting.name, setting.default) != setting.default
    }
    try:
        short = Specification.parse(written.name).replace(**own).text
        taken = doc.add_entry(Exploration(place=place), Specification.parse(short).text)
    except ValueError:
        return text
    return short if taken.entries[0].segments[0].method == text else text


def _look(document: Document, size: tuple[int, int]) -> list[str]:
    exploration, view = document.exploration, document.view
    layout = VIEWS[view.layout]
    if exploration.place.dimension == 1 and layout == "contour":
        layout = "profile"
    words = ["--view", layout, "--theme", view.theme, "--size", f"{size[0]}x{size[1]}"]
    if view.step is not None:
        words += ["--at", str(view.step)]
    if view.zoom is not None:
        words.append(f"--zoom={','.join(map(_number, view.zoom))}")
    if view.camera != View().camera:
        words.append(f"--camera={','.join(map(_number, view.camera))}")
    if view.insides.on:
        words += _insides(exploration, view)
    if view.selected is not None:
        words += ["--select", str([entry.id for entry in exploration.entries].index(view.selected) + 1)]
    if view.title:
        words.append(f"--title={view.title}")
    return words


def _insides(exploration: Exploration, view: View) -> list[str]:
    """What is drawn inside of the line that is opened."""
    entry = opened_entry(exploration, view)
    if entry is None:
        return []
    offered = _offered(exploration, entry)
    names = [each.name for each in offered if view.insides.shows(each.name, usual=each.usual)]
    return ["--insides", ",".join(names)] if names else []


def _number(number: float) -> str:
    return repr(float(number)).removesuffix(".0")


def _difference(wanted: Document, made: Document) -> str:
    """What of the wanted document the made one does not have, for people; empty where it is the same."""
    plain, own = wanted.exploration, made.exploration
    if plain.place != own.place and replace(plain.place, title=own.place.title) == own.place:
        return "the landscape has a title of its own"
    if plain.place != own.place:
        return "options describe another landscape"
    if plain.entries != own.entries:
        return "lines of the race were taken out, and its random numbers go by their places"
    if plain != own:
        return "options describe another race"
    for name, why in SHOWN.items():
        if getattr(wanted.view, name) != getattr(made.view, name):
            return why
    return "" if wanted.view == made.view else "options describe another view"
