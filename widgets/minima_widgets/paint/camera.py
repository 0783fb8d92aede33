"""Looks at the relief: where a point of the box falls on the picture, and what a point of the picture shows.

Screen, software and exported pictures all use this one camera, so that they agree to the pixel. Space is the
*box*: the region's footprint is centred at (0, 0) with its longer side 1 long, x and y as in the data, z
upwards.

A camera looks at the middle of the box from a fixed distance (so that perspective never changes), and frames
like a lens: at `distance` 1 whatever is to be seen fills the rectangle, whatever its shape; at 0.5 all is
twice as large. With the eye in direction e, r to the right and u upwards (an orthonormal frame), a point p
has

    w = D − (p − m)·e,    q = D/w · ((p − m)·r, (p − m)·u),    pixel = centre + scale · (q − offset), y
    downwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["BEST", "EYE", "Camera", "Lens", "Ray", "Rectangle", "ease", "pick"]

Array = NDArray[np.float64]

EYE = 3.4
"""D: how far the eye is from the middle of the box, in lengths of the footprint's longer side."""
LOWEST, HIGHEST = 4.0, 89.0
"""Elevations that one can turn to, degrees: never below the ground, never overhead (where up is lost)."""
NEAREST, FARTHEST = 0.08, 2.5
BEST = (-62.0, 42.0, 1.0)
"""What documents and figures say when nobody chose a camera: `Camera.for_room` is meant."""


class Rectangle(NamedTuple):
    """A part of a picture in its pixels, y downwards."""

    left: float
    top: float
    width: float
    height: float


class Ray(NamedTuple):
    """What lies behind a pixel: origin + t · direction, t ≥ 0; both (3,), in the box."""

    origin: Array
    direction: Array


@dataclass(frozen=True)
class Camera:
    """From where the box is looked at; frozen, like everything that undo and files keep.

    Attributes
    ----------
    azimuth
        Degrees, counter-clockwise from the x axis to the eye; −90 looks along y, as the map does.
    elevation
        Degrees above the ground.
    distance
        1 fills the rectangle; smaller is nearer.
    target
        What is in the middle when nearer than that, as a shift from the middle of the box.

    Examples
    --------
    >>> Camera(azimuth=-90.0).turned(10, 0).azimuth
    -80.0
    """

    azimuth: float = BEST[0]
    elevation: float = BEST[1]
    distance: float = BEST[2]
    target: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @staticmethod
    def for_room(width: float, height: float) -> Camera:
        """Return the camera that fills a card of this shape best: the narrower it is, the more from above.

        Examples
        --------
        >>> Camera.for_room(500, 500).elevation > Camera.for_room(900, 500).elevation
        True
        """
        narrow = min(max((1.75 - width / max(height, 1.0)) / 0.95, 0.0), 1.0)
        return Camera(azimuth=-60.0 - 14.0 * narrow, elevation=43.0 + 14.0 * narrow)

    @staticmethod
    def of(numbers: Sequence[float], width: float, height: float) -> Camera:
        """Return the camera that a document's or a figure's three numbers mean in a card of this shape.

        Examples
        --------
        >>> Camera.of(BEST, 800, 600) == Camera.for_room(800, 600)
        True
        """
        if tuple(numbers[:3]) == BEST:
            return Camera.for_room(width, height)
        azimuth, elevation, distance = numbers[:3]
        return Camera(azimuth, elevation, distance)

    def turned(self, azimuth: float, elevation: float) -> Camera:
        """Return the camera after going round by `azimuth` and up by `elevation` degrees."""
        around = (self.azimuth + azimuth + 180.0) % 360.0 - 180.0
        return replace(self, azimuth=around, elevation=min(max(self.elevation + elevation, LOWEST), HIGHEST))

    def axes(self) -> tuple[Array, Array, Array]:
        """Return r (right), u (up) and e (towards the eye), each (3,), orthonormal."""
        a, h = math.radians(self.azimuth), math.radians(min(max(self.elevation, LOWEST), HIGHEST))
        eye = np.array([math.cos(a) * math.cos(h), math.sin(a) * math.cos(h), math.sin(h)])
        right = np.array([-math.sin(a), math.cos(a), 0.0])
        return right, np.cross(eye, right), eye

    def lens(self, rect: Rectangle | Sequence[float], body: Array) -> Lens:
        """Return the camera's lens, focused so that the points `body` (m, 3) just fit into `rect`."""
        return Lens(self, Rectangle(*rect), body)

    def project(self, points: Array, rect: Rectangle | Sequence[float], body: Array) -> tuple[Array, Array]:
        """Return the pixels (m, 2) of points (m, 3), and how far each is from the eye (m,)."""
        return self.lens(rect, body).project(points)

    def ray(self, px: float, py: float, rect: Rectangle | Sequence[float], body: Array) -> Ray:
        """Return what lies behind the pixel (px, py)."""
        return self.lens(rect, body).ray(px, py)


class Lens:
    """A camera that looks through one rectangle at one body: everything worked out.

    Attributes
    ----------
    scale : float
        Pixels for a length of 1 at the middle of the box, across the line of sight.
    """

    def __init__(self, camera: Camera, rect: Rectangle, body: Array) -> None:
        self.camera = camera
        self.rect = rect
        self.right, self.up, self.eye = camera.axes()
        low, high = np.nanmin(body, axis=0), np.nanmax(body, axis=0)
        self.middle: Array = (low + high) / 2
        seen = self._normal(body)[0]
        least, most = np.nanmin(seen, axis=0), np.nanmax(seen, axis=0)
        across, along = np.maximum(most - least, 1e-9)
        self.scale = min(max(rect.width, 1.0) / across, max(rect.height, 1.0) / along) / camera.distance
        aimed = self._normal((self.middle + np.asarray(camera.target))[None])[0][0]
        self.offset: Array = (least + most) / 2 + aimed  # the middle itself lies at q = 0
        self.centre: Array = np.array([rect.left + rect.width / 2, rect.top + rect.height / 2])

    def _normal(self, points: Array) -> tuple[Array, Array]:
        """Return q (m, 2) and w (m,) of points (m, 3)."""
        away = points - self.middle
        w = EYE - away @ self.eye
        factor = EYE / w
        return np.stack([away @ self.right * factor, away @ self.up * factor], axis=-1), w

    def project(self, points: Array) -> tuple[Array, Array]:
        """Return the pixels (m, 2) of points (m, 3), and w (m,), the distance along the line of sight."""
        q, w = self._normal(points)
        pixels = (q - self.offset) * self.scale
        pixels[:, 1] *= -1.0
        return pixels + self.centre, w

    def unproject(self, pixels: Array, w: Array) -> Array:
        """Return the points (m, 3) that fall on pixels (m, 2) at distances w (m,): `project` backwards."""
        away = np.asarray(pixels, dtype=np.float64) - self.centre
        q = away * np.array([1.0, -1.0]) / self.scale + self.offset
        sideways = q * (np.asarray(w) / EYE)[:, None]
        points = self.middle + sideways[:, :1] * self.right + sideways[:, 1:] * self.up
        return points + (EYE - np.asarray(w))[:, None] * self.eye

    def plan(self) -> Array:
        """Return rows (2, 4) that take a pixel and its w to x and y: row @ (w·px, w·py, w, 1).

        `unproject` without the height, for loops over pixels.
        """
        right, up = self.right / (self.scale * EYE), -self.up / (self.scale * EYE)
        still = (self.offset[0] * self.right + self.offset[1] * self.up) / EYE - self.eye
        still = still - right * self.centre[0] - up * self.centre[1]
        origin = self.middle + EYE * self.eye
        return np.stack([right, up, still, origin], axis=-1)[:2]

    def ray(self, px: float, py: float) -> Ray:
        """Return what lies behind the pixel (px, py): from the eye on, its direction of length 1."""
        origin = self.middle + EYE * self.eye
        behind = self.unproject(np.array([[px, py]]), np.array([EYE]))[0]
        direction = behind - origin
        return Ray(origin, direction / np.linalg.norm(direction))

    def view_matrix(self) -> Array:
        """Return the matrix (4, 4) into the eye's frame: x to the right, y up, z towards the viewer (−w)."""
        rows = np.eye(4)
        for k, axis in enumerate((self.right, self.up, self.eye)):
            rows[k, :3], rows[k, 3] = axis, -self.middle @ axis
        rows[2, 3] -= EYE
        return rows

    def projection_matrix(
        self, width: float, height: float, near: float = EYE - 1.6, far: float = EYE + 1.6
    ) -> Array:
        """Return the matrix (4, 4) from the eye's frame into the clip space of OpenGL.

        Its w is the w of `project`; depth from 0 (near) to 1 (far) is linear in 1/w (see `inverse_depth`).
        """
        rows = np.zeros((4, 4))
        # ndc = 2·pixel/size − 1, with the pixel of `project` multiplied by w = −z throughout.
        rows[0, 0] = 2 / width * self.scale * EYE
        rows[0, 2] = 2 / width * (self.scale * self.offset[0] - self.centre[0]) + 1
        rows[1, 1] = 2 / height * self.scale * EYE
        rows[1, 2] = 2 / height * (self.scale * self.offset[1] + self.centre[1]) - 1
        rows[2, 2] = -(far + near) / (far - near)
        rows[2, 3] = -2 * far * near / (far - near)
        rows[3, 2] = -1.0
        return rows

    def matrix(self, width: float, height: float) -> Array:
        """Return the whole clip matrix (4, 4) of a picture: clip = matrix @ (x, y, z, 1)."""
        return self.projection_matrix(width, height) @ self.view_matrix()

    @staticmethod
    def inverse_depth(
        depth: NDArray[np.float32], near: float = EYE - 1.6, far: float = EYE + 1.6
    ) -> NDArray[np.float32]:
        """Turn the depths 0..1 that `matrix` makes into 1/w, in place; 1/far where nothing was drawn."""
        depth *= np.float32(1 / far - 1 / near)
        depth += np.float32(1 / near)
        return depth

    def denser(self, corner: tuple[float, float], density: float) -> Lens:
        """Return the lens for a picture that begins at `corner`, with `density` pixels in one of these."""
        made = copy(self)
        made.scale = self.scale * density
        made.centre = (self.centre - corner) * density
        return made

    def zoomed(self, factor: float, px: float, py: float) -> Camera:
        """Return the camera `factor` times as near, so that what is at the pixel (px, py) stays there."""
        camera = self.camera
        distance = min(max(camera.distance / factor, NEAREST), FARTHEST)
        if distance >= 1.0:
            return replace(camera, distance=distance, target=(0.0, 0.0, 0.0))
        grown = camera.distance / distance
        held = (np.array([px, py]) - self.centre) * np.array([1.0, -1.0]) / self.scale
        target = self._shifted(held * (1 - 1 / grown))
        if distance > camera.distance:  # on the way out everything comes home to the middle, without a jump
            target *= (1 - distance) / (1 - camera.distance)
        return replace(camera, distance=distance, target=_inside(target))

    def panned(self, dx: float, dy: float) -> Camera:
        """Return the camera after the picture was pulled by (dx, dy) pixels."""
        return replace(self.camera, target=_inside(self._shifted(np.array([-dx, dy]) / self.scale)))

    def _shifted(self, q: Array) -> Array:
        """Return the target moved by q (2,), at its own distance, across the line of sight."""
        target = np.asarray(self.camera.target)
        w = EYE - target @ self.eye
        return target + (q[0] * self.right + q[1] * self.up) * (w / EYE)


def _inside(target: Array) -> tuple[float, float, float]:
    """Keep a target near the box, so that the relief cannot be lost from sight."""
    x, y, z = np.clip(target, -0.6, 0.6)
    return float(x), float(y), float(z)


def pick(
    heights: Array | NDArray[np.float32], half: tuple[float, float], ray: Ray
) -> tuple[float, float] | None:
    """Return where a ray first meets the ground, or None when it misses it or meets a side of the block.

    The ground is the height field over [−half₀, half₀] × [−half₁, half₁], heights (rows, columns) in lengths
    of the box, each cell cut into two triangles along its rising diagonal, as it is drawn. Between two edges
    of triangles the height above the ground changes linearly along the ray, so looking at the edges alone
    finds the hit exactly.
    """
    rows, columns = heights.shape
    origin, direction = ray
    near, far = 0.0, math.inf
    for axis in (0, 1):
        if abs(direction[axis]) < 1e-12:
            if abs(origin[axis]) > half[axis]:
                return None
            continue
        first, second = sorted((side * half[axis] - origin[axis]) / direction[axis] for side in (-1.0, 1.0))
        near, far = max(near, first), min(far, second)
    top, bottom = float(np.nanmax(heights)), float(np.nanmin(heights))
    if direction[2] < 0:
        near = max(near, (top + 1e-6 - origin[2]) / direction[2])
        far = min(far, (bottom - 1e-6 - origin[2]) / direction[2])
    if not near < far:
        return None

    def cells(t: Array) -> tuple[Array, Array]:
        u = ((origin[0] + t * direction[0]) / half[0] + 1) / 2 * (columns - 1)
        v = ((origin[1] + t * direction[1]) / half[1] + 1) / 2 * (rows - 1)
        return np.clip(u, 0, columns - 1), np.clip(v, 0, rows - 1)

    (u0, u1), (v0, v1) = cells(np.array([near, far]))
    edges = [np.array([near, far])]
    for first, second in ((u0, u1), (v0, v1), (u0 - v0, u1 - v1)):
        if abs(second - first) > 1e-9:
            lines = np.arange(np.ceil(min(first, second)), max(first, second))
            edges.append(near + (lines - first) / (second - first) * (far - near))
    t = np.sort(np.concatenate(edges))
    u, v = cells(t)
    i, j = np.minimum(u.astype(np.intp), columns - 2), np.minimum(v.astype(np.intp), rows - 2)
    a, b = u - i, v - j
    low, high = heights[j, i], heights[j + 1, i + 1]
    corner = np.where(a >= b, heights[j, i + 1], heights[j + 1, i])
    ground = low + np.maximum(a, b) * (corner - low) + np.minimum(a, b) * (high - corner)
    above = origin[2] + t * direction[2] - ground
    if above[0] < -1e-9:
        return None  # it comes in through a side of the block
    hits = np.flatnonzero((above[:-1] >= -1e-12) & (above[1:] < -1e-12))
    if not len(hits):
        return None
    k = int(hits[0])
    share = max(above[k], 0.0) / (max(above[k], 0.0) - above[k + 1])
    hit = t[k] + share * (t[k + 1] - t[k])
    return float(origin[0] + hit * direction[0]), float(origin[1] + hit * direction[1])


def ease(start: Camera, end: Camera, share: float) -> Camera:
    """Return the camera at a share (0 to 1) of its way: slow at both ends, the short way round.

    Examples
    --------
    >>> round(ease(Camera(azimuth=170), Camera(azimuth=-170), 0.5).azimuth)
    -180
    """
    share = min(max(share, 0.0), 1.0)
    smooth = share * share * (3 - 2 * share)
    around = (end.azimuth - start.azimuth + 180.0) % 360.0 - 180.0
    target = tuple(a + (b - a) * smooth for a, b in zip(start.target, end.target, strict=True))
    return Camera(
        (start.azimuth + around * smooth + 180.0) % 360.0 - 180.0,
        start.elevation + (end.elevation - start.elevation) * smooth,
        start.distance * (end.distance / start.distance) ** smooth,
        (target[0], target[1], target[2]),
    )
