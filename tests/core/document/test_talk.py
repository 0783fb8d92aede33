"""Talks come back equal from their files; whatever is wrong with one is said, with the scene it is in."""

from __future__ import annotations

import json

import msgspec
import pytest

from minima_core.document import DocumentError, History, opening, prepared
from minima_core.document import talk as talks
from minima_core.document.envelope import laid_out
from minima_core.document.talk import Talk, TalkScene


@pytest.fixture
def talk() -> Talk:
    return Talk(
        "Traps",
        (
            TalkScene(opening(), "Two wells", "Five methods, one start.", "Where will Adam end?", "Slowly."),
            TalkScene(prepared("five-rates").document(), "Five rates"),
            TalkScene(opening(), "Once more"),
        ),
    )


def edited(talk: Talk, change) -> bytes:
    loose = json.loads(talk.to_json())
    change(loose)
    return json.dumps(loose).encode()


def test_a_talk_comes_back_equal_and_gives_the_same_bytes(talk):
    data = talk.to_json()
    assert Talk.from_json(data) == talk
    assert Talk.from_json(laid_out(data)) == talk
    assert Talk.from_json(data).to_json() == data
    assert Talk.from_json(Talk().to_json()) == Talk()


def test_a_scene_in_a_talk_is_a_session(talk):
    held = json.loads(talk.to_json())
    assert held["kind"] == "talk"
    scene = json.dumps(held["scenes"][1]["document"]).encode()
    assert talk.scenes[1].document.from_json(scene) == talk.scenes[1].document


def test_scenes_of_older_programs_are_brought_up_to_date(talk):
    def age(loose):
        old = loose["scenes"][0]["document"]
        old["version"] = 2
        old["view"]["clock"] = "steps"
        del old["format"], old["kind"]

    assert Talk.from_json(edited(talk, age)) == talk


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t["scenes"][1].update(title=3), "scenes[1].title"),
        (lambda t: t["scenes"][1].update(title="  "), "Scene 2 of the talk: A scene needs a title"),
        (lambda t: t["scenes"][2].update(notes="x" * 30_000), "Scene 3 of the talk: The notes of a scene"),
        (lambda t: t["scenes"][0].update(surprise=1), "no field called “surprise”"),
        (lambda t: t["scenes"][0].update(document=None), "Scene 1 of the talk"),
        (lambda t: t["scenes"][0].update(document=[[1]] * 9), "Scene 1 of the talk"),
        (
            lambda t: t["scenes"][1]["document"].update(version=99),
            "Scene 2 of the talk: This session",
        ),
        (lambda t: t["scenes"][1]["document"]["exploration"].update(steps=-1), "Scene 2 of the talk"),
        (lambda t: t["scenes"][1]["document"]["exploration"]["place"].update(landscape="nowhere"), "nowhere"),
        (lambda t: t.update(scenes=t["scenes"] * 100), "at most 200 scenes"),
        (lambda t: t.update(version=talks.VERSION + 1), "newer version"),
        (lambda t: t.update(version="five"), "a whole number is needed"),
        (lambda t: t.update(kind="document"), "where a talk is needed"),
        (lambda t: t.update(kind="riddle"), "where a talk is needed"),
        (lambda t: t.update(format="something else"), "This is not a session"),
        (lambda t: t.update(title="x" * 1000), "title of a talk"),
        (lambda t: t.update(scenes={}), "a list is needed"),
    ],
)
def test_what_is_wrong_is_said(talk, change, words):
    with pytest.raises(DocumentError) as found:
        Talk.from_json(edited(talk, change))
    assert words in str(found.value)
    assert str(found.value).endswith(".")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff\xfe",
        b"[" * 100_000,
        b'{"format":"minima-desktop session","kind":"talk","version":5,"scenes":' + b"[" * 100_000,
        b'{"format":"minima-desktop session","kind":"talk","version":5,"scenes":[{"title":"a","document":'
        + b'{"a":' * 50_000,
        b" " * (talks.LARGEST_TALK + 1),
        "\ud800",
    ],
)
def test_what_is_no_talk_is_refused(data):
    with pytest.raises(DocumentError) as found:
        Talk.from_json(data)
    assert len(str(found.value)) < 300


def test_a_document_is_no_talk_and_a_talk_no_document(talk):
    with pytest.raises(DocumentError, match="where a talk is needed"):
        Talk.from_json(opening().to_json())
    with pytest.raises(DocumentError, match="where a document is needed"):
        type(opening()).from_json(talk.to_json())


def test_a_cut_talk_is_refused_wherever_it_is_cut(talk):
    data = talk.to_json()
    for k in range(0, len(data), max(len(data) // 40, 1)):
        with pytest.raises(DocumentError):
            Talk.from_json(data[:k])


def test_scenes_are_added_moved_changed_doubled_and_removed(talk):
    titles = lambda each: [scene.title for scene in each.scenes]  # noqa: E731
    scene = TalkScene(opening(), "New")
    assert titles(talks.added(talk, scene)) == ["Two wells", "Five rates", "Once more", "New"]
    assert titles(talks.added(talk, scene, 1)) == ["Two wells", "New", "Five rates", "Once more"]
    assert titles(talks.moved(talk, 0, 2)) == ["Five rates", "Once more", "Two wells"]
    assert titles(talks.moved(talk, 2, 0)) == ["Once more", "Two wells", "Five rates"]
    assert titles(talks.moved(talk, 1, 9)) == ["Two wells", "Once more", "Five rates"]
    assert titles(talks.duplicated(talk, 1)) == ["Two wells", "Five rates", "Five rates", "Once more"]
    assert titles(talks.removed(talk, 1)) == ["Two wells", "Once more"]
    renamed = talks.changed(talk, 1, title="Rates", notes="Ask first.")
    assert renamed.scenes[1].title == "Rates" and renamed.scenes[1].document == talk.scenes[1].document
    with pytest.raises(DocumentError):
        talks.changed(talk, 1, title="")


def test_what_is_handed_out_has_no_notes(talk):
    assert b"Slowly." not in talk.without_notes.to_json()
    assert msgspec.structs.replace(talk.without_notes.scenes[0], notes="Slowly.") == talk.scenes[0]


def test_a_history_may_be_one_of_talks(talk):
    history = History(talk)
    history.push(talks.removed(talk, 0))
    assert history.undo() == talk
