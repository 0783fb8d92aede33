"""The sheet of preferences: the form, filled with what is in force, each change put into effect at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from minima_desktop.hub import Hub
from minima_desktop.sheets import Sheet
from minima_widgets.panels.preferences_form import PreferencesForm, Values

if TYPE_CHECKING:
    from minima_desktop.preferring import Preferring


class PreferencesSheet(Sheet):
    """A dialog over the window, which goes on moving behind it."""

    def __init__(self, parent: QWidget, hub: Hub, preferring: Preferring) -> None:
        super().__init__(parent, hub.deck.theme, "Preferences")
        self._hub, self._preferring = hub, preferring
        self.form = PreferencesForm(hub.deck.theme, self._values())
        self.body.addWidget(self.form)
        form = self.form
        form.theme_chosen.connect(preferring.set_theme)
        form.palette_chosen.connect(preferring.set_palette)
        form.motion_chosen.connect(preferring.set_motion)
        form.autosave_chosen.connect(preferring.set_autosave)
        form.theme_choice.setFocus()

    def _values(self) -> Values:
        view, preferring = self._hub.session.view, self._preferring
        return Values(preferring.theme, view.type_size, view.palette, preferring.moves, preferring.autosaves)

    def show_values(self) -> None:
        """Shows what is in force now, in the colours that are."""
        self.take_theme(self._hub.deck.theme)
        self.form.set_theme(self._hub.deck.theme)
        self.form.set_values(self._values())
        self.adjustSize()
