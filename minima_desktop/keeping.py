"""What is kept of an open session between two savings, so that no end of the program loses it. No Qt here.

Every process that has something to keep holds a slot of the state folder: a record, always written whole, and
a lock that the system lets go when the process ends, however it ends. A record whose lock nobody holds was
left behind: the next start takes the slot over, lock and record, so that nothing lies unkept in between, and
no process ever touches what another one holds.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from minima_core.document import Document, DocumentError
from minima_core.document.talk import Talk
from minima_desktop.files import FileError, write_whole

__all__ = ["Beginning", "Found", "Keeper", "Opened", "OpenedTalk", "Unsaved"]

log = logging.getLogger(__name__)

MOST_BYTES = 20 * 1024 * 1024
"""Of a record: two sessions, a talk, and a few words."""
MOST_RECORDS = 12
OLDEST_SECONDS = 30 * 24 * 3600.0
"""Records that nobody has asked for are forgotten after so long, or when there are too many."""
UNFINISHED_SECONDS = 3600.0
"""A file that was being written when its process ended is removed after so long."""


@dataclass(frozen=True)
class Opened:
    """A document, and the file that it belongs to, if any."""

    document: Document
    path: Path | None = None


@dataclass(frozen=True)
class OpenedTalk:
    """A talk, and the file that it belongs to, if any."""

    talk: Talk
    path: Path | None = None


@dataclass(frozen=True)
class Unsaved:
    """What is in no file: what is open, what was open before that, and a talk. True where there is any."""

    opened: tuple[Opened, ...] = ()
    talk: OpenedTalk | None = None

    def __bool__(self) -> bool:
        return bool(self.opened)


@dataclass(frozen=True)
class Found:
    """What a record says.

    Attributes
    ----------
    slot
        The name of the record.
    now
        What was open.
    before
        What had been open before that and was not saved, or None.
    closed
        Whether the window was closed by hand; otherwise the program ended by itself, or was ended.
    written
        When it was written, in seconds since 1970.
    talk
        The talk that was worked on and not saved, or None.
    """

    slot: str
    now: Opened
    before: Opened | None
    closed: bool
    written: float
    talk: OpenedTalk | None = None


@dataclass(frozen=True)
class Beginning:
    """How a window begins: the file it was opened on, who keeps for it, and what was found kept."""

    path: Path | None = None
    keeper: Keeper | None = None
    found: Found | None = None


NOTHING = msgspec.Raw(b"null")


class _Record(msgspec.Struct):
    """A record as it is written; unknown fields of programs to come do no harm."""

    session: msgspec.Raw
    written: float
    path: str | None = None
    before: msgspec.Raw = NOTHING
    before_path: str | None = None
    talk: msgspec.Raw = NOTHING
    talk_path: str | None = None
    closed: bool = False
    listed: bool = False
    """Whether it is offered in the list only, and not opened at the next start."""


class Keeper:
    """Keeps for one process; holds at most one slot, from the first thing that is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._slot = ""
        self._lock: int | None = None

    # -- what was left behind ------------------------------------------------------------------------------

    def resume(self, path: Path | None = None) -> Found | None:
        """Takes over what was left behind last, or what was left behind of a file; None where nothing is.

        What another process holds, what is offered in the list only, and what cannot be read are passed over.
        """
        for slot in self._slots():
            lock = _take(self._place(slot, ".lock"))
            if lock is None:
                continue
            found = self._read(slot, listed=path is not None)
            if found is not None and (path is None or found.now.path == path):
                self._slot, self._lock = slot, lock
                return found
            self._let_go(slot, lock)
        return None

    def others(self) -> tuple[Found, ...]:
        """What was left behind and can be claimed, the latest first."""
        found = []
        for slot in self._slots():
            lock = _take(self._place(slot, ".lock"))
            if lock is not None:
                one = self._read(slot, listed=True)
                self._let_go(slot, lock)
                found += [] if one is None else [one]
        return tuple(found)

    def drop(self, slot: str) -> None:
        """Forgets what was left behind in a slot, unless another process has it by now."""
        lock = _take(self._place(slot, ".lock"))
        if lock is not None:
            _remove(self._place(slot, ".json"))
            self._let_go(slot, lock)

    def prune(self) -> None:
        """Forgets what is too old, or too much, and what was never finished."""
        now = time.time()
        for k, slot in enumerate(self._slots()):
            with contextlib.suppress(OSError):
                age = now - self._place(slot, ".json").stat().st_mtime
                if k >= MOST_RECORDS or age > OLDEST_SECONDS:
                    self.drop(slot)
        with contextlib.suppress(OSError):
            for path in self._folder.glob(".*.json.*"):
                if now - path.stat().st_mtime > UNFINISHED_SECONDS:
                    _remove(path)

    # -- keeping -------------------------------------------------------------------------------------------

    def keep(
        self,
        now: Opened,
        before: Opened | None = None,
        *,
        talk: OpenedTalk | None = None,
        closed: bool = False,
        listed: bool = False,
    ) -> None:
        """Writes what is open, whole or not at all; a `FileError` with a sentence where it cannot be."""
        record = _Record(
            session=msgspec.Raw(now.document.to_json()),
            written=time.time(),
            path=None if now.path is None else str(now.path),
            before=NOTHING if before is None else msgspec.Raw(before.document.to_json()),
            before_path=None if before is None or before.path is None else str(before.path),
            talk=NOTHING if talk is None else msgspec.Raw(talk.talk.to_json()),
            talk_path=None if talk is None or talk.path is None else str(talk.path),
            closed=closed,
            listed=listed,
        )
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self._lock is None:
                self._slot = f"{os.getpid()}-{os.urandom(4).hex()}"
                self._lock = _take(self._place(self._slot, ".lock"))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise FileError(f"The folder {self._folder} cannot be written ({reason}).") from None
        if self._lock is None:
            raise FileError(f"No file in the folder {self._folder} can be locked for one program alone.")
        write_whole(self._place(self._slot, ".json"), msgspec.json.encode(record), overwrite=True)

    def forget(self) -> None:
        """Keeps nothing any more: all is saved, or as it was."""
        if self._lock is not None:
            _remove(self._place(self._slot, ".json"))

    def close(self) -> None:
        """Lets the slot go; what is kept in it is found at the next start."""
        if self._lock is not None:
            self._let_go(self._slot, self._lock)
            self._lock = None

    # -- the folder ----------------------------------------------------------------------------------------

    def _place(self, slot: str, ending: str) -> Path:
        return self._folder / f"{slot}{ending}"

    def _slots(self) -> Iterator[str]:
        """Records of other processes, the latest first."""
        aged: list[tuple[float, str]] = []
        with contextlib.suppress(OSError):
            for each in os.scandir(self._folder):
                if each.name.endswith(".json"):
                    with contextlib.suppress(OSError):  # another process has just removed it
                        aged.append((each.stat().st_mtime, each.name))
        aged.sort(reverse=True)
        for _, name in aged:
            slot = name.removesuffix(".json")
            if not name.startswith(".") and (self._lock is None or slot != self._slot):
                yield slot

    def _read(self, slot: str, *, listed: bool) -> Found | None:
        """A record, unless it is none; with `listed` also one that is offered in the list only."""
        path = self._place(slot, ".json")
        try:
            if path.stat().st_size > MOST_BYTES:
                return None
            record = msgspec.json.decode(path.read_bytes(), type=_Record)
            if record.listed and not listed:
                return None
            before = talk = None
            if bytes(record.before) != bytes(NOTHING):
                before = _opened(bytes(record.before), record.before_path)
            if bytes(record.talk) != bytes(NOTHING):
                talk = OpenedTalk(Talk.from_json(bytes(record.talk)), _path(record.talk_path))
            now = _opened(bytes(record.session), record.path)
            return Found(slot, now, before, record.closed, record.written, talk)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError, DocumentError) as error:
            log.warning("What was kept in %s cannot be read: %s", path, error)
            return None

    def _let_go(self, slot: str, lock: int) -> None:
        """Gives a lock back; with nothing kept under it, its file goes first, while it is still held."""
        if not self._place(slot, ".json").exists():
            _remove(self._place(slot, ".lock"))
        os.close(lock)


def _opened(data: bytes, path: str | None) -> Opened:
    return Opened(Document.from_json(data), _path(path))


def _path(path: str | None) -> Path | None:
    return None if path is None else Path(path)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _take(path: Path) -> int | None:
    """Takes a lock for as long as the process lives: its descriptor, or None where another process has it."""
    try:
        held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return None
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(held, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        return None
    return held
