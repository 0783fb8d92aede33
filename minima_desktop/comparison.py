"""The one-page picture of two minima, without a window: `minima-desktop render --compare 1,2`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from minima_core.document import Document

if TYPE_CHECKING:
    from minima_desktop.export.stills import Look


def draw_comparison(
    document: Document,
    chosen: str,
    width: int,
    height: int,
    ending: str = ".png",
    look: Look | None = None,
) -> bytes:
    """The picture of a page that shows two minima of the document's landscape side by side.

    `chosen` numbers them as people do, 1 the lowest: "1,2". A `ValueError` with a sentence for what is none.
    """
    from minima_core.analysis.critical import critical_points
    from minima_core.scene.pair import compare_minima, pair_page
    from minima_desktop.export.stills import PLAIN, still_bytes

    first, second = pair_of(chosen)
    view, land = document.view, document.exploration.place.landscape_of()
    critical = critical_points(land)
    count = len(critical.minima)
    if count > 1 and max(first, second) > count:
        raise ValueError(
            f"{land.title} has {count} minima, numbered 1 (the lowest) to {count}; "
            f"there is no {max(first, second)}."
        )
    pair = compare_minima(land, first - 1, second - 1, critical)
    page = pair_page(pair, land, title=view.title, theme=view.theme, palette=view.palette)
    return still_bytes(page, ending, width, height, None, document, look or PLAIN)


def pair_of(text: str) -> tuple[int, int]:
    """The numbers of two minima.

    >>> pair_of("1, 3")
    (1, 3)
    """
    match = re.fullmatch(r"\s*(\d{1,6})\s*,\s*(\d{1,6})\s*", text)
    if match is None or "0" in (match[1].lstrip("0") or "0", match[2].lstrip("0") or "0"):
        raise ValueError(
            "The two minima to compare are given by their numbers, 1 the lowest, such as 1,2; "
            f"not “{text[:40]}”."
        )
    return int(match[1]), int(match[2])
