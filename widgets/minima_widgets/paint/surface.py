"""Draws a race on its relief, into any painter: pictures of every size, and the screen where no OpenGL is.

Project, sort, emit: the camera projects, the relief is drawn with the nearest on top (by pixels on devices
made of pixels), and the marks are laid over it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from minima_core.scene.marks import Path
from minima_core.scene.scenes import RaceScene
from minima_widgets.paint.camera import Camera, Lens, Rectangle
from minima_widgets.paint.kept import Shot, marks_key
from minima_widgets.paint.marks import is_contour
from minima_widgets.paint.relief_look import look_of, veiled
from minima_widgets.paint.relief_mesh import Ground
from minima_widgets.paint.relief_raster import Picture, draw_relief
from minima_widgets.paint.strokes import path_of
from minima_widgets.paint.surface_marks import Stage, draw_frame, draw_still_marks, margins
from minima_widgets.paint.surface_ways import Ways, draw_ways
from minima_widgets.paint.veils import veil_revision
from minima_widgets.paint.words import Placed
from minima_widgets.theme import Theme

if TYPE_CHECKING:
    from minima_widgets.paint.recording import Recording

__all__ = ["Quality", "image_of", "lens_on", "paint_surface"]

Quality = Literal["quick", "fine"]

LARGEST = 7680 * 4320
"""Pixels of a relief that are drawn at most; beyond, it is drawn at a lower density."""
CELLS_IN_MOTION = 200
"""Cells of the mesh along its longer side where a camera turns through a film, at most."""


def lens_on(rect: QRectF, camera: Camera, ground: Ground, theme: Theme) -> Lens:
    """Return the camera's lens for a card `rect`: the block fills what ticks and names leave."""
    left, top, right, bottom = margins(theme)
    if rect.width() < 3 * (left + right) or rect.height() < 3 * (top + bottom):
        left = top = right = bottom = 2.0
    return camera.lens(
        Rectangle(
            rect.left() + left, rect.top() + top, rect.width() - left - right, rect.height() - top - bottom
        ),
        ground.body(),
    )


def image_of(picture: Picture) -> QImage:
    """Return a drawn relief as an image that shares its memory."""
    height, width = picture.nearness.shape
    image = QImage(picture.pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    return image


def paint_surface(
    painter: QPainter,
    rect: QRectF,
    scene: RaceScene,
    camera: Camera,
    theme: Theme,
    quality: Quality = "fine",
    palette: str | None = None,
    shot: Shot | None = None,
) -> Stage:
    """Draw the race on its relief into `rect`; return where it lies.

    Parameters
    ----------
    painter
        On any device; one unit is a reference pixel, so that a scaled painter draws the same picture,
        sharper.
    quality
        ``"quick"`` for small pictures and moving ones: a coarser mesh, one sample a pixel.
    palette
        Colours of heights; None: the relief's own.
    shot
        Which picture of a film this is: how far the camera has turned, and what stands still.
    """
    device = painter.device()
    if getattr(device, "keeps_shapes", False):
        return _record_surface(cast("Recording", device), painter, rect, scene, camera, theme, palette)
    if shot is not None:
        return _shoot_surface(painter, rect, scene, camera, theme, palette, shot)
    density, width, height = _pixels(painter, rect)
    longer = max(width, height)
    cells = 112 if quality == "quick" else _cells(longer)
    ground = Ground(scene.relief, scene.extent, cells)
    lens = lens_on(rect, camera, ground, theme)
    corner = rect.left(), rect.top()
    samples = 1 if quality == "quick" else _samples(width, height)
    look = veiled(look_of(scene, theme, palette), scene, theme, min(max(longer, 256), 2048))
    picture = draw_relief(ground, look, lens.denser(corner, density), width, height, density, samples)
    painter.drawImage(rect, image_of(picture))
    stage = Stage(ground, lens, picture.nearness, density, corner)
    paint_marks(painter, rect, stage, scene, theme)
    return stage


def _pixels(painter: QPainter, rect: QRectF) -> tuple[float, int, int]:
    """Return how many pixels of the device a unit has, and how many the relief has, across and down."""
    density = abs(painter.deviceTransform().m11()) or 1.0
    density = min(density, math.sqrt(LARGEST / max(rect.width() * rect.height(), 1.0)))
    return density, max(round(rect.width() * density), 1), max(round(rect.height() * density), 1)


def _cells(longer: int) -> int:
    """Return the cells of the mesh along its longer side, for a relief of so many pixels."""
    return min(max(longer // 5, 240), 448)


def _samples(width: int, height: int) -> int:
    """Return the samples across a pixel of a still."""
    return 2 if width * height > 3_000_000 else 3


def _shoot_surface(
    painter: QPainter,
    rect: QRectF,
    scene: RaceScene,
    camera: Camera,
    theme: Theme,
    palette: str | None,
    shot: Shot,
) -> Stage:
    """Draw the race on its relief as one picture of a film: what stands still is drawn once."""
    kept = shot.kept
    density, width, height = _pixels(painter, rect)
    longer, corner = max(width, height), (rect.left(), rect.top())
    samples = shot.samples or _samples(width, height)
    name = f"surface {rect.left()} {rect.top()}"
    cells = _cells(longer) if shot.samples is None else min(_cells(longer), CELLS_IN_MOTION)
    land = scene.relief.revision, scene.extent, cells, longer
    ground = kept.made(f"ground {name}", land, lambda: Ground(scene.relief, scene.extent, cells))
    colours = (
        *(land, theme, palette, veil_revision(scene.marks)),
        marks_key(mark for mark in scene.marks if is_contour(mark)),
    )
    look = kept.made(
        f"look {name}",
        colours,
        lambda: veiled(look_of(scene, theme, palette), scene, theme, min(max(longer, 256), 2048)),
    )
    ways = kept.made(f"ways {name}", land, lambda: Ways(ground))

    def relief(turn: float) -> tuple[Hashable, Callable[[], Picture]]:
        lens = lens_on(rect, camera.turned(turn, 0.0) if turn else camera, ground, theme)
        key = colours, camera, turn, rect.getRect(), width, height, samples
        return key, lambda: draw_relief(
            ground, look, lens.denser(corner, density), width, height, density, samples
        )

    key, make = relief(shot.turn)
    picture = kept.made(f"relief {name}", key, make)
    if shot.next_turn is not None and shot.next_turn != shot.turn:
        kept.ahead(f"relief {name}", *relief(shot.next_turn))
    lens = lens_on(rect, camera.turned(shot.turn, 0.0) if shot.turn else camera, ground, theme)
    stage = Stage(ground, lens, picture.nearness, density, corner)

    def body() -> None:
        painter.drawImage(rect, image_of(picture))
        painter.save()
        _prepare_marks(painter, rect)
        draw_frame(painter, stage, scene, theme)
        painter.restore()

    if shot.next_turn is not None and shot.next_turn != shot.turn:
        body()  # nobody will see it again
    else:
        kept.layer(painter, f"body {name}", rect, (key, scene.x_label, scene.y_label), body)
    painter.save()
    _prepare_marks(painter, rect)
    cards = _draw_moving(painter, stage, ways, scene, theme, kept.words.get(name, ()))
    kept.words.setdefault(name, cards)
    painter.restore()
    return stage


def _record_surface(
    device: Recording,
    painter: QPainter,
    rect: QRectF,
    scene: RaceScene,
    camera: Camera,
    theme: Theme,
    palette: str | None,
) -> Stage:
    """Draw the race on its relief as shapes; the raster is only asked what hides what."""
    from minima_widgets.paint.relief_facets import edge_lines, facets, shape_ground

    look = veiled(look_of(scene, theme, palette), scene, theme, 512)
    ground = shape_ground(scene.relief, scene.extent, look)
    lens = lens_on(rect, camera, ground, theme)
    corner = rect.left(), rect.top()
    polygons, colours = facets(ground, look, lens)
    device.draw_facets(polygons, colours, painter.combinedTransform())
    width, height = max(round(rect.width()), 1), max(round(rect.height()), 1)
    nearness = draw_relief(ground, look, lens.denser(corner, 1.0), width, height, 1.0, 1).nearness
    stage = Stage(ground, lens, nearness, 1.0, corner)
    painter.save()
    painter.setClipRect(rect)
    for edge, points in edge_lines(ground, look):
        pixels, seen = stage.see(points)
        red, green, blue, opacity, wide = look.line[edge].tolist()
        pen = QPen(QColor.fromRgbF(red / 255, green / 255, blue / 255, opacity), wide)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.strokePath(path_of(np.where(seen[:, None], pixels, np.nan)), pen)
    painter.restore()
    paint_marks(painter, rect, stage, scene, theme)
    return stage


def paint_marks(painter: QPainter, rect: QRectF, stage: Stage, scene: RaceScene, theme: Theme) -> None:
    """Draw everything that lies on a drawn relief."""
    painter.save()
    _prepare_marks(painter, rect)
    draw_frame(painter, stage, scene, theme)
    _draw_moving(painter, stage, Ways(stage.ground), scene, theme)
    painter.restore()


def _prepare_marks(painter: QPainter, rect: QRectF) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setClipRect(rect)


def _draw_moving(
    painter: QPainter,
    stage: Stage,
    ways: Ways,
    scene: RaceScene,
    theme: Theme,
    before: Sequence[Placed] = (),
) -> list[Placed]:
    """Draw paths, dots and words over the block and its frame; return where the words stand."""
    draw_ways(
        painter, stage, ((mark, ways.pieces(mark)) for mark in scene.marks if isinstance(mark, Path)), theme
    )
    return draw_still_marks(painter, stage, scene, theme, before)
