"""Films: the run of a document drawn again, picture after picture, and written whole or not at all.

Frame k shows state k, drawn as a still of that state, but in the places of the film: all pictures are laid
out alike, and words keep the sides on which the last picture has them. What stands still is painted once
(`minima_widgets.paint.kept`), equal pictures are painted once, and another thread encodes what this one has
painted.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

from minima_core.document import Document
from minima_core.scene.figures import figure, tracks_of
from minima_core.scene.film import FilmOptions, Moment, moments
from minima_core.scene.insides import opened_from
from minima_core.scene.scenes import Figure
from minima_desktop.export.encoders import (
    Choice,
    Encoder,
    choose,
    film_size,
    open_encoder,
    pixels_of,
)
from minima_desktop.files import replacing
from minima_widgets.paint.canvas import painted
from minima_widgets.paint.figure import paint_figure
from minima_widgets.paint.kept import Kept, Shot
from minima_widgets.paint.legend import ample_figure
from minima_widgets.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from minima_core.runs import Run
    from minima_core.scene import Findings
    from minima_core.scene.clocked import Marks
    from minima_desktop.export.strips import Plan

__all__ = ["Cancelled", "FilmOptions", "Progress", "Reel", "Written", "figures_of", "make_film", "write_film"]

FigureAt = Callable[[int], Figure]

SAMPLED = 48
"""Steps at which it is looked how much room words take."""
TURNING_SAMPLES = 1
"""Samples across a pixel of a relief that turns: nobody sees more in motion."""
WAITING = 3
"""Pictures that wait to be encoded, at most."""


class Cancelled(Exception):  # noqa: N818  (it is no error: somebody wanted it)
    """The film was given up on request; there is no file."""


@dataclass(frozen=True)
class Progress:
    """How far a film has come."""

    done: int
    total: int
    seconds_left: float
    """0.0 until it can be said."""
    written: int
    """Bytes so far."""

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.done / max(self.total, 1)


@dataclass(frozen=True)
class Written:
    """A film that is there: where, what to say because it is not what was asked for, and how large."""

    path: Path
    sentence: str
    size: int
    pictures: int


class Reel:
    """Draws the pictures of a film, one at a time, in any order; for one thread.

    Parameters
    ----------
    figure_at
        Gives the figure of a step, such as `figures_of` makes.
    last
        How far the runs go.
    options
        How the film is cut.
    width, height
        In pixels.
    theme
        None: the figure's own.
    unit
        How many pixels a reference pixel takes; None: as many as suit the size.
    """

    def __init__(
        self,
        figure_at: FigureAt,
        last: int,
        options: FilmOptions,
        width: int,
        height: int,
        theme: Theme | None = None,
        unit: float | None = None,
    ) -> None:
        self.moments = moments(options, last)
        self.width, self.height = width, height
        self._figure_at = figure_at
        self._unit = unit
        self._kept = Kept()
        steps = sorted({each.step for each in self.moments})
        few = steps[:: max(len(steps) // SAMPLED, 1)]
        self._figures = {step: figure_at(step) for step in {*few, steps[0], steps[-1]}}
        first = self._figures[steps[0]]
        self.theme = theme or Theme.load(first.theme, first.type_size)
        self._ample = ample_figure(list(self._figures.values()), self.theme)
        turning = options.turn != 0.0 and any(panel.kind == "surface" for panel in first.panels)
        self._samples = TURNING_SAMPLES if turning else None
        self.picture(self.moments[-1])  # the first one that is painted says where words stand

    @property
    def title(self) -> str:
        """The title on the pictures."""
        return self._ample.title

    def groups(self) -> Iterator[tuple[Moment, int, Moment | None]]:
        """Yield what is painted: a moment, for how many frames it stays, and the moment after it."""
        runs = [(moment, len(list(same))) for moment, same in groupby(self.moments)]
        after = [moment for moment, _ in runs[1:]]
        for (moment, times), following in zip(runs, [*after, None], strict=True):
            yield moment, times, following

    def shot(self, turn: float, next_turn: float | None = None) -> Shot:
        """Return how a picture with the camera turned so far is painted."""
        return Shot(self._kept, self._ample, turn, next_turn, self._samples)

    def picture(self, moment: Moment, following: Moment | None = None, onto: QImage | None = None) -> QImage:
        """Return the picture of a moment; `onto`: an image of the same size that is painted over."""
        image = painted(self.width, self.height, lambda _: None) if onto is None else onto
        shown = self._figures.pop(moment.step, None) or self._figure_at(moment.step)
        shot = self.shot(moment.turn, None if following is None else following.turn)
        painter = QPainter(image)
        try:
            size = QSize(self.width, self.height)
            paint_figure(painter, size, shown, self.theme, unit=self._unit, shot=shot)
        finally:
            painter.end()
        return image

    def frame(self, k: int) -> QImage:
        """Return picture k of the film."""
        return self.picture(self.moments[k])

    def samples(self) -> list[QImage]:
        """Return some pictures, from which a palette can be chosen."""
        few = 5 if self._samples else 3
        count = len(self.moments)
        chosen = sorted({round(k * (count - 1) / (few - 1)) for k in range(few)})
        return [self.frame(k) for k in chosen]

    def close(self) -> None:
        """Let go of everything that is kept."""
        self._kept.close()
        self._figures.clear()


def figures_of(
    document: Document,
    runs: Mapping[tuple[int, int], Run],
    *,
    aspect: float,
    findings: Findings | None = None,
    marks: Mapping[tuple[int, int], Marks] | None = None,
    plan: Plan | None = None,
    without: Collection[str] = (),
    heights: bool = False,
) -> FigureAt:
    """Return what gives the figure of any step of a document whose runs were made.

    It is the figure that a still of the step shows; the other parameters are those of `write_film`.
    """
    from minima_desktop.export.parts import reduced, with_heights
    from minima_desktop.export.strips import drawn

    exploration = document.exploration
    land = exploration.place.landscape_of()
    tracks = tracks_of(document, runs, marks)
    verdicts = {key: run.verdict for key, run in runs.items()}

    def at(step: int) -> Figure:
        view = msgspec.structs.replace(document.view, step=step)
        shown = Document(document.version, exploration, view)
        if plan is not None and plan.arrange != "one":
            made = drawn(shown, plan, runs, aspect=aspect, findings=findings, marks=marks)
        else:
            opened = opened_from(exploration, view, runs, tracks, step, land)
            made = figure(shown, tracks, verdicts, step, aspect=aspect, findings=findings, opened=opened)
        made = reduced(made, without)
        return with_heights(made) if heights else made

    return at


def write_film(
    document: Document,
    path: Path,
    width: int,
    height: int,
    options: FilmOptions,
    *,
    plan: Plan | None = None,
    without: Collection[str] = (),
    heights: bool = False,
    unit: float | None = None,
    overwrite: bool = False,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Written:
    """Run a document and write its film; where its format cannot be written, a GIF beside it.

    The film ends at the step that the document shows, unless the options name one, or it shows none.

    Parameters
    ----------
    path
        Ends in .gif, .apng, .mp4 or .webm.
    plan, without, heights, unit
        As for a still; filmstrips do not move.
    progress
        Called after each picture.
    cancelled
        Asked before each picture; `Cancelled` is raised when it says yes, and there is no file.

    Raises
    ------
    ValueError, FileError
        With a sentence.
    """
    from minima_desktop.export.parts import plain
    from minima_desktop.export.strips import ONE, to_run
    from minima_desktop.files import png_bytes
    from minima_desktop.wanted import ALONE, find_out, run_all

    choice = choose(path)
    if plan is not None and plan.arrange == "strip":
        raise ValueError("A filmstrip stands still; choose a picture format for it, or leave the strip out.")
    if document.view.layout in ALONE:
        raise ValueError("A study has no steps to film; choose the map, the surface or the loss.")
    options = options.suited(choice.ending)
    width, height = film_size(width, height, choice.ending)
    still = plain(document, without)
    options = replace(options, last=still.view.step or None) if options.last is None else options
    still = Document(still.version, still.exploration, msgspec.structs.replace(still.view, step=options.last))
    prepared, plan = to_run(still, plan or ONE)
    runs, marks = run_all(prepared)
    at = figures_of(
        prepared,
        runs,
        aspect=width / height,
        findings=find_out(prepared),
        marks=marks,
        plan=plan,
        without=without,
        heights=heights,
    )
    exploration = prepared.exploration
    last = exploration.steps
    if exploration.clock.unit == "steps":
        last = min(last, max((run.step for run in runs.values()), default=0))
    theme = Theme.load(document.view.theme)
    reel = Reel(at, last, options, width, height, theme, unit)
    chunks = b""
    if choice.ending == ".apng":
        chunks = text_chunks(png_bytes(painted(16, 16, lambda _: None), document))
    try:
        return make_film(
            reel,
            choice,
            options,
            overwrite=overwrite,
            progress=progress,
            cancelled=cancelled,
            chunks=chunks,
        )
    finally:
        reel.close()


def make_film(
    reel: Reel,
    choice: Choice,
    options: FilmOptions,
    *,
    overwrite: bool = False,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    chunks: bytes = b"",
) -> Written:
    """Write the film of a reel; see `write_film`."""
    with replacing(choice.path, overwrite=overwrite) as part:
        # Copies: an image that is let go takes its pixels with it.
        samples = [pixels_of(each).copy() for each in reel.samples()] if choice.ending == ".gif" else []
        encoder = open_encoder(
            choice,
            part,
            reel.width,
            reel.height,
            options.fps,
            loop=options.loop,
            samples=samples,
            chunks=chunks,
            title=reel.title,
        )
        del samples
        line = _Line(encoder)
        began = time.monotonic()
        groups = list(reel.groups())
        try:
            for done, (moment, times, following) in enumerate(groups):
                if cancelled is not None and cancelled():
                    raise Cancelled
                line.put(reel.picture(moment, following, line.free()), times)
                if progress is not None:
                    spent = time.monotonic() - began
                    left = spent / (done + 1) * (len(groups) - done - 1) if done > 1 else 0.0
                    progress(Progress(done + 1, len(groups), left, part.stat().st_size))
            line.finish()
        except BaseException:
            line.abandon()
            raise
        size = part.stat().st_size
    return Written(choice.path, choice.sentence, size, len(reel.moments))


def text_chunks(png: bytes) -> bytes:
    """Return the chunks of a PNG that are text, whole."""
    found, at = [], 8
    while at + 12 <= len(png):
        end = at + 12 + int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] in {b"tEXt", b"zTXt", b"iTXt"}:
            found.append(png[at:end])
        at = end
    return b"".join(found)


class _Line:
    """Encodes pictures in a thread of its own; images that are done with come back to be painted over."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._todo: queue.Queue[tuple[QImage, int] | None] = queue.Queue(WAITING)
        self._free: queue.SimpleQueue[QImage] = queue.SimpleQueue()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="minima-encoder", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while (each := self._todo.get()) is not None:
            image, times = each
            if self._failure is None:
                try:
                    self._encoder.add(pixels_of(image), times)
                except BaseException as failure:  # it is raised where the pictures come from
                    self._failure = failure
            self._free.put(image)

    def free(self) -> QImage | None:
        """Return an image that may be painted over, if there is one."""
        try:
            return self._free.get_nowait()
        except queue.Empty:
            return None

    def put(self, image: QImage, times: int) -> None:
        """Hand over a picture; waits while too many do."""
        if self._failure is not None:
            raise self._failure
        self._todo.put((image, times))

    def finish(self) -> None:
        """Wait for the last picture, and complete the file."""
        self._end()
        if self._failure is not None:
            raise self._failure
        self._encoder.finish()

    def abandon(self) -> None:
        """Stop; nothing is encoded any more."""
        if self._failure is None:
            self._failure = Cancelled()
        self._end()
        self._encoder.abandon()

    def _end(self) -> None:
        if self._thread.is_alive():
            self._todo.put(None)
            self._thread.join()
