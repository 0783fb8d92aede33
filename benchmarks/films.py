"""Films of the opening race: ten seconds as video, in times of their own length, and as GIF, in megabytes.

Each is measured as `minima-desktop render` makes it, from the document to the closed file, in a process that
has drawn a short film before: what is compiled or read once is not counted. Without PyAV videos are not
measured, and the row says so.
"""

from __future__ import annotations

import importlib.util
import tempfile
import time
from pathlib import Path

import msgspec
from driving import application
from rows import Row, row

from minima_core.document import Document, opening
from minima_core.scene.film import FilmOptions
from minima_desktop.export.films import Written, write_film

SECONDS = 10.0
VIDEO = (1920, 1080)
SMALL = (960, 540)
MEGABYTE = 1e6
VIDEOS = (
    ("map", 0.0, "the map", 1.0),
    ("surface", 0.0, "the surface", 2.0),
    ("surface", 90.0, "the surface, the camera turning by 90°", 2.0),
    ("both", 0.0, "map and surface", None),
)


def shot(
    folder: Path, layout: str, turn: float, ending: str, size: tuple[int, int]
) -> tuple[Written, str, float]:
    """Make one film; return it, what it took in words, and how long in seconds."""
    document = opening()
    view = msgspec.structs.replace(document.view, layout=layout)
    wanted = Document(document.version, document.exploration, view)
    options = FilmOptions(seconds=SECONDS, turn=turn, hold=0.0)
    began, worked = time.perf_counter(), time.process_time()
    made = write_film(wanted, folder / f"film{ending}", *size, options, overwrite=True)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    return made, f"{took:.1f} s, of processors {worked:.1f} s, {made.size / MEGABYTE:.2f} MB", took


def videos(folder: Path) -> list[Row]:
    """Measure MP4: how long making takes, in lengths of the film."""
    if importlib.util.find_spec("av") is None:
        return [row("MP4, 1920 × 1080, 30 a second", float("nan"), None, "{}", note="PyAV is not installed")]
    rows = []
    for layout, turn, words, limit in VIDEOS:
        _, note, took = shot(folder, layout, turn, ".mp4", VIDEO)
        what = f"MP4 of {words}, 10 s, 1920 × 1080, 30 a second"
        rows.append(row(what, took / SECONDS, limit, "{:.2f} × its length", note=note))
    return rows


def animations(folder: Path) -> list[Row]:
    """Measure GIF and APNG: how large they are."""
    rows = []
    for ending, turn, limit in ((".gif", 0.0, 5.0), (".gif", 90.0, None), (".apng", 0.0, None)):
        made, note, _ = shot(folder, "both", turn, ending, SMALL)
        words = f"{ending[1:].upper()} of map and surface{', turning' if turn else ''}, 10 s, 960 × 540"
        note = f"{made.pictures / SECONDS:.0f} a second; {note}"
        rows.append(row(words, made.size / MEGABYTE, limit, "{:.2f} MB", note=note))
    return rows


def table() -> list[Row]:
    """Return the rows of this part."""
    app = application()
    with tempfile.TemporaryDirectory(prefix="minima-films-") as name:
        folder = Path(name)
        warm = FilmOptions(seconds=0.4, hold=0.1, turn=10.0)
        for ending in (".gif", ".apng"):
            write_film(opening(), folder / f"warm{ending}", 320, 180, warm)
        rows = [*videos(folder), *animations(folder)]
    app.quit()
    return rows


if __name__ == "__main__":
    for each in table():
        print(f"{each['what']}: {each['here']} {each['limit']} {each['note']}", flush=True)
