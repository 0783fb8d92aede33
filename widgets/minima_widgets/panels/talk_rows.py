"""The scenes of a talk: small pictures with titles, one below the other, dragged or moved with keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.talk_values import SceneTile
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["PICTURE", "SceneRows"]

PICTURE = (84, 60)
"""Width and height of a small picture, in pixels of the ordinary type size."""
_EDGE, _GAP, _NUMBER = 6, 10, 20

_Key, _Modifier = Qt.Key, Qt.KeyboardModifier
_KEYS: dict[tuple[Qt.Key, Qt.KeyboardModifier], str] = {
    (_Key.Key_Up, _Modifier.NoModifier): "previous",
    (_Key.Key_Down, _Modifier.NoModifier): "next",
    (_Key.Key_Home, _Modifier.NoModifier): "first",
    (_Key.Key_End, _Modifier.NoModifier): "last",
    (_Key.Key_Up, _Modifier.AltModifier): "up",
    (_Key.Key_Down, _Modifier.AltModifier): "down",
    (_Key.Key_Up, _Modifier.ShiftModifier): "up",
    (_Key.Key_Down, _Modifier.ShiftModifier): "down",
    (_Key.Key_Return, _Modifier.NoModifier): "open",
    (_Key.Key_Enter, _Modifier.NoModifier): "open",
    (_Key.Key_Delete, _Modifier.NoModifier): "remove",
    (_Key.Key_D, _Modifier.ControlModifier): "duplicate",
    (_Key.Key_Z, _Modifier.ControlModifier): "undo",
    (_Key.Key_Z, _Modifier.ControlModifier | _Modifier.ShiftModifier): "redo",
    (_Key.Key_Y, _Modifier.ControlModifier): "redo",
}
"""What keys do while the keyboard is in the list."""


class SceneRows(QWidget):
    """The list.

    Signals: ``chosen(k)``, ``moved(k, to)``, ``asked(act)`` for a key or a double click,
    ``image_wanted(key)``.
    """

    chosen = Signal(int)
    moved = Signal(int, int)
    asked = Signal(str)
    image_wanted = Signal(str)
    walked = Signal(float, float)
    """The chosen scene has changed: its top and its height, to be scrolled to."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._tiles: tuple[SceneTile, ...] = ()
        self._at = -1
        self._hovered = -1
        self._images: dict[str, QImage] = {}
        self._wanted: set[str] = set()
        self._pressed: QPointF | None = None
        self._held = -1  # the scene that is dragged
        self._gap = -1  # the place, between scenes, that it would fall into
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Scenes of the talk")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(1)

    # -- what is shown -------------------------------------------------------------------------------------

    def set_tiles(self, tiles: tuple[SceneTile, ...], at: int) -> None:
        """Show these scenes, one of them chosen."""
        if tiles == self._tiles and at == self._at:
            return
        came = at != self._at or len(tiles) != len(self._tiles)
        self._tiles, self._at = tiles, at
        self._held = self._gap = -1
        self._wanted &= {tile.key for tile in tiles}
        self.setFixedHeight(max(round(len(tiles) * self._row()), 1))
        said = tiles[at] if 0 <= at < len(tiles) else None
        where = f"{at + 1} of {len(tiles)}: " if said else ""
        self.setAccessibleDescription(f"{where}{said.title}. {said.line}" if said else "No scenes yet")
        if came and said is not None:
            self.walked.emit(at * self._row(), self._row())
        self.update()

    def set_image(self, key: str, image: QImage) -> None:
        """Give the scenes of that key their picture."""
        self._images[key] = image
        self.update()

    def forget_images(self) -> None:
        """Ask for all pictures anew."""
        self._images.clear()
        self._wanted.clear()
        self.update()

    def rect_of(self, k: int) -> QRect:
        """Return where a scene lies."""
        return QRectF(0, k * self._row(), self.width(), self._row()).toRect()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self.setFixedHeight(max(round(len(self._tiles) * self._row()), 1))
        self.update()

    def sizeHint(self) -> QSize:
        """As high as all scenes are."""
        return QSize(look.px(self._theme, 240), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint anew for another width."""
        super().resizeEvent(event)
        self.update()

    def _row(self) -> float:
        return float(look.px(self._theme, PICTURE[1] + 2 * _EDGE + 4))

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is in sight."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for k, tile in enumerate(self._tiles):
            if self.rect_of(k).intersects(event.rect()):
                self._paint(painter, k, tile, QRectF(self.rect_of(k)))
        if self._gap >= 0:
            painter.setPen(QPen(self._theme.colour("accent"), 2.5))
            y = min(max(self._gap * self._row(), 2.0), self.height() - 2.0)
            painter.drawLine(QPointF(_EDGE, y), QPointF(self.width() - _EDGE, y))
        painter.end()

    def _paint(self, painter: QPainter, k: int, tile: SceneTile, rect: QRectF) -> None:
        theme = self._theme
        edge, gap, wide = (look.px(theme, size) for size in (_EDGE, _GAP, PICTURE[0]))
        back = rect.adjusted(1, 1, -1, -1)
        painter.setOpacity(0.45 if k == self._held else 1.0)
        if k in {self._at, self._hovered}:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised"))
            painter.drawRoundedRect(back, 8, 8)
        if k == self._at:
            painter.setPen(QPen(theme.colour("accent"), 1.6 if self.hasFocus() else 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(back.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        number = QRectF(rect.left() + 2, rect.top(), look.px(theme, _NUMBER), rect.height())
        painter.setFont(look.small(theme))
        painter.setPen(theme.colour("muted"))
        painter.drawText(number, Qt.AlignmentFlag.AlignCenter, str(k + 1))
        frame = QRectF(number.right() + 2, rect.top() + edge + 2, wide, look.px(theme, PICTURE[1]))
        self._paint_picture(painter, tile, frame)
        self._paint_words(painter, tile, QRectF(frame.right() + gap, frame.top(), 0, frame.height()))
        painter.setOpacity(1.0)

    def _paint_picture(self, painter: QPainter, tile: SceneTile, frame: QRectF) -> None:
        theme = self._theme
        image = self._images.get(tile.key)
        clip = QPainterPath()
        clip.addRoundedRect(frame, 6, 6)
        painter.save()
        painter.setClipPath(clip, Qt.ClipOperation.IntersectClip)
        painter.fillRect(frame, theme.colour("groove"))
        if image is not None:
            painter.drawImage(frame, image)
        painter.restore()
        if image is None and tile.key not in self._wanted:
            self._wanted.add(tile.key)
            self.image_wanted.emit(tile.key)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawRoundedRect(frame, 6, 6)
        if tile.asks:
            spot = QRectF(0, 0, look.px(theme, 20), look.px(theme, 20))
            spot.moveCenter(frame.center())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("card"))
            painter.drawEllipse(spot)
            painter.setPen(theme.colour("text"))
            painter.setFont(look.bold(theme))
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, "?")

    def _paint_words(self, painter: QPainter, tile: SceneTile, room: QRectF) -> None:
        theme = self._theme
        width = self.width() - room.left() - look.px(theme, _EDGE)
        bold, small = look.bold(theme), look.small(theme)
        high, low = QFontMetricsF(bold), QFontMetricsF(small)
        title = look.two_lines(bold, tile.title, width)
        line = [look.elide(small, tile.line, width)] if tile.line else []
        baseline = room.center().y() - (len(title) * high.lineSpacing() + len(line) * low.lineSpacing()) / 2
        for font, metrics, role, texts in ((bold, high, "text", title), (small, low, "muted", line)):
            painter.setFont(font)
            painter.setPen(theme.colour(role))
            for text in texts:
                painter.drawText(QPointF(room.left(), baseline + metrics.ascent()), text)
                baseline += metrics.lineSpacing()

    # -- mouse ---------------------------------------------------------------------------------------------

    def _find(self, point: QPointF) -> int:
        k = int(point.y() // self._row())
        return k if 0 <= k < len(self._tiles) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a scene, and perhaps begin to drag it."""
        k = self._find(event.position())
        if event.button() == Qt.MouseButton.LeftButton and k >= 0:
            self._pressed = event.position()
            self.chosen.emit(k)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light the scene under the pointer, or drag."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._hover(self._find(event.position()))
            return
        far = (event.position() - self._pressed).manhattanLength() > QApplication.startDragDistance()
        if self._held < 0 and far:
            self._held = self._find(self._pressed)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._held >= 0:
            gap = round(event.position().y() / self._row())
            self._gap = min(max(gap, 0), len(self._tiles))
            self.walked.emit(event.position().y() - 8, 16.0)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the scene fall where it is."""
        held, gap = self._held, self._gap
        self._pressed = None
        self._held = self._gap = -1
        self.unsetCursor()
        self.update()
        to = gap - 1 if gap > held else gap
        if held >= 0 and gap >= 0 and to != held:
            self.moved.emit(held, to)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a scene in the window."""
        if event.button() == Qt.MouseButton.LeftButton and self._find(event.position()) >= 0:
            self._pressed = None
            self.asked.emit("open")

    def leaveEvent(self, event: QEvent) -> None:
        """Rest again."""
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, k: int) -> None:
        if k != self._hovered:
            self._hovered = k
            self.update()

    # -- keys ----------------------------------------------------------------------------------------------

    @staticmethod
    def _act_of(event: QKeyEvent) -> str:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return _KEYS.get((Qt.Key(event.key()), modifiers), "")

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the list while the keyboard is here, before they become those of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            leaves = event.key() == Qt.Key.Key_Escape and self._held >= 0
            if self._act_of(event) or leaves:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to a neighbour, move the scene, or ask for what a key does."""
        act = self._act_of(event)
        if event.key() == Qt.Key.Key_Escape and self._held >= 0:
            self._pressed = None
            self._held = self._gap = -1
            self.update()
            return
        places = {"previous": self._at - 1, "next": self._at + 1, "first": 0, "last": len(self._tiles) - 1}
        if not act:
            super().keyPressEvent(event)
        elif act in places:
            if self._tiles:
                self.chosen.emit(min(max(places[act], 0), len(self._tiles) - 1))
        elif act in {"up", "down"}:
            to = self._at + (1 if act == "down" else -1)
            if self._at >= 0 and 0 <= to < len(self._tiles):
                self.moved.emit(self._at, to)
        else:
            self.asked.emit(act)
