"""The sheet of preferences: the form, filled with what is in force, in a dialog over the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from minima_desktop.sheets import Sheet
from minima_widgets.panels.preferences_form import PreferencesForm, Values
from minima_widgets.theme import Theme


class PreferencesSheet(Sheet):
    """A dialog over the window, which goes on moving behind it; `values` says what is in force."""

    def __init__(self, parent: QWidget, theme: Theme, values: Callable[[], Values]) -> None:
        super().__init__(parent, theme, "Preferences")
        self._values = values
        self.form = PreferencesForm(theme, values())
        self.body.addWidget(self.form)
        self.form.theme_choice.setFocus()

    def show_values(self, theme: Theme) -> None:
        """Shows what is in force now, in the colours that are."""
        self.take_theme(theme)
        self.form.set_theme(theme)
        self.form.set_values(self._values())
        self.adjustSize()
