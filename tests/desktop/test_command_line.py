"""The command line that draws a picture, given to a shell and to the program: the same bytes come out."""

from __future__ import annotations

import dataclasses
import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from minima_core import document as doc
from minima_core.document import Clock, Document, Exploration, Insides, Place, Start, View
from minima_core.landscapes.changes import Changes
from minima_core.landscapes.wells import Drawn
from minima_core.methods import Specification
from minima_desktop import render
from minima_desktop.cli import main
from minima_desktop.export.command_line import command_of, pictured
from minima_desktop.files import read_document

replace = msgspec.structs.replace
SIZE = (320, 240)
BOX = {"lower": (-2.0, -2.0), "upper": (2.0, 2.0)}
TYPED = Place(landscape=None, formula="a x^2 + (y − x)^2", parameters={"a": -0.5}, **BOX)


def race(place: Place, *methods: str, view: View | None = None, **more: object) -> Document:
    """A document of a race."""
    start = Start((-1.0, 1.5)[: place.dimension])
    exploration = Exploration(place=place, starts=(start,), steps=40)
    for method in methods:
        exploration = doc.add_entry(exploration, Specification.parse(method).text)
    return Document(doc.VERSION, replace(exploration, **more), view or View())


def without_second(document: Document) -> Document:
    """The same race without its second line, which was taken out."""
    first, _, *others = document.exploration.entries
    return Document(doc.VERSION, replace(document.exploration, entries=(first, *others)), document.view)


TITLE = 'It\'s "$HOME" & `ls` \\ −3 °'
DOCUMENTS = {
    "opening": doc.opening(),
    "typed": race(TYPED, "adam,lr=0.1", view=View(title=TITLE, layout="map")),
    "earlier": race(
        doc.place_of("himmelblau"), "momentum", view=View(step=13, theme="light", layout="trace")
    ),
    "thrown": race(TYPED, "random-search", starts=(Start((1.0, -1.5), 17), Start((0.5, 0.0))), seed=5),
    "turned": race(TYPED, "adam", view=View(camera=(-20.5, 30.0, 1.25), layout="surface", selected=0)),
    "zoomed": race(
        TYPED, "adam", "newton", view=View(zoom=(-1.0, 0.5, -0.25, 1.75), layout="map", selected=1)
    ),
    "insides": race(
        TYPED,
        "adam",
        "momentum",
        view=View(insides=Insides(True, off=("gradient",)), selected=1, layout="map"),
    ),
    "clocked": race(TYPED, "adam", border="clip", clock=Clock("evaluations", gradient=2.5, hessian=0.0)),
    "one": race(doc.place_of("tilted-double-well"), "adam", view=View(layout="map")),
    "fewer": without_second(race(TYPED, "adam", "newton", "momentum", view=View(selected=2, layout="map"))),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_line_draws_the_same_bytes(tmp_path: Path, qapp: object, name: str) -> None:
    path = tmp_path / "it's a picture.png"
    program, *words = shlex.split(command_of(DOCUMENTS[name], SIZE, str(path)))
    assert program == "minima-desktop"
    assert main(words) == 0
    wanted = pictured(DOCUMENTS[name])
    assert read_document(path) == wanted
    assert path.read_bytes() == render.draw(wanted, *SIZE)


def test_what_a_picture_shows_is_kept(qapp: object) -> None:
    document = DOCUMENTS["fewer"]
    looked = Document(document.version, document.exploration, replace(document.view, speed=3.0, panels=()))
    whole, less = render.sheet_of(looked, 1.0), render.sheet_of(pictured(looked), 1.0)
    assert pictured(looked) != looked
    assert (whole.title, whole.caption) == (less.title, less.caption)
    assert [dataclasses.replace(each, entry=0) for each in whole.legend.lines] == [
        dataclasses.replace(each, entry=0) for each in less.legend.lines
    ]


def test_a_shell_reads_it(tmp_path: Path, qapp: object) -> None:
    document = DOCUMENTS["typed"]
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "minima-desktop"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m minima_desktop "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    line = command_of(document, SIZE, str(tmp_path / "a b.png"))
    done = subprocess.run(["sh", "-c", line], env=environment, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a b.png").read_bytes() == render.draw(pictured(document), *SIZE)


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (race(Place(None, None, drawn=Drawn(), **BOX), "adam"), "drawn by hand"),
        (race(replace(TYPED, changes=Changes(l1=1.0)), "adam"), "is changed"),
        (race(replace(TYPED, title="Mine"), "adam"), "title of its own"),
        (race(TYPED, "adam", view=View(y_axis="linear")), "linear scale"),
        (race(TYPED, "adam", view=View(palette="grey")), "colours of heights"),
        (race(TYPED, "adam", view=View(type_size=12.0)), "the type"),
        (without_second(race(TYPED, "random-search", "adam", "random-search")), "places"),
    ],
)
def test_what_options_cannot_say_needs_a_session(document: Document, why: str) -> None:
    with pytest.raises(ValueError, match=why) as told:
        command_of(document, SIZE)
    assert "--session" in str(told.value)


def test_settings_that_a_method_has_anyway_are_left_out() -> None:
    line = command_of(race(TYPED, "adam,lr=0.3"), SIZE)
    assert "--run adam,lr=0.3 " in line
