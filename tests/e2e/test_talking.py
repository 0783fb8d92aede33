"""A talk in the real window: collected with one key, put in order, undone, saved, played, and written out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from minima_core.document import History
from minima_core.document.talk import Talk
from minima_desktop.carried import carried_in
from minima_desktop.talking import Held, Talking
from tests.e2e.hand import Hand, pause, wait

Key = Qt.Key


@pytest.fixture
def talking(hand: Hand) -> Iterator[Talking]:
    """The hand on talks, with an empty one and its card put away."""
    one: Talking = hand.window.talking
    one._history, one.at = History(Held()), -1
    one._show()
    yield one
    if one.is_shown:
        one.toggle()
    one._files.stop()


def titles(talking: Talking) -> list[str]:
    """What the scenes are called."""
    return [scene.title for scene in talking.talk.scenes]


def card(hand: Hand) -> Any:
    """The card."""
    return hand.window.deck.talk


def test_one_key_adds_what_is_seen_and_another_shows_the_card(hand, talking):
    QTest.keyClick(hand.window, Key.Key_A)
    assert hand.window.deck.toast.text() == "Added to your talk as its first scene."
    hand.window.commands.open_scene("five-rates")
    hand.settle()
    hand.window.player.playing = False
    hand.window.player.scrub(7)
    QTest.keyClick(hand.window, Key.Key_A)
    QTest.keyClick(hand.window, Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert talking.is_shown and hand.window.acts["talk"].isChecked()
    first, second = talking.talk.scenes
    assert first.title == "Two wells" and first.document.view.step is None
    assert second.title == "One method at five learning rates" and second.document.view.step == 7
    assert [tile.title for tile in card(hand).rows._tiles] == titles(talking)
    wait(lambda: len(card(hand).rows._images) == 2 and talking._pictures.idle, "small pictures")


def test_everything_is_undone_in_turn(hand, talking):
    for _ in range(3):
        talking.add()
    talking.toggle()
    talking.choose(0)
    steps = [
        lambda: talking.edit("title", "  First \n one "),
        lambda: talking.move(0, 2),
        lambda: talking.edit("notes", "Say it\nslowly."),
        talking.duplicate,
        lambda: talking.name("Traps"),
        talking.remove,
        lambda: talking.edit("question", "Where will Adam end?"),
        talking.begin_anew,
    ]
    seen = [talking.talk]
    for step in steps:
        step()
        assert talking.talk != seen[-1]
        seen.append(talking.talk)
    assert seen[1].scenes[0].title == "First one" and seen[3].scenes[2].notes == "Say it\nslowly."
    for before in reversed(seen[:-1]):
        card(hand).undo.click()
        assert talking.talk == before
    for after in seen[1:]:
        card(hand).redo.click()
        assert talking.talk == after


def test_what_cannot_be_is_refused_and_shown_as_it_was(hand, talking):
    talking.add()
    talking.toggle()
    talking.edit("title", " ")
    assert "needs a title" in hand.window.deck.toast.text()
    assert titles(talking) == ["Two wells"]
    hand.window.session.set_landscape("convex-bowl")
    talking.update()
    talking.edit("question", "Where?")
    assert "Scene 1 cannot be asked about. Only one valley" in hand.window.deck.toast.text()


def test_a_scene_is_opened_changed_and_updated(hand, talking):
    talking.add()
    hand.window.commands.open_scene("hump")
    talking.add()
    talking.toggle()
    talking.choose(0)
    card(hand).rows.asked.emit("open")
    assert hand.exploration == talking.talk.scenes[0].document.exploration
    hand.window.session.set_steps(111)
    card(hand).buttons["update"].click()
    assert talking.talk.scenes[0].document.exploration.steps == 111
    assert talking.talk.scenes[0].title == "Two wells"


def test_a_talk_is_saved_opened_like_a_session_and_kept_while_it_is_in_no_file(hand, talking, tmp_path):
    saving = hand.window.saving
    assert talking.unsaved() is None
    talking.add()
    talking.toggle()
    talking.edit("notes", "For me alone")
    assert saving._unsaved().talk == talking.unsaved() and talking.unsaved().talk == talking.talk
    path = tmp_path / "traps.talk.json"
    assert talking.save_in(path)
    assert talking.unsaved() is None and card(hand).file.text() == "traps.talk.json"
    saved = talking.talk
    talking.edit("title", "Other")
    assert card(hand).file.text() == "traps.talk.json, not saved yet"
    talking.begin_anew()
    assert talking.path is None
    assert saving.open_file(path)
    assert talking.talk == saved and talking.path == path and path in saving.recents.files()
    card(hand).undo.click()
    card(hand).undo.click()
    assert titles(talking) == ["Other"] and talking.path == path and talking.changed
    (tmp_path / "broken.json").write_bytes(path.read_bytes().replace(b'"two-wells"', b'"no-wells"'))
    assert not saving.open_file(tmp_path / "broken.json")
    assert "Scene 1 of the talk: There is no landscape" in hand.window.deck.toast.text()
    assert titles(talking) == ["Other"]


def test_it_is_played_from_the_chosen_scene(hand, talking):
    talking.add()
    talking.edit("question", "?")
    assert talking.scene.question == "Where will Gradient descent end?"
    talking.edit("question", "Where will Adam end?")
    hand.window.commands.open_scene("hump")
    talking.add()
    talking.choose(0)
    talking.play()
    presenting = hand.window.commands.presenting
    wait(lambda: presenting.view is not None and presenting.vote is not None, "the vote")
    assert presenting.vote.question == "Where will Adam end?"
    assert presenting.vote.name == "Adam"
    assert presenting.scene == talking.talk.scenes[0]
    presenting.act("next")
    assert presenting.scene.title == "Momentum over a hump"
    talking.add()  # nothing is added while the talk has the screen
    presenting.end()
    assert len(talking.talk.scenes) == 2
    wait(hand.window.isActiveWindow, "the window")


def test_it_is_written_by_a_process_of_its_own_and_pages_bring_it_back(hand, talking, tmp_path):
    talking.add()
    short = talking.talk.scenes[0].document
    few = tuple(entry for entry in short.exploration.entries if entry.name == "adam")
    exploration = msgspec.structs.replace(short.exploration, entries=few, steps=40)
    hand.window.session.adopt(exploration)
    talking.update()
    talking.edit("notes", "Secret")
    talking.toggle()
    target = tmp_path / "traps.pdf"
    talking._files.write(talking.talk, target, "pdf")
    talking._show()
    assert card(hand).job.isVisible()
    wait(lambda: not card(hand).job.isVisible(), "the pages")
    assert hand.window.deck.toast.text() == "Written: traps.pdf."
    told = Talk.from_json(carried_in(target.read_bytes()))
    assert told == talking.talk.without_notes
    talking.begin_anew()
    assert hand.window.saving.open_file(target)
    assert talking.talk == told and talking.path is None


def test_stopping_leaves_nothing_and_a_problem_is_said(hand, talking, tmp_path):
    talking.add()
    talking.toggle()
    talking._files.write(talking.talk, tmp_path / "pictures", "png")
    pause(300)
    card(hand).cancelled.emit()
    assert hand.window.deck.toast.text() == "Stopped; nothing was written."
    wait(lambda: talking._analyst.share("export") is None, "its end")
    talking._files.write(talking.talk, tmp_path / "nowhere" / "a.pdf", "pdf")
    wait(lambda: bool(card(hand).job.problem.text()), "the problem")
    assert "does not exist" in card(hand).job.problem.text()
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_the_card_says_which_line_installs_it(hand, talking, monkeypatch):
    import sys

    talking.add()
    talking.toggle()
    monkeypatch.setitem(sys.modules, "pptx", None)
    talking.do("export:pptx")
    assert 'pip install "minima-desktop[slides]"' in card(hand).job.problem.text()


def test_files_are_asked_for_under_a_name_of_their_own():
    from minima_desktop import talk_files

    assert talk_files.file_name(Talk("Traps & ways out!")) == "traps-ways-out"
    assert talk_files.file_name(Talk("Ждать")) == "talk"
    assert Path(f"x{talk_files.ENDING}").suffix == ".json"
