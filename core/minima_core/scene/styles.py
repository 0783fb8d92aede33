"""How the things of a race look, in roles: paths, heads, starts, minima, ends of loops, proposals."""

from __future__ import annotations

from functools import cache

from minima_core.scene.marks import Style

__all__ = [
    "ACCEPTED",
    "CRITICAL_STYLES",
    "MINIMUM_STYLES",
    "REFUSED",
    "START",
    "best_style",
    "end_style",
    "head_style",
    "path_style",
    "wanders",
]

START = Style("start", width=2.4, marker="ring", size=15.0, fill="card")
ACCEPTED = Style("accepted", width=0.0, marker="dot", size=4.0, opacity=0.9)
REFUSED = Style("refused", width=1.0, marker="cross", size=4.5, opacity=0.6)
MINIMUM_STYLES = {
    "global": Style("minimum-global", width=1.8, marker="plus", size=11.0),
    "local": Style("minimum-local", width=1.6, marker="plus", size=9.0),
    "border": Style("minimum-border", width=1.6, marker="plus", size=8.0),
}
CRITICAL_STYLES = {
    "saddle": Style("minimum-local", width=1.8, marker="cross", size=9.0),
    "maximum": Style("minimum-local", width=1.6, marker="triangle", size=9.0, fill="card"),
    "degenerate": Style("minimum-border", width=1.6, marker="diamond", size=9.0, fill="card"),
}


@cache
def wanders(method: str) -> bool:
    """Whether a method goes about at random, so that its path must not shout."""
    from minima_core.methods import describe

    try:
        return describe(method).samples
    except ValueError:
        return False


@cache
def path_style(role: str, *, thin: bool = False, selected: bool = False) -> Style:
    """Return the style of a path: 2.8 wide with a casing; thin and dotted for what wanders."""
    if thin:
        return Style(role, width=1.3, dash="dot", opacity=0.9)
    return Style(role, width=3.6 if selected else 2.8, casing=True)


@cache
def head_style(role: str) -> Style:
    """Return the style of the dot at the end of a path, with a ring in the card's colour."""
    return Style(role, width=2.0, casing=True, size=11.0)


@cache
def best_style(role: str) -> Style:
    """Return the style of the thin ring around the best point so far: wider than any head, and hollow."""
    return Style(role, width=1.6, marker="ring", size=21.0, fill="none")


@cache
def end_style(role: str) -> Style:
    """Return the style of the place where loops ended."""
    return Style(role, width=1.8, marker="ring", size=8.0)
