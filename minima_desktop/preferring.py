"""What a person prefers, put into effect: at once when it is changed, and again at the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from minima_desktop.hub import Hub
from minima_desktop.preferences import AUTOSAVE, MOTION, PALETTE, THEME, USUAL_PALETTE, system_theme

if TYPE_CHECKING:
    from minima_desktop.preferences_sheet import PreferencesSheet
    from minima_desktop.teaching import Teaching
    from minima_widgets.panels.preferences_form import Values

ON_OFF = ("on", "off")


class Does(Protocol):
    """What is asked of the commands, which make this: beyond declared acts."""

    teaching: Teaching | None

    def set_theme(self, name: str, type_size: float) -> None:
        """Gives everything other colours or another type size."""


class Preferring(QObject):
    """Holds preferences and what they concern together."""

    def __init__(self, window: QMainWindow, hub: Hub, commands: Does) -> None:
        super().__init__(window)
        self._window, self._hub, self._commands = window, hub, commands
        self.sheet: PreferencesSheet | None = None

    def begin(self) -> None:
        """Puts into effect what is not part of the document, and follows the system from now on."""
        self._move(self.moves)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._system_changed)

    # -- what is preferred ---------------------------------------------------------------------------------

    @property
    def theme(self) -> str:
        """“dark”, “light” or “system”."""
        return self._hub.preferences.text(THEME, "system", ("dark", "light"))

    @property
    def moves(self) -> bool:
        """Whether cameras ease and messages fade."""
        return self._hub.preferences.text(MOTION, "on", ON_OFF) == "on"

    @property
    def autosaves(self) -> bool:
        """Whether what is done is kept for the next start."""
        return self._hub.preferences.text(AUTOSAVE, "on", ON_OFF) == "on"

    def values(self) -> Values:
        """All of it, as it is in force now."""
        from minima_widgets.panels.preferences_form import Values

        view = self._hub.session.view
        return Values(self.theme, view.type_size, view.palette, self.moves, self.autosaves)

    # -- changes -------------------------------------------------------------------------------------------

    def set_theme(self, name: str) -> None:
        """Takes a theme, or that of the system."""
        hub = self._hub
        self._commands.set_theme(system_theme() if name == "system" else name, hub.session.view.type_size)
        if name == "system":
            hub.preferences.forget(THEME)
        else:
            hub.preferences.keep(THEME, name)

    def set_palette(self, name: str) -> None:
        """Takes other colours for heights."""
        hub = self._hub
        hub.session.look(palette=name)
        hub.preferences.keep(PALETTE, name)
        hub.touch()

    def set_motion(self, moves: bool) -> None:
        """Lets cameras ease and messages fade, or not."""
        self._hub.preferences.keep(MOTION, "on" if moves else "off")
        self._move(moves)

    def set_autosave(self, on: bool) -> None:
        """Keeps what is done for the next start, or not."""
        self._hub.preferences.keep(AUTOSAVE, "on" if on else "off")

    def usual(self) -> None:
        """Brings every preference back to the usual."""
        self.set_theme("system")
        self._hub.do("usual-type")
        self.set_palette(USUAL_PALETTE)
        self.set_motion(True)
        self.set_autosave(True)

    def forget_everything(self) -> None:
        """Forgets all that is remembered from one start to the next; documents and files stay."""
        self._hub.preferences.forget_everything()
        self.usual()
        self._hub.do("reset-layout")
        self._hub.preferences.forget_everything()
        if self._commands.teaching is not None:
            self._commands.teaching.show_progress()

    def _move(self, moves: bool) -> None:
        self._hub.moves = moves
        self._hub.deck.surface.animated = moves
        self._hub.deck.toast.set_motion(moves)

    def _system_changed(self) -> None:
        if self.theme == "system":
            self.set_theme("system")

    # -- the sheet -----------------------------------------------------------------------------------------

    def open(self) -> None:
        """Opens the sheet of preferences."""
        from minima_desktop.preferences_sheet import PreferencesSheet

        if self.sheet is None:
            self.sheet = PreferencesSheet(self._window, self._hub.deck.theme, self.values)
            self.sheet.finished.connect(self._closed)
            form = self.sheet.form
            form.theme_chosen.connect(self.set_theme)
            form.palette_chosen.connect(self.set_palette)
            form.motion_chosen.connect(self.set_motion)
            form.autosave_chosen.connect(self.set_autosave)
            form.asked.connect(self._asked)
            self.sheet.open()

    def _closed(self) -> None:
        self.sheet = None

    def _asked(self, word: str) -> None:
        if word in ("larger", "smaller"):
            self._hub.do(word)
        elif word == "usual":
            self.usual()
        elif word == "tour" and self.sheet is not None:
            self.sheet.accept()
            self._hub.do("tour")
        elif word == "forget":
            self.forget_everything()
            if self.sheet is not None:
                self.sheet.form.say("All of it is forgotten.")
        self.follow()

    def follow(self) -> None:
        """Shows in the sheet what is in force now."""
        if self.sheet is not None:
            self.sheet.show_values(self._hub.deck.theme)
