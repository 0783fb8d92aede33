"""One row of the table of benchmarks: what was measured, its limit, and whether the limit is met."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]


def row(
    what: str,
    value: float,
    limit: float | None,
    show: str,
    *,
    least: bool = False,
    note: str = "",
    peer: str = "",
) -> Row:
    """Return a row; `limit` is the most that `value` may be (with `least`: the least), if there is one."""
    met = None if limit is None else (value >= limit if least else value <= limit)
    sign = "≥" if least else "≤"
    return {
        "what": what,
        "value": value,
        "here": show.format(value),
        "peer": peer,
        "limit": "" if limit is None else f"{sign} {show.format(limit)}",
        "met": met,
        "note": note,
    }


def spread(values: Sequence[float], show: str = "{:.2f}") -> str:
    """Return the smallest and largest of several measurements, in words."""
    return f"{show.format(min(values))} to {show.format(max(values))} in {len(values)}"


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return float(statistics.median(values))


def share(values: Sequence[float], part: float) -> float:
    """Return the value below which `part` of all lie."""
    ordered = sorted(values)
    return float(ordered[min(len(ordered) - 1, int(part * len(ordered)))])
