"""The one-page picture of two minima, without a window: `minima-desktop render --compare 1,2`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minima_core.document import Document
from minima_desktop.typed import pair_of

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
