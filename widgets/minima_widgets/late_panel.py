"""A place for a panel that is made when somebody first looks: the first picture waits for no hidden panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from minima_widgets.theme import Theme

__all__ = ["LatePanel"]

AnyPanel = TypeVar("AnyPanel", bound=QWidget)


class LatePanel(QWidget, Generic[AnyPanel]):
    """Stands where a panel will stand.

    Parameters
    ----------
    make
        Makes the panel, which has `set_theme`; called once, when it is first shown or asked for.
    """

    made = Signal(object)
    """The panel is there now."""

    def __init__(self, theme: Theme, make: Callable[[Theme], AnyPanel]) -> None:
        super().__init__()
        self._theme = theme
        self._make = make
        self._panel: AnyPanel | None = None
        self._room = QVBoxLayout(self)
        self._room.setContentsMargins(0, 0, 0, 0)

    @property
    def is_made(self) -> bool:
        """Whether the panel is there."""
        return self._panel is not None

    @property
    def panel(self) -> AnyPanel:
        """The panel, made the first time it is asked for."""
        if self._panel is None:
            self._panel = panel = self._make(self._theme)
            self._room.addWidget(panel)
            self.made.emit(panel)
        return self._panel

    def set_theme(self, theme: Theme) -> None:
        """Change colours and type."""
        self._theme = theme
        if self._panel is not None:
            cast(Any, self._panel).set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        """Make the panel: somebody looks."""
        _ = self.panel
        super().showEvent(event)
