"""The JSON schema of session files, made from the values that they are read into."""

from __future__ import annotations

from typing import Any

import msgspec

from minima_core.document.document import DocumentFile
from minima_core.document.envelope import FORMAT, VERSION
from minima_core.document.talk import TalkFile

__all__ = ["session_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HELD = (DocumentFile, TalkFile)
"""What a session can hold, as it stands in a file."""


def session_schema() -> dict[str, Any]:
    """Return the schema of a session file of the present version, whatever it holds.

    It says which fields there are and of what type; ranges of numbers, and which methods and landscapes there
    are, are said by the program when it reads a file.

    Examples
    --------
    >>> sorted(session_schema()["$defs"]["DocumentFile"]["required"])
    ['exploration', 'format', 'kind', 'version', 'view']
    """
    tops, parts = msgspec.json.schema_components(HELD, ref_template="#/$defs/{name}")
    for held in HELD:
        file = parts[held.__name__]
        file["properties"]["format"] = {"const": FORMAT}
        file["properties"]["version"] = {"const": VERSION}
        file["properties"]["$schema"] = {"type": "string"}
        file["required"] = sorted({*file["required"], "format", "kind", "version"})
    # The document of a scene is a session of its own, read by itself.
    scene = parts[_scene_name(parts)]
    scene["required"] = sorted({*scene["required"], "document"})
    scene["properties"]["document"] = {"$ref": f"#/$defs/{DocumentFile.__name__}"}
    title = f"A session of Minima Desktop, version {VERSION}"
    return {"$schema": DIALECT, "title": title, "anyOf": list(tops), "$defs": parts}


def _scene_name(parts: dict[str, Any]) -> str:
    """Return what the schema calls the scenes of a talk."""
    reference: str = parts[TalkFile.__name__]["properties"]["scenes"]["items"]["$ref"]
    return reference.removeprefix("#/$defs/")
