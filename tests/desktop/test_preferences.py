"""What is remembered comes back; what somebody else wrote there does no harm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings

from minima_desktop.preferences import Preferences


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[QSettings]:
    yield QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def kept(settings: QSettings) -> Preferences:
    """Preferences as the next start of the program finds them."""
    settings.sync()
    return Preferences(QSettings(settings.fileName(), QSettings.Format.IniFormat))


def test_what_is_kept_comes_back_at_the_next_start(settings: QSettings) -> None:
    preferences = Preferences(settings)
    preferences.keep("theme", "light")
    preferences.keep("type-size", 12.5)
    preferences.keep("window/layout", {"folded": ["trace"], "sizes": [1, 2]})
    preferences.keep("window/geometry", QByteArray(b"\x00\x01\xff"))
    again = kept(settings)
    assert again.text("theme", "dark", ("dark", "light")) == "light"
    assert again.number("type-size", 10.5, 7.0, 22.0) == 12.5
    assert again.values("window/layout") == {"folded": ["trace"], "sizes": [1, 2]}
    assert again.data("window/geometry") == QByteArray(b"\x00\x01\xff")


def test_nothing_kept_means_the_usual(settings: QSettings) -> None:
    preferences = kept(settings)
    assert preferences.text("theme", "dark", ("dark", "light")) == "dark"
    assert preferences.number("type-size", 10.5, 7.0, 22.0) == 10.5
    assert preferences.values("window/layout") == {}
    assert preferences.data("window/geometry") is None


def test_forgotten_is_forgotten(settings: QSettings) -> None:
    preferences = Preferences(settings)
    preferences.keep("theme", "light")
    preferences.forget("theme")
    assert kept(settings).text("theme", "dark", ("dark", "light")) == "dark"


@pytest.mark.parametrize("broken", ["neon", "", ["light", "dark"], 7, QByteArray(b"light\xff")])
def test_a_theme_that_is_none_counts_as_none(settings: QSettings, broken: object) -> None:
    settings.setValue("theme", broken)
    assert kept(settings).text("theme", "dark", ("dark", "light")) == "dark"


@pytest.mark.parametrize(
    "broken", ["large", "nan", "inf", "-3", "1e9", "", ["12", "13"], QByteArray(b"12\xff")]
)
def test_a_size_that_is_none_counts_as_none(settings: QSettings, broken: object) -> None:
    settings.setValue("type-size", broken)
    assert kept(settings).number("type-size", 10.5, 7.0, 22.0) == 10.5


@pytest.mark.parametrize("broken", ["{", "[1, 2]", "null", "7", '"text"', "[" * 100_000, ["a", "b"], 7])
def test_values_that_are_none_count_as_none(settings: QSettings, broken: object) -> None:
    settings.setValue("window/layout", broken)
    assert kept(settings).values("window/layout") == {}


@pytest.mark.parametrize("broken", ["geometry", 7, QByteArray()])
def test_bytes_that_are_none_count_as_none(settings: QSettings, broken: object) -> None:
    settings.setValue("window/geometry", broken)
    assert kept(settings).data("window/geometry") is None
