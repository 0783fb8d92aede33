"""The state of the program as two frozen values, exploration and view: editing, undo, and files."""

from minima_core.document.values import (
    VERSION,
    Border,
    Document,
    DocumentError,
    Entry,
    Exploration,
    Layers,
    Place,
    Segment,
    Start,
    View,
)

__all__ = [
    "VERSION",
    "Border",
    "Document",
    "DocumentError",
    "Entry",
    "Exploration",
    "Layers",
    "Place",
    "Segment",
    "Start",
    "View",
]
