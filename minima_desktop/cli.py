"""The command line: open the window, draw a picture without one, list what there is.

Others script against this face; it is described in the README and kept. Bad input ends with exit status 2
and one sentence on standard error: what was wrong, and what would be right.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from minima_desktop import __version__

TAKES_VALUE = (
    "--out",
    "--session",
    "--landscape",
    "--formula",
    "--scene",
    "--region",
    "--parameter",
    "--run",
    "--start",
    "--steps",
    "--clock",
    "--at",
    "--select",
    "--zoom",
    "--camera",
    "--data",
    "--seed",
    "--view",
    "--size",
    "--dpi",
    "--type",
    "--strip",
    "--grid",
    "--without",
    "--all",
    "--format",
    "--fps",
    "--seconds",
    "--hold",
    "--easing",
    "--turn",
    "--between",
    "--theme",
    "--insides",
    "--border",
    "--compare",
    "--claim",
    "--title",
    "--talk",
    "--tour",
)
SWITCHES = (
    "--force",
    "--transparent",
    "--heights",
    "--no-loop",
    "--films",
    "--own-theme",
    "--help",
    "--json",
    "--version",
    "-h",
)
VIEWS = (
    "contour",
    "surface",
    "both",
    "trace",
    "profile",
    "basins",
    "settings",
    "tree",
    "data",
    "study",
    "all",
)
THEMES = ("dark", "light", "slide")


class UsageError(Exception):
    """Something on the command line that a person can put right; its text is one sentence."""


class _Parser(argparse.ArgumentParser):
    """argparse that ends with one sentence instead of a page of usage."""

    def error(self, message: str) -> NoReturn:
        sentence = message[0].upper() + message[1:]
        raise UsageError(f"{sentence.rstrip('.')}. “{self.prog} --help” shows what there is.")


def join_negative_values(arguments: Sequence[str]) -> list[str]:
    """Joins `--start -3,3` to `--start=-3,3`, which argparse would take for an option of its own.

    >>> join_negative_values(["render", "--start", "-3,3", "--steps", "5"])
    ['render', '--start=-3,3', '--steps', '5']
    """
    joined: list[str] = []
    waiting = iter(range(len(arguments)))
    for i in waiting:
        word = arguments[i]
        following = arguments[i + 1] if i + 1 < len(arguments) else ""
        named = following.split("=")[0] in (*TAKES_VALUE, *SWITCHES)
        negative = following.startswith("-") and following not in ("-", "--") and not named
        if word in TAKES_VALUE and negative:
            joined.append(f"{word}={following}")
            next(waiting)
        else:
            joined.append(word)
    return joined


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = _Parser(
        prog="minima-desktop",
        description="See where optimisers get trapped on a loss landscape, and how they get out.",
        epilog="“minima-desktop render --help” tells how pictures are made without a window.",
    )
    parser.add_argument("--version", action="version", version=f"minima-desktop {__version__}")
    parser.add_argument("file", nargs="?", type=Path, help="a session, or a picture that carries one")
    parser.add_argument("--tour", type=Path, metavar="DIR", help=argparse.SUPPRESS)
    parser.set_defaults(command="window")
    return parser


def build_render_parser() -> argparse.ArgumentParser:
    """The parser of `minima-desktop render`."""
    parser = _Parser(
        prog="minima-desktop render", description="Draws a picture without a window or a display."
    )
    add = parser.add_argument
    add(
        "--out",
        type=Path,
        metavar="FILE",
        help="where the picture goes: .png, .svg or .pdf; a film: .gif, .apng, .mp4, .webm; or the data: "
        ".csv, .npz, .py",
    )
    add(
        "--all",
        type=Path,
        metavar="DIR",
        help="draw every session in a folder, several at a time; --out is then the folder for the pictures",
    )
    add(
        "--format",
        metavar="png,svg",
        help="what is written of each session of --all, or of each scene of --talk (there films too)",
    )
    add(
        "--talk",
        type=Path,
        metavar="FILE",
        help="a talk: all its scenes at once, as slides (.pptx), as one .pdf, or as pictures in a folder",
    )
    add("--own-theme", action="store_true", help="of a talk: each scene as it was added, not all alike")
    add("--films", action="store_true", help="of slides: each scene that moves plays as a film")
    add("--session", type=Path, metavar="FILE", help="a session, or a picture that carries one")
    add("--landscape", metavar="NAME", help="one of “minima-desktop list landscapes”")
    add("--formula", metavar="TEXT", help="a formula in x, or in x and y")
    add("--scene", metavar="NAME", help="one of “minima-desktop list scenes”")
    add(
        "--region",
        metavar="X0,X1[,Y0,Y1]",
        help="the region of the formula, or another region of the landscape",
    )
    add(
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter of the formula (repeatable)",
    )
    add(
        "--run",
        action="append",
        default=[],
        metavar="METHOD[,SETTING=VALUE...]",
        help="a method in the race (repeatable)",
    )
    add(
        "--start",
        action="append",
        default=[],
        metavar="X[,Y][@SEED]",
        help="every run starts from every start (repeatable); SEED: what it was thrown with",
    )
    add("--steps", metavar="N", help="how many steps")
    add(
        "--clock",
        metavar="UNIT[,gradient=1,hessian=2]",
        help="what --steps counts: steps, evaluations (at prices of derivatives), time (microseconds)",
    )
    add("--at", metavar="STEP", help="the step that is shown; the last one, unless a session says otherwise")
    add("--select", metavar="N", help="the line of the race that stands out, 1 the first")
    add("--zoom", metavar="X0,X1,Y0,Y1", help="the part of the region that the map shows")
    add(
        "--camera",
        metavar="AZIMUTH,ELEVATION,DISTANCE",
        help="where the surface is seen from: degrees, and 1 for the usual distance",
    )
    add("--seed", metavar="N", help="the seed of everything random")
    add(
        "--border",
        choices=("auto", "free", "clip", "reflect"),
        help="what happens at the border of the region",
    )
    add("--view", choices=VIEWS, help="what is drawn (both: map and surface; all: every view)")
    add(
        "--size",
        metavar="WxH",
        help="in pixels (1600x900), in centimetres (8.5x6cm), or 16:9, 16:9-4k, 4:3, square, strip, column, "
        "page; at most 7680x4320 pixels",
    )
    add("--dpi", metavar="N", help="dots per inch; 300 for sizes in centimetres")
    add("--type", dest="type_size", metavar="PT", help="size of ordinary type: 10.5; 8 on paper")
    add("--transparent", action="store_true", help="without a ground of its own")
    add(
        "--strip",
        metavar="0,10,50|auto",
        help="a filmstrip: the race at these steps, one panel each",
    )
    add(
        "--grid",
        metavar="methods|SETTING[=A,B,...]",
        help="one method a panel; or the first method that has this setting, with one value a panel",
    )
    add(
        "--without",
        metavar="NAME,...",
        help="leave out: map, surface, trace, basins, insides, legend, title, caption",
    )
    add("--heights", action="store_true", help="a bar of the map's colours with their losses")
    _add_film_options(add)
    add(
        "--insides",
        metavar="all|none|NAME,...",
        help="what is drawn inside the first method: gradient, velocity, step and the like",
    )
    add("--theme", choices=THEMES, help="slide: white, with large type")
    add(
        "--compare",
        metavar="A,B",
        help="a page that sets two minima side by side, by their numbers; 1 is the lowest",
    )
    add(
        "--claim",
        metavar="NAME",
        help="the card of a claim, which is run for it: one of “minima-desktop list claims”",
    )
    add(
        "--data",
        metavar="NAME,...",
        help="what goes into .csv or .npz: runs, trajectories, traces, minima, basins, basin-map, study, "
        "study-tries, study-pairs, comparison",
    )
    add("--title", metavar="TEXT", help="a title of your own")
    add("--force", action="store_true", help="overwrite an existing file")
    return parser


def _add_film_options(add: Callable[..., object]) -> None:
    """Adds what is said about films to the parser of `render`."""
    add("--fps", metavar="N", help="of a film: frames a second; 30, and 15 for GIF and APNG")
    add("--seconds", metavar="S", help="of a film: how long it is; 10")
    add("--hold", metavar="S", help="of a film: for how long its last picture stays; 1 of the seconds")
    add(
        "--easing",
        choices=("even", "gentle", "early"),
        help="of a film: how steps are spread over it; gentle: slowly at both ends; early: most of it for "
        "the first steps",
    )
    add("--turn", metavar="DEGREES", help="of a film: by how much the camera of the surface goes round")
    add("--between", metavar="A,B", help="of a film: the steps that it goes through; all of them")
    add("--no-loop", action="store_true", help="of a GIF or an APNG: it plays once")
    add("--progress", action="store_true", help=argparse.SUPPRESS)


def build_list_parser() -> argparse.ArgumentParser:
    """The parser of `minima-desktop list`."""
    parser = _Parser(
        prog="minima-desktop list", description="Lists landscapes, methods, prepared scenes or claims."
    )
    parser.add_argument("what", choices=("landscapes", "methods", "scenes", "claims"))
    parser.add_argument("--json", action="store_true", help="as JSON, with everything that is known of each")
    return parser


def build_lesson_parser() -> argparse.ArgumentParser:
    """The parser of `minima-desktop lesson`."""
    parser = _Parser(
        prog="minima-desktop lesson",
        description="Checks a lesson: reads it, then goes through it as a learner would.",
    )
    parser.add_argument("file", type=Path, metavar="FILE.toml", help="a lesson of your own")
    parser.add_argument("--show", action="store_true", help="print what a learner reads, with its numbers")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit status."""
    words = join_negative_values(sys.argv[1:] if arguments is None else arguments)
    try:
        if words[:1] == ["render"]:
            return _render(build_render_parser().parse_args(words[1:]))
        if words[:1] == ["list"]:
            return _list(build_list_parser().parse_args(words[1:]))
        if words[:1] == ["lesson"]:
            return _lesson(build_lesson_parser().parse_args(words[1:]))
        return _window(build_parser().parse_args(words))
    except UsageError as error:
        print(f"minima-desktop: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0


def _window(options: argparse.Namespace) -> int:
    if options.file is not None and not options.file.exists():
        hint = "" if options.file.suffix else " The commands are “render”, “list” and “lesson”."
        raise UsageError(
            f"There is no file {options.file}; give a session or a picture that carries one.{hint}"
        )
    # What is loaded at the start stays for good: looking through it for garbage would only cost time. The
    # window switches this on again once it has been painted.
    gc.disable()
    app = _import_qt_side("app")
    status: int = app.run(options.file, options.tour)
    return status


def _render(options: argparse.Namespace) -> int:
    render = _import_qt_side("render")
    try:
        return int(render.render(options))
    except render.RenderError as error:
        raise UsageError(str(error)) from None


def _lesson(options: argparse.Namespace) -> int:
    """Checks a teacher's lesson; every fault is a line of its own, with the line in the file."""
    from minima_core import lessons

    try:
        read = lessons.load(options.file)
    except lessons.LessonError as error:
        print(f"{options.file}:{error.line}: {error.sentence}", file=sys.stderr)
        return 2
    except OSError as error:
        raise UsageError(f"{options.file} cannot be read: {error.strerror or error}.") from None
    tried = lessons.trial(read)
    if options.show:
        for number, step in enumerate(tried.steps, 1):
            print(f"{number}. {step.title}")
            for key, text in step.texts:
                print(f"   {key}: {text}")
    for fault in tried.faults:
        print(f"{options.file}:{fault.line}: {fault.sentence}", file=sys.stderr)
    if tried.right:
        print("right")
    return 0 if tried.right else 2


def _import_qt_side(name: str):  # type: ignore[no-untyped-def]
    """Imports a module that needs Qt; a missing system library becomes one sentence."""
    import importlib

    try:
        return importlib.import_module(f"minima_desktop.{name}")
    except ImportError as error:
        text = str(error)
        if ".so" not in text:
            raise
        library = text.split(":", maxsplit=1)[0]
        packages = "libegl1 libgl1 libopengl0 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0"
        raise UsageError(
            f"The system library {library} is missing; on Debian or Ubuntu this line installs it: "
            f"sudo apt-get install {packages}"
        ) from None


def _list(options: argparse.Namespace) -> int:
    listed = {
        "landscapes": _landscape_rows,
        "methods": _method_rows,
        "scenes": _scene_rows,
        "claims": _claim_rows,
    }
    rows = listed[options.what]()
    if options.json:
        json.dump(rows, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
        print()
        return 0
    width = max(len(str(row["name"])) for row in rows)
    for row in rows:
        print(f"{row['name']:<{width}}  {row['sentence']}")
    return 0


def _landscape_rows() -> list[dict[str, object]]:
    import minima_core as mc

    rows: list[dict[str, object]] = []
    for name in mc.landscape_names():
        land = mc.landscape(name)
        rows.append(
            {
                "name": name,
                "title": land.title,
                "sentence": land.sentence,
                "dimension": land.dimension,
                "formula": None if land.formula is None or land.examples else land.formula.text,
                "examples": None if land.examples is None else land.examples.data.tolist(),
                "lower": land.lower.tolist(),
                "upper": land.upper.tolist(),
                "parameters": dict(land.parameters),
                "minima": land.minima.tolist(),
                "teaches": land.teaches,
                "tags": list(land.tags),
                "source": land.source,
            }
        )
    return rows


def _scene_rows() -> list[dict[str, object]]:
    from minima_core.document import prepared_scenes

    return [{"name": each.name, "title": each.title, "sentence": each.sentence} for each in prepared_scenes()]


def _claim_rows() -> list[dict[str, object]]:
    from minima_core import claims

    return [
        {
            "name": each.name,
            "title": each.title,
            "sentence": f"“{each.said}”",
            "theme": each.theme,
            "judgement": each.judgement,
            "idea": each.idea,
            "truth": each.truth,
            "sources": list(each.sources),
        }
        for each in map(claims.claim, claims.claim_names())
    ]


def _method_rows() -> list[dict[str, object]]:
    import minima_core as mc

    rows: list[dict[str, object]] = []
    for name in mc.method_names():
        method = mc.describe(name)
        rows.append(
            {
                "name": name,
                "title": method.title,
                "sentence": method.sentence,
                "group": method.group,
                "kind": method.kind,
                "reference": method.reference,
                "settings": [
                    {
                        "name": setting.name,
                        "symbol": setting.symbol,
                        "meaning": setting.meaning,
                        "default": setting.default
                        if isinstance(setting.default, int | float | bool | str)
                        else str(setting.default),
                        "lower": setting.lower if math.isfinite(setting.lower) else None,
                        "upper": setting.upper if math.isfinite(setting.upper) else None,
                        "scale": setting.scale,
                        "choices": list(setting.choices),
                    }
                    for setting in method.settings
                ],
            }
        )
    return rows
