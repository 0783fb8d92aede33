"""Files made by chance out of real ones: each is a document or one sentence; nothing in them is ever run."""

from __future__ import annotations

import copy
import json
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minima_core.document import Document, DocumentError, opening, prepared_scenes
from minima_desktop.carried import carried_in
from minima_desktop.files import FileError, document_in, read_document, session_bytes

ROUNDS = 400
"""Files of each kind: all of them take some two seconds."""

NASTY: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, -(10**400), 1e308, -0.0, "", "x" * 5000, "\x00", "\ud800", "../../etc/passwd",
    "__import__('os').system('id')", "sin(", "x^" * 900 + "x", "(" * 3000, "a" * 70 + "=1", [], {}, [[[[]]]],
    {"": {}}, ["x"] * 300, [0] * 300, "adam,lr=1e999", "adam,lr=" + "9" * 400, "random-restarts,local=" * 50,
    "cosine(" * 60, "−1", "1e5", "NaN",
)  # fmt: skip


def answer(data: bytes) -> Document | str:
    """The document in some bytes, or the sentence with which they are refused; nothing else can come out."""
    try:
        return document_in(data, "a.json")
    except FileError as error:
        sentence = str(error)
        assert sentence.startswith(("a.json", "The picture a.json"))
        assert "\n" not in sentence and sentence.endswith((".", "?")), sentence
        assert len(sentence) < 6000 and "Traceback" not in sentence
        return sentence


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to everything inside a value."""
    found = [way] if way else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        found += places(each, (*way, key))
    return found


def hurt(data: Any, chance: random.Random) -> Any:
    """A copy with something nasty in some place, or with something missing, doubled or unknown."""
    hurt_one = json.loads(json.dumps(data))
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        *way, last = chance.choice(places(hurt_one))
        at = hurt_one
        for key in way:
            at = at[key]
        kind = chance.random()
        if kind < 0.7:
            at[last] = copy.deepcopy(chance.choice(NASTY))
        elif kind < 0.8:
            del at[last]
        elif kind < 0.9 and isinstance(at, dict):
            name = chance.choice(("invention", "$schema", "format", "kind", "version", "\u2028"))
            at[name] = copy.deepcopy(at[last])
        elif isinstance(at, list) and len(at) < 100:
            at.extend(at[:] * chance.choice((1, 40)))
    return hurt_one


def documents() -> list[Document]:
    """Real documents of several kinds."""
    return [opening(), *(scene.document() for scene in prepared_scenes())]


def test_fields_by_chance() -> None:
    chance = random.Random(1)
    whole = [json.loads(document.to_json()) for document in documents()]
    read = 0
    for _ in range(ROUNDS):
        data = json.dumps(hurt(chance.choice(whole), chance), ensure_ascii=True)
        got = answer(data.replace("Infinity", "1e999").encode())
        if isinstance(got, Document):
            read += 1
            assert Document.from_json(session_bytes(got)) == got
    assert 0 < read < ROUNDS, "some harm nothing, most are refused"


def test_bytes_by_chance() -> None:
    chance = random.Random(2)
    files = [session_bytes(document) for document in documents()]
    refused = 0
    for _ in range(ROUNDS):
        data = bytearray(chance.choice(files))
        kind = chance.randrange(4)
        if kind == 0:
            del data[chance.randrange(len(data)) :]
        elif kind == 1:
            for _ in range(chance.choice((1, 5, 200))):
                data[chance.randrange(len(data))] = chance.randrange(256)
        elif kind == 2:
            at, many = chance.randrange(len(data)), chance.choice((1, 20, 2000))
            data[at:at] = bytes(chance.choice(b'[]{}",:0e\\ \x00\xff') for _ in range(many))
        else:
            at = chance.randrange(len(data))
            del data[at : at + chance.randrange(1, 60)]
        refused += isinstance(answer(bytes(data)), str)
    assert refused > ROUNDS // 2


# -- pictures --------------------------------------------------------------------------------------------


def chunk(kind: bytes, data: bytes, *, length: int | None = None, sum_: int | None = None) -> bytes:
    """A chunk of a PNG, with another length or checksum than its own if that is wanted."""
    checked = zlib.crc32(kind + data) if sum_ is None else sum_
    return (
        struct.pack(">I", len(data) if length is None else length) + kind + data + struct.pack(">I", checked)
    )


def png(*chunks: bytes) -> bytes:
    """A PNG of some chunks behind its first one."""
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + b"".join(chunks)
    )


KEY = b"minima-document\x00"
TEXT = opening().to_json()
BOMB = zlib.compress(b" " * 40_000_000, 9)


@pytest.mark.parametrize(
    "text",
    [
        chunk(b"tEXt", KEY + TEXT),
        chunk(b"zTXt", KEY + b"\x00" + zlib.compress(TEXT)),
        chunk(b"iTXt", KEY + b"\x00\x00en\x00\x00" + TEXT),
        chunk(b"iTXt", KEY + b"\x01\x00\x00key\x00" + zlib.compress(TEXT)),
        chunk(b"tEXt", b"Comment\x00before it") + chunk(b"tEXt", KEY + TEXT),
        chunk(b"IDAT", b"broken", sum_=1) + chunk(b"tEXt", KEY + TEXT),
    ],
)
def test_a_session_is_found_in_every_kind_of_text_that_a_png_has(text: bytes) -> None:
    assert answer(png(text, chunk(b"IEND", b""))) == opening()


@pytest.mark.parametrize(
    "text",
    [
        chunk(b"tEXt", KEY + TEXT, sum_=7),
        chunk(b"tEXt", KEY + TEXT, length=2**32 - 1),
        chunk(b"tEXt", KEY + TEXT, length=3),
        chunk(b"zTXt", KEY + b"\x00" + BOMB),
        chunk(b"zTXt", KEY + b"\x00" + zlib.compress(TEXT)[:-9]),
        chunk(b"zTXt", KEY),
        chunk(b"iTXt", KEY + b"\x01"),
        chunk(b"iTXt", KEY + b"\x01\x00\x00key\x00" + BOMB),
        chunk(b"tEXt", KEY),
        chunk(b"IEND", b"") + chunk(b"tEXt", KEY + TEXT),
        b"",
        b"\x00" * 11,
    ],
    ids=range(12),
)
def test_a_broken_chunk_or_a_bomb_carries_nothing(text: bytes) -> None:
    assert isinstance(answer(png(text)), str)


def test_bombs_in_pdf_and_svg_stay_packed() -> None:
    from minima_desktop.carried import LARGEST_SESSION
    from minima_widgets.paint.canvas import recorded
    from minima_widgets.paint.pdf import pdf_bytes
    from minima_widgets.paint.svg import svg_bytes

    shapes = recorded(40, 30, lambda painter: painter.drawRect(1, 1, 9, 9))
    whole = pdf_bytes([shapes], document=TEXT)
    assert carried_in(whole) == TEXT
    head, found, tail = whole.partition(b"/Type /EmbeddedFile")
    at = tail.index(b"stream\n") + 7
    bomb = head + found + tail[:at] + BOMB + b"\nendstream"
    assert len(bomb) < 200_000 < LARGEST_SESSION
    assert isinstance(answer(bomb), str)
    drawn = svg_bytes(shapes, document=TEXT)
    assert answer(drawn) == opening()
    entities = b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + drawn.replace(
        b"</session>", b"&b;&b;</session>"
    )
    assert isinstance(answer(entities), str), "nothing is ever unfolded"


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_pictures_by_chance(ending: str) -> None:
    from minima_core.scene.page import Page
    from minima_desktop.export.stills import still_bytes

    chance = random.Random(3)
    whole = still_bytes(Page("A page", "of nothing", ()), ending, 120, 80, document=opening())
    assert answer(whole) == opening()
    for _ in range(ROUNDS // 8):
        data = bytearray(whole)
        if chance.random() < 0.5:
            del data[chance.randrange(len(data)) :]
        for _ in range(chance.choice((1, 30))):
            data[chance.randrange(max(len(data), 1)) : chance.randrange(len(data) + 1)] = bytes(
                [chance.randrange(256)]
            )
            if not data:
                break
        answer(bytes(data))


# -- files -----------------------------------------------------------------------------------------------


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    import os

    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.json")
        with pytest.raises(FileError, match="no ordinary file"):
            read_document(tmp_path / "pipe.json")
    if Path("/dev/zero").exists():
        with pytest.raises(FileError, match="no ordinary file"):
            read_document(Path("/dev/zero"))
    with pytest.raises(FileError, match="is a folder"):
        read_document(tmp_path)
    (tmp_path / "to-nowhere.json").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileError, match="could not be read"):
        read_document(tmp_path / "to-nowhere.json")


def test_a_session_changes_nothing_until_it_is_whole() -> None:
    from minima_desktop.session import Session

    refused: list[str] = []
    session = Session(opening(), refused=refused.append)
    chance = random.Random(4)
    whole = json.loads(opening().to_json())
    reading: Callable[[bytes], Document] = Document.from_json
    for _ in range(60):
        before = session.document
        try:
            document = reading(json.dumps(hurt(whole, chance)).encode())
        except DocumentError:
            assert session.document is not None and session.document == before
            continue
        session.open(document)
        session.open(opening())
