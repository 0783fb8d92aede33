"""A search that wanders for very long: its newest way is drawn in full, older parts fade, the oldest go.

Ten million hot steps would otherwise fill the whole picture with dots, and nothing would be seen any more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.marks import Style

__all__ = ["FADING", "TRAIL", "trail", "wandering"]

TRAIL = 12.0
"""Length of the way drawn at one strength, in widths and heights of the picture together."""
FADING = 0.6
"""How much of its strength a part keeps when another one has come."""
AGES = 5
"""Parts that are drawn."""


def wandering(style: Style) -> bool:
    """Whether a path is a search that wanders: drawn thin and dotted, so that it does not shout."""
    return style.dash == "dot" and not style.casing


def trail(points: NDArray[np.float64], room: float) -> list[tuple[slice, float]]:
    """Cut a way (m, 2), rows of nan between pieces, into parts of length `room`, the newest last.

    Returns
    -------
    list of (slice, float)
        Which rows each part has, and its strength: 1 for the newest, `FADING` to the power of its age for the
        others. A way that is no longer than `room` is one part.
    """
    if len(points) < 2:
        return [(slice(0, None), 1.0)]
    steps = np.nan_to_num(np.hypot(*np.diff(points, axis=0).T), posinf=room)
    behind = np.concatenate([np.cumsum(steps[::-1])[::-1], [0.0]])
    if behind[0] <= room:
        return [(slice(0, None), 1.0)]
    # Distances from the end fall along the way: where they go below k rooms, part k begins.
    begins = [len(points) - int(np.searchsorted(behind[::-1], (age + 1) * room)) for age in range(AGES)]
    begins = [min(begin, len(points) - 2) for begin in begins]
    ends = [len(points), *(begin + 1 for begin in begins[:-1])]
    parts = [(slice(a, b), FADING**age) for age, (a, b) in enumerate(zip(begins, ends, strict=True))]
    return [part for part in reversed(parts) if part[0].stop - part[0].start > 1]
