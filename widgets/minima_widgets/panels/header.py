"""The bar on top: which landscape, its formula, and the acts that concern the whole window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import ActionButton, Button, keeps_press
from minima_widgets.panels.formula_bar import FormulaBar
from minima_widgets.panels.icons import icons
from minima_widgets.theme import Theme

__all__ = ["HeaderBar"]


class HeaderBar(QWidget):
    """Landscape button, the formula that one may type over, and a button for each of the window's actions.

    An action's icon is tinted by the theme when it names it (``action.setProperty("icon_name", "undo")``);
    its ``property("why")`` says why it cannot be used while it is disabled. Where there is little room, words
    give way to icons.
    """

    picker_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._buttons: list[ActionButton] = []
        self._wide: list[ActionButton] = []
        self._compact = False
        self._title, self._key = "Landscape", ""
        self.picker = Button(theme, "Landscape", tip="Choose another landscape")
        self.picker.clicked.connect(self.picker_requested)
        self.formula = FormulaBar(theme)
        self.formula.editing_changed.connect(self._name)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self.picker)
        self._row.addWidget(self.formula, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._arrow()

    def set_landscape(self, title: str, key: str = "") -> None:
        """Show which landscape it is."""
        self._title, self._key = title, key
        self.picker.setAccessibleName(f"Landscape: {title}")
        self._name()

    def _name(self) -> None:
        """Write the title, unless somebody is typing beside it: the line would move under the hand."""
        if self.formula.editing:
            return
        shown = look.elide(look.body(self._theme), self._title, look.px(self._theme, 190))
        self.picker.setText(shown)
        whole = "" if shown == self._title else f"{self._title}. "
        self.picker.set_tip(f"{whole}Choose another landscape", self._key or None)

    def set_formula(self, text: str, latex: str = "") -> None:
        """Show the landscape's formula: a line such as ``f(x, y) = x² + y²``, and its right side in LaTeX."""
        lead, equals, right = text.partition(" = ")
        if equals and lead.startswith("f("):
            self.formula.set_formula(right, latex, f"{lead} =")
        else:
            self.formula.set_formula(text, latex)

    def add_action(self, action: QAction, show: str = "icon") -> ActionButton:
        """Add a button for `action` at the right; `show` is ``"icon"``, ``"text"`` or ``"both"``."""
        button = ActionButton(self._theme, action, show=show)
        self._buttons.append(button)
        if show != "icon":
            self._wide.append(button)
        self._row.addWidget(button)
        return button

    def add_gap(self, width: int = 8) -> None:
        """Leave a little more room between two groups of buttons."""
        self._row.addSpacing(width)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._name()
        self._arrow()

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let words give way to icons where the formula would lose its room."""
        super().resizeEvent(event)
        compact = self.width() < look.px(self._theme, 1120)
        if compact != self._compact:
            self._compact = compact
            for button in self._wide:
                button.set_compact(compact)

    def minimumSizeHint(self) -> QSize:
        """Shrink to icons."""
        return QSize(look.px(self._theme, 400), super().minimumSizeHint().height())

    def _arrow(self) -> None:
        side = look.px(self._theme, 14)
        self.picker.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.picker.setIcon(icons("chevron-down", self._theme.hex("muted"), side))
        self.picker.setIconSize(QSize(side, side))
