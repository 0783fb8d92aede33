"""The list of methods to add or to go on with: the usual few first, the rest behind “More”."""

from __future__ import annotations

from bisect import bisect_right

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QScrollArea, QToolTip, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.chips import paint_chip
from minima_widgets.panels.controls import Button
from minima_widgets.panels.lines import Groups, MethodItem
from minima_widgets.panels.texts import Field, Note
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["MethodPopup"]


class _Rows(QWidget):
    """The methods, painted one below the other, with the titles of their groups above the first of each."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._items: tuple[MethodItem, ...] = ()
        self._current = 0
        self._titles: dict[int, str] = {}
        self._tops: list[int] = []
        self.setMouseTracking(True)
        self.setAccessibleName("Methods")

    def set_items(self, items: tuple[MethodItem, ...], titles: dict[int, str]) -> None:
        """Show these methods; `titles` are those that stand above some of them, by their places."""
        self._items, self._titles = items, titles
        self._current = min(self._current, max(len(items) - 1, 0))
        self._lay()
        self._announce()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._lay()
        self.update()

    def _lay(self) -> None:
        """Find the top of every row."""
        self._tops, at = [], 0
        for k in range(len(self._items)):
            at += self.title_height if k in self._titles else 0
            self._tops.append(at)
            at += self.row_height
        self.setFixedHeight(at)

    @property
    def row_height(self) -> int:
        return look.px(self._theme, 44)

    @property
    def title_height(self) -> int:
        return look.px(self._theme, 30)

    def _row_at(self, y: float) -> int | None:
        """Return the method at a height; None on a title or outside."""
        k = bisect_right(self._tops, y) - 1
        return k if k >= 0 and y < self._tops[k] + self.row_height else None

    @property
    def current(self) -> int:
        return self._current

    def go(self, step: int) -> QPoint:
        """Move the choice by `step` rows; return its middle."""
        self._current = max(0, min(self._current + step, len(self._items) - 1))
        self._announce()
        self.update()
        if not self._items:
            return QPoint(0, 0)
        return QPoint(0, self._tops[self._current] + self.row_height // 2)

    def first(self) -> None:
        self._current = 0
        self.update()

    def accept(self) -> None:
        if self._items:
            self.chosen.emit(self._items[self._current].name)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        theme, high = self._theme, self.row_height
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bold, small = look.bold(theme), look.small(theme)
        for k, item in enumerate(self._items):
            rect = QRectF(0, self._tops[k], self.width(), high)
            if k in self._titles:
                painter.setFont(small)
                painter.setPen(QPen(theme.colour("muted")))
                below = rect.top() - look.px(theme, 8)
                painter.drawText(QPointF(look.px(theme, 12), below), self._titles[k])
            if not rect.intersects(QRectF(event.rect())):
                continue
            if k == self._current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("hover"))
                painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), 7, 7)
            style = theme.run_style(item.role)
            side = look.px(theme, 15)
            centre = QPointF(look.px(theme, 20), rect.center().y())
            paint_chip(
                painter,
                QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side),
                style.colour,
                style.head,
            )
            left = look.px(theme, 38)
            width = rect.width() - left - 8
            top = rect.top() + (high - QFontMetricsF(bold).height() - QFontMetricsF(small).height()) / 2
            painter.setFont(bold)
            painter.setPen(QPen(theme.colour("text")))
            metrics = QFontMetricsF(bold)
            painter.drawText(QPointF(left, top + metrics.ascent()), look.elide(bold, item.title, width))
            painter.setFont(small)
            painter.setPen(QPen(theme.colour("muted")))
            under = top + metrics.height() + QFontMetricsF(small).ascent()
            painter.drawText(QPointF(left, under), look.elide(small, item.short, width))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row is not None and row != self._current:
            self._current = row
            self._announce()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and row is not None:
            self._current = row
            self.accept()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self._row_at(event.pos().y())
            if row is not None:
                item = self._items[row]
                QToolTip.showText(event.globalPos(), look.tip(f"{item.title}: {item.short}"), self)
            return True
        return super().event(event)

    def _announce(self) -> None:
        if self._items:
            item = self._items[self._current]
            self.setAccessibleDescription(f"{item.title}: {item.short}")


class MethodPopup(QFrame):
    """The popup; `chosen` carries a name. Arrows choose, Enter takes, Escape leaves, typing searches."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._window = parent.window()
        self._theme = theme
        self._groups: Groups = ()
        self._anchor: QWidget | None = None
        self._above = False
        self._wide = False
        self.setProperty("popup", True)
        self.search = Field(theme, "Search methods")
        self.search.setPlaceholderText("Search methods")
        self._rows = _Rows(theme)
        self._area = QScrollArea()
        self._area.setWidget(self._rows)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._nothing = Note(theme)
        self.more = Button(theme, "More methods", icon="chevron-down", kind="quiet", tip="Show all methods.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(6)
        for widget in (self.search, self._area, self._nothing, self.more):
            layout.addWidget(widget)
        layout.addStretch(1)  # so that the search stays where it is while fewer rows are found
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.more.clicked.connect(self._show_all)
        self._rows.chosen.connect(self._take)

    def set_groups(self, groups: Groups) -> None:
        """Offer these methods; the first group is on show at once, the rest behind “More”."""
        self._groups = groups

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)

    def open_at(self, anchor: QWidget, *, above: bool = False) -> None:
        """Show the list beside `anchor`, with the keyboard in its search."""
        self._window, self._anchor, self._above = anchor.window(), anchor, above
        self._wide = False
        self.search.clear()
        self._rows.first()
        self._filter()
        self._fit()
        look.place_popup(self, anchor, above=above)
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def visible_names(self) -> tuple[str, ...]:
        """Return the methods on show, from top to bottom."""
        return tuple(item.name for item in self._rows._items)

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card."""
        look.paint_card(self, self._theme, raised=True)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Let the arrows choose and Enter take while one types."""
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            page = max(self._area.viewport().height() // self._rows.row_height - 1, 1)
            step = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_PageDown: page,
                Qt.Key.Key_PageUp: -page,
            }.get(key)
            if step is not None:
                if step > 0 and self._rows.current == len(self._rows._items) - 1:
                    self._show_all()
                point = self._rows.go(step)
                self._area.ensureVisible(point.x(), point.y(), 0, self._rows.row_height)
                return True
            if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._rows.accept()
                return True
            if key == Qt.Key.Key_Escape:
                self.close()
                return True
        return False

    def _filter(self) -> None:
        words = self.search.text().lower().split()
        everything = [item for _, items in self._groups for item in items]
        usual = list(self._groups[0][1]) if self._groups else []
        if words:
            found = [
                item
                for item in everything
                if all(word in f"{item.name} {item.title} {item.short}".lower() for word in words)
            ]
        else:
            found = everything if self._wide else usual
        self._rows.set_items(tuple(found), {} if words or not self._wide else self._titles())
        if words:
            self._rows.first()
        self.more.setVisible(not words and not self._wide and len(everything) > len(usual))
        self._nothing.setVisible(not found)
        self._nothing.setText(f"No method is called “{self.search.text().strip()}”.")
        self._area.setVisible(bool(found))

    def _titles(self) -> dict[int, str]:
        """Return the titles of the groups, by the place of the first method of each."""
        titles, at = {}, 0
        for title, items in self._groups:
            if items:
                titles[at] = title
            at += len(items)
        return titles

    def _show_all(self) -> None:
        if self._wide or self.search.text().strip():
            return
        self._wide = True
        self._filter()
        self._fit()
        if self._anchor is not None:
            look.place_popup(self, self._anchor, above=self._above)

    def _fit(self) -> None:
        """Be as high as the list needs, and the window allows."""
        most = max(self._rows.row_height * 3, self._window.height() - look.px(self._theme, 160))
        high = min(self._rows.height(), most)
        self._area.setFixedHeight(high)
        self.setFixedWidth(look.px(self._theme, 352))
        look.fit_popup(self)

    def _take(self, name: str) -> None:
        self.close()
        self.chosen.emit(name)
