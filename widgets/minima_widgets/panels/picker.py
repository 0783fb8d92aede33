"""The choice of a landscape: a gallery with a search and filters, opened from the button that names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.column_area import column_area
from minima_widgets.panels.gallery import Gallery, Item
from minima_widgets.panels.tag_chips import TagChips
from minima_widgets.panels.texts import Field, Line, Note
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Item", "LandscapePicker"]

_WALK = {
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
}


_FIRST_TAGS = (
    "convex",
    "many minima",
    "narrow valley",
    "saddle",
    "plateau",
    "not smooth",
    "deceptive",
    "learning",
)
"""Filters in the order in which the subject meets them; the others follow, the commonest first."""

_LEAST = 2  # of a tag that is worth a chip


class LandscapePicker(QFrame):
    """A popup; `chosen` carries a name, `image_wanted` asks for a small picture (`set_image`).

    Typing filters by name, title, sentence, tag and heading, and chips by tag; both hold together. Arrows
    move, Enter chooses, Tab goes to the chips, Escape leaves.
    """

    chosen = Signal(str)
    image_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self._items: tuple[Item, ...] = ()
        self._active = ""
        self.search = Field(
            theme, "Search landscapes", tip="Type a word: a name, what it teaches, narrow, flat …"
        )
        self.search.setPlaceholderText("Search landscapes")
        self.chips = TagChips(theme, "Filters")
        self.chips.changed.connect(self._filter)
        self.gallery = Gallery(theme)
        self._area = column_area(self.gallery)

        self._title = Line(theme, "", size="bold")
        self.sentence = Note(theme)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 10, 12)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self.chips)
        layout.addWidget(self._area, 1)
        layout.addWidget(self._title)
        layout.addWidget(self.sentence)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.gallery.pointed.connect(self._describe)
        self.gallery.chosen.connect(self._take)
        # Queued: it is asked while the gallery is being painted.
        self.gallery.image_wanted.connect(self.image_wanted, Qt.ConnectionType.QueuedConnection)

    def set_items(self, items: Iterable[Item], active: str = "") -> None:
        """Offer these landscapes, groups in the order in which they come; `active` is the present one."""
        items = tuple(items)
        groups = list(dict.fromkeys(item.group for item in items))
        self._items = tuple(sorted(items, key=lambda item: groups.index(item.group)))
        self._active = active
        self.chips.set_tags(_worth_a_chip(self._items))
        self._filter()

    def set_active(self, name: str) -> None:
        """Mark the present landscape."""
        self._active = name
        self._filter()

    def set_image(self, name: str, image: QImage) -> None:
        """Give a landscape its small picture."""
        self.gallery.set_image(name, image)

    def forget_images(self) -> None:
        """Ask for all pictures anew, as after a change of theme or palette."""
        self.gallery.forget_images()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)

    def names(self) -> tuple[str, ...]:
        """Return the names on show, in order."""
        return self.gallery.names()

    def open_at(self, anchor: QWidget) -> None:
        """Show the gallery below `anchor`, with the keyboard in its search."""
        self.search.clear()
        self.chips.clear()
        self._filter()
        window = anchor.window()
        width = min(look.px(self._theme, 900), window.width() - 32)
        height = min(look.px(self._theme, 680), window.height() - look.px(self._theme, 90))
        self.sentence.setFixedHeight(round(look.type_pixels(look.small(self._theme)) * 2) + 2)
        self.resize(width, height)
        look.round_corners(self)
        look.place_popup(self, anchor)
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)
        self._show_current()

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card."""
        look.paint_card(self, self._theme, raised=True)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Let the arrows move and Enter choose while one types."""
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            typing = bool(self.search.text()) and key in {Qt.Key.Key_Left, Qt.Key.Key_Right}
            if key in _WALK and not (typing and event.modifiers()):
                self.gallery.walk(key, self._area.viewport().height())
                self._show_current()
                return True
            if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                if self.gallery.current_name():
                    self._take(self.gallery.current_name())
                return True
            if key == Qt.Key.Key_Escape:
                self.close()
                return True
        return False

    def _filter(self) -> None:
        typed = self.search.text().lower().strip()
        words, tags = typed.split(), self.chips.chosen()
        named = tuple(item for item in self._items if all(word in _text(item) for word in words))
        found = tuple(item for item in named if tags <= set(item.tags))
        self.chips.set_counts({tag: sum(tag in item.tags for item in found) for tag in self.chips.tags()})
        if words:
            # What is called so comes before what merely mentions it.
            found = tuple(sorted(found, key=lambda item: _rank(item, typed, words)))
            found = tuple(replace(item, group="") for item in found)
        self.gallery.set_items(found, self._active)
        self._describe(self.gallery.current_name())
        if not found and (words or tags):
            self._title.set_text("Nothing here")
            what = " and ".join([*([f"“{typed[:40]}”"] if words else []), *sorted(tags)])
            self.sentence.setText(f"No landscape matches {what}; take something away, or try another word.")
        self._area.verticalScrollBar().setValue(0)

    def _describe(self, _name: str) -> None:
        item = self.gallery.current_item()
        self._title.set_text(item.title if item else "")
        self.sentence.setText(item.sentence if item else "")

    def _show_current(self) -> None:
        rect = self.gallery.current_rect()
        self._area.ensureVisible(rect.center().x(), rect.center().y(), 0, rect.height() // 2 + 24)

    def _take(self, name: str) -> None:
        self.close()
        self.chosen.emit(name)


def _worth_a_chip(items: tuple[Item, ...]) -> tuple[str, ...]:
    """Return the tags that several landscapes have, those of the subject first."""
    counts = Counter(tag for item in items for tag in item.tags)
    usual = [tag for tag in _FIRST_TAGS if tag in counts]
    others = [tag for tag, many in counts.most_common() if many >= _LEAST and tag not in usual]
    return (*usual, *others)


def _rank(item: Item, typed: str, words: list[str]) -> int:
    """Return how well an item is what was typed: 0 begins so, 1 has it in its name, ... 5 mentions it."""
    title, name = item.title.lower(), item.name.lower()
    parts = f"{title} {name.replace('-', ' ')}".split()
    ranks = (
        title.startswith(typed) or name.startswith(typed.replace(" ", "-")),
        typed in title,
        all(any(part.startswith(word) for part in parts) for word in words),
        all(word in f"{name} {title}" for word in words),
        all(any(word in tag for tag in item.tags) for word in words),
    )
    return ranks.index(True) if True in ranks else len(ranks)


def _text(item: Item) -> str:
    return f"{item.name} {item.title} {item.sentence} {item.group} {' '.join(item.tags)}".lower()
