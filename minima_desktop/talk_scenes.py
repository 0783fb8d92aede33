"""What is in the window, as a scene of a talk: the experiment, how it is looked at, and what it is called."""

from __future__ import annotations

from typing import Any

import msgspec

from minima_core.document import Document, prepared_scenes
from minima_core.document.talk import TalkScene
from minima_desktop.hub import Hub

__all__ = ["document_of", "scene_of"]

BOTTOM_CARD, SURFACE, MAP = "trace", "surface", "map"


def scene_of(hub: Hub) -> TalkScene:
    """What is in the window, as a scene; a prepared one brings its words."""
    session = hub.session
    document, place = document_of(hub), session.exploration.place
    for each in prepared_scenes():
        if each.document().exploration == session.exploration:
            return TalkScene(document, each.title, each.in_talks)
    title = session.view.title or place.title or ("" if place.formula else session.landscape.title)
    told = hub.told[1] if hub.told is not None and hub.told[0] is session.exploration else ""
    return TalkScene(document, title or "Your formula", told)


def document_of(hub: Hub) -> Document:
    """What is in the window: held at a step, it shows that step; while it plays, its end."""
    session, player = hub.session, hub.player
    held = not player.playing and 0 < player.step < player.horizon
    fields: dict[str, Any] = {"step": player.step if held else None, "layout": _layout(hub)}
    view = msgspec.structs.replace(session.view, **fields)
    return Document(session.document.version, session.exploration, view)


def _layout(hub: Hub) -> str:
    """What a picture of the window shows: the views that are there, with the card below where it is."""
    workspace = hub.deck.workspace
    if hub.deck.flat:
        return "all" if not workspace.is_folded(BOTTOM_CARD) else MAP
    if not workspace.is_folded(BOTTOM_CARD) and not workspace.views_only:
        return "all"
    shown = [name for name in (MAP, SURFACE) if not workspace.is_folded(name)]
    return shown[0] if len(shown) == 1 else "both"
