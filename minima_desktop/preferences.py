"""What is remembered from one start to the next: theme, type size, where the panels stand, the last picture.

Never the experiment itself: that belongs to documents.
"""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QGuiApplication

THEME, SIZE, PALETTE, MOTION, AUTOSAVE = "theme", "type-size", "palette", "motion", "session/autosave"
USUAL_PALETTE = "chart"


class Preferences:
    """Plain values kept in the system's own place for settings; a value of another type counts as none."""

    def __init__(self, settings: QSettings | None = None) -> None:
        self._settings = settings or QSettings("Minima", "Minima Desktop")

    def text(self, key: str, default: str, allowed: tuple[str, ...]) -> str:
        """A text that is one of those allowed."""
        value = self._settings.value(key, default)
        return value if isinstance(value, str) and value in allowed else default

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """A number in a range."""
        try:
            value = float(str(self._settings.value(key, default)))
        except ValueError:
            return default
        return value if low <= value <= high else default

    def values(self, key: str) -> dict[str, Any]:
        """Plain values by name; empty when there are none."""
        raw = self._settings.value(key, "")
        try:
            value = json.loads(raw) if isinstance(raw, str) and raw else {}
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    def data(self, key: str) -> QByteArray | None:
        """Bytes, as windows keep their geometry in."""
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def keep(self, key: str, value: str | float | dict[str, Any] | QByteArray) -> None:
        """Remembers a value."""
        self._settings.setValue(key, json.dumps(value) if isinstance(value, dict) else value)

    def forget(self, key: str) -> None:
        """Forgets a value."""
        self._settings.remove(key)

    def forget_everything(self) -> None:
        """Forgets every value."""
        self._settings.clear()


def system_theme() -> str:
    """Dark or light, as the system likes it; dark where it does not say."""
    light = False
    if isinstance(QGuiApplication.instance(), QGuiApplication):
        light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
    return "light" if light else "dark"
