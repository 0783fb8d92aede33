"""The list of what can be opened at once, under headings: rows of a title and a quiet second line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from minima_widgets.panels import look
from minima_widgets.panels.icons import paint_icon
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Row", "StartPopup"]

_Index = QModelIndex | QPersistentModelIndex
ROW = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True)
class Row:
    """One thing to open: its name among all, a title, a second line, an icon, and the heading it is under."""

    name: str
    title: str
    note: str = ""
    icon: str = ""
    group: str = ""
    key: str = ""


class _Painter(QStyledItemDelegate):
    """Draws a row or a heading."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        row = index.data(ROW)
        high = 28 if row is None else 44 if row.note else 36
        return QSize(look.px(self.theme, 200), look.px(self.theme, high))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        theme, row = self.theme, index.data(ROW)
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small, bold = look.small(theme), look.bold(theme)
        if row is None:
            painter.setFont(small)
            painter.setPen(QPen(theme.colour("muted")))
            within = rect.adjusted(look.px(theme, 12), 0, 0, -look.px(theme, 4))
            painter.drawText(within, Qt.AlignmentFlag.AlignBottom, index.data())
            painter.restore()
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), 7, 7)
        side = look.px(theme, 16)
        if row.icon:
            place = QRectF(rect.left() + look.px(theme, 12), rect.center().y() - side / 2, side, side)
            paint_icon(painter, place, row.icon, theme.colour("muted"))
        left = rect.left() + look.px(theme, 38)
        width = rect.right() - left - look.px(theme, 10)
        upper, lower = QFontMetricsF(bold), QFontMetricsF(small)
        high = upper.height() + (lower.height() if row.note else 0)
        top = rect.center().y() - high / 2
        if row.key:
            painter.setFont(small)
            painter.setPen(QPen(theme.colour("muted")))
            painter.drawText(
                QRectF(left, rect.top(), width, rect.height()),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                row.key,
            )
        painter.setFont(bold)
        painter.setPen(QPen(theme.colour("text")))
        painter.drawText(QRectF(left, top, width, upper.height()), look.elide(bold, row.title, width))
        if row.note:
            painter.setFont(small)
            painter.setPen(QPen(theme.colour("muted")))
            under = QRectF(left, top + upper.height(), width, lower.height())
            painter.drawText(under, look.elide(small, row.note, width))
        painter.restore()


class StartPopup(QFrame):
    """The popup; `chosen` carries the name of a row. Arrows choose, Enter takes, Escape leaves."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self.setProperty("popup", True)
        self._model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setAccessibleName("What can be opened")
        self._painter = _Painter(theme, self.list)
        self.list.setItemDelegate(self._painter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.list)
        self.list.clicked.connect(self._take)
        self.list.entered.connect(self._point)
        self.list.installEventFilter(self)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = self._painter.theme = theme

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Offer these; rows of the same heading come one after the other."""
        self._model.clear()
        group = ""
        for row in rows:
            if row.group != group:
                group = row.group
                heading = QStandardItem(group)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                self._model.appendRow(heading)
            item = QStandardItem(row.title)
            item.setData(row, ROW)
            item.setData(f"{row.title}. {row.note}", int(Qt.ItemDataRole.AccessibleTextRole))
            item.setToolTip(look.tip(row.note or row.title))
            item.setEditable(False)
            self._model.appendRow(item)

    def open_at(self, anchor: QWidget) -> None:
        """Show the list below `anchor`, with the keyboard in it and the first row chosen."""
        theme = self._theme
        high = sum(self.list.sizeHintForRow(k) for k in range(self._model.rowCount())) + 4
        most = anchor.window().height() - look.px(theme, 160)
        self.list.setFixedHeight(min(high, max(most, look.px(theme, 150))))
        self.setFixedWidth(look.px(theme, 400))
        look.fit_popup(self)
        look.place_popup(self, anchor, right=True)
        self.list.setCurrentIndex(self._model.index(0, 0))
        self.show()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def titles(self) -> tuple[str, ...]:
        """Return the titles on show, from top to bottom; headings too."""
        return tuple(str(self._model.item(k).text()) for k in range(self._model.rowCount()))

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card."""
        look.paint_card(self, self._theme, raised=True)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Take the chosen row with Enter, leave with Escape."""
        if watched is self.list and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._take(self.list.currentIndex())
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close()
                return True
        return False

    def _point(self, index: QModelIndex) -> None:
        if index.data(ROW) is not None:
            self.list.setCurrentIndex(index)

    def _take(self, index: _Index) -> None:
        row = index.data(ROW)
        if row is not None:
            self.close()
            self.chosen.emit(row.name)
