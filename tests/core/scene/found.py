"""Findings made by hand for landscapes whose critical points are known: small, and quick to make."""

from __future__ import annotations

import numpy as np

from minima_core.analysis.barriers import BarrierTree, Lakes, Lens, Merge, Pass
from minima_core.analysis.basins import Basins
from minima_core.analysis.critical import CriticalPoint, CriticalPoints
from minima_core.analysis.settings_map import Axis, SettingsMap
from minima_core.landscapes import Landscape
from minima_core.methods import method
from minima_core.scene import minima_of


def point(land: Landscape, position, kind: str, best: float, *, border=False, proved=True) -> CriticalPoint:
    position = np.asarray(position, dtype=float)
    value = float(land.value(position))
    bends = np.linalg.eigvalsh(np.atleast_2d(land.hessian(position)))
    lowest = kind == "minimum" and value <= best + 1e-9
    return CriticalPoint(position, value, kind, border, bends, lowest, value - best, proved, 1e-9)


def critical_of(
    land: Landscape, others=(), *, complete=True, proved=True, unresolved=None, source="proof"
) -> CriticalPoints:
    """The minima that a search finds, as if they were proved, and `others`: pairs of position and kind."""
    found = minima_of(land)
    best = found[0].value
    points = [point(land, m.position, "minimum", best, border=m.on_border, proved=proved) for m in found]
    points += [point(land, where, kind, best, proved=proved) for where, kind in others]
    points.sort(key=lambda each: each.value)
    boxes = np.empty((0, 2, land.dimension)) if unresolved is None else np.asarray(unresolved, dtype=float)
    return CriticalPoints(
        tuple(points), complete, boxes, (best, best), complete, 100, 0.1, source, "All found: proved."
    )


def tree_of(critical: CriticalPoints, passes, merges) -> BarrierTree:
    """A tree of given passes (position, value, joins) and merges (left, right, index of the pass)."""
    minima = critical.minima
    made = tuple(Pass(np.asarray(at, dtype=float), value, joins) for at, value, joins in passes)
    tops = np.full(len(minima), np.inf)
    low = {k: k for k in range(len(minima))}
    nodes = []
    for j, (left, right, index) in enumerate(merges):
        height = made[index].value
        tops[max(low[left], low[right])] = height
        low[len(minima) + j] = min(low[left], low[right])
        nodes.append(Merge(height, left, right, index))
    values = np.array([each.value for each in minima])
    away = np.full(len(minima), np.inf)
    lower = np.full((len(minima), len(minima[0].position)), np.nan)
    return BarrierTree(minima, made, tuple(nodes), tops - values, away, lower)


def basins_of(land: Landscape, shape=(9, 12), text="gradient-descent,lr=0.01", shift=0) -> Basins:
    """A map in which each start belongs to the nearest minimum, and the upper right corner to none."""
    minima = np.array([each.position for each in minima_of(land)])
    x = np.linspace(land.lower[0], land.upper[0], shape[-1])
    if land.dimension == 1:
        distance = np.abs(x[:, None] - minima[None, :, 0])
        extent = (land.lower[0], land.upper[0], 0.0, 0.0)
    else:
        y = np.linspace(land.lower[1], land.upper[1], shape[0])
        grid = np.stack(np.meshgrid(x, y), axis=-1)
        distance = np.linalg.norm(grid[:, :, None, :] - minima, axis=-1)
        extent = (land.lower[0], land.upper[0], land.lower[1], land.upper[1])
    labels = distance.argmin(axis=-1).astype(np.int16)
    labels[..., -1] = -1
    if shift:
        labels[..., :shift] = 0
    shares = np.array([(labels == k).mean() for k in range(len(minima))])
    specification = str(method(text.split(",", maxsplit=1)[0], lr=0.01).resolved(land))
    extent = tuple(float(each) for each in extent)
    return Basins(labels, minima, shares, float((labels == -1).mean()), 500, specification, extent)


def lakes_of(land: Landscape, level: float, shape=(40, 50)) -> Lakes:
    x = np.linspace(land.lower[0], land.upper[0], shape[1])
    y = np.linspace(land.lower[1], land.upper[1], shape[0])
    wet = land.value_on(x[None, :], y[:, None]) < level
    extent = (float(x[0]), float(x[-1]), float(y[0]), float(y[-1]))
    shore = np.array([[0.0, 0.0], [1.0, 1.0]])
    return Lakes(extent, level, np.where(wet, 0, -1).astype(np.int16), shore)


def lens_of(position, radius, *, within=True, touching=None, reach=2.0) -> Lens:
    touched = None if touching is None else np.asarray(touching, dtype=float)
    return Lens(np.asarray(position, dtype=float), radius, within, touched, reach)


def settings_of(land: Landscape, name="momentum", shape=(5, 8)) -> SettingsMap:
    across, up = Axis("lr", "lr", 1e-4, 1.0, True), Axis("momentum", "β", 0.0, 0.99, False)
    minima = np.array([each.position for each in minima_of(land)])
    limits = np.array([2.0 / np.linalg.eigvalsh(land.hessian(each)).max() for each in minima])
    labels = np.zeros(shape, dtype=np.int16)
    labels[:, -2:] = -1
    values = np.geomspace(1e-4, 1.0, shape[1]), np.linspace(0.0, 0.99, shape[0])
    specification = method(name, lr=0.01).resolved(land)
    return SettingsMap(
        labels, across, up, *values, minima, limits, np.array([-1.15, 1.6]), 500, specification
    )
