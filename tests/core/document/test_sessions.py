"""Session files: readable, described by a schema, brought up to the present version, refused when newer."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from minima_core.document import Document, DocumentError, opening, prepared_scenes
from minima_core.document.envelope import FORMAT, VERSION, laid_out
from minima_core.document.schema import session_schema
from minima_core.document.talk import Talk, TalkScene

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = ROOT / "docs" / "session.schema.json"


def readable(document: Document) -> bytes:
    """The document as its file is written."""
    return laid_out(document.to_json())


def fits(value: Any, schema: dict[str, Any], whole: dict[str, Any]) -> list[str]:
    """What a schema finds wrong with a value, by the words of it that our schema uses."""
    if "$ref" in schema:
        return fits(value, whole["$defs"][schema["$ref"].removeprefix("#/$defs/")], whole)
    if "anyOf" in schema:
        tried = [fits(value, each, whole) for each in schema["anyOf"]]
        return [] if [] in tried else [wrong for each in tried for wrong in each]
    if "const" in schema:
        return [] if value == schema["const"] else [f"{value!r} is not {schema['const']!r}"]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{value!r} is none of {schema['enum']}"]
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
    kind = schema.get("type", "")
    if kind in ("integer", "number"):
        right = isinstance(value, int if kind == "integer" else int | float) and not isinstance(value, bool)
        return [] if right else [f"{value!r} is no {kind}"]
    if kind not in kinds or not isinstance(value, kinds[kind]):
        return [f"{value!r} is no {kind}"]
    if kind == "array":
        first = schema.get("prefixItems", [])
        wrong = [] if len(value) >= schema.get("minItems", 0) else [f"{value!r} is too short"]
        for k, each in enumerate(value):
            inner = first[k] if k < len(first) else schema.get("items", {})
            wrong += [f"{value!r} is too long"] if inner is False else fits(each, inner, whole)
        return wrong
    if kind == "object":
        known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        wrong = [f"{name} is missing" for name in schema.get("required", []) if name not in value]
        for name, each in value.items():
            if name in known:
                wrong += fits(each, known[name], whole)
            elif more is False:
                wrong.append(f"there is no {name}")
            elif isinstance(more, dict):
                wrong += fits(each, more, whole)
        return wrong
    return []


def test_the_schema_in_the_docs_is_the_one_that_the_command_makes() -> None:
    spec = importlib.util.spec_from_file_location("make_schema", ROOT / "tools" / "make_schema.py")
    assert spec is not None and spec.loader is not None
    command = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(command)
    assert SCHEMA.read_bytes() == command.text(), "run tools/make_schema.py"


def test_what_is_written_fits_the_schema_and_what_is_wrong_does_not() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema == json.loads(json.dumps(session_schema()))
    for document in (opening(), *(scene.document() for scene in prepared_scenes())):
        assert fits(json.loads(readable(document)), schema, schema) == []
    for path, value, words in (
        ("steps", "many", "no integer"),
        ("border", "wall", "none of"),
        ("surprise", 1, "no surprise"),
        ("starts", [{"position": ["x"]}], "no number"),
    ):
        data = json.loads(readable(opening()))
        data["exploration"][path] = value
        assert any(words in each for each in fits(data, schema, schema)), path
    data = json.loads(readable(opening()))
    del data["format"]
    assert "format is missing" in fits(data, schema, schema)


def test_a_talk_fits_the_schema_with_its_scenes() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    talk = Talk("Traps", tuple(TalkScene(scene.document(), scene.title) for scene in prepared_scenes()))
    data = json.loads(talk.to_json())
    assert fits(data, schema, schema) == []
    data["scenes"][1]["document"]["exploration"]["steps"] = "many"
    assert any("no integer" in each for each in fits(data, schema, schema))


def test_a_file_can_be_read_by_people_and_reads_the_same() -> None:
    for document in (opening(), *(scene.document() for scene in prepared_scenes())):
        text = readable(document).decode()
        assert text.startswith(
            f'{{\n  "format": "{FORMAT}",\n  "kind": "document",\n  "version": {VERSION},\n'
        )
        assert '"lower": [' in text and text.endswith("}\n")
        long = [line for line in text.splitlines() if len(line) > 110 and '"method"' not in line]
        assert [line for line in long if '"formula"' not in line and '"title"' not in line] == []
        assert Document.from_json(text) == document
        assert readable(Document.from_json(text)) == text.encode()


def test_an_editor_of_text_may_name_the_schema() -> None:
    data = {"$schema": "session.schema.json", **json.loads(readable(opening()))}
    assert Document.from_json(json.dumps(data)) == opening()


def as_of(version: int) -> dict[str, Any]:
    """The opening race as a program of an earlier version wrote it."""
    data: dict[str, Any] = json.loads(opening().to_json())
    data["version"] = version
    exploration, view = data["exploration"], data["view"]
    if version < 5:
        del data["format"], data["kind"]
    if version < 4:
        del view["study"]
        for entry in exploration["entries"]:
            del entry["cures"]
    if version < 3:
        del view["insides"], exploration["clock"]
        view["clock"] = "steps"
    if version < 2:
        del exploration["place"]["drawn"], exploration["place"]["changes"], view["insight"]
    return data


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_every_earlier_version_is_read_and_written_in_the_present_one(version: int) -> None:
    import msgspec

    from minima_core.document import Insides

    read = Document.from_json(json.dumps(as_of(version)))
    expected = opening()
    if version < 3:
        expected = msgspec.structs.replace(
            expected, view=msgspec.structs.replace(expected.view, insides=Insides())
        )
    assert read == expected
    assert json.loads(read.to_json())["version"] == VERSION


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"version": VERSION + 1, "wonders": [1]}, "made by a newer version of Minima Desktop"),
        ({"version": 10**400}, "made by a newer version of Minima Desktop"),
        ({"version": 0}, "There is no format 0"),
        ({"version": -(10**400)}, "There is no format"),
        ({"format": "paint by numbers"}, "“paint by numbers”"),
        ({"format": None}, "“format” is missing"),
        ({"kind": "recipe"}, "holds a “recipe”"),
        ({"kind": 7}, "kind"),
        ({"format": 7}, "format"),
        ({"$schema": 7}, "schema"),
        ({"version": "5"}, "whole number"),
        ({"version": None}, "whole number"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_the_head_says_is_answered_first(fields: dict[str, Any], words: str) -> None:
    data = {**json.loads(opening().to_json()), **fields}
    with pytest.raises(DocumentError, match=words) as raised:
        Document.from_json(json.dumps(data))
    assert str(raised.value).endswith(".")
    assert len(str(raised.value)) < 300


def test_documents_of_programs_to_come_cannot_be_made() -> None:
    with pytest.raises(DocumentError, match="newer version"):
        Document(VERSION + 1, opening().exploration, opening().view)
