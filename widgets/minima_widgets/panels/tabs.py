"""Cards that hold several panels, one in front, with their names as tabs in the title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QToolTip, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.cards import Card
from minima_widgets.panels.controls import keeps_key
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Tab", "TabCard", "TabStrip"]

_KEYS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End}


@dataclass
class Tab:
    """One panel of a card: what it is called, its icon, its key, and whether there is anything in it now."""

    name: str
    title: str
    icon: str = ""
    key: str = ""
    present: bool = True


class TabStrip(QWidget):
    """The names of the panels in a card, the one in front in bold; a single one is an ordinary title.

    `chosen` carries a name. Arrows go to the neighbours, Home and End to the first and the last.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._tabs: tuple[Tab, ...] = ()
        self._front = ""
        self._hovered = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_tabs(self, tabs: Sequence[Tab], front: str) -> None:
        """Show these tabs, the one called `front` in bold."""
        self._tabs, self._front = tuple(tabs), front
        self._hovered = -1
        several = len(self._tabs) > 1
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if several else Qt.FocusPolicy.NoFocus)
        title = next((tab.title for tab in self._tabs if tab.name == front), "")
        names = ", ".join(tab.title for tab in self._tabs)
        self.setAccessibleName(f"{title}; tabs: {names}" if several else title)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its card, as high as the buttons beside it."""
        return QSize(look.px(self._theme, 200), look.px(self._theme, 26))

    def minimumSizeHint(self) -> QSize:
        """Shrink until the names are cut."""
        return QSize(look.px(self._theme, 26) * max(len(self._tabs), 1), look.px(self._theme, 26))

    def rects(self) -> list[QRectF]:
        """Return where each tab lies: as wide as its name, less where there is no room for all."""
        theme = self._theme
        bold = QFontMetricsF(look.bold(theme))
        air = look.px(theme, 15 if len(self._tabs) > 1 else 0)
        widths = [bold.horizontalAdvance(tab.title) + air for tab in self._tabs]
        if sum(widths) > self.width():
            # The one in front keeps its name; the others share what is left.
            front = next((k for k, tab in enumerate(self._tabs) if tab.name == self._front), 0)
            rest = max(self.width() - widths[front], 0.0)
            others = max(sum(widths) - widths[front], 1.0)
            widths = [width if k == front else width * rest / others for k, width in enumerate(widths)]
        x, rects = 0.0, []
        for width in widths:
            rects.append(QRectF(x, 0, width, self.height()))
            x += width
        return rects

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the names, and a line below the one in front."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        several = len(self._tabs) > 1
        for k, (rect, tab) in enumerate(zip(self.rects(), self._tabs, strict=True)):
            front = tab.name == self._front
            font = look.bold(theme) if front else look.body(theme)
            metrics = QFontMetricsF(font)
            words = look.elide(font, tab.title, rect.width() - (look.px(theme, 6) if several else 0))
            wide = metrics.horizontalAdvance(words)
            left = rect.left()
            base = self.height() / 2 + (metrics.ascent() - metrics.descent()) / 2
            painter.setFont(font)
            painter.setPen(theme.colour("text" if front or k == self._hovered else "muted"))
            painter.drawText(QPointF(left, base), words)
            if front and several:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent"))
                painter.drawRoundedRect(QRectF(left, self.height() - 2.5, wide, 2), 1, 1)
                if self.hasFocus():
                    ring = QRectF(left - 4, 0, wide + 8, self.height())
                    look.ring(painter, ring, theme.colour("accent"), 5)

    # -- mouse and keys ------------------------------------------------------------------------------------

    def _at(self, x: float) -> int:
        return next((k for k, rect in enumerate(self.rects()) if rect.left() <= x < rect.right()), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the name under the pointer."""
        place = self._at(event.position().x()) if len(self._tabs) > 1 else -1
        if place != self._hovered:
            self._hovered = place
            hand = place >= 0 and self._tabs[place].name != self._front
            self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring a panel to the front."""
        place = self._at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._choose(place)

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hovered = -1
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a neighbour, or to an end."""
        key, last = Qt.Key(event.key()), len(self._tabs) - 1
        here = next((k for k, tab in enumerate(self._tabs) if tab.name == self._front), 0)
        place = {
            Qt.Key.Key_Left: here - 1,
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(key)
        if place is None:
            super().keyPressEvent(event)
        elif 0 <= place <= last:
            self._choose(place)

    def event(self, event: QEvent) -> bool:
        """Keep the arrows while the keyboard is here; tell a tab's key on hover."""
        if keeps_key(event, _KEYS):
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._at(float(event.pos().x()))
            shown = 0 <= place < len(self._tabs) and len(self._tabs) > 1
            text = look.tip(f"Show “{self._tabs[place].title}”", self._tabs[place].key) if shown else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _choose(self, place: int) -> None:
        if self._tabs[place].name != self._front:
            self.chosen.emit(self._tabs[place].name)


class TabCard(Card):
    """A card of one or several panels; `tab_wanted` carries the name of the tab that is clicked."""

    tab_wanted = Signal(str)

    def __init__(self, theme: Theme, tab: Tab, content: QWidget, *, tools: Sequence[QWidget] = ()) -> None:
        self.pages = QStackedWidget()
        self.strip = TabStrip(theme)
        super().__init__(theme, tab.title, self.pages, icon=tab.icon, header=self.strip, movable=True)
        self._places: dict[str, int] = {}
        self._tools: dict[str, tuple[QWidget, ...]] = {}
        self.strip.chosen.connect(self.tab_wanted)
        self.add_page(tab, content, tools)

    def add_page(self, tab: Tab, content: QWidget, tools: Sequence[QWidget] = ()) -> None:
        """Take another panel into the card, behind those that are there."""
        self._places[tab.name] = self.pages.addWidget(content)
        self._tools[tab.name] = tuple(tools)
        for tool in tools:
            self._row.insertWidget(1, tool)

    def show_tabs(self, tabs: Sequence[Tab], front: str) -> None:
        """Show these tabs and the panel of the one called `front`."""
        self.strip.set_tabs(tabs, front)
        self.pages.setCurrentIndex(self._places[front])
        for name, tools in self._tools.items():
            for tool in tools:
                tool.setVisible(name == front)
        shown = next(tab for tab in tabs if tab.name == front)
        self.title, self.icon = shown.title, shown.icon
        self.setAccessibleName(shown.title)
        self.fold.set_tip(f"Fold “{shown.title}” to a tab", shown.key)
