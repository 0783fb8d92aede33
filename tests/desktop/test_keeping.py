"""What is kept of an open session: whole or not at all, by one process each, and found again afterwards."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from minima_core.document import Document, opening, prepared_scenes
from minima_core.document.talk import Talk, TalkScene
from minima_desktop.autosave import Autosave
from minima_desktop.files import FileError
from minima_desktop.keeping import (
    MOST_RECORDS,
    OLDEST_SECONDS,
    Found,
    Keeper,
    Opened,
    OpenedTalk,
    Unsaved,
)


@pytest.fixture
def keepers(tmp_path: Path) -> Iterator[list[Keeper]]:
    """Three keepers of one folder, as three windows have them."""
    made = [Keeper(tmp_path / "open") for _ in range(3)]
    yield made
    for each in made:
        each.close()


def other(k: int = 0) -> Document:
    """Another document than the opening one."""
    return prepared_scenes()[k].document()


def names(folder: Path) -> list[str]:
    """What lies in the folder of records."""
    return sorted(os.listdir(folder / "open")) if (folder / "open").exists() else []


def resumed(keeper: Keeper, path: Path | None = None) -> Found:
    """What is found, which there is."""
    found = keeper.resume(path)
    assert found is not None
    return found


def test_nothing_is_made_before_there_is_something_to_keep(tmp_path: Path, keepers: list[Keeper]) -> None:
    first = keepers[0]
    assert first.resume() is None and first.others() == ()
    first.forget()
    first.prune()
    first.close()
    assert names(tmp_path) == []


def test_what_is_kept_is_found_when_the_process_is_gone(tmp_path: Path, keepers: list[Keeper]) -> None:
    first, second, third = keepers
    path = tmp_path / "race.minima.json"
    first.keep(Opened(opening(), path), Opened(other()))
    assert second.resume() is None, "it is held"
    first.close()
    found = resumed(second)
    assert found.now == Opened(opening(), path)
    assert found.before == Opened(other())
    assert not found.closed and abs(found.written - time.time()) < 60
    assert third.resume() is None, "it is held again"
    second.forget()
    second.close()
    assert names(tmp_path) == []
    assert third.resume() is None


def test_several_windows_keep_their_own(tmp_path: Path, keepers: list[Keeper]) -> None:
    first, second, third = keepers
    first.keep(Opened(other(0)))
    second.keep(Opened(other(1)))
    first.keep(Opened(opening()))
    assert len(names(tmp_path)) == 4
    first.close()
    second.close()
    assert {f.now.document.exploration.place for f in third.others()} == {
        opening().exploration.place,
        other(1).exploration.place,
    }
    assert resumed(third).now.document == opening(), "the latest goes first"
    fourth = Keeper(tmp_path / "open")
    assert resumed(fourth).now.document == other(1)
    fourth.close()


def test_a_file_that_is_opened_gets_its_own_changes_back(tmp_path: Path, keepers: list[Keeper]) -> None:
    first, second, third = keepers
    first.keep(Opened(other(0), tmp_path / "a.json"))
    second.keep(Opened(other(1)))
    first.close()
    second.close()
    assert third.resume(tmp_path / "b.json") is None
    assert resumed(third, tmp_path / "a.json").now.document == other(0)


def test_a_talk_is_kept_beside_what_is_open(tmp_path: Path, keepers: list[Keeper]) -> None:
    talk = OpenedTalk(Talk("Traps", (TalkScene(opening(), "Two wells"),)), tmp_path / "talk.json")
    keepers[0].keep(Opened(other()), talk=talk)
    keepers[0].close()
    found = resumed(keepers[1])
    assert (found.now, found.before, found.talk) == (Opened(other()), None, talk)


def test_what_was_left_for_something_else_is_only_listed(keepers: list[Keeper]) -> None:
    first, second, _ = keepers
    first.keep(Opened(opening()), closed=True, listed=True)
    first.close()
    assert second.resume() is None
    (found,) = second.others()
    assert found.closed and found.now.document == opening()
    second.drop(found.slot)
    assert second.others() == ()


HOLD = """
import sys, time
from pathlib import Path
from minima_core.document import opening
from minima_desktop.keeping import Keeper, Opened
keeper = Keeper(Path(sys.argv[1]))
keeper.keep(Opened(opening()))
print("kept", flush=True)
time.sleep(60)
"""


def test_another_process_holds_what_it_keeps_until_it_is_killed(
    tmp_path: Path, keepers: list[Keeper]
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "open")], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None and process.stdout.readline() == "kept\n"
        assert keepers[0].resume() is None and keepers[0].others() == ()
        keepers[0].prune()
    finally:
        process.kill()
        process.communicate()
    assert resumed(keepers[0]).now.document == opening()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\x00\xff" * 40,
        b"[" * 100_000,
        b'{"session": {}, "written": 0}',
        b'{"session": 1e999, "written": 0}',
        b'{"written": 0}',
        b'{"session": {"format": "minima-desktop session", "version": 99}, "written": 0}',
        b" " * 5_000_000,
    ],
    ids=lambda data: repr(data[:24]),
)
def test_a_record_that_is_none_is_passed_over(tmp_path: Path, keepers: list[Keeper], data: bytes) -> None:
    first, second, _ = keepers
    first.keep(Opened(opening()))
    first.close()
    broken = tmp_path / "open" / "1-zzz.json"
    broken.write_bytes(data)
    os.utime(broken, (time.time() + 60, time.time() + 60))
    assert len(second.others()) == 1
    assert resumed(second).now.document == opening()


@pytest.mark.parametrize("call", ["replace", "fsync"])
def test_a_full_disk_leaves_what_was_kept_before(
    tmp_path: Path, keepers: list[Keeper], monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    first, second, _ = keepers
    first.keep(Opened(opening()))
    monkeypatch.setattr(os, call, fail)
    with pytest.raises(FileError, match="no space left"):
        first.keep(Opened(other()))
    monkeypatch.undo()
    assert len(names(tmp_path)) == 2
    first.close()
    assert resumed(second).now.document == opening()


def test_a_folder_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "open").touch()
    keeper = Keeper(tmp_path / "open")
    assert keeper.resume() is None
    with pytest.raises(FileError, match="cannot be written"):
        keeper.keep(Opened(opening()))
    keeper.close()


def test_what_is_too_old_or_too_much_is_forgotten(tmp_path: Path, keepers: list[Keeper]) -> None:
    folder = tmp_path / "open"
    keepers[0].keep(Opened(opening()))
    keepers[1].keep(Opened(other()))
    keepers[1].close()
    (kept,) = [path for path in folder.glob("*.json") if path.stem not in keepers[0]._slot]
    for k in range(MOST_RECORDS + 3):
        copy = folder / f"1-{k:02}.json"
        copy.write_bytes(kept.read_bytes())
        os.utime(copy, (time.time() - 60 * (k + 1),) * 2)
    unfinished = folder / ".1-00.json.abc"
    unfinished.touch()
    os.utime(unfinished, (0, 0))
    os.utime(folder / "1-05.json", (time.time() - OLDEST_SECONDS - 9,) * 2)
    keepers[2].prune()
    assert len(list(folder.glob("*.json"))) <= MOST_RECORDS + 1
    assert (folder / f"{keepers[0]._slot}.json").exists(), "what is held stays"
    assert not unfinished.exists() and not (folder / "1-05.json").exists()
    assert kept.exists()


# -- the thread that keeps -------------------------------------------------------------------------------


def test_changes_are_kept_at_most_once_a_second_and_the_last_wins(
    tmp_path: Path, keepers: list[Keeper]
) -> None:
    said: list[str] = []
    autosave = Autosave(keepers[0], lambda: True, said.append)
    autosave.want(Unsaved((Opened(other(0)),)))
    autosave.look(10.0)
    autosave.join()
    (record,) = (tmp_path / "open").glob("*.json")
    first = record.read_bytes()
    autosave.want(Unsaved((Opened(other(1)),)))
    autosave.want(Unsaved((Opened(opening()),)))
    autosave.look(10.5)
    autosave.join()
    assert record.read_bytes() == first
    autosave.look(11.1)
    autosave.join()
    assert json.loads(record.read_bytes())["session"] == json.loads(opening().to_json())
    autosave.want(Unsaved())
    autosave.look(12.5)
    autosave.join()
    assert not record.exists() and said == []
    autosave.close()


def test_what_cannot_be_kept_is_said_once_and_tried_again(
    tmp_path: Path, keepers: list[Keeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    said: list[str] = []
    autosave = Autosave(keepers[0], lambda: True, said.append)
    monkeypatch.setattr(os, "replace", fail)
    autosave.want(Unsaved((Opened(opening()),)))
    for k in range(4):
        autosave.look(10.0 + 2 * k)
        autosave.join()
    assert len(said) == 1 and "no space left" in said[0]
    monkeypatch.undo()
    autosave.look(20.0)
    autosave.join()
    assert autosave.problem == ""
    assert len(list((tmp_path / "open").glob("*.json"))) == 1


def test_who_does_not_want_it_has_nothing_kept(tmp_path: Path, keepers: list[Keeper]) -> None:
    autosave = Autosave(keepers[0], lambda: False, lambda sentence: None)
    autosave.want(Unsaved((Opened(opening()),)))
    autosave.look(10.0)
    autosave.close()
    assert names(tmp_path) == []
