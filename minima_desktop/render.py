"""Pictures without a window and without a display: `minima-desktop render`.

From a session or from options to a document, from the document to runs, from the runs to a figure, and from
the figure to a file: the same figure and the same painter that the window uses.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from minima_core.document import Document
from minima_core.formula import FormulaError
from minima_desktop.files import FileError, check_target, write_whole
from minima_desktop.wanted import (
    ALONE,
    DATA_FORMATS,
    FILMS,
    FORMATS,
    RenderError,
    application,
    document_of,
    find_out,
    run_all,
    size_of,
)

if TYPE_CHECKING:
    from minima_core.scene.scenes import Figure
    from minima_desktop.export.stills import Look
    from minima_desktop.export.strips import Plan

__all__ = [
    "RenderError",
    "document_of",
    "draw",
    "drawer_of",
    "find_out",
    "render",
    "run_all",
    "sheet_of",
    "still_of",
]


def render(options: argparse.Namespace) -> int:
    """Draws the picture that the options ask for; raises `RenderError` with one sentence.

    Returns the exit status: 2 where one of many sessions could not be drawn.
    """
    try:
        if options.all is not None:
            from minima_desktop.export.many import render_all

            return render_all(options, drawer_of, render)
        if options.talk is not None or (options.out is not None and options.out.suffix.lower() == ".pptx"):
            from minima_desktop.export.talk_command import render_talk

            return render_talk(options)
        if options.out is None:
            raise ValueError("Say where the picture goes: --out FILE. “--help” shows what there is.")
        _check_target(options.out, options.force)
        if options.out.suffix.lower() in FILMS:
            from minima_desktop.export.film_command import render_film

            return render_film(options)
        ending = options.out.suffix.lower()
        if ending in DATA_FORMATS:
            from minima_desktop.export.data_files import data_of

            write_whole(options.out, data_of(options, ending), overwrite=options.force)
            return 0
        if options.data is not None:
            raise ValueError("--data belongs to files of data: the file must end in .csv or .npz.")
        write_whole(options.out, still_of(options, options.out.suffix), overwrite=options.force)
        return 0
    except FormulaError as error:
        raise RenderError(f"The formula is wrong at character {error.column + 1}: {error}") from None
    except (FileError, ValueError) as error:
        raise RenderError(str(error)) from None
    except MemoryError:
        raise RenderError(
            "There is not enough memory for a picture of this size; try a smaller one."
        ) from None


def still_of(options: argparse.Namespace, ending: str) -> bytes:
    """The still picture that the options ask for, as a file of the format that an ending names."""
    return drawer_of(options)(ending)


def drawer_of(options: argparse.Namespace) -> Callable[[str], bytes]:
    """What makes the picture that the options ask for, in any format: runs are made once for all of them."""
    from minima_desktop.export.options import look_of, plan_of
    from minima_desktop.export.parts import parts_of
    from minima_desktop.export.stills import still_bytes
    from minima_widgets.theme import Theme

    size = size_of(options)
    width, height = size.pixels
    look = look_of(options, size)
    without = parts_of(options.without or "")
    plan = plan_of(options)
    application()
    if options.claim is not None:
        from minima_desktop.claim_card import draw_claim

        return lambda ending: draw_claim(options, width, height, ending, look)
    document = document_of(options)
    if options.compare is not None:
        from minima_desktop.comparison import draw_comparison

        chosen = options.compare
        return lambda ending: draw_comparison(document, chosen, width, height, ending, look)
    figure = sheet_of(document, width / height, plan=plan, without=without, heights=options.heights)
    theme = Theme.load(document.view.theme)
    return lambda ending: still_bytes(figure, ending, width, height, theme, document, look)


def draw(
    document: Document,
    width: int,
    height: int,
    ending: str = ".png",
    *,
    plan: Plan | None = None,
    without: Collection[str] = (),
    heights: bool = False,
    look: Look | None = None,
) -> bytes:
    """The picture of a document as a file, at a size in pixels; it carries the document as it was given.

    Parameters
    ----------
    plan
        A filmstrip or a grid; None: one picture.
    without
        What is left out, by its name in `minima_desktop.export.parts`.
    heights
        Whether the bar of heights stands beside the views.
    look
        Ground, type and dots per inch.
    """
    from minima_desktop.export.stills import PLAIN, still_bytes
    from minima_widgets.theme import Theme

    application()
    figure = sheet_of(document, width / height, plan=plan, without=without, heights=heights)
    theme = Theme.load(document.view.theme)
    return still_bytes(figure, ending, width, height, theme, document, look or PLAIN)


def sheet_of(
    document: Document,
    aspect: float,
    *,
    plan: Plan | None = None,
    without: Collection[str] = (),
    heights: bool = False,
) -> Figure:
    """The figure of a document, after all its runs have been made; see `draw`."""
    from minima_core.scene import figure_of
    from minima_desktop.export.parts import plain, reduced, with_heights
    from minima_desktop.export.strips import ONE, drawn, to_run

    document, plan = to_run(plain(document, without), plan or ONE)
    runs, marks = ({}, {}) if document.view.layout in ALONE else run_all(document)
    findings = find_out(document)
    if plan.arrange == "one":
        figure = figure_of(document, runs, aspect=aspect, findings=findings, marks=marks)
    else:
        figure = drawn(document, plan, runs, aspect=aspect, findings=findings, marks=marks)
    figure = reduced(figure, without)
    return with_heights(figure) if heights else figure


def _check_target(out: Path, force: bool) -> None:
    """Refuses a target that could not be written, before any work is done for it."""
    suffix = out.suffix.lower()
    known = (*FORMATS, *FILMS, *DATA_FORMATS)
    if suffix not in known:
        have = f"{', '.join(known[:-1])} or {known[-1]}"
        raise ValueError(
            f"Files of the kind “{suffix or out.name}” cannot be written; the name must end in {have}."
        )
    check_target(out, overwrite=force)
    if not os.access(out.parent, os.W_OK):
        raise FileError(f"The folder {out.parent} cannot be written; choose another one.")
