"""From the start of the process to the first picture, to an answering window, to a race that moves.

Whole processes, from spawning to what they print, in turns with a bare window that imports the same PySide6,
pyqtgraph and pyqtgraph.opengl. The program's first picture has header, map, axes of the trace, race and
timeline; it loads pyqtgraph and OpenGL only then, for the views that take over and for the surface. Then a
first launch, whose cache of compiled kernels is empty, and a click.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from rows import Row, median, row, spread

HERE = Path(__file__).resolve().parent
ROUNDS = 7
PATIENCE = 60.0
PROGRAM = (sys.executable, "-m", "minima_desktop")
BARE = (sys.executable, str(HERE / "bare_window.py"))
PREPARE = """
from minima_core import runs
from minima_core.document import opening
runs.prepare(opening().exploration.place.landscape_of())
"""

BYTECODE = tempfile.mkdtemp(prefix="minima-bench-bytecode-")


def moments(command: Sequence[str], last: str, environment: dict[str, str]) -> dict[str, float]:
    """Start a process and return when it told what, in seconds since its start; it is ended after `last`."""
    began = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr is not None
    lines: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=lambda: [lines.put(line) for line in process.stderr or ()], daemon=True)
    reader.start()
    told: dict[str, float] = {}
    other: list[str] = []
    try:
        while last not in told:
            try:
                words = lines.get(timeout=PATIENCE).split()
            except queue.Empty:
                raise RuntimeError(f"{command} did not come to “{last}”: {' '.join(other)}") from None
            if words[:1] == ["timing"]:
                told[words[1]] = float(words[2]) - began
            else:
                other += words
    finally:
        process.terminate()
        if hasattr(os, "wait4"):  # what the process used of the processor
            used = os.wait4(process.pid, 0)[2]
            process.returncode = 0
            told["processor"] = used.ru_utime + used.ru_stime
        process.wait(10)
        reader.join(10)
        process.stderr.close()
    return told


def surroundings(cache: str | None = None) -> dict[str, str]:
    """Return an environment with settings of its own, and a cache of its own if one is given."""
    given = {"MINIMA_TIMINGS": "1", "XDG_CONFIG_HOME": tempfile.mkdtemp(prefix="minima-bench-")}
    if cache is not None:
        given["MINIMA_CACHE_DIR"] = cache
    # As on a person's machine, modules are compiled once and kept; where that is switched off, both windows
    # would mostly measure Python's compiler.
    given["PYTHONPYCACHEPREFIX"] = BYTECODE
    return {key: value for key, value in {**os.environ, **given}.items() if key != "PYTHONDONTWRITEBYTECODE"}


def starts(rounds: int = ROUNDS) -> list[Row]:
    """Measure whole starts, warm, in turns with the bare window."""
    environment = surroundings()
    subprocess.run([sys.executable, "-c", PREPARE], check=True, env=environment)
    moments(PROGRAM, "race-moves", environment)
    moments(BARE, "answers", environment)
    bare, ours = [], []
    for _ in range(rounds):
        bare.append(moments(BARE, "first-paint", environment))
        ours.append(moments(PROGRAM, "first-paint", environment))
    rows = []
    for name, words, limit in (
        ("first-paint", "Start to first paint, against a bare window", 1.25),
        ("processor", "The same in seconds of the processor, steadier on a busy machine", None),
    ):
        if name not in bare[0]:
            continue
        ratios = [a[name] / b[name] for a, b in zip(ours, bare, strict=True)]
        peer = f"bare window: {median([b[name] for b in bare]):.2f} s"
        note = f"{median([a[name] for a in ours]):.2f} s; ratios {spread(ratios)}"
        if name == "first-paint":
            note += "; the picture has the map, not yet the surface; pyqtgraph is loaded after it"
        rows.append(row(words, median(ratios), limit, "{:.2f} ×", peer=peer, note=note))
    whole = [moments(PROGRAM, "race-moves", environment) for _ in range(max(3, rounds // 2))]
    for name, words in (
        ("answers", "Start to an answering event loop"),
        ("race-moves", "Start to a moving race"),
    ):
        seconds = [a[name] for a in whole]
        rows.append(row(words, median(seconds), None, "{:.2f} s", note=spread(seconds)))
    return rows


def first_launch() -> list[Row]:
    """Measure one start with an empty cache of kernels."""
    with tempfile.TemporaryDirectory(prefix="minima-bench-") as cache:
        told = moments(PROGRAM, "race-moves", surroundings(cache))
    with tempfile.TemporaryDirectory(prefix="minima-bench-") as cache:
        command = [sys.executable, str(HERE / "clicks.py"), "first-launch"]
        answer = subprocess.run(
            command, check=True, env=surroundings(cache), stdout=subprocess.PIPE, text=True
        )
        seen = json.loads(answer.stdout)
    words = f"“{seen['words']}”; all prepared after {seen['prepared']:.0f} s, worst gap {seen['gap']:.0f} ms"
    return [
        row("First launch (nothing compiled) to first paint", told["first-paint"], None, "{:.2f} s"),
        row(
            "First launch: first paint to the words that say what is prepared",
            seen["said"],
            None,
            "{:.2f} s",
            note=words,
        ),
        row("First launch to a moving race", told["race-moves"], None, "{:.2f} s"),
    ]


def clicks() -> list[Row]:
    """Measure from a click on the map to the picture of the first step."""
    command = [sys.executable, str(HERE / "clicks.py"), "clicks"]
    answer = subprocess.run(command, check=True, env=surroundings(), stdout=subprocess.PIPE, text=True)
    seconds = json.loads(answer.stdout)
    return [
        row(
            "Click to first drawn step, warm cache",
            1000 * median(seconds),
            100,
            "{:.0f} ms",
            note=spread([1000 * each for each in seconds], "{:.0f}"),
        )
    ]


def table() -> list[Row]:
    """Return the rows of this part."""
    return [*starts(), *first_launch(), *clicks()]


if __name__ == "__main__":
    for each in table():
        print(f"{each['what']}: {each['here']} {each['limit']} {each['peer']} {each['note']}")
