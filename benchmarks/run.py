"""Runs every benchmark and writes the table into docs/benchmarks.md.

    python benchmarks/run.py [PART ...] [--dry]

Each part runs in a process of its own; with names of parts only those run, and the rows of the others stay as
they were. With `--dry` nothing is written. The status is 1 if a part failed, not if a limit was missed.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PAGE = ROOT / "docs" / "benchmarks.md"
NUMBERS = ROOT / "build" / "benchmarks.json"
PARTS = {
    "startup": "Start and click",
    "frames": "Twenty runs live",
    "long_runs": "Long runs",
    "pictures": "Pictures",
    "films": "Films",
    "step_loops": "Step loops against C",
    "proofs": "Critical points, proved",
    "basins": "Basins, maps and typed formulas",
    "marbles": "Marbles, fields and barriers",
    "studies": "Studies of many runs",
    "search": "Searches on bbob",
}
PACKAGES = ("numba", "llvmlite", "numpy", "PySide6-Essentials", "pyqtgraph", "contourpy")
CALL = "import json, sys, {part}; json.dump({part}.table(), open(sys.argv[1], 'w'))"
HEADER = """# Benchmarks

What the program must reach, and what it reaches, measured by `make bench` (medians of interleaved runs,
ratios within one run; the files are in `benchmarks/`). A busy machine shows worse numbers than an idle one:
the load beside the date tells how busy it was.
"""


def main() -> int:
    """Run the parts, print the rows, write the page."""
    parser = argparse.ArgumentParser(description="Measures speed against limits and peers.")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all if none is given"
    )
    parser.add_argument("--dry", action="store_true", help="write nothing")
    options = parser.parse_args()
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"there is no part {unknown[0]}; the parts are {', '.join(PARTS)}")
    known = json.loads(NUMBERS.read_text("utf-8")) if NUMBERS.exists() else {}
    failed = False
    for part in options.parts or PARTS:
        print(f"-- {PARTS[part]}", flush=True)
        rows = measure(part)
        if rows is None:
            failed = True
            print(f"The part {part} failed; see above.", file=sys.stderr)
            continue
        known[part] = {"when": when(), "rows": [completed(row) for row in rows]}
        for row in known[part]["rows"]:
            print("  " + "  ".join(cell for cell in cells(row) if cell), flush=True)
    if not options.dry:
        NUMBERS.parent.mkdir(exist_ok=True)
        NUMBERS.write_text(json.dumps(known, indent=1, ensure_ascii=False), "utf-8")
        PAGE.write_text(page(known), "utf-8")
        print(f"Written: {PAGE.relative_to(ROOT)}")
    return 1 if failed else 0


def measure(part: str) -> list[dict[str, Any]] | None:
    """Run one part in a process of its own; none if it failed."""
    folders = [str(ROOT / folder) for folder in ("", "core", "widgets", "resources")]
    path = os.pathsep.join([str(HERE), *folders])
    with tempfile.TemporaryDirectory(prefix="minima-bench-") as folder:
        answer = Path(folder) / "rows.json"
        command = [sys.executable, "-c", CALL.format(part=part), str(answer)]
        status = subprocess.call(command, env={**os.environ, "PYTHONPATH": path}, cwd=ROOT)
        if status or not answer.exists():
            return None
        rows: list[dict[str, Any]] = json.loads(answer.read_text("utf-8"))
        return rows


def completed(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its limit and whether it is met; rows of peers give a ratio and the one wanted."""
    if "ratio" not in row:
        return row
    ratio, wanted = row["ratio"], row["wanted"]
    note = "; ".join(part for part in (row["here"], row.get("note", "")) if part)
    told = {
        "here": f"{ratio:.2f} × its rate",
        "limit": f"≥ {wanted:.2f}",
        "met": ratio >= wanted,
        "note": note,
    }
    return {**row, **told}


def cells(row: dict[str, Any]) -> list[str]:
    """Return the cells of a row: what, measured, against, limit, met, how it spread."""
    met = {True: "met", False: "**missed**", None: ""}[row["met"]]
    return [row["what"], row["here"], row["peer"], row["limit"], met, row["note"]]


def when() -> str:
    """Return date and load, in words."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return time.strftime("%Y-%m-%d") + load


def machine() -> str:
    """Return the machine and the versions, in words."""
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        name = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    versions = ", ".join(f"{package} {importlib.metadata.version(package)}" for package in PACKAGES)
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{name}, {os.cpu_count()} cores; {system}; {versions}."


def page(known: dict[str, Any]) -> str:
    """Return the page of all parts."""
    text = [HEADER, f"Measured on: {machine()}\n"]
    for part, title in PARTS.items():
        if part not in known:
            continue
        text += [f"## {title}\n", f"{known[part]['when']}\n"]
        text += ["| What | Measured | Against | Limit | | Spread and parts |", "|---|---|---|---|---|---|"]
        text += ["| " + " | ".join(cells(row)) + " |" for row in known[part]["rows"]]
        text.append("")
    return "\n".join(text)


if __name__ == "__main__":
    sys.exit(main())
