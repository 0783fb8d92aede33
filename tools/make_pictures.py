"""Draw the pictures of the README anew, by the program itself, in the light and in the dark theme.

Run it after a change of what pictures look like, in the environment that `make setup` makes:

    .venv/bin/python tools/make_pictures.py

Every picture carries the session that made it: `minima-desktop docs/pictures/flood-light.png` opens it in the
window. `tests/test_docs.py` holds this table and the commands of the README together.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / folder) for folder in (".", "widgets", "core", "resources")]

import msgspec  # noqa: E402

from minima_core.document import Document  # noqa: E402
from minima_desktop import cli, render, wanted  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
THEMES = ("light", "dark")

COMMANDS = {
    "two-wells": (
        "--landscape two-wells --start -1.15,1.6"
        " --run gradient-descent,lr=0.03 --run momentum,lr=0.012 --run rmsprop,lr=0.02,alpha=0.95"
        " --run adam,lr=0.05,beta2=0.99 --run simulated-annealing --seed 1 --steps 260"
        ' --view all --size 1400x820 --title "One start, five methods, two endings"'
    ),
    "insides": (
        "--landscape branin --start -3,2 --run bayesian-optimization --run random-search"
        " --seed 1 --steps 14 --insides mean,deviation,acquisition,observations,next"
        ' --view both --size 1020x640 --title "When every evaluation is dear"'
    ),
    "basins": (
        "--landscape himmelblau --start -0.4,-0.9 --start -0.2,-1.05"
        " --run momentum,lr=0.005,momentum=0.9 --steps 1000"
        ' --view basins --size 1200x720 --title "Where momentum ends, from every start"'
    ),
    "flood": (
        "--landscape six-hump-camel --start -1.9,0.15 --run gradient-descent,lr=0.02 --steps 300"
        ' --view tree --size 1200x720 --title "Two lakes meet at their pass"'
    ),
}
"""What `minima-desktop render` is told, apart from the theme and the file."""

PAGES = {
    "compare": "--landscape two-wells --compare 1,2 --size 1200x675",
    "claim": "--claim smaller-rate-escapes --size 1400x788",
}
"""The same, of pages, which are not drawn from races alone."""

WATER = {"flood": 0.0}
"""The level of the water, which has no word on the command line: it is part of the session."""


def document_of(name: str, theme: str) -> tuple[Document, int, int]:
    """Return the session of a picture, and its width and height."""
    words = shlex.split(f"--out {name}.png --theme {theme} {COMMANDS[name]}")
    options = cli.build_render_parser().parse_args(cli.join_negative_values(words))
    document = render.document_of(options)
    view = document.view
    if name in WATER:
        view = msgspec.structs.replace(view, insight=msgspec.structs.replace(view.insight, flood=WATER[name]))
    return msgspec.structs.replace(document, view=view), *wanted.size_of(options).pixels


def main() -> None:
    """Write every picture in every theme."""
    for name in COMMANDS:
        for theme in THEMES:
            document, width, height = document_of(name, theme)
            path = FOLDER / f"{name}-{theme}.png"
            path.write_bytes(render.draw(document, width, height))
            _tell(path)
    for name, words in PAGES.items():
        for theme in THEMES:
            path = FOLDER / f"{name}-{theme}.png"
            told = shlex.split(f"--out {path} --theme {theme} --force {words}")
            render.render(cli.build_render_parser().parse_args(cli.join_negative_values(told)))
            _tell(path)


def _tell(path: Path) -> None:
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
