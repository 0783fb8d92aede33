"""The script behind `make`: what it installs unasked, what it asks for, and what it leaves alone."""

from __future__ import annotations

import importlib.util
import os
import stat
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="system packages are a matter of Linux")


@pytest.fixture
def house() -> ModuleType:
    """Load the script as a module of its own."""
    spec = importlib.util.spec_from_file_location("house_script", ROOT / "tools" / "house.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def apt_calls(house: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Record what would be run instead of installing anything."""
    calls: list[list[str]] = []

    def record(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        calls.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(house.subprocess, "run", record)
    return calls


def put_on_path(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, body: str) -> None:
    """Make a small program that is found before any other of its name."""
    program = folder / name
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_missing_packages_are_found_under_old_and_new_names(
    house: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "libegl1 installed\\nlibglib2.0-0t64 installed\\nlibgl1 config-files\\n"
    put_on_path(tmp_path, monkeypatch, "dpkg-query", f"printf '{said}'; exit 1")
    assert house.missing_packages(("libegl1", "libglib2.0-0", "libgl1", "xvfb")) == ["libgl1", "xvfb"]


def test_root_installs_unasked(
    house: ModuleType,
    apt_calls: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(house.os, "geteuid", lambda: 0)
    house.install_packages(["xvfb"])
    update, install = apt_calls
    assert update[0] == install[0] == "apt-get"
    assert update[-1] == "update"
    assert install[-4:] == ["install", "-y", "--no-install-recommends", "xvfb"]
    assert "xvfb" in capsys.readouterr().out


@pytest.mark.parametrize(("answer", "installs"), [("n", False), ("", False), ("y", True)])
def test_a_person_is_asked(
    house: ModuleType,
    apt_calls: list[list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    installs: bool,
) -> None:
    put_on_path(tmp_path, monkeypatch, "sudo", "exit 1")
    monkeypatch.setattr(house.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(house.sys, "stdin", type("Terminal", (), {"isatty": lambda self: True})())
    monkeypatch.setattr("builtins.input", lambda _: answer)
    if installs:
        house.install_packages(["xvfb"])
        assert [call[0] for call in apt_calls] == ["sudo", "sudo"]
    else:
        with pytest.raises(house.NotReadyError, match="Nothing was installed"):
            house.install_packages(["xvfb"])
        assert apt_calls == []
    assert "sudo apt-get install -y --no-install-recommends xvfb" in capsys.readouterr().out


def test_without_a_terminal_the_line_is_printed_and_nothing_done(
    house: ModuleType,
    apt_calls: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(house.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(house.sys, "stdin", type("Pipe", (), {"isatty": lambda self: False})())
    monkeypatch.setitem(house.COMMANDS, "run", lambda _: house.install_packages(["xvfb"]))
    assert house.main(["run"]) == 2
    assert apt_calls == []
    said = capsys.readouterr()
    assert "sudo apt-get install" in said.out
    assert "Run that line" in said.err


def test_elsewhere_the_missing_libraries_are_named(
    house: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.shutil, "which", lambda _: None)
    monkeypatch.setattr(house, "WINDOW_LIBRARIES", ("libc.so.6", "libnowhere.so.9"))
    with pytest.raises(
        house.NotReadyError, match=r"Missing on this system: libnowhere\.so\.9, xvfb-run, xauth"
    ):
        house.provide_system_packages(window=True, screen=True)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ""}, False),
    ],
)
def test_a_display_is_recognised(
    house: ModuleType, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: bool
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert house.has_display() is expected


def test_the_fingerprint_moves_with_versions_and_not_with_style(
    house: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pyproject.toml", "requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(house, "ROOT", tmp_path)
    before = house.fingerprint("requirements.txt")
    project = tmp_path / "pyproject.toml"
    project.write_text(project.read_text(encoding="utf-8").replace("line-length = 110", "line-length = 100"))
    assert house.fingerprint("requirements.txt") == before
    lock = tmp_path / "requirements.txt"
    lock.write_text(lock.read_text(encoding="utf-8") + "six==1.17.0\n", encoding="utf-8")
    assert house.fingerprint("requirements.txt") != before
