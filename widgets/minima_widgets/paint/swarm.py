"""Very many dots at once: a swarm is stamped into the pixels of one picture, with a rim around each dot.

A pixel belongs to the dot whose middle is nearest, so that dots that overlap stay dots; what it shows depends
on that distance alone. All dots are stamped together, one pixel of the stamp after the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage, QPainter

from minima_core.scene.marks import Swarm
from minima_widgets.paint.plane import Plane
from minima_widgets.theme import Theme

__all__ = ["draw_swarm", "stamp_swarm", "swarm_colours", "swarm_image"]

_LEVELS = 192  # distances from the middle that are told apart
_RIM = 0.9  # pixels of the background's colour around a dot
_LARGEST = 64.0  # pixels across


def draw_swarm(painter: QPainter, mark: Swarm, plane: Plane, theme: Theme) -> None:
    """Draw a swarm on a plane, at the resolution of the device."""
    stamp_swarm(painter, mark, plane.to_pixels(mark.points.astype(np.float64)), plane, theme)


def stamp_swarm(
    painter: QPainter, mark: Swarm, pixels: NDArray[np.float64], plane: Plane, theme: Theme
) -> None:
    """Draw the dots of a swarm at pixels (m, 2) of the painter; rows of nan are left out."""
    on_device = painter.combinedTransform().mapRect(plane.rect)
    ratio = on_device.width() / max(plane.width, 1e-9)
    size = QSize(max(round(on_device.width()), 1), max(round(on_device.height()), 1))
    across = mark.size * theme.line_scale * ratio
    image = swarm_image(
        (pixels - (plane.left, plane.top)) * ratio,
        mark.labels,
        swarm_colours(mark.roles, theme),
        across,
        size,
    )
    painter.save()
    painter.translate(plane.left, plane.top)
    painter.scale(1.0 / ratio, 1.0 / ratio)
    painter.drawImage(QPointF(0.0, 0.0), image)
    painter.restore()


def swarm_colours(roles: Sequence[str], theme: Theme) -> NDArray[np.float64]:
    """Return the colours (n + 1, 3) of dots, the rim's last; those of basins are livelier than the basins."""
    named = [role.replace("basin:", "marble:", 1) if role.startswith("basin:") else role for role in roles]
    return theme.numbers((*named, "casing"))


def swarm_image(
    pixels: NDArray[np.float64],
    labels: NDArray[np.int16] | None,
    colours: NDArray[np.float64],
    across: float,
    size: QSize,
) -> QImage:
    """Return dots as a transparent picture.

    Parameters
    ----------
    pixels
        Where their middles are, (m, 2); what is outside of the picture is left out.
    labels
        Which colour each has, (m,), or None: all the first.
    colours
        (n + 1, 3): those of labels 0 … n − 1, and of the rims; other labels have the one before the rims'.
    across
        Diameter of a dot, pixels.
    """
    width, height = size.width(), size.height()
    half = min(max(across, 0.8), _LARGEST) / 2
    reach = half + _RIM
    near = math.ceil(reach)
    with np.errstate(invalid="ignore"):
        seen = (
            (pixels[:, 0] > -reach)
            & (pixels[:, 0] < width + reach)
            & (pixels[:, 1] > -reach)
            & (pixels[:, 1] < height + reach)
        )
    at = pixels[seen]
    last = len(colours) - 2
    owner = np.zeros(len(at), np.intp) if labels is None else labels[seen].astype(np.intp)
    owner = np.where(owner < 0, last, owner % (last + 1))
    # A margin around the picture saves asking of each pixel of each dot whether it is inside.
    margin = 2 * near + 1
    wide, count = width + 2 * margin, last + 1
    claims = np.zeros((height + 2 * margin, wide), np.intp)
    flat = claims.ravel()
    whole = np.floor(at).astype(np.intp)
    part = (at - whole - 0.5).astype(np.float32)
    first = (whole[:, 1] + margin) * wide + whole[:, 0] + margin
    scale = np.float32((_LEVELS - 1) / reach**2)
    base = _LEVELS * count + owner
    for down in range(-near, near + 1):
        for right in range(-near, near + 1):
            if math.hypot(max(abs(down) - 0.5, 0), max(abs(right) - 0.5, 0)) > reach:
                continue
            away = (right - part[:, 0]) ** 2 + (down - part[:, 1]) ** 2
            claim = base - (away * scale).astype(np.intp) * count
            place = first + (down * wide + right)
            flat[place] = np.maximum(claim, flat[place])
    table = _table(colours, half, reach)
    inner = claims[margin : margin + height, margin : margin + width]
    image = table.take(inner)
    return QImage(image.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _table(colours: NDArray[np.float64], half: float, reach: float) -> NDArray[np.uint32]:
    """Return the pixels of claims, ((levels + 1) · n,): from nothing over rims to the middles of dots."""
    away = np.sqrt(np.arange(_LEVELS, -1, -1) / (_LEVELS - 1)) * reach
    dot = np.clip(half - away + 0.5, 0.0, 1.0)[:, None, None]
    alpha = np.clip(reach - away, 0.0, 1.0)[:, None, None] * (0.55 + 0.45 * dot)
    mixed = colours[None, :-1, :] * dot + colours[-1] * (1.0 - dot)
    r, g, b = np.moveaxis(np.rint(mixed * alpha).astype(np.uint32), -1, 0)
    opaque = np.rint(alpha[..., 0] * 255).astype(np.uint32)
    return np.asarray((opaque << 24) | (r << 16) | (g << 8) | b, np.uint32).ravel()
