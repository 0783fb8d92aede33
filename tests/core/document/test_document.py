"""Documents come back from JSON as they went, and nothing else comes in."""

from __future__ import annotations

import json
import time

import pytest

from minima_core import document as doc
from minima_core.document import Document, DocumentError, Layers, View


@pytest.fixture(scope="module")
def opening() -> Document:
    return doc.opening()


def tampered(document: Document, path: str, value: object) -> bytes:
    """Return the JSON of a document with one field changed."""
    data = json.loads(document.to_json())
    *way, last = [int(each) if each.isdigit() else each for each in path.split(".")]
    place = data
    for each in way:
        place = place[each]
    place[last] = value
    return json.dumps(data).encode()


def test_a_document_comes_back_equal_and_writes_the_same_bytes(opening):
    view = View(step=12, zoom=(-1.0, 1.0, 0.1, 0.3), theme="slide", layers=Layers(paths=False), selected=2)
    changed = doc.change_setting(doc.throw_start(opening.exploration, 3, add=True), 0, 40, lr=0.1)
    document = Document(doc.VERSION, changed, view)
    data = document.to_json()
    assert Document.from_json(data) == document
    assert Document.from_json(data).to_json() == data
    assert Document.from_json(data.decode()) == document


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("exploration.steps", "many", "a whole number is needed, not text"),
        ("exploration.steps", 10**30, "number of steps"),
        ("exploration.steps", 1.5, "whole number"),
        ("exploration.border", "wall", "exploration.border"),
        ("exploration.starts", [{"position": [1e400, 0]}], "not JSON"),
        ("exploration.starts", [{"position": [1e300, 0]}], "at most 1e\\+12"),
        ("exploration.starts", [{"position": [99, 0]}], "outside the region"),
        ("exploration.starts", [{"position": ["a", 0]}], "a number is needed, not text"),
        ("exploration.place.lower", [0, 0, 0], "as many lower as upper"),
        ("exploration.place.landscape", "no-such-place", "no-such-place"),
        ("exploration.entries.0.segments.0.method", "adamm", "adam"),
        ("exploration.entries.0.segments.0.method", "adam,lr=fast", "Line 0 of the race"),
        ("exploration.surprise", 1, "no field called “surprise”"),
        ("view.theme", "pink", "view.theme"),
        ("view.zoom", [0, 0, 1, 1], "no area"),
        ("version", doc.VERSION + 1, "newer version"),
        ("version", 0, "no format 0"),
    ],
)
def test_hostile_fields_are_refused_in_a_sentence(opening, path, value, words):
    with pytest.raises(DocumentError, match=words) as raised:
        Document.from_json(tampered(opening, path, value))
    assert str(raised.value).endswith((".", "?"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'{"version": NaN}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"version":1,"exploration":' + b'{"place":' * 50_000,
        b'{"version":1}',
        "\ud800",
        b" " * 2_000_000,
    ],
)
def test_what_is_no_document_is_refused_at_once(data):
    begun = time.thread_time()
    with pytest.raises(DocumentError):
        Document.from_json(data)
    assert time.thread_time() - begun < 0.5


def test_a_missing_field_is_named(opening):
    data = json.loads(opening.to_json())
    del data["exploration"]["place"]
    with pytest.raises(DocumentError, match="at “exploration”: the field “place” is missing"):
        Document.from_json(json.dumps(data))


def test_nested_methods_are_limited(opening):
    deep = "random-restarts,local=" * 200 + "adam"
    with pytest.raises(DocumentError):
        Document.from_json(tampered(opening, "exploration.entries.0.segments.0.method", deep))


def test_a_formula_is_a_place_too():
    place = doc.Place(None, "a x^2 + y^2", (-1.0, -1.0), (1.0, 1.0), {"a": 2.0})
    document = Document(doc.VERSION, doc.with_start(doc.Exploration(place), (0.5, 0.5)), View())
    read = Document.from_json(document.to_json())
    assert read == document
    assert read.exploration.place.landscape_of().value((1.0, 1.0)) == 3.0
    assert read.exploration.place.landscape_of() is place.landscape_of()
    wrong = doc.Place(None, "x +", (-1.0,), (1.0,))
    with pytest.raises(DocumentError):
        Document.from_json(Document(doc.VERSION, doc.Exploration(wrong), View()).to_json())
