"""The card of a claim, without a window: `minima-desktop render --claim NAME`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minima_desktop.export.stills import Look


def draw_claim(
    options: argparse.Namespace, width: int, height: int, ending: str, look: Look | None = None
) -> bytes:
    """Runs the claim that the options name, and draws the card of what came out, with its document inside.

    A `ValueError` with a sentence for an unknown claim, and for options that belong to pictures of a race.
    """
    from minima_core import claims
    from minima_desktop.export.stills import PLAIN, still_bytes
    from minima_widgets.theme import Theme

    others = [
        name
        for name in (
            "session", "landscape", "formula", "scene", "region", "parameter", "run", "start", "steps",
            "clock", "seed", "border", "view", "insides", "compare",
        )
        if getattr(options, name)
    ]  # fmt: skip
    if others:
        raise ValueError(f"A claim brings its own experiment: --{others[0]} does not go with --claim.")
    claims.claim(options.claim)  # a wrong name is said at once
    finding = claims.check(options.claim)
    page = claims.card(finding, title=options.title or "")
    theme = None if options.theme is None else Theme.load(options.theme)
    return still_bytes(page, ending, width, height, theme, finding.document, look or PLAIN)
