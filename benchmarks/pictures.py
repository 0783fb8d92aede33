"""Pictures drawn again at full size, and the small ones of the gallery.

Each is measured from the document to the bytes of the PNG; the runs are computed before.
"""

from __future__ import annotations

import time

import msgspec
from driving import application
from rows import Row, median, row, spread

import minima_core as mc
from minima_core.document import Document, opening
from minima_core.scene import figure_of
from minima_desktop.files import png_bytes
from minima_desktop.gallery import small_picture
from minima_desktop.render import run_all
from minima_widgets.paint import render_image
from minima_widgets.theme import Theme

SIZES = ((1920, 1080, None), (3840, 2160, 1.0))
VIEWS = (("map", "map"), ("surface", "surface"), ("both", "map and surface"))
ROUNDS = 3


def figures() -> list[Row]:
    """Measure figures of the opening race."""
    document, rows = opening(), []
    runs, _ = run_all(document)
    for width, height, limit in SIZES:
        for layout, words in VIEWS:
            view = msgspec.structs.replace(document.view, layout=layout)
            wanted = Document(document.version, document.exploration, view)
            parts: list[tuple[float, float, float]] = []
            worked = []
            for _ in range(ROUNDS):
                began, before = time.perf_counter(), time.process_time()
                figure = figure_of(wanted, runs, aspect=width / height)
                made = time.perf_counter()
                image = render_image(figure, width, height, Theme.load(view.theme))
                painted = time.perf_counter()
                png_bytes(image, wanted)
                parts.append((made - began, painted - made, time.perf_counter() - painted))
                worked.append(time.process_time() - before)
            totals = [sum(part) for part in parts]
            scene, paint, file = (median([part[k] for part in parts]) for k in range(3))
            rows.append(
                row(f"PNG of the {words}, {width} × {height}", median(totals), limit, "{:.2f} s",
                    note=f"scene {scene:.2f}, painting {paint:.2f}, PNG {file:.2f}; {spread(totals)}; "
                    f"processor {median(worked):.2f}")
            )  # fmt: skip
    return rows


def gallery() -> list[Row]:
    """Measure the small pictures of all landscapes: the first time, one after another."""
    theme, milliseconds = Theme.load("dark"), []
    for name in mc.landscape_names():
        began = time.perf_counter()
        small_picture(name, theme)
        milliseconds.append(1000 * (time.perf_counter() - began))
    return [
        row(
            "A small picture of the gallery",
            median(milliseconds),
            None,
            "{:.0f} ms",
            note=spread(milliseconds, "{:.0f}"),
        )
    ]


def table() -> list[Row]:
    """Return the rows of this part."""
    app = application()
    rows = [*gallery(), *figures()]
    app.quit()
    return rows


if __name__ == "__main__":
    for each in table():
        print(f"{each['what']}: {each['here']} {each['limit']} {each['note']}", flush=True)
