"""Small pictures under headings, painted in one widget: the landscapes, sorted by what they teach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from minima_widgets.panels import look
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Gallery", "Item"]


@dataclass(frozen=True)
class Item:
    """A landscape to choose: name, title, one sentence, heading, tags, and a small picture."""

    name: str
    title: str
    sentence: str = ""
    group: str = ""
    tags: tuple[str, ...] = ()
    image: QImage | None = None


class Gallery(QWidget):
    """The tiles; `chosen` on a click, `pointed` at another, `image_wanted` for one first seen."""

    chosen = Signal(str)
    pointed = Signal(str)
    image_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._items: tuple[Item, ...] = ()
        self._images: dict[str, QImage] = {}
        self._asked: set[str] = set()
        self._tiles: list[tuple[Item, QRect]] = []
        self._headings: list[tuple[str, QRect]] = []
        self._current = -1
        self._active = ""
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Landscapes")

    # -- what is shown -------------------------------------------------------------------------------------

    def set_items(self, items: tuple[Item, ...], active: str = "") -> None:
        """Show these tiles; the one called `active` is marked as the present one."""
        before = self.current_name()
        self._items = items
        self._active = active
        for item in items:
            if item.image is not None:
                self._images[item.name] = item.image
        self._lay_out()
        names = [item.name for item, _ in self._tiles]
        wanted = before if before in names else active
        self._current = names.index(wanted) if wanted in names else (0 if names else -1)
        self._announce()
        self.update()

    def set_image(self, name: str, image: QImage) -> None:
        """Give a tile its picture."""
        self._images[name] = image
        for item, rect in self._tiles:
            if item.name == name:
                self.update(rect)

    def forget_images(self) -> None:
        """Ask for all pictures anew, as after a change of theme."""
        self._images.clear()
        self._asked.clear()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self._lay_out()
        self.update()

    def current_name(self) -> str:
        """Return the name of the current tile, or ""."""
        return self._tiles[self._current][0].name if 0 <= self._current < len(self._tiles) else ""

    def current_item(self) -> Item | None:
        """Return the current tile's item."""
        return self._tiles[self._current][0] if 0 <= self._current < len(self._tiles) else None

    def current_rect(self) -> QRect:
        """Return where the current tile lies."""
        return self._tiles[self._current][1] if 0 <= self._current < len(self._tiles) else QRect()

    def names(self) -> tuple[str, ...]:
        """Return the names on show, in order."""
        return tuple(item.name for item, _ in self._tiles)

    def walk(self, key: Qt.Key, page: int) -> None:
        """Move to a neighbour: left and right in order, up and down to the nearest tile of the next row."""
        if not self._tiles:
            return
        place = max(self._current, 0)
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            place += 1 if key == Qt.Key.Key_Right else -1
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            place = self._row_neighbour(place, 1 if key == Qt.Key.Key_Down else -1)
        else:
            rows = max(page // max(self._tiles[0][1].height(), 1), 1)
            for _ in range(rows):
                place = self._row_neighbour(place, 1 if key == Qt.Key.Key_PageDown else -1)
        self._go(min(max(place, 0), len(self._tiles) - 1))

    # -- geometry ------------------------------------------------------------------------------------------

    def _row_neighbour(self, place: int, way: int) -> int:
        here = self._tiles[place][1]
        rows = sorted({rect.top() for _, rect in self._tiles})
        row = rows.index(here.top()) + way
        if not 0 <= row < len(rows):
            return place
        return min(
            (k for k, (_, rect) in enumerate(self._tiles) if rect.top() == rows[row]),
            key=lambda k: abs(self._tiles[k][1].center().x() - here.center().x()),
        )

    def _lay_out(self) -> None:
        theme = self._theme
        least, gap = look.px(theme, 132), look.px(theme, 10)
        width = max(self.width(), least)
        columns = max((width + gap) // (least + gap), 1)
        wide = (width - (columns - 1) * gap) // columns
        line = QFontMetricsF(look.body(theme)).lineSpacing()
        heading = round(QFontMetricsF(look.small(theme)).height()) + look.px(theme, 8)
        self._tiles, self._headings = [], []
        y, group = 0, None
        for row in _rows(self._items, columns):
            if row[0].group != group:
                y += look.px(theme, 6) if group is not None else 0
                group = row[0].group
                if group:
                    self._headings.append((group, QRect(0, y, width, heading)))
                    y += heading
            lines = max(len(self._title(item, wide)) for item in row)
            high = _frame_height(wide) + round(lines * line) + look.px(theme, 9)
            self._tiles += [(item, QRect(k * (wide + gap), y, wide, high)) for k, item in enumerate(row)]
            y += high + gap
        self.setFixedHeight(max(y - gap + 4, 1))

    def _title(self, item: Item, wide: float) -> list[str]:
        """Return a title in the one or two lines that a tile so wide has for it."""
        return look.two_lines(self._font_of(item), item.title, wide - 6)

    def _font_of(self, item: Item) -> QFont:
        return look.bold(self._theme) if item.name == self._active else look.body(self._theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew for another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is in sight, and ask for pictures that are missing."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(look.small(theme))
        painter.setPen(theme.colour("muted"))
        for title, rect in self._headings:
            if rect.intersects(event.rect()):
                painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
        for k, (item, rect) in enumerate(self._tiles):
            if rect.intersects(event.rect()):
                self._paint_tile(painter, item, QRectF(rect), k == self._current)

    def _paint_tile(self, painter: QPainter, item: Item, rect: QRectF, current: bool) -> None:
        theme = self._theme
        frame = QRectF(rect.topLeft(), QSizeF(rect.width(), _frame_height(rect.width())))
        frame.adjust(1.5, 1.5, -1.5, 0.0)
        image = self._images.get(item.name)
        clip = QPainterPath()
        clip.addRoundedRect(frame, 7, 7)
        painter.save()
        painter.setClipPath(clip)
        painter.fillRect(frame, theme.colour("raised"))
        if image is not None:
            # Fill the frame, cutting what sticks out at two sides.
            scale = max(frame.width() / image.width(), frame.height() / image.height())
            size = (frame.width() / scale, frame.height() / scale)
            source = QRectF((image.width() - size[0]) / 2, (image.height() - size[1]) / 2, *size)
            painter.drawImage(frame, image, source)
        painter.restore()
        if image is None and item.name not in self._asked:
            self._asked.add(item.name)
            self.image_wanted.emit(item.name)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("accent" if current else "line"), 2 if current else 1))
        painter.drawRoundedRect(frame, 7, 7)
        font = self._font_of(item)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        baseline = frame.bottom() + look.px(theme, 4) + QFontMetricsF(font).ascent()
        for line in self._title(item, rect.width()):
            painter.drawText(QPointF(rect.left() + 3, baseline), line)
            baseline += QFontMetricsF(font).lineSpacing()

    # -- mouse ---------------------------------------------------------------------------------------------

    def _at(self, point: QPointF) -> int:
        return next((k for k, (_, rect) in enumerate(self._tiles) if rect.contains(point.toPoint())), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Have the tile under the pointer be the current one."""
        place = self._at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor)
        if place >= 0:
            self._go(place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the press, so that its release comes here."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose."""
        place = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self._go(place)
            self.chosen.emit(self.current_name())

    def event(self, event: QEvent) -> bool:
        """Tell a tile's sentence on hover."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._at(QPointF(event.pos()))
            text = look.tip(self._tiles[place][0].sentence) if place >= 0 else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _go(self, place: int) -> None:
        if place != self._current:
            self._current = place
            self._announce()
            self.update()

    def _announce(self) -> None:
        item = self.current_item()
        self.setAccessibleDescription(f"{item.title}. {item.sentence}" if item else "none")
        self.pointed.emit(item.name if item else "")


def _frame_height(width: float) -> int:
    """Return how high the picture of a tile so wide is."""
    return round(width * 0.66)


def _rows(items: tuple[Item, ...], columns: int) -> Iterator[list[Item]]:
    """Yield the items in rows; a group begins a new one."""
    row: list[Item] = []
    for item in items:
        if row and (len(row) == columns or item.group != row[0].group):
            yield row
            row = []
        row.append(item)
    if row:
        yield row
