"""An unexpected exception, of whatever thread, leaves a log and is shown; it never ends silently."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from minima_desktop import crash


@pytest.fixture
def log_path(tmp_path: Path) -> Iterator[Path]:
    """A log in a folder of its own, taken down after the test."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    path = crash.start_log(tmp_path / "log")
    assert path is not None
    yield path
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Reports that would be shown; the hooks are put back after the test."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "__excepthook__", lambda *_: None)
    reports: list[str] = []
    crash.catch_everything(reports.append)
    return reports


def stumble() -> None:
    raise ZeroDivisionError("the valley was flat")


def test_an_exception_is_logged_and_shown(log_path: Path, shown: list[str]) -> None:
    try:
        stumble()
    except ZeroDivisionError:
        sys.excepthook(*sys.exc_info())
    (report,) = shown
    assert "the valley was flat" in report
    assert "stumble" in report
    assert "Minima Desktop" in report
    assert "the valley was flat" in log_path.read_text(encoding="utf-8")


def test_an_exception_of_a_thread_too(log_path: Path, shown: list[str]) -> None:
    thread = threading.Thread(target=stumble)
    thread.start()
    thread.join()
    assert "the valley was flat" in shown[0]
    assert "stumble" in log_path.read_text(encoding="utf-8")


def test_an_exception_while_showing_one_does_not_go_round(
    log_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "__excepthook__", lambda *_: None)
    calls = []

    def show(report: str) -> None:
        calls.append(report)
        sys.excepthook(RuntimeError, RuntimeError("again"), None)

    crash.catch_everything(show)
    sys.excepthook(ValueError, ValueError("first"), None)
    assert len(calls) == 1
    assert "again" in log_path.read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_does_not_stop_the_program(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    before = list(logging.getLogger().handlers)
    assert crash.start_log(tmp_path / "file" / "log") is None
    assert logging.getLogger().handlers == before


def test_an_interruption_from_the_keyboard_is_none(shown: list[str]) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert shown == []
