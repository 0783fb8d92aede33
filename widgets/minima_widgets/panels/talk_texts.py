"""What is written about the chosen scene of a talk: title, sentence, question, and notes for the speaker."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_press
from minima_widgets.panels.talk_values import SceneTexts
from minima_widgets.panels.texts import Field, Line
from minima_widgets.theme import Theme

__all__ = ["Notes", "SceneEditor"]

_LEAST, _LINES = 2.0, 4.0
"""How many lines of notes are seen: in a low window, and where there is room."""
MOST_NOTES = 20_000

FIELDS = (
    ("title", "Title", "What the scene is called: the title of its slide"),
    ("sentence", "To be seen", "One sentence, below the picture on its slide"),
    (
        "question",
        "Question",
        "With a question the scene begins hidden, and the room votes; “?” alone asks where the line ends",
    ),
)


class Notes(QPlainTextEdit):
    """Several lines to type into; ``left()`` when the keyboard goes elsewhere after something was typed."""

    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setAccessibleName("Notes")
        self.setPlaceholderText("For you alone: in the notes of the slide, on none of the pictures")
        self.setToolTip(
            look.tip("What you want to say: it goes into the notes of the slide, and nowhere else")
        )
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take sizes from `theme`; the sheet has the colours."""
        line, edge = QFontMetricsF(look.body(theme)).lineSpacing(), look.px(theme, 18)
        self.setMinimumHeight(round(_LEAST * line) + edge)
        self.setMaximumHeight(round(_LINES * line) + edge)

    def show_text(self, text: str) -> None:
        """Show `text`, unless somebody is typing here."""
        if self.hasFocus() and self.document().isModified():
            return
        if text != self.toPlainText():
            self.setPlainText(text)
        self.document().setModified(False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Say that what stands here counts."""
        super().focusOutEvent(event)
        if self.document().isModified():
            self.document().setModified(False)
            self.left.emit()


class SceneEditor(QWidget):
    """The texts of one scene; ``edited(name, text)`` when one of them has been changed."""

    edited = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._texts = SceneTexts()
        self.fields: dict[str, Field] = {}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for row, (name, label, tip) in enumerate(FIELDS):
            field = Field(theme, label, tip=tip)
            field.setMaxLength(300 if name != "sentence" else 2000)
            field.left.connect(lambda name=name: self._edited(name))
            grid.addWidget(Line(theme, label, role="muted", size="small"), row, 0)
            grid.addWidget(field, row, 1)
            self.fields[name] = field
        self.notes = Notes(theme)
        self.notes.left.connect(lambda: self.edited.emit("notes", self.notes.toPlainText()[:MOST_NOTES]))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(grid)
        column.addWidget(self.notes)

    def set_texts(self, texts: SceneTexts) -> None:
        """Show what is written about a scene."""
        self._texts = texts
        for name, field in self.fields.items():
            field.show_text(getattr(texts, name))
        self.fields["question"].setPlaceholderText(texts.asked)
        self.notes.show_text(texts.notes)

    def let_go(self) -> None:
        """Take what is being typed: another scene is to be shown."""
        for name, field in self.fields.items():
            if field.isModified():
                self._edited(name)
        if self.notes.document().isModified():
            self.notes.document().setModified(False)
            self.edited.emit("notes", self.notes.toPlainText()[:MOST_NOTES])

    def _edited(self, name: str) -> None:
        field = self.fields[name]
        field.setModified(False)
        if field.text() != getattr(self._texts, name):
            self.edited.emit(name, field.text())

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        look.pass_on(self, theme)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)
