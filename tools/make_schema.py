"""Write `docs/session.schema.json`: the JSON schema of session files, from the values they are read into.

Run it with `.venv/bin/python tools/make_schema.py` whenever a field of a document has changed.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / folder) for folder in ("core", "resources")]

import msgspec  # noqa: E402

from minima_core.document.schema import session_schema  # noqa: E402

FILE = ROOT / "docs" / "session.schema.json"


def text() -> bytes:
    """The schema as it is written."""
    return msgspec.json.format(msgspec.json.encode(session_schema()), indent=2) + b"\n"


if __name__ == "__main__":
    FILE.write_bytes(text())
    print(f"{FILE.relative_to(ROOT)} is written.")
