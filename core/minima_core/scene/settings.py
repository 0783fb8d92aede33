"""The map of settings: one start, two settings, and the minimum that each pair of them leads to."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.document import Exploration, View, segment_at
from minima_core.scene.findings import kept
from minima_core.scene.marks import Label, Lines, Mark, Points, Regions, Style
from minima_core.scene.overlays import ROLES
from minima_core.scene.scenes import ChartScene, Tick
from minima_core.scene.ticks import linear_ticks, log_ticks
from minima_core.scene.tree import empty_chart
from minima_core.scene.words import number, point, whole

if TYPE_CHECKING:
    from minima_core.analysis.settings_map import Axis, SettingsMap

__all__ = ["settings_cell", "settings_entry", "settings_scene"]

Array: TypeAlias = NDArray[np.float64]

MOST_LIMITS = 3
SEEN = 0.005
"""A minimum that fewer of the runs reach than this share has no limit drawn, unless none has more."""
LIMIT = Style("text", width=1.6, dash="dash")
PRESENT = Style("accent", width=2.6, marker="ring", size=14.0, fill="none")
SCALED = {"gradient-descent", "sgd", "momentum"}
"""Methods that diverge at a minimum beyond the limit 2/λ (with momentum β: beyond 2(1 + β)/λ)."""


def settings_entry(exploration: Exploration, view: View) -> int | None:
    """Return the id of the line whose settings are mapped: the chosen or selected one, else momentum."""
    choice = view.insight.settings
    known = [entry.id for entry in exploration.entries]
    for id in (None if choice is None else choice.entry, view.selected):
        if id in known:
            return id
    at_work = [entry for entry in exploration.entries if entry.enabled]
    # With momentum up the map shows what momentum does; every gradient method has a learning rate.
    at_work.sort(key=lambda entry: entry.name != "momentum")
    return next((entry.id for entry in at_work), None)


def settings_cell(found: SettingsMap, x: float, y: float) -> tuple[int, int]:
    """Return the column and row of the map nearest to a place of its chart."""
    cells = []
    for axis, values, at in ((found.across, found.values_across, x), (found.up, found.values_up, y)):
        places = _places(axis, values)
        cells.append(int(np.argmin(np.abs(places - at))))
    return cells[0], cells[1]


def settings_scene(
    found: SettingsMap | None, exploration: Exploration, view: View, step: int | None = None
) -> ChartScene:
    """Return the map of settings as a chart.

    Regions in the colours of the minima; the limit 2/λ of each minimum, beyond which gradient descent cannot
    rest there; the line's own settings at a step (None: its last ones) as the point "present".
    `settings_cell` tells which pixel a click means.
    """
    line = settings_entry(exploration, view)
    if line is None:
        return empty_chart("Add a method to the race to see which of its settings lead where.")
    if found is None:
        return empty_chart("Running one start with many settings…")
    entry = exploration.entry(line)
    own = (entry.segments[-1] if step is None else segment_at(entry, step)).method
    return kept("settings", (found,), own, lambda: _settings(found, own))


def _settings(found: SettingsMap, own: str | None) -> ChartScene:
    """Make the chart."""
    across, up = _places(found.across, found.values_across), _places(found.up, found.values_up)
    extent = (float(across[0]), float(across[-1]), float(up[0]), float(up[-1]))
    labels = np.ascontiguousarray(found.labels, dtype=np.int16)
    marks: list[Mark] = [Regions("settings", hash(labels.tobytes()), extent, labels, ROLES, opacity=0.95)]
    marks += _limits(found, extent)
    marks += _present(found, own, extent)
    specification = found.specification
    return ChartScene(
        extent=extent,
        x_label=_label(found.across),
        y_label=_label(found.up),
        x_ticks=_ticks(found.across, extent[:2]),
        y_ticks=_ticks(found.up, extent[2:]),
        marks=tuple(marks),
        title=f"{specification.method.title} from {point(found.start.tolist())}, {whole(found.steps)} steps",
        x_log=found.across.log,
        y_log=found.up.log,
        revision=hash((extent, found.across, found.up, str(specification))),
    )


def _places(axis: Axis, values: Array) -> Array:
    """Return values in axis units."""
    return np.log10(values) if axis.log else np.asarray(values, dtype=np.float64)


def _ticks(axis: Axis, ends: tuple[float, ...]) -> tuple[Tick, ...]:
    """Return the ticks of one axis."""
    return log_ticks(ends[0], ends[1], 6) if axis.log else linear_ticks(ends[0], ends[1])


def _label(axis: Axis) -> str:
    """Return a setting's name with its symbol: "momentum β"."""
    plain = {"lr": "learning rate"}.get(axis.name, axis.name.replace("_", " "))
    return plain if axis.symbol in {"", plain, axis.name} else f"{plain} {axis.symbol}"


def _limits(found: SettingsMap, extent: tuple[float, float, float, float]) -> Iterator[Mark]:
    """Yield the limits of the lowest minima: 2/λ, and with momentum the curve to which β moves it."""
    if found.across.name != "lr" or found.specification.name not in SCALED:
        return
    x0, x1, y0, y1 = extent
    drawn: list[float] = []
    heights = np.linspace(y0, y1, 65)
    momentum = 10.0**heights if found.up.log else heights
    bends = found.up.name == "momentum" and found.specification.name in {"momentum", "sgd"}
    for k in _reached(found):
        limit = float(found.limits[k])
        if not (math.isfinite(limit) and limit > 0) or len(drawn) == MOST_LIMITS:
            continue
        # With momentum μ the limit moves to 2(1 + μ)/λ: a curve that begins at 2/λ.
        factor = 1.0 + momentum if bends else np.ones_like(heights)
        across = _places(found.across, limit * factor)
        inside = (across >= x0) & (across <= x1)
        # Minima that look alike have one and the same line.
        if inside.sum() < 2 or any(abs(across[0] - each) < 0.02 * (x1 - x0) for each in drawn):
            continue
        drawn.append(float(across[0]))
        line = np.column_stack((across[inside], heights[inside]))
        yield Lines(f"limit:{k}", hash(line.tobytes()), line, LIMIT)
        at = line[min(int((0.12 + 0.16 * (len(drawn) - 1)) * len(line)), len(line) - 1)]
        place = (float(at[0]), float(at[1]))
        bold = f"2(1 + {found.up.symbol or 'μ'})/λ" if bends else "2/λ"
        text = f"limit of minimum {k + 1}, {'from ' if bends else ''}{number(limit)}"
        yield Label(f"label:limit:{k}", hash((place, text)), place, bold, text, "text", "left", 6.0, 20 - k)


def _reached(found: SettingsMap) -> list[int]:
    """Return the minima that runs of the map reach, the one reached most often first."""
    count = len(found.limits)
    often = np.bincount(found.labels[found.labels >= 0].ravel().astype(np.intp), minlength=count)[:count]
    order = [int(k) for k in np.argsort(-often, kind="stable")]
    return [k for k in order if often[k] > SEEN * found.labels.size] or order


def _present(
    found: SettingsMap, own: str | None, extent: tuple[float, float, float, float]
) -> Iterator[Points | Label]:
    """Yield where the line of the race stands with its own settings."""
    from minima_core.methods import Specification

    if own is None:
        return
    settings = Specification.parse(own).settings
    place = []
    for axis in (found.across, found.up):
        value = settings.get(axis.name)
        if isinstance(value, bool) or not isinstance(value, int | float) or (axis.log and value <= 0):
            return
        place.append(float(_places(axis, np.array([float(value)]))[0]))
    x0, x1, y0, y1 = extent
    if x0 <= place[0] <= x1 and y0 <= place[1] <= y1:
        at = (place[0], place[1])
        yield Points("present", hash(at), np.array([at]), PRESENT)
        yield Label("label:present", hash((at, "now")), at, "now", "", "accent", "above", 10.0, 40)
