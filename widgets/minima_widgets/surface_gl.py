"""Draws the relief with OpenGL into a picture off the screen, and says whether OpenGL can be had at all.

The picture is fetched back and painted like any other, because one `QOpenGLWidget` in a window makes Qt
compose the *whole* window with OpenGL: with software OpenGL each repaint of the map beside it then costs 12
ms instead of 0.3 ms (1600×940, measured), and a race with a still camera would pay for the relief in every
frame. What is drawn is a scene of pyqtgraph.opengl (`surface_scene`).
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QStandardPaths

from minima_core.scene.display import Transform
from minima_core.scene.marks import Relief
from minima_widgets.paint.camera import Camera, Lens
from minima_widgets.paint.relief_look import (
    CONTRAST,
    DARKEST,
    FLAT,
    PALEST,
    WALL_CONTRAST,
    Look,
    light_direction,
)
from minima_widgets.paint.relief_mesh import BASE, Ground
from minima_widgets.paint.relief_raster import Picture
from minima_widgets.surface_scene import ChartColours, ChartItem, NoOpenGlError, OffscreenView, chart_program

__all__ = ["GlRelief", "NoOpenGlError", "open_gl"]


def open_gl(samples: int = 4) -> GlRelief:
    """Return a renderer whose first picture has been drawn and looked at.

    A driver that takes the whole program down does so once: while it is tried, a note lies in the cache
    folder, and a program that finds the note of one that died draws in software.

    Raises
    ------
    NoOpenGlError
        When it is missing, or does not draw what it should.
    """
    note = _Note()
    if note.left_by_the_dead():
        raise NoOpenGlError(
            "OpenGL took the program down the last time, so the surface is drawn in software."
        )
    note.write()
    try:
        relief = GlRelief(samples)
        try:
            relief.try_out()
        except NoOpenGlError:
            relief.close()
            raise
    finally:
        note.remove()
    return relief


class _Note:
    """A file that says which process is trying OpenGL out at this moment."""

    def __init__(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)
        self.path = Path(folder) / "minima-desktop" / "opengl-trial" if folder else None

    def left_by_the_dead(self) -> bool:
        """Whether a process that no longer lives has left the note; one try is given again after that."""
        if self.path is None:
            return False
        try:
            process = int(self.path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return False
        if process == QCoreApplication.applicationPid() or _lives(process):
            return False
        self.remove()
        return True

    def write(self) -> None:
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(str(QCoreApplication.applicationPid()), encoding="ascii")
        except OSError:
            self.path = None  # a read-only home: then without the note

    def remove(self) -> None:
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    """Whether a process of this number runs; where that cannot be asked harmlessly, it is taken for alive."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class GlRelief:
    """A relief in the memory of the graphics card, drawn into pictures of any size.

    Parameters
    ----------
    samples
        Samples a pixel of a `fine` picture, for smooth outlines.
    """

    def __init__(self, samples: int = 4) -> None:
        self._samples = samples
        self._shown: tuple[Ground, Look] | None = None
        self._view = OffscreenView()
        self._colours = ChartColours()
        program = chart_program()
        self._land = ChartItem(program, self._colours, row=0)
        self._plinth = ChartItem(program, self._colours, row=1)
        for item in (self._land, self._plinth):
            self._view.addItem(item)

    @property
    def name(self) -> str:
        """What draws: the driver's own name for itself."""
        return self._view.renderer

    def draw(
        self, ground: Ground, look: Look, lens: Lens, width: int, height: int, unit: float, *, fine: bool
    ) -> Picture:
        """Draw the ground as `lens` sees it; `fine` smooths the outlines (see `draw_relief` for the rest)."""
        before = self._shown
        if before is None or before[0] is not ground or not np.array_equal(before[1].edges, look.edges):
            corners, triangles, walls, sides = mesh_of(ground, look)
            self._land.set_mesh(corners, triangles)
            self._plinth.set_mesh(walls, sides)
        if before is None or before[1] is not look:
            self._colours.set_table(table_of(look))
            self._colours.set_veil(look.veil)
        self._shown = ground, look
        towards = light_direction(lens)
        drawn = look.line[look.line[:, 4] > 0, 4]
        widths = float(drawn.min(initial=8.0) * unit), float(drawn.max(initial=1.0) * unit)
        half = ground.half
        self._land.set_light(towards, (CONTRAST, DARKEST, PALEST), widths, FLAT / unit, half)
        self._plinth.set_light(towards, (WALL_CONTRAST, DARKEST, PALEST), widths, FLAT / unit, half)
        pixels, depth = self._view.render(lens, width, height, self._samples if fine else 0)
        return Picture(np.ascontiguousarray(pixels[::-1]), Lens.inverse_depth(depth)[::-1])

    def try_out(self) -> None:
        """Draw a small slope and look at it.

        Raises
        ------
        NoOpenGlError
            When what came back is not what was drawn.
        """
        slope = np.tile(np.linspace(0, 1, 9, dtype=np.float32), (9, 1))
        ground = Ground(
            Relief(
                key="trial",
                revision=0,
                heights=slope,
                values=slope,
                extent=(0.0, 1.0, 0.0, 1.0),
                bands=(0.0, 0.5, 1.0),
                levels=(0.5,),
                display=Transform("linear", 0.0, 1.0),
            ),
            (0.0, 1.0, 0.0, 1.0),
            8,
        )
        red_blue = np.array([[255, 0, 0], [0, 0, 255]], np.float32)
        look = Look(np.array([0.0, 0.5, 1.0]), red_blue, red_blue, np.zeros((3, 5), np.float32))
        lens = Camera(-90.0, 80.0).lens((0, 0, 64, 64), ground.body())
        try:
            picture = self.draw(ground, look, lens, 64, 64, 1.0, fine=True)
        except NoOpenGlError:
            raise
        except Exception as error:  # whatever PyOpenGL makes of a driver's complaint
            raise NoOpenGlError(f"The driver cannot draw the surface: {error}") from error
        (blue, _, red, _), (more_blue, _, less_red, _) = picture.pixels[32, 20], picture.pixels[32, 44]
        nearer_than_nothing = (picture.nearness[32, 20:44] > 0.25).all()
        if not (red > 100 > blue and more_blue > 100 > less_red and nearer_than_nothing):
            raise NoOpenGlError("The driver draws the surface wrongly.")

    def close(self) -> None:
        """Give everything back; nothing can be drawn afterwards."""
        if self._view.isValid() and self._view.makeCurrent():
            for thing in (self._land, self._plinth, self._colours):
                thing.free()
        self._view.free()
        self._shown = None


def mesh_of(ground: Ground, look: Look) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return corners (m, 7: place, normal, band) and triangles (t, 3) of the ground, then of the sides."""
    land = np.column_stack(
        [ground.points(), ground.normals().reshape(-1, 3), look.band(ground.unclipped.ravel())]
    )
    parts, sides, count = [], [], 0
    lowest = look.band(ground.heights_at(np.array([BASE])))[0]
    for edge, normal in ground.walls():
        m = len(edge)
        foot = edge.copy()
        foot[:, 2] = BASE
        across = np.tile(normal, (m, 1))
        parts += [
            np.column_stack([edge, across, look.band(ground.heights_at(edge[:, 2]))]),
            np.column_stack([foot, across, np.full(m, lowest)]),
        ]
        top = np.arange(count, count + m - 1)
        low = top + m
        sides += [np.stack([top, low, low + 1], axis=-1), np.stack([top, low + 1, top + 1], axis=-1)]
        count += 2 * m
    return (
        np.nan_to_num(land).astype(np.float32),
        ground.triangles(),
        np.nan_to_num(np.concatenate(parts)).astype(np.float32),
        np.concatenate(sides).astype(np.uint32),
    )


def table_of(look: Look) -> np.ndarray:
    """Return the colours of a look as `ChartColours` takes them, (4, n + 1, 4) uint8."""
    n = len(look.ground)
    table = np.zeros((4, n + 1, 4), np.float32)
    table[0, :n, :3], table[1, :n, :3] = look.ground, look.wall
    table[2, :, :3], table[2, :, 3] = look.line[:, :3], look.line[:, 3] * 255
    widths = look.line[:, 4]
    table[3, :, 0] = 255 * (widths > 1.001 * widths[widths > 0].min(initial=np.inf))
    return np.rint(table).astype(np.uint8)
