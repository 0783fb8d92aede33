"""What is wanted of a picture, a film or a file of data: from options to a document, and to its runs.

Whatever is made without a window begins here; how it is drawn and written is said in
`minima_desktop.export`, and which of them is meant in `minima_desktop.render`.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, cast

import msgspec

from minima_core import document as doc
from minima_core import landscapes
from minima_core.document import Clock, Document, Exploration, Insides, Place, Start, View
from minima_core.formula import FormulaError, parse
from minima_core.methods import Specification
from minima_desktop.files import read_document
from minima_desktop.inquiries import Inquiries
from minima_desktop.session import Session
from minima_desktop.typed import numbers, one_number, region, shown, whole
from minima_desktop.view_options import start_of, view_changes

if TYPE_CHECKING:
    from minima_core.runs import Run
    from minima_core.scene import Findings
    from minima_core.scene.clocked import Marks
    from minima_widgets.paint.sizes import PictureSize

WIDEST, HIGHEST = 7680, 4320
SMALLEST = 160
FORMATS = (".png", ".svg", ".pdf")
FILMS = (".gif", ".apng", ".mp4", ".webm")
DATA_FORMATS = (".csv", ".npz", ".py")
USUAL_SIZE = "1600x900"
_LENGTH = r"\d{1,4}(?:\.\d{1,3})?"
USUAL_RUNS = ("gradient-descent", "momentum", "rmsprop", "adam", "simulated-annealing")
USUAL_STEPS = 300
MOST_STEPS = 10**9
CHART_VIEWS = ("settings", "tree", "data", "beside")
ALONE = ("study",)
"""Views that need none of the race's own runs."""


class RenderError(Exception):
    """Something that a person can put right; its text is one sentence."""


def document_of(options: argparse.Namespace) -> Document:
    """The document that the options describe; a `ValueError` with a sentence when they cannot be."""
    document = _base(options)
    exploration, view = document.exploration, document.view
    if options.border is not None:
        exploration = doc.with_border(exploration, options.border)
    if options.seed is not None:
        exploration = msgspec.structs.replace(exploration, seed=whole("seed", options.seed, 0, 2**63 - 1))
    if options.steps is not None:
        exploration = doc.with_steps(exploration, whole("number of steps", options.steps, 1, MOST_STEPS))
    if options.clock is not None:
        exploration = doc.with_clock(exploration, clock_of(options.clock), exploration.steps)
    if options.start:
        starts = tuple(map(start_of, options.start))
        exploration = msgspec.structs.replace(exploration, starts=starts)
    if options.run:
        exploration = with_runs(exploration, options.run)
    changes = view_changes(options, exploration)
    if options.theme is not None:
        changes["theme"] = options.theme
    if options.title is not None:
        changes["title"] = options.title
    if options.insides is not None:
        changes |= _insides(options.insides, exploration, msgspec.structs.replace(view, **changes))
    if options.view is not None:
        changes["layout"] = _layout(options.view, exploration.place.dimension)
        if options.view == "data" and exploration.place.landscape_of().examples is None:
            raise ValueError(
                "Only landscapes that learn from data have a view of data, such as linear-regression; "
                "use --view contour, surface, both or trace."
            )
    view = msgspec.structs.replace(view, **changes) if changes else view
    return Document(version=doc.VERSION, exploration=exploration, view=view)


def clock_of(text: str) -> Clock:
    """The clock in ``evaluations,gradient=1,hessian=2``; a `ValueError` with a sentence when it is none."""
    unit, *prices = (part.strip() for part in text.split(","))
    if unit not in {"steps", "evaluations", "time"}:
        raise ValueError(f"The clock is steps, evaluations or time, not “{unit}”.")
    given: dict[str, float] = {}
    for price in prices:
        name, equals, value = price.partition("=")
        if name not in {"gradient", "hessian"} or not equals:
            raise ValueError(f"The prices of a clock are gradient=1 and hessian=2, not “{price}”.")
        try:
            given[name] = float(value)
        except ValueError:
            raise ValueError(f"The price of a {name} must be a number, not “{value}”.") from None
    return Clock(unit, **given)  # type: ignore[arg-type]


def _insides(text: str, exploration: Exploration, view: View) -> dict[str, object]:
    """What is drawn inside of which line: the selected one, else the first; `text`: all, none or names."""
    from minima_core.scene import declared_insides, opened_entry

    if text == "none":
        return {"insides": Insides(on=False)}
    enabled = [entry for entry in exploration.entries if entry.enabled]
    entry = opened_entry(exploration, view) or next(iter(enabled), None)
    if entry is None:
        raise ValueError("There is no method in the race whose insides could be drawn.")
    specification = Specification.parse(doc.segment_at(entry, exploration.steps).method)
    offered = {each.name: each for each in declared_insides(specification)}
    names = list(offered) if text == "all" else [name.strip() for name in text.split(",")]
    unknown = next((name for name in names if name not in offered), None)
    if unknown is not None:
        have = ", ".join(offered) or "nothing"
        raise ValueError(
            f"{specification.method.title} has nothing inside called “{shown(unknown)}”; it has {have}."
        )
    off = tuple(name for name, each in offered.items() if each.usual and name not in names)
    also = tuple(name for name in names if not offered[name].usual)
    return {"insides": Insides(True, off, also), "selected": entry.id}


def _base(options: argparse.Namespace) -> Document:
    """The session that is given, or a document for the landscape or formula that is."""
    sources = ("session", "landscape", "formula", "scene")
    given = [name for name in sources if getattr(options, name) is not None]
    if len(given) > 1:
        raise ValueError(f"Give only one of --{given[0]} and --{given[1]}.")
    if options.session is not None:
        if options.region is not None or options.parameter:
            raise ValueError("--region and --parameter belong to --formula or --landscape, not to --session.")
        return read_document(options.session)
    if options.scene is not None:
        return scene_of(options)
    place = _place(options)
    exploration = Exploration(place=place, steps=USUAL_STEPS)
    landscape = place.landscape_of()
    if not options.start:
        start = tuple(float(p) for p in landscape.start)
        exploration = msgspec.structs.replace(exploration, starts=(Start(position=start),))
    if not options.run:
        exploration = with_runs(exploration, USUAL_RUNS)
    return Document(version=doc.VERSION, exploration=exploration, view=View(theme="light"))


def scene_of(options: argparse.Namespace) -> Document:
    """The document of a prepared scene, on white."""
    names = [each.name for each in doc.prepared_scenes()]
    if options.region is not None or options.parameter:
        raise ValueError("--region and --parameter belong to --formula or --landscape, not to --scene.")
    if options.scene not in names:
        raise ValueError(f"There is no scene “{options.scene}”; there are {', '.join(names)}.")
    document = doc.prepared(options.scene).document()
    return Document(
        document.version, document.exploration, msgspec.structs.replace(document.view, theme="light")
    )


def _place(options: argparse.Namespace) -> Place:
    parameters = dict(_parameter(text) for text in options.parameter)
    if options.formula is None:
        place = doc.place_of("two-wells" if options.landscape is None else options.landscape)
        if options.region is not None:
            lower, upper = region(options.region)
            place = msgspec.structs.replace(place, lower=lower, upper=upper)
        unknown = sorted(set(parameters) - set(place.parameters))
        if unknown:
            have = ", ".join(place.parameters) or "none"
            raise ValueError(f"The landscape has no parameter {unknown[0]}; it has {have}.")
        return msgspec.structs.replace(place, parameters={**place.parameters, **parameters})
    if options.region is None:
        raise ValueError(
            "A formula needs its region: --region X0,X1 for x, or --region X0,X1,Y0,Y1 for x and y."
        )
    lower, upper = region(options.region)
    _check_parameters(options.formula, len(lower), parameters)
    landscapes.formula(options.formula, lower=lower, upper=upper, parameters=parameters)
    return Place(landscape=None, formula=options.formula, lower=lower, upper=upper, parameters=parameters)


def _check_parameters(text: str, dimension: int, given: dict[str, float]) -> None:
    """Asks for the value of a letter that is no variable; any other fault is said where the text is read."""
    try:
        names = parse(text, dimension=dimension).parameters
    except FormulaError:
        return
    missing = [name for name in names if name not in given]
    if missing:
        raise ValueError(
            f"The formula has {'a parameter' if len(missing) == 1 else 'parameters'} {', '.join(missing)}: "
            f"give a value, such as --parameter {missing[0]}=1."
        )


def with_runs(exploration: Exploration, texts: Sequence[str]) -> Exploration:
    """The exploration with these methods in place of those there were."""
    exploration = msgspec.structs.replace(exploration, entries=())
    for text in texts:
        exploration = doc.add_entry(exploration, Specification.parse(text).text)
    return exploration


def find_out(document: Document) -> Findings:
    """Everything about the landscape that the picture shows: proofs, basins, maps, the barrier tree."""
    from minima_core.scene import figure_view

    view = figure_view(document.view)
    if view.layout == "study":
        return study_findings(document)
    if view.layout in CHART_VIEWS:
        view = msgspec.structs.replace(view, bottom=view.layout)
    session = Session(Document(document.version, document.exploration, view))
    inquiries = Inquiries(session)
    step = document.exploration.steps if view.step is None else view.step
    try:
        findings = inquiries.complete(step)
        failed = inquiries.failure()
        if failed and (view.layout in (*CHART_VIEWS, "basins")):
            raise ValueError(failed)
        return findings
    finally:
        inquiries.close()


def study_findings(document: Document) -> Findings:
    """The study that the document asks for, from the starts that its seed gives."""
    from minima_core.scene import Findings
    from minima_desktop.study_work import study_of

    step = document.exploration.steps if document.view.step is None else document.view.step
    study, lines = study_of(Session(document), step)
    return Findings(study=study, study_lines=lines)


def run_all(
    document: Document,
) -> tuple[dict[tuple[int, int], Run], dict[tuple[int, int], Marks]]:
    """Runs every run of the document to its last step (or the step that is shown): key → run.

    Where a race is measured otherwise the engine runs it, as in the window; then key → how long it took, too.
    """
    from minima_desktop.engine import Engine, start_run

    if document.exploration.clock.unit != "steps":
        engine = Engine()
        engine.show(Session(document).tickets())
        shown = document.view.step
        engine.aim(document.exploration.steps if shown is None else min(shown, document.exploration.steps))
        while engine.turn():
            pass
        lanes = engine.lanes
        failed = [each.failure for each in engine.published.values() if each.failure]
        if failed:
            raise ValueError(failed[0])
        return (
            {key: cast("Run", lane.run) for key, lane in lanes.items()},
            {key: lane.marks for key, lane in lanes.items()},
        )
    session = Session(document)
    last = document.exploration.steps
    if document.view.step is not None:
        last = min(last, document.view.step)
    runs: dict[tuple[int, int], Run] = {}
    for ticket in session.tickets():
        run = cast("Run", start_run(ticket))
        for step, specification in (*ticket.segments[1:], (last, None)):
            if run.step < min(step, last) and not run.ended:
                run.advance(min(step, last) - run.step)
            if specification is not None and run.step == step < last and not run.ended:
                run.go_on(specification)
        runs[ticket.key] = run
    return runs, {}


@cache
def application() -> object:
    """The one application object that fonts and pictures need; it lives as long as the process."""
    from PySide6.QtGui import QGuiApplication

    running = QGuiApplication.instance()
    if running is not None:
        return running
    before = os.environ.get("QT_QPA_PLATFORM")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        return QGuiApplication(["minima-desktop"])
    finally:
        if before is None:
            del os.environ["QT_QPA_PLATFORM"]
        else:
            os.environ["QT_QPA_PLATFORM"] = before


def size_of(options: argparse.Namespace) -> PictureSize:
    """The size that the options ask for; a `ValueError` with a sentence when it is none."""
    dpi = None if options.dpi is None else one_number("dots per inch", options.dpi)
    points = None if options.type_size is None else one_number("type size", options.type_size)
    usual = "2400x640" if options.strip is not None else USUAL_SIZE
    return picture_size(options.size or usual, dpi, points)


def picture_size(text: str, dpi: float | None = None, points: float | None = None) -> PictureSize:
    """A size: 1920x1080 in pixels, 8.5x6cm on paper, or the name of one, such as 16:9, 4:3, square, column.

    Raises `ValueError` with a sentence for a text that is none, and a size that cannot be.

    >>> picture_size("8.5x6cm").pixels
    (1004, 709)
    """
    from minima_widgets.paint.sizes import PAPER_POINTS, PRESETS, USUAL_POINTS, PictureSize

    known = {each.name: each.size for each in PRESETS}
    if text.strip() in known:
        size = known[text.strip()]
        size = PictureSize(size.width, size.height, size.measure, dpi or size.dpi, points or size.points)
    elif (match := re.fullmatch(rf"\s*({_LENGTH})\s*[xX×]\s*({_LENGTH})\s*cm\s*", text)) is not None:
        size = PictureSize(float(match[1]), float(match[2]), "cm", dpi or 300.0, points or PAPER_POINTS)
    else:
        width, height = _pixels(text)
        size = PictureSize(width, height, "px", dpi or 96.0, points or USUAL_POINTS)
    if problem := size.problem():
        raise ValueError(problem)
    return size


def parse_size(text: str | None) -> tuple[int, int]:
    """Width and height in pixels of a size as the command line takes it; None: the usual one.

    >>> parse_size("1920x1080")
    (1920, 1080)
    """
    return picture_size(text or USUAL_SIZE).pixels


def _pixels(text: str) -> tuple[int, int]:
    """Width and height in pixels, checked."""
    match = re.fullmatch(r"\s*(\d{1,6})\s*[xX×]\s*(\d{1,6})\s*", text)
    if match is None:
        raise ValueError(
            f"The size must be WIDTHxHEIGHT in pixels, such as 1920x1080, not “{shown(text)}”; "
            f"or in centimetres, such as 8.5x6cm; or 16:9, 4:3, square, column."
        )
    width, height = int(match[1]), int(match[2])
    if not (SMALLEST <= width <= WIDEST and SMALLEST <= height <= HIGHEST):
        raise ValueError(
            f"The size {width}x{height} is not possible: at least {SMALLEST}x{SMALLEST}, "
            f"at most {WIDEST}x{HIGHEST}."
        )
    return width, height


def _parameter(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise ValueError(f"A parameter must be NAME=VALUE, such as a=2, not “{shown(text)}”.")
    found = numbers(f"parameter {name.strip()}", value)
    if len(found) != 1:
        raise ValueError(f"The parameter {name.strip()} must be one number, not “{shown(value)}”.")
    return name.strip(), found[0]


def _layout(view: str, dimension: int) -> str:
    """The layout of the view that a picture is asked for; one variable has a profile, two have a map."""
    if view in ("basins", *CHART_VIEWS, *ALONE):
        return view
    if dimension == 1:
        if view == "surface":
            raise ValueError("A landscape of one variable has no surface; use --view profile, trace or all.")
        return {"trace": "trace", "all": "all"}.get(view, "map")
    if view == "profile":
        raise ValueError(
            "A profile needs a landscape of one variable; use --view contour, surface, both or trace."
        )
    return {"contour": "map"}.get(view, view)
