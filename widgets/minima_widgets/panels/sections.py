"""A panel of sections that fold: a column that scrolls, with headings that keep what they were."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.column_area import column_area
from minima_widgets.panels.controls import keeps_key, keeps_press
from minima_widgets.panels.icons import paint_icon
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Column", "Inside", "Section"]

_KEYS = {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Left, Qt.Key.Key_Right}


class _Heading(QWidget):
    """The title with its chevron, and a few words in grey about what is inside."""

    pressed = Signal(object)  # True: open, False: shut, None: the other

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self._theme = theme
        self._title, self._note = title, ""
        self.is_open = True
        self._hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._say()

    def show_state(self, is_open: bool, note: str) -> None:
        if (is_open, note) != (self.is_open, self._note):
            self.is_open, self._note = is_open, note
            self._say()
            self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look.px(self._theme, 160), look.px(self._theme, 28))

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised", 0.6))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        side = look.px(theme, 13)
        middle = self.height() / 2
        icon = "chevron-down" if self.is_open else "chevron-right"
        paint_icon(painter, QRectF(2, middle - side / 2, side, side), icon, theme.colour("muted"))
        left = float(side + look.px(theme, 7))
        bold, small = look.bold(theme), look.small(theme)
        painter.setFont(bold)
        painter.setPen(theme.colour("text"))
        title = look.elide(bold, self._title, self.width() - left)
        align = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, 0, self.width() - left, self.height()), align, title)
        left += QFontMetricsF(bold).horizontalAdvance(title) + look.px(theme, 8)
        room = self.width() - left - look.px(theme, 4)
        if self._note and room > look.px(theme, 30):
            painter.setFont(small)
            painter.setPen(theme.colour("muted"))
            painter.drawText(
                QRectF(left, 0, room, self.height()),
                align | Qt.AlignmentFlag.AlignRight,
                look.elide(small, self._note, room),
            )
        if self.hasFocus():
            look.ring(painter, QRectF(self.rect()), theme.colour("accent"), 6)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self.pressed.emit(key == Qt.Key.Key_Right)
        elif key in _KEYS:
            self.pressed.emit(None)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        return keeps_key(event, _KEYS) or super().event(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def _say(self) -> None:
        self.setAccessibleName(f"{self._title}, {'unfolded' if self.is_open else 'folded'}")
        self.setAccessibleDescription(self._note)
        self.setToolTip(look.tip(f"{'Fold' if self.is_open else 'Unfold'} “{self._title}”", "Enter"))


class Section(QWidget):
    """A heading, and below it what it unfolds to; `folded` with whether it is folded now."""

    folded = Signal(bool)

    def __init__(self, theme: Theme, title: str, *, is_open: bool = True, wide: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._note = ""
        self._wide = wide
        self.title = title
        self.heading = _Heading(theme, title)
        self.body = QWidget()
        self.inside = QVBoxLayout(self.body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.heading)
        layout.addWidget(self.body)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.heading.pressed.connect(
            lambda wanted: self.set_open(not self.is_open if wanted is None else wanted)
        )
        self._fit()
        self.set_open(is_open)

    @property
    def is_open(self) -> bool:
        """Whether what is inside is shown."""
        return self.heading.is_open

    def add(self, widget: QWidget) -> None:
        """Put `widget` below what is there."""
        self.inside.addWidget(widget)

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold."""
        was = self.body.isHidden() is False
        self.body.setVisible(is_open)
        self.heading.show_state(is_open, self._note)
        if was != is_open:
            self.folded.emit(not is_open)

    def set_note(self, note: str) -> None:
        """Say in a few words, at the right of the heading, what is inside: what is on, how many."""
        self._note = note
        self.heading.show_state(self.is_open, note)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _fit(self) -> None:
        theme = self._theme
        self.inside.setContentsMargins(
            look.px(theme, 4 if self._wide else 20), look.px(theme, 3), look.px(theme, 4), look.px(theme, 9)
        )
        self.inside.setSpacing(look.px(theme, 8))


class Inside(QWidget):
    """What a scroll area shows: as high as its layout needs at its width, and never higher.

    Left to itself, Qt asks how high it would be at its narrowest, where every sentence takes many lines.
    """

    def minimumSizeHint(self) -> QSize:
        """Leave the height to the width, where it follows from it."""
        layout = self.layout()
        if layout is None:
            return super().minimumSizeHint()
        least = layout.minimumSize()
        return QSize(least.width(), 0) if layout.hasHeightForWidth() else least


class Column(QWidget):
    """Sections one below the other, as many as there are; what has no room is scrolled to."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sections: dict[str, Section] = {}
        self._inside = Inside()
        self._list = QVBoxLayout(self._inside)
        self._list.setContentsMargins(0, 0, 2, 0)
        self._list.setSpacing(2)
        self._list.addStretch(1)
        self.area = column_area(self._inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.area)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(look.px(theme, 240))

    def add_section(self, name: str, title: str, *, is_open: bool = True, wide: bool = False) -> Section:
        """Put a section below what is there; a `wide` one is not indented."""
        section = Section(self._theme, title, is_open=is_open, wide=wide)
        self._sections[name] = section
        self.add(section)
        return section

    def add(self, widget: QWidget) -> None:
        """Put any widget below what is there."""
        self._list.insertWidget(self._list.count() - 1, widget)

    def section(self, name: str) -> Section:
        """Return the section `name`; KeyError when there is none."""
        return self._sections[name]

    def show_section(self, name: str) -> None:
        """Unfold a section and scroll to it."""
        section = self._sections[name]
        section.set_open(True)
        self._list.activate()
        self.area.ensureWidgetVisible(section, 0, 0)

    def open_sections(self) -> tuple[str, ...]:
        """Return which sections are unfolded, to be kept."""
        return tuple(name for name, section in self._sections.items() if section.is_open)

    def set_open_sections(self, names: tuple[str, ...]) -> None:
        """Unfold these sections and fold the others."""
        for name, section in self._sections.items():
            section.set_open(name in names)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.setMinimumWidth(look.px(theme, 240))
        look.pass_on(self, theme)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)
