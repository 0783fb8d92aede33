"""The form of preferences: how everything looks, what moves, what is kept; every change is told at once."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Button, keeps_press
from minima_widgets.panels.numbers import format_number
from minima_widgets.panels.preferences_palettes import PaletteTiles
from minima_widgets.panels.segments import Segments
from minima_widgets.panels.switches import SwitchLine
from minima_widgets.panels.texts import Note
from minima_widgets.theme import Theme

__all__ = ["PreferencesForm", "Values"]

_SURE_MS = 6000
"""How long one may say that everything is to be forgotten."""
_THEMES = (
    ("dark", "Dark", "Light words on a dark ground."),
    ("light", "Light", "Dark words on a light ground."),
    ("system", "As the system", "Dark or light, and changing, as the system does."),
)
_PALETTES = {
    "chart": "Quiet as a sea chart: it leaves strong colours to the methods.",
    "viridis": "From violet to yellow, evenly: every kind of vision reads its order.",
    "cividis": "From blue to yellow: made to look the same to colour-blind eyes.",
    "grey": "From dark to light, without any hue: for print.",
}


@dataclass(frozen=True)
class Values:
    """What is preferred: `theme` is “dark”, “light” or “system”, `size` are points of ordinary type."""

    theme: str
    size: float
    palette: str
    moves: bool
    autosaves: bool


class PreferencesForm(QWidget):
    """Rows of words and controls; each signal is a change made by hand.

    `asked` is “larger”, “smaller” (type), “tour”, “forget” (everything) or “usual” (settings).
    """

    theme_chosen = Signal(str)
    palette_chosen = Signal(str)
    motion_chosen = Signal(bool)
    autosave_chosen = Signal(bool)
    asked = Signal(str)

    def __init__(self, theme: Theme, values: Values) -> None:
        super().__init__()
        self.theme_choice = Segments(theme, _THEMES, values.theme, name="Theme")
        self.smaller = Button(theme, icon="minus", tip="Smaller type", key="Ctrl+−")
        self.larger = Button(theme, icon="plus", tip="Larger type", key="Ctrl++")
        self.points = QLabel()
        self.points.setAlignment(Qt.AlignmentFlag.AlignCenter)
        palettes = tuple((name, title, _PALETTES.get(name, title)) for name, title in theme.palette_titles)
        self.palette_choice = PaletteTiles(theme, palettes, values.palette)
        self.motion = SwitchLine(
            theme, "Reduced motion", "The camera goes at once to where it is sent, and messages do not fade."
        )
        self.autosave = SwitchLine(
            theme, "Keep what I do",
            "Kept a second after each change; nothing is lost, however the program ends.",
        )  # fmt: skip
        self.tour = Button(theme, "Show the tour again", tip="The cards of the first start, once more.")
        self.forget = Button(
            theme, "Forget everything…",
            tip="Forgets settings, progress in lessons, and what was opened lately. Files stay.",
        )  # fmt: skip
        self.usual = Button(
            theme, "Usual settings", tip="Brings every setting of this sheet back to the usual."
        )
        self.note = Note(theme)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_SURE_MS)
        self._calm.timeout.connect(self._be_calm)
        self._arrange(theme)
        self._connect()
        self.set_values(values)

    def _arrange(self, theme: Theme) -> None:
        sizes = QWidget()
        type_row = QHBoxLayout(sizes)
        type_row.setContentsMargins(0, 0, 0, 0)
        type_row.setSpacing(6)
        for widget in (self.smaller, self.points, self.larger):
            type_row.addWidget(widget)
        type_row.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        for row, (words, part) in enumerate(
            (("Theme", self.theme_choice), ("Type size", sizes), ("Heights", self.palette_choice))
        ):
            label = QLabel(words)
            top = Qt.AlignmentFlag.AlignTop if part is self.palette_choice else Qt.AlignmentFlag.AlignVCenter
            grid.addWidget(label, row, 0, top)
            grid.addWidget(part, row, 1)
        self.theme_choice.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        acts = QHBoxLayout()
        for button in (self.tour, self.forget):
            acts.addWidget(button)
        acts.addStretch(1)
        acts.addWidget(self.usual)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addLayout(grid)
        layout.addWidget(self.motion)
        layout.addWidget(self.autosave)
        layout.addLayout(acts)
        layout.addWidget(self.note)
        self.setMinimumWidth(look.px(theme, 520))

    def _connect(self) -> None:
        self.theme_choice.chosen.connect(self.theme_chosen)
        self.palette_choice.chosen.connect(self.palette_chosen)
        self.motion.toggled.connect(lambda on: self.motion_chosen.emit(not on))
        self.autosave.toggled.connect(self.autosave_chosen)
        for button, word in (
            (self.smaller, "smaller"), (self.larger, "larger"), (self.tour, "tour"), (self.usual, "usual")
        ):  # fmt: skip
            button.clicked.connect(lambda _=False, word=word: self.asked.emit(word))
        self.forget.clicked.connect(self._forget)

    def set_values(self, values: Values) -> None:
        """Show what is preferred."""
        self.theme_choice.set_value(values.theme)
        self.points.setText(f"{format_number(values.size, 3)} pt")
        self.points.setMinimumWidth(round(self.points.fontMetrics().horizontalAdvance("00.0 pt")) + 8)
        self.palette_choice.set_value(values.palette)
        self.motion.set_on(not values.moves)
        self.autosave.set_on(values.autosaves)

    def say(self, sentence: str) -> None:
        """Say what came of something, below everything."""
        self.note.setText(sentence)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        look.pass_on(self, theme)
        self.setMinimumWidth(look.px(theme, 520))

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)

    def _forget(self) -> None:
        """Ask once more, on the button itself: this cannot be undone."""
        if not self._calm.isActive():
            self.forget.setText("Yes, forget it all")
            self.say("This cannot be undone. Your sessions, pictures and unsaved work stay.")
            self._calm.start()
            return
        self._be_calm()
        self.asked.emit("forget")

    def _be_calm(self) -> None:
        self._calm.stop()
        self.forget.setText("Forget everything…")
        self.say("")
