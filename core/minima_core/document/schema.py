"""The JSON schema of session files, made from the values that they are read into."""

from __future__ import annotations

from typing import Any

import msgspec

from minima_core.document.document import DocumentFile
from minima_core.document.envelope import FORMAT, VERSION

__all__ = ["session_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def session_schema() -> dict[str, Any]:
    """Return the schema of a session file of the present version.

    It says which fields there are and of what type; ranges of numbers, and which methods and landscapes there
    are, are said by the program when it reads a file.

    Examples
    --------
    >>> sorted(session_schema()["$defs"]["DocumentFile"]["required"])
    ['exploration', 'format', 'kind', 'version', 'view']
    """
    schema = msgspec.json.schema(DocumentFile)
    file = schema["$defs"]["DocumentFile"]
    file["properties"]["format"] = {"const": FORMAT}
    file["properties"]["version"] = {"const": VERSION}
    file["properties"]["$schema"] = {"type": "string"}
    file["required"] = sorted({*file["required"], "format", "kind", "version"})
    return {"$schema": DIALECT, "title": f"A session of Minima Desktop, version {VERSION}", **schema}
