"""Draws the relief into pixels without OpenGL: triangles into a depth buffer, then a colour for each pixel.

Pictures of any size are made by it, and the screen where no OpenGL is. Colour is worked out once a pixel,
with the width of the pixel in bands (so that bands and lines are crisp and smooth at any size), and once a
sample only where an edge of the body runs through the pixel. The two loops are compiled when they are first
used.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from minima_widgets.paint.camera import Lens
from minima_widgets.paint.relief_look import FLAT, NO_VEIL, WALL_CONTRAST, Look, light_on
from minima_widgets.paint.relief_mesh import BASE, Ground

__all__ = ["Picture", "compile_raster", "draw_relief"]

Floats = NDArray[np.float32]

STRIP = 96
"""Rows of pixels that are drawn at a time: the samples of a strip stay in the processor's cache."""
WALL = 1000.0
"""Added to the bands of the block's sides, to tell them from the ground."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawn relief.

    Attributes
    ----------
    pixels : (height, width, 4) uint8
        Blue, green, red, opacity, premultiplied: what `QImage.Format_ARGB32_Premultiplied` wants.
    nearness : (height, width) float32
        1/w of the farthest thing seen in each pixel; less than that of anything where there is a gap.
    """

    pixels: NDArray[np.uint8]
    nearness: Floats


def draw_relief(
    ground: Ground, look: Look, lens: Lens, width: int, height: int, unit: float, samples: int
) -> Picture:
    """Draw the ground and the sides of its block as `lens` sees them.

    Parameters
    ----------
    width, height
        Of the picture, in pixels; the lens works in the same pixels.
    unit
        Pixels of a reference pixel (lines grow with it).
    samples
        Samples across a pixel, 1 (quick) to 4.
    """
    rasterise, resolve = compile_raster()
    corners, inverse, band, light, triangles = _triangles(ground, look, lens)
    picture = Picture(np.empty((height, width, 4), np.uint8), np.empty((height, width), np.float32))
    line = look.line.copy()
    line[:, 4] *= unit
    flat = FLAT / unit
    size = 2.0 * np.asarray(ground.half)
    plan = lens.plan() / size[:, None]  # from −0.5 to 0.5 over the ground
    plan[:, 3] += 0.5

    def strip(top: int) -> None:
        rows = min(STRIP, height - top)
        near = np.zeros((rows * samples, width * samples), np.float32)
        bands = np.empty_like(near)
        lights = np.empty_like(near)
        rasterise(corners, inverse, band, light, triangles, samples, top, near, bands, lights)
        part = slice(top, top + rows)
        here = plan.copy()
        here[:, 2] += plan[:, 1] * top
        resolve(
            near,
            bands,
            lights,
            samples,
            look.ground,
            look.wall,
            line,
            flat,
            look.veil,
            here,
            picture.pixels[part],
            picture.nearness[part],
        )

    tops = range(0, height, STRIP)
    if width * height * samples * samples < 1_000_000 or (os.cpu_count() or 1) == 1:
        for top in tops:
            strip(top)
    else:
        with ThreadPoolExecutor(min(os.cpu_count() or 1, 8), thread_name_prefix="minima-relief") as pool:
            list(pool.map(strip, tops))
    return picture


def _triangles(
    ground: Ground, look: Look, lens: Lens
) -> tuple[NDArray[np.float64], Floats, Floats, Floats, NDArray[np.uint32]]:
    """Return all corners: pixels (m, 2), 1/w, band, light (m,); and the triangles (t, 3) between them."""
    points = [ground.points().astype(np.float64)]
    bands = [look.band(ground.unclipped.ravel())]
    lights = [light_on(ground.normals().reshape(-1, 3), lens)]
    triangles = [ground.triangles()]
    count = len(points[0])
    for edge, normal in ground.walls():
        if np.dot(normal, lens.eye) < -0.35:
            continue  # surely turned away, however strong the perspective
        m = len(edge)
        foot = edge.copy()
        foot[:, 2] = BASE
        points += [edge, foot]
        light = float(light_on(np.array(normal), lens, WALL_CONTRAST))
        bands += [
            look.band(ground.heights_at(edge[:, 2])) + WALL,
            np.full(m, WALL + look.band(ground.heights_at(np.array([BASE])))[0]),
        ]
        lights += [np.full(m, light, np.float32)] * 2
        top = np.arange(count, count + m - 1, dtype=np.uint32)
        low = top + np.uint32(m)
        triangles += [np.stack([top, low, low + 1], axis=-1), np.stack([top, low + 1, top + 1], axis=-1)]
        count += 2 * m
    corners, w = lens.project(np.concatenate(points))
    return (
        corners,
        (1.0 / w).astype(np.float32),
        np.concatenate(bands).astype(np.float32),
        np.concatenate(lights).astype(np.float32),
        np.concatenate(triangles).astype(np.uint32),
    )


@cache
def compile_raster() -> tuple[Any, Any]:
    """Return the two loops, compiled: the first call takes seconds, and half a second in later processes."""
    import numba

    folder = _cache_folder()
    before = numba.config.CACHE_DIR
    try:
        if folder is not None:  # never beside the program: an installed one may be read-only
            numba.config.CACHE_DIR = str(folder)
            try:
                return _built(numba.njit(cache=True, nogil=True, error_model="numpy"))
            except OSError:  # the disk is full, or the folder has gone: then nothing is kept
                pass
    finally:
        numba.config.CACHE_DIR = before
    return _built(numba.njit(nogil=True, error_model="numpy"))


def _built(build: Any) -> tuple[Any, Any]:
    """Return the two loops, compiled in some way."""
    loops = build(_rasterise), build(_resolve)
    _try_out(*loops)
    return loops


def _cache_folder() -> Path | None:
    """Return the folder in which compiled loops are kept for later processes; None where nothing can be."""
    chosen = os.environ.get("MINIMA_CACHE_DIR")
    root = Path(chosen) if chosen else user_cache_path("minima-desktop", appauthor=False)
    folder = root / "raster"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


def _try_out(rasterise: Any, resolve: Any) -> None:
    """Draw nothing once, so that everything is compiled."""
    plane = np.zeros((1, 1), np.float32)
    colours = np.zeros((1, 3), np.float32)
    corners, numbers = np.zeros((1, 2)), np.zeros(1, np.float32)
    rasterise(corners, numbers, numbers, numbers, np.zeros((0, 3), np.uint32), 1, 0, plane, plane, plane)
    pixels = np.zeros((1, 1, 4), np.uint8)
    resolve(
        plane,
        plane,
        plane,
        1,
        colours,
        colours,
        np.zeros((2, 5), np.float32),
        FLAT,
        NO_VEIL,
        np.zeros((2, 4)),
        pixels,
        plane.copy(),
    )


def _rasterise(
    corners: NDArray[np.float64],
    inverse: Floats,
    band: Floats,
    light: Floats,
    triangles: NDArray[np.uint32],
    samples: int,
    top: int,
    near: Floats,
    bands: Floats,
    lights: Floats,
) -> None:
    """Fill the samples of a strip that starts at pixel row `top` with what is nearest."""
    height, width = near.shape
    for t in range(triangles.shape[0]):
        i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        # In samples, so that the middle of sample s lies at s.
        ax, ay = corners[i, 0] * samples - 0.5, (corners[i, 1] - top) * samples - 0.5
        bx, by = corners[j, 0] * samples - 0.5, (corners[j, 1] - top) * samples - 0.5
        cx, cy = corners[k, 0] * samples - 0.5, (corners[k, 1] - top) * samples - 0.5
        low, high = min(ay, by, cy), max(ay, by, cy)
        if high < 0.0 or low > height - 1:
            continue
        left, right = min(ax, bx, cx), max(ax, bx, cx)
        if right < 0.0 or left > width - 1:
            continue
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if not abs(area) > 1e-9:
            continue
        # Barycentric shares are linear in the pixel: share = at (x, y) + steps.
        one = 1.0 / area
        step_b_x, step_b_y = (cy - ay) * one, -(cx - ax) * one
        step_c_x, step_c_y = -(by - ay) * one, (bx - ax) * one
        x0, x1 = max(int(np.ceil(left)), 0), min(int(np.floor(right)), width - 1)
        y0, y1 = max(int(np.ceil(low)), 0), min(int(np.floor(high)), height - 1)
        near_a, near_b, near_c = inverse[i], inverse[j] - inverse[i], inverse[k] - inverse[i]
        band_a, band_b, band_c = band[i], band[j] - band[i], band[k] - band[i]
        light_a, light_b, light_c = light[i], light[j] - light[i], light[k] - light[i]
        for y in range(y0, y1 + 1):
            share_b = (x0 - ax) * step_b_x + (y - ay) * step_b_y
            share_c = (x0 - ax) * step_c_x + (y - ay) * step_c_y
            for x in range(x0, x1 + 1):
                if share_b >= -1e-7 and share_c >= -1e-7 and share_b + share_c <= 1.0000002:
                    here = near_a + share_b * near_b + share_c * near_c
                    if here > near[y, x]:
                        near[y, x] = here
                        bands[y, x] = band_a + share_b * band_b + share_c * band_c
                        lights[y, x] = light_a + share_b * light_b + share_c * light_c
                share_b += step_b_x
                share_c += step_c_x


def _resolve(
    near: Floats,
    bands: Floats,
    lights: Floats,
    samples: int,
    ground: Floats,
    wall: Floats,
    line: Floats,
    flat: float,
    veil: NDArray[np.uint8],
    plan: NDArray[np.float64],
    pixels: NDArray[np.uint8],
    nearness: Floats,
) -> None:
    """Turn the samples of a strip into colours: one for a pixel of one piece, else one for each sample."""
    height, width = nearness.shape
    sample_rows, sample_columns = near.shape
    count = samples * samples
    n = ground.shape[0]
    veil_rows, veil_columns = veil.shape[0], veil.shape[1]
    for y in range(height):
        for x in range(width):
            hits, sides = 0, 0
            farthest, nearest = 1e9, 0.0
            sum_band, sum_light = 0.0, 0.0
            for v in range(y * samples, y * samples + samples):
                for u in range(x * samples, x * samples + samples):
                    here = near[v, u]
                    farthest, nearest = min(farthest, here), max(nearest, here)
                    if here > 0.0:
                        hits += 1
                        sum_band += bands[v, u]
                        sum_light += lights[v, u]
                        if bands[v, u] >= 500.0:
                            sides += 1
            nearness[y, x] = farthest
            if hits == 0:
                pixels[y, x, 0] = pixels[y, x, 1] = pixels[y, x, 2] = pixels[y, x, 3] = 0
                continue
            # The pixel's width in bands, from the samples at its corners (or from its neighbours).
            u0, v0 = x * samples, y * samples
            u1, v1 = u0 + max(samples - 1, 1), v0 + max(samples - 1, 1)
            if u1 >= sample_columns:
                u0, u1 = u0 - 1, u0
            if v1 >= sample_rows:
                v0, v1 = v0 - 1, v0
            per_pixel = samples / (u1 - u0)
            across, along = 0.0, 0.0
            if near[v0, u0] > 0.0 and near[v0, u1] > 0.0:
                across = abs(bands[v0, u1] - bands[v0, u0]) * per_pixel
            if near[v1, u0] > 0.0 and near[v1, u1] > 0.0:
                other = abs(bands[v1, u1] - bands[v1, u0]) * per_pixel
                across = min(across, other) if across > 0.0 else other
            if near[v0, u0] > 0.0 and near[v1, u0] > 0.0:
                along = abs(bands[v1, u0] - bands[v0, u0]) * per_pixel
            if near[v0, u1] > 0.0 and near[v1, u1] > 0.0:
                other = abs(bands[v1, u1] - bands[v0, u1]) * per_pixel
                along = min(along, other) if along > 0.0 else other
            steep = np.sqrt(across * across + along * along)
            foot = min(max(steep, flat), 3.0)
            # Ground as flat as that has no line: it would be a stain, drawn by rounding errors.
            lined = min(max(2.0 * steep / flat - 1.0, 0.0), 1.0)
            whole = hits == count and sides in (0, count) and nearest - farthest < 0.01 * nearest
            rounds = 1 if whole else count
            red, green, blue = 0.0, 0.0, 0.0
            for s in range(rounds):
                if whole:
                    b, lit = sum_band / count, sum_light / count
                else:
                    v, u = y * samples + s // samples, x * samples + s % samples
                    if near[v, u] == 0.0:
                        continue
                    b, lit = bands[v, u], lights[v, u]
                    foot = min(foot, 0.4)
                side = b >= 500.0
                if side:
                    b -= 1000.0
                edge = min(max(int(np.floor(b + 0.5)), 0), n)
                above, below = min(max(edge, 0), n - 1), min(max(edge - 1, 0), n - 1)
                away = (b - edge) / foot
                mix = min(max(away + 0.5, 0.0), 1.0)
                if side:
                    r = wall[below, 0] + mix * (wall[above, 0] - wall[below, 0])
                    g = wall[below, 1] + mix * (wall[above, 1] - wall[below, 1])
                    c = wall[below, 2] + mix * (wall[above, 2] - wall[below, 2])
                else:
                    r = ground[below, 0] + mix * (ground[above, 0] - ground[below, 0])
                    g = ground[below, 1] + mix * (ground[above, 1] - ground[below, 1])
                    c = ground[below, 2] + mix * (ground[above, 2] - ground[below, 2])
                    if veil_rows > 0:  # where on the ground this is, and the veil there, bilinear
                        w = 2.0 / (nearest + farthest) if whole else 1.0 / near[v, u]
                        at_x = plan[0, 0] * (x + 0.5) + plan[0, 1] * (y + 0.5) + plan[0, 2]
                        at_y = plan[1, 0] * (x + 0.5) + plan[1, 1] * (y + 0.5) + plan[1, 2]
                        across = (w * at_x + plan[0, 3]) * veil_columns - 0.5
                        down = (1.0 - w * at_y - plan[1, 3]) * veil_rows - 0.5
                        across = min(max(across, 0.0), veil_columns - 1.0)
                        down = min(max(down, 0.0), veil_rows - 1.0)
                        i, j = int(across), int(down)
                        over_blue, over_green, over_red, over_all = 0.0, 0.0, 0.0, 0.0
                        for corner in range(4):
                            k = min(i + corner % 2, veil_columns - 1)
                            m = min(j + corner // 2, veil_rows - 1)
                            part = across - i if corner % 2 else 1.0 - across + i
                            part *= down - j if corner // 2 else 1.0 - down + j
                            over_blue += part * veil[m, k, 0]
                            over_green += part * veil[m, k, 1]
                            over_red += part * veil[m, k, 2]
                            over_all += part * veil[m, k, 3]
                        through = 1.0 - over_all / 255.0
                        r, g, c = r * through + over_red, g * through + over_green, c * through + over_blue
                deep, pale = min(lit, 1.0), max(lit - 1.0, 0.0)
                r, g, c = r * deep, g * deep, c * deep
                r, g, c = r + (255.0 - r) * pale, g + (255.0 - g) * pale, c + (255.0 - c) * pale
                if not side and line[edge, 3] > 0.0:
                    cover = min(max(0.5 * line[edge, 4] + 0.5 - abs(away), 0.0), 1.0)
                    # Where bands are hardly wider than lines, the lines step back.
                    ink = line[edge, 3] * cover * min(max(0.55 / foot / line[edge, 4] - 0.6, 0.0), 1.0)
                    ink *= lined
                    r += (line[edge, 0] - r) * ink
                    g += (line[edge, 1] - g) * ink
                    c += (line[edge, 2] - c) * ink
                red += r
                green += g
                blue += c
            share = 1.0 / rounds
            pixels[y, x, 0] = int(blue * share + 0.5)
            pixels[y, x, 1] = int(green * share + 0.5)
            pixels[y, x, 2] = int(red * share + 0.5)
            pixels[y, x, 3] = 255 if whole else int(255.0 * hits / count + 0.5)
