"""Holds the place of a view that takes long to load, and shows its scene until the view is there.

Loading pyqtgraph takes longer than all the rest of a start. The painter of figures, which needs nothing of
it, draws the very same scene meanwhile; then the view is made in its place, and looks the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from minima_widgets.pictures import blank, guarded, painting
from minima_widgets.theme import Theme

__all__ = ["LateView"]


AnyView = TypeVar("AnyView", bound=QWidget)


class LateView(QWidget, Generic[AnyView]):
    """The place of a view.

    Parameters
    ----------
    make
        Makes the view, which has `show_scene` and `set_theme`; called once, when `view` is first asked for.
    paint
        Draws a scene of the view into a rectangle (`paint_map` and its like).
    hint
        The size at which the view is comfortable.
    """

    made = Signal(object)
    """The view is there now."""

    def __init__(
        self,
        theme: Theme,
        make: Callable[[Theme], AnyView],
        paint: Callable[[QPainter, QRectF, Any, Theme], object],
        hint: QSize,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._make = make
        self._paint = paint
        self._hint = hint
        self._scene: Any = None
        self._picture = QImage()
        self._picture_key: object = None
        self._view: AnyView | None = None
        self._room = QVBoxLayout(self)
        self._room.setContentsMargins(0, 0, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 90)

    @property
    def is_made(self) -> bool:
        """Whether the view is there."""
        return self._view is not None

    @property
    def view(self) -> AnyView:
        """The view; the first time it is made, and takes over scene, theme and keyboard."""
        if self._view is None:
            held = self._holds_keyboard()
            self._view = view = self._make(self._theme)
            self._room.addWidget(view)
            self.setFocusProxy(view)
            if held:
                view.setFocus()
            if self._scene is not None:
                cast(Any, view).show_scene(self._scene)
            self._scene, self._picture = None, QImage()
            self.made.emit(view)
        return self._view

    def _holds_keyboard(self) -> bool:
        """Whether the keyboard is here, or will be once the window has it."""
        return self.hasFocus() or self.window().focusWidget() is self

    def show_scene(self, scene: Any) -> None:
        """Show a scene, in the view or until there is one."""
        if self._view is not None:
            cast(Any, self._view).show_scene(scene)
        elif scene is not self._scene:
            self._scene, self._picture_key = scene, None
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Change colours and type."""
        self._theme = theme
        if self._view is not None:
            cast(Any, self._view).set_theme(theme)
        self._picture_key = None
        self.update()

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return self._hint

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the scene as the view will."""
        if self._view is not None or self._scene is None:
            return
        ratio = self.devicePixelRatioF()
        key = (self.size(), ratio)
        if key != self._picture_key:  # a window that comes up is painted more than once
            self._picture_key = key
            self._picture = blank(self.size(), ratio, QImage.Format.Format_RGB32)
            self._picture.fill(self._theme.colour("card"))
            with painting(self._picture) as painter:
                self._paint(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), self._scene, self._theme)
        with QPainter(self) as painter:
            painter.drawImage(0, 0, self._picture)
