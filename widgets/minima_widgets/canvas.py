"""The widget under the map and the profile: a picture of a plane, and the gestures on it.

What stands still (ground, contour lines, axes) is painted once into a picture and copied in every frame;
paths grow in a `PathLayer`; only dots, words and the cursor are drawn anew. While one zooms or pans, the
picture of the ground is stretched, and painted sharply a moment after the hand rests.

Gestures: a click starts, Shift-click adds a start, a drag on a start moves it, a drag elsewhere pans, the
wheel zooms at the cursor; a click with the other button, or with Control, selects the path under it. With the
keyboard: arrows move the cursor, Enter is a click there, plus and minus zoom. No gesture needs a double
click.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Generic, TypeVar

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from minima_core.scene.marks import ContourLabel, Extent, Label, Mark, Path, Points, ProfileScene, RaceScene
from minima_widgets.layers import PathLayer, blank
from minima_widgets.paint.marks import draw_contours, draw_mark, is_contour, word_places
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.words import Placed, Written, draw_labels
from minima_widgets.theme import Theme

__all__ = ["Canvas"]

REACH = 16.0  # pixels around a start within which a drag takes hold of it
SLACK = 4.0  # pixels that a hand may tremble during a click
REST = 110  # milliseconds after the last change of the zoom until it is painted sharply and announced
AT_ONCE = 0.008  # seconds that painting all paths may take to be done while the hand moves
NARROWEST, WIDEST = 1e-7, 8.0  # how far one can zoom, in shares of the region

AnyScene = TypeVar("AnyScene", RaceScene, ProfileScene)


class Canvas(QWidget, Generic[AnyScene]):
    """What `MapView` and `ProfileView` share; they say how the ground is drawn and what a pixel means."""

    pointed = Signal(float, float)
    """The cursor is over this point of the landscape (hand or keyboard)."""
    left = Signal()
    """The cursor left the picture."""
    clicked = Signal(float, float, bool)
    """Start here; True: in addition to what runs."""
    start_dragged = Signal(int, float, float, bool)
    """The start with this index is moved to a point; True: the hand let go."""
    region_changed = Signal(tuple)
    """What is visible now: x0, x1, y0, y1; sent when the hand rests."""
    selected = Signal(int)
    """The entry of the race whose path or head was clicked with the other button."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self._scene: AnyScene | None = None
        self._extent: Extent | None = None
        self._announced: Extent | None = None
        self._ground = QImage()
        self._ground_of: Extent | None = None
        self._ground_key: object = None
        self._base = QImage()
        self._base_key: object = None
        self._words: tuple[list[Placed], list[Written]] = ([], [])
        self._words_key: object = None
        self._paths = PathLayer()
        self._cursor: tuple[float, float] | None = None
        self._pressed: QPointF | None = None
        self._pressed_extent: Extent | None = None
        self._held: int | None = None
        self._panning = self._dragged = False
        self._by_keyboard = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._settle)
        self._later = QTimer(self)  # for what a frame left over, should no other frame follow
        self._later.setSingleShot(True)
        self._later.setInterval(25)
        self._later.timeout.connect(self.update)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(560, 460)

    # -- what a kind of picture says ---------------------------------------------------------------------

    def _plane_of(self, scene: AnyScene, rect: QRectF) -> Plane:
        """Return where the picture lies in the widget."""
        raise NotImplementedError

    def _draw_ground(self, painter: QPainter, scene: AnyScene, plane: Plane) -> None:
        """Draw what lies below everything."""
        raise NotImplementedError

    def _draw_axes(self, painter: QPainter, scene: AnyScene, plane: Plane) -> None:
        """Draw the axes around the plane."""
        raise NotImplementedError

    def _ground_revision(self, scene: AnyScene) -> object:
        """Return what changes when the ground does."""
        raise NotImplementedError

    def _on_ground(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of the landscape meant by a point of the plane."""
        return x, y

    def _zoomed(self, old: Extent, x: float, y: float, factor: float) -> Extent:
        """Return `old`, `factor` times as large, with (x, y) in its place."""
        x0, x1, y0, y1 = old
        return (
            x + (x0 - x) * factor,
            x + (x1 - x) * factor,
            y + (y0 - y) * factor,
            y + (y1 - y) * factor,
        )

    def _panned(self, old: Extent, dx: float, dy: float) -> Extent:
        """Return `old` moved by data units."""
        x0, x1, y0, y1 = old
        return x0 + dx, x1 + dx, y0 + dy, y1 + dy

    # -- what others call --------------------------------------------------------------------------------

    def show_scene(self, scene: AnyScene) -> None:
        """Show a scene; what has not changed is not painted again."""
        before = self._scene
        self._scene = scene
        if before is None or before.region != scene.region or self._extent is None:
            self._extent = self._announced = scene.extent
            self._rest.stop()
        elif scene.extent != before.extent and not self._rest.isActive() and not self._panning:
            self._extent = self._announced = scene.extent
        self._later.stop()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Change colours and type."""
        if theme is not self.theme:
            self.theme = theme
            self.update()

    def set_cursor(self, point: tuple[float, float] | None) -> None:
        """Show the cursor at a point of the landscape (a view beside this one points there), or nowhere."""
        if point != self._cursor:
            self._cursor = point
            self.update()

    def fit(self) -> None:
        """Show the whole region."""
        if self._scene is not None:
            self.region = self._scene.region

    @property
    def region(self) -> Extent | None:
        """What is visible: x0, x1, y0, y1; setting it announces it."""
        return self._extent

    @region.setter
    def region(self, region: Extent) -> None:
        if region != self._extent:
            self._extent = region
            self._rest.start()
            self.update()

    @property
    def plane(self) -> Plane | None:
        """Where data coordinates lie in the widget; None before the first scene."""
        scene = self._visible()
        return None if scene is None else self._plane_of(scene, self._room())

    # -- painting ----------------------------------------------------------------------------------------

    def _visible(self) -> AnyScene | None:
        """Return the scene with the zoom of the hand in it."""
        if self._scene is None or self._extent is None or self._scene.extent == self._extent:
            return self._scene
        return replace(self._scene, extent=self._extent)

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(1, 1, -1, -1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy what stands still, let paths grow, draw the rest."""
        painter = QPainter(self)
        scene = self._visible()
        if scene is None or self.width() < 40 or self.height() < 40:
            painter.fillRect(event.rect(), self.theme.colour("card"))
            return
        plane = self._plane_of(scene, self._room())
        ratio = self.devicePixelRatioF()
        self._place_words(scene.marks, plane)
        self._paint_ground(scene, plane, ratio)
        self._paint_base(scene, plane, ratio)
        painter.drawImage(QPointF(0, 0), self._base)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.save()
        painter.setClipRect(plane.rect)
        self._draw_moving(painter, scene.marks, plane, ratio)
        self._draw_cursor(painter, plane)
        painter.restore()
        if self.hasFocus() and self._by_keyboard:
            painter.setPen(QPen(self.theme.colour("focus"), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(plane.rect.adjusted(-1, -1, 1, 1), 3, 3)
        if self._paths.behind and not self._later.isActive():
            self._later.start()

    def _paint_ground(self, scene: AnyScene, plane: Plane, ratio: float) -> None:
        """Paint the ground when it changed; while the zoom still changes the old one is stretched."""
        key = (self._ground_revision(scene), plane, self.theme, ratio)
        moving = self._rest.isActive() or self._panning
        if key == self._ground_key or (moving and self._ground_of is not None):
            return
        self._ground = blank(QSize(round(plane.width), round(plane.height)), ratio)
        on = QPainter(self._ground)
        on.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        on.translate(-plane.left, -plane.top)
        self._draw_ground(on, scene, plane)
        draw_contours(on, scene.marks, plane, self.theme, self._words[1])
        on.end()
        self._ground_key, self._ground_of = key, scene.extent

    def _paint_base(self, scene: AnyScene, plane: Plane, ratio: float) -> None:
        """Paint card, ground and axes into one opaque picture, when one of them changed."""
        labels = (scene.x_label, scene.y_label)
        key = (self._ground_key, plane, self.theme, ratio, self.size(), labels)
        if key == self._base_key:
            return
        self._base = blank(self.size(), ratio, QImage.Format.Format_RGB32)
        on = QPainter(self._base)
        on.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        on.fillRect(self.rect(), self.theme.colour("card"))
        if self._ground_of == plane.extent:
            on.drawImage(QPointF(plane.left, plane.top), self._ground)
        elif self._ground_of is not None:
            x0, x1, y0, y1 = self._ground_of
            on.save()
            on.setClipRect(plane.rect)
            on.fillRect(plane.rect, self.theme.colour("raised"))
            there = QRectF(plane.point((x0, y1)), plane.point((x1, y0)))
            on.drawImage(there, self._ground, QRectF(self._ground.rect()))
            on.restore()
        self._draw_axes(on, scene, plane)
        on.end()
        self._base_key = key

    def _place_words(self, marks: Sequence[Mark], plane: Plane) -> None:
        """Find places for words, when words, plane or the dots they keep off have changed."""
        key = (
            plane,
            self.theme,
            tuple(
                (mark.key, mark.revision)
                for mark in marks
                if isinstance(mark, Label | ContourLabel)
                or (isinstance(mark, Points) and not mark.style.colour.startswith("run:"))
            ),
        )
        if key != self._words_key:
            self._words = word_places(marks, plane, self.theme)
            self._words_key = key

    def _draw_moving(self, painter: QPainter, marks: Sequence[Mark], plane: Plane, ratio: float) -> None:
        """Draw paths, dots and words; what stands before the first path in the scene lies below all paths."""
        paths = [mark for mark in marks if isinstance(mark, Path)]
        first = next((k for k, mark in enumerate(marks) if isinstance(mark, Path)), 0)
        for mark in marks[:first]:
            if not is_contour(mark):
                draw_mark(painter, mark, plane, self.theme)
        moving = self._rest.isActive() or self._panning
        if not (moving and self._paths.cost > AT_ONCE):
            self._paths.update(paths, plane, self.theme, ratio)
        self._paths.draw(painter, plane)
        for mark in marks[first:]:
            if not is_contour(mark):
                draw_mark(painter, mark, plane, self.theme)
        draw_labels(painter, self._words[0], self.theme)

    def _draw_cursor(self, painter: QPainter, plane: Plane) -> None:
        """Draw the shared cursor: a fine cross with a gap in the middle."""
        if self._cursor is None or self._held is not None or self._panning:
            return
        at = plane.point(self._cursor)
        if not (math.isfinite(at.x()) and math.isfinite(at.y())):
            return
        gap = 7.0 * self.theme.line_scale
        for role, width, opacity in (("casing", 3.0, 0.2), ("cursor", 1.0, 0.5)):
            painter.setPen(QPen(self.theme.colour(role, opacity), width * self.theme.line_scale))
            for a, b in (
                ((plane.left, at.y()), (at.x() - gap, at.y())),
                ((at.x() + gap, at.y()), (plane.left + plane.width, at.y())),
                ((at.x(), plane.top), (at.x(), at.y() - gap)),
                ((at.x(), at.y() + gap), (at.x(), plane.top + plane.height)),
            ):
                painter.drawLine(QPointF(*a), QPointF(*b))

    # -- the hand ----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold: of a start, of the picture, or of a path."""
        plane = self.plane
        self._by_keyboard = False
        if plane is None or not plane.rect.contains(event.position()):
            event.ignore()
            return
        choosing = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.button() == Qt.MouseButton.RightButton or choosing:
            entry = self._entry_at(event.position(), plane)
            if entry is not None:
                self.selected.emit(entry)
            return
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = event.position()
            self._pressed_extent = plane.extent
            left = event.button() == Qt.MouseButton.LeftButton
            self._held = self._start_at(event.position(), plane) if left else None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Count the second of two quick clicks as a click of its own."""
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point, move a start, or pan."""
        plane = self.plane
        if plane is None:
            return
        at = event.position()
        if self._pressed is None:
            self._hover(at, plane)
            return
        moved = at - self._pressed
        if not self._panning and math.hypot(moved.x(), moved.y()) < SLACK:
            return
        if self._held is not None:
            self._panning = False
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            x, y = self._on_ground(*self._inside(*plane.to_data(at.x(), at.y())))
            self._dragged = True
            self.start_dragged.emit(self._held, x, y, False)
            return
        assert self._pressed_extent is not None
        self._panning = True
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        x0, x1, y0, y1 = self._pressed_extent
        dx = -moved.x() / plane.width * (x1 - x0)
        dy = moved.y() / plane.height * (y1 - y0)
        self._extent = self._panned(self._pressed_extent, dx, dy)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: a click where nothing moved."""
        plane = self.plane
        if plane is None or self._pressed is None:
            return
        at = event.position()
        held, panning, dragged = self._held, self._panning, self._dragged
        self._pressed = self._held = None
        self._panning = self._dragged = False
        if held is not None and dragged:
            x, y = self._on_ground(*self._inside(*plane.to_data(at.x(), at.y())))
            self.start_dragged.emit(held, x, y, True)
        elif panning:
            self._rest.start()
        elif event.button() == Qt.MouseButton.LeftButton:
            x, y = self._on_ground(*plane.to_data(at.x(), at.y()))
            self.clicked.emit(x, y, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        self._hover(at, plane)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor."""
        plane = self.plane
        turned = event.angleDelta().y() or event.pixelDelta().y() * 4
        if plane is None or not turned:
            event.ignore()
            return
        self._zoom(0.8 ** (turned / 120.0), plane.to_data(event.position().x(), event.position().y()))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Say that nobody points here any more."""
        if self._pressed is None:
            self.left.emit()

    def _zoom(self, factor: float, at: tuple[float, float]) -> None:
        """Make what is visible `factor` times as large, with a data point in its place, within limits."""
        if self._scene is None or self._extent is None:
            return
        wanted = self._zoomed(self._extent, *at, factor)
        x0, x1, _, _ = self._scene.region
        share = (wanted[1] - wanted[0]) / (x1 - x0)
        if NARROWEST <= share <= WIDEST:
            self.region = wanted

    def _settle(self) -> None:
        """Paint sharply, and announce what is visible, now that the hand rests."""
        if self._extent is not None and self._extent != self._announced:
            self._announced = self._extent
            self.region_changed.emit(self._extent)
        self.update()

    def _hover(self, at: QPointF, plane: Plane) -> None:
        """Tell where the cursor points, and show by its shape what a press would do."""
        if not plane.rect.contains(at):
            self.setCursor(Qt.CursorShape.ArrowCursor)
            self.left.emit()
            return
        over = self._start_at(at, plane) is not None
        self.setCursor(Qt.CursorShape.OpenHandCursor if over else Qt.CursorShape.CrossCursor)
        self.pointed.emit(*self._on_ground(*plane.to_data(at.x(), at.y())))

    def _start_at(self, at: QPointF, plane: Plane) -> int | None:
        """Return the index of the start under a pixel, with a generous reach, or None."""
        best, index = REACH * max(1.0, self.theme.line_scale), None
        for mark in self._scene.marks if self._scene is not None else ():
            if not (isinstance(mark, Points) and mark.style.colour == "start" and mark.ids):
                continue
            for number, (x, y) in zip(mark.ids, plane.to_pixels(mark.points).tolist(), strict=True):
                distance = math.hypot(x - at.x(), y - at.y())
                if distance <= best:
                    best, index = distance, number
        return index

    def _entry_at(self, at: QPointF, plane: Plane) -> int | None:
        """Return the entry of the race whose path passes within reach of a pixel, or None."""
        best, entry = 10.0 * max(1.0, self.theme.line_scale), None
        for mark in self._scene.marks if self._scene is not None else ():
            if isinstance(mark, Path):
                pixels = plane.to_pixels(mark.points())
                distance = _distance(pixels, at)
                if distance <= best:
                    best, entry = distance, mark.entry
        return entry

    def _inside(self, x: float, y: float) -> tuple[float, float]:
        """Return a point moved into the region."""
        assert self._scene is not None
        x0, x1, y0, y1 = self._scene.region
        return min(max(x, x0), x1), min(max(y, y0), y1)

    # -- the keyboard ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the cursor, click, zoom."""
        plane = self.plane
        if plane is None:
            event.ignore()
            return
        x0, x1, y0, y1 = plane.extent
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        across, up = (x1 - x0) / (400 if shift else 50), (y1 - y0) / (400 if shift else 50)
        at = self._cursor or ((x0 + x1) / 2, (y0 + y1) / 2)
        keys = Qt.Key
        moves = {
            keys.Key_Left: (-across, 0.0),
            keys.Key_Right: (across, 0.0),
            keys.Key_Up: (0.0, up),
            keys.Key_Down: (0.0, -up),
        }
        key = keys(event.key())
        if key in moves and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._by_keyboard = True
            x, y = at[0] + moves[key][0], at[1] + moves[key][1]
            self._cursor = self._on_ground(min(max(x, x0), x1), min(max(y, y0), y1))
            self.pointed.emit(*self._cursor)
            self.update()
        elif key in (keys.Key_Return, keys.Key_Enter):
            self.clicked.emit(*self._on_ground(*at), shift)
        elif key in (keys.Key_Plus, keys.Key_Equal):
            self._zoom(0.8, at)
        elif key == keys.Key_Minus:
            self._zoom(1.25, at)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring when the keyboard brought the focus here."""
        self._by_keyboard = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        super().focusInEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint everything anew at the new size."""
        self._ground_key = None
        super().resizeEvent(event)


def _distance(pixels: np.ndarray, at: QPointF) -> float:
    """Return how far a pixel is from polylines (m, 2), gaps left out."""
    if len(pixels) < 2:
        return math.inf
    a, b = pixels[:-1], pixels[1:]
    point = np.array([at.x(), at.y()])
    along = b - a
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num(((point - a) * along).sum(axis=1) / (along**2).sum(axis=1))
        nearest = a + np.clip(share, 0.0, 1.0)[:, None] * along
        distances = np.hypot(*(nearest - point).T)
    return float(np.nanmin(distances)) if np.isfinite(distances).any() else math.inf
