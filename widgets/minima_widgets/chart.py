"""The chart under the map and the profile: a pyqtgraph plot of a race on its ground, and what stands on it.

What stands still (ground, contour lines, axes) is painted once into pictures and copied in every frame; paths
grow in a `PathLayer`; only dots, words and the cursor are drawn anew. While one zooms or pans, the picture of
the ground is stretched, and painted sharply a moment after the hand rests. The gestures are those of
`ChartBox`; with the keyboard plus and minus zoom. Arrows and Enter are left to the window, whose one cursor
stands in all views.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from minima_core.scene.marks import ContourLabel, Extent, Label, Mark, Path, Points
from minima_core.scene.scenes import ProfileScene, RaceScene
from minima_widgets.chart_box import ChartBox
from minima_widgets.chart_ground import GroundPictures
from minima_widgets.chart_items import GroundItem, PixelItem
from minima_widgets.dot_pictures import DotPictures
from minima_widgets.hits import entry_at, start_at
from minima_widgets.paint.axes import Axes, draw_axes
from minima_widgets.paint.marks import draw_mark, is_contour, word_places
from minima_widgets.paint.plane import Plane
from minima_widgets.paint.veils import veil_revision
from minima_widgets.paint.words import Placed, Written, draw_labels
from minima_widgets.path_layer import PathLayer
from minima_widgets.theme import Theme
from minima_widgets.tool_view import ToolView

__all__ = ["Chart"]

REST = 110  # milliseconds after the last change of the zoom until it is painted sharply and announced
AT_ONCE = 0.008  # seconds that painting all paths may take to be done while the hand moves
NARROWEST, WIDEST = 1e-7, 8.0  # how far one can zoom, in shares of the region

_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)

AnyScene = TypeVar("AnyScene", RaceScene, ProfileScene)


class Chart(ToolView, Generic[AnyScene]):
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

    box: ChartBox

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._shown: AnyScene | None = None
        self._announced: Extent | None = None
        super().__init__(theme, ChartBox(self), parent)
        self._ground_key: object = None
        self._grounds = GroundPictures()
        self._words: tuple[list[Placed], list[Written]] = ([], [])
        self._words_key: object = None
        self._words_of: object = None
        self._paths = PathLayer()
        self._dots = DotPictures()
        self._by_keyboard = False
        self.ground = GroundItem()
        """The ground, in coordinates of the landscape."""
        self.box.addItem(self.ground, ignoreBounds=True)
        self._below = PixelItem(self.box, self._draw_below, 1.0)
        self._lines = PixelItem(self.box, self._draw_paths, 2.0)
        self._above = PixelItem(self.box, self._draw_above, 3.0)
        self._ring = PixelItem(self.box, self._draw_ring, 4.0)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._settle)
        for name in ("pointed", "left", "clicked", "start_dragged", "selected"):
            getattr(self.box, name).connect(getattr(self, name))
        self.box.pointed.connect(self._follow_hand)
        self.box.left.connect(self._lose_hand)
        self.box.shaped.connect(self._take_shape)
        self.box.let_go.connect(self._rest.start)
        self.box.sigRangeChanged.connect(self._range_changed)
        self.setMinimumSize(160, 120)
        self.setCursor(Qt.CursorShape.CrossCursor)

    # -- what a kind of picture says ---------------------------------------------------------------------

    def _plane_of(self, scene: AnyScene, rect: QRectF) -> Plane:
        """Return where the picture lies in the view."""
        raise NotImplementedError

    def _axes_of(self, scene: AnyScene, rect: QRectF) -> Axes:
        """Return the axes around the picture."""
        raise NotImplementedError

    def _draw_ground(self, painter: QPainter, scene: AnyScene, plane: Plane) -> None:
        """Draw what lies below everything."""
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

    def panned(self, old: Extent, dx: float, dy: float) -> Extent:
        """Return `old` moved by data units."""
        x0, x1, y0, y1 = old
        return x0 + dx, x1 + dx, y0 + dy, y1 + dy

    # -- what others call --------------------------------------------------------------------------------

    def show_scene(self, scene: AnyScene) -> None:
        """Show a scene; what has not changed is not painted again."""
        before = self._shown
        self._shown = scene
        if before is None or before.region != scene.region:
            self._show_extent(scene.extent)
            self._rest.stop()
        elif scene.extent != before.extent and not self._moving:
            self._show_extent(scene.extent)
        self._later.stop()
        self._lay_out()
        self.refresh()

    def set_cursor(self, point: tuple[float, float] | None) -> None:
        """Show the cursor at a point of the landscape (a view beside this one points there), or nowhere."""
        if point != self._cursor:
            self._cursor = point
            self.refresh()

    def marks(self) -> tuple[Mark, ...]:
        """Return the marks of the scene that is shown."""
        return self._shown.marks if self._shown is not None else ()

    def _region_shown(self) -> Extent | None:
        return None if self._shown is None else self._shown.region

    def fit(self) -> None:
        """Show the whole region."""
        if self._shown is not None:
            self.region = self._shown.region

    @property
    def region(self) -> Extent | None:
        """What is visible: x0, x1, y0, y1; setting it announces it."""
        return None if self._shown is None else self.box.extent

    @region.setter
    def region(self, region: Extent) -> None:
        self.box.extent = region

    # -- the zoom ----------------------------------------------------------------------------------------

    @property
    def _moving(self) -> bool:
        """Whether the hand is still zooming or panning."""
        return self._rest.isActive() or self.box.panning

    def _show_extent(self, extent: Extent) -> None:
        """Show an extent without announcing it: whoever says so knows it."""
        self._announced = extent
        self.box.extent = extent

    def _range_changed(self) -> None:
        """Follow the box: its range is the zoom."""
        if not self.box.panning and self.box.extent != self._announced:
            self._rest.start()
        self._lay_out()
        self.refresh()

    def zoom(self, factor: float, at: tuple[float, float]) -> None:
        """Make what is visible `factor` times as large, with a data point in its place, within limits."""
        if self._shown is None:
            return
        wanted = self._zoomed(self.box.extent, *at, factor)
        x0, x1, _, _ = self._shown.region
        share = (wanted[1] - wanted[0]) / (x1 - x0)
        if NARROWEST <= share <= WIDEST:
            self.region = wanted

    def _settle(self) -> None:
        """Paint sharply, and announce what is visible, now that the hand rests."""
        if self._shown is not None and self.box.extent != self._announced:
            self._announced = self.box.extent
            self.region_changed.emit(self._announced)
        self.refresh()

    # -- where things lie --------------------------------------------------------------------------------

    def _visible(self) -> AnyScene | None:
        """Return the scene with the zoom of the hand in it."""
        scene = self._shown
        if scene is None or scene.extent == self.box.extent:
            return scene
        return replace(scene, extent=self.box.extent)

    def _layout_key(self) -> object:
        scene = self._shown
        return None if scene is None else (self.box.extent, self._axes_words(scene))

    def _axes_words(self, scene: AnyScene) -> tuple[object, ...]:
        """Return what the axes say beside their numbers."""
        return scene.x_label, scene.y_label

    def _plane_wanted(self, room: QRectF) -> Plane | None:
        scene = self._visible()
        return None if scene is None else self._plane_of(scene, room)

    def _axes_wanted(self, room: QRectF) -> Axes:
        scene = self._visible()
        assert scene is not None
        return self._axes_of(scene, room)

    def _draw_axes(self, painter: QPainter, axes: Axes, plane: Plane) -> None:
        draw_axes(painter, plane, axes, self.theme)

    # -- pictures ----------------------------------------------------------------------------------------

    def _prepare(self, plane: Plane, ratio: float) -> None:
        """Place words, paint the ground if it changed, let the paths grow."""
        scene = self._visible()
        if scene is None:
            return
        self._place_words(scene.marks, plane)
        self._prepare_ground(scene, plane, ratio)
        if not (self._moving and self._paths.cost > AT_ONCE):
            paths = [mark for mark in scene.marks if isinstance(mark, Path)]
            self._paths.update(paths, plane, self.theme, ratio)
        self._come_back(self._paths.behind)

    def _prepare_ground(self, scene: AnyScene, plane: Plane, ratio: float) -> None:
        """Paint the ground when it changed; while the zoom still changes the old one is stretched."""
        below = (self._ground_revision(scene), plane, self.theme, ratio)
        key = below, veil_revision(scene.marks)
        if key != self._ground_key and not (self._moving and self.ground.extent is not None):
            self._ground_key = key
            picture = self._grounds.picture(
                below,
                scene.marks,
                plane,
                self.theme,
                ratio,
                lambda painter: self._draw_ground(painter, scene, plane),
                self._words[1],
            )
            self.ground.show_picture(picture, plane.extent)
        stretched = self.ground.extent != plane.extent
        if stretched != self.box.background.isVisible():
            self.box.setBackgroundColor(self.theme.colour("raised") if stretched else None)

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
            same = self._words_of == (self.theme, self._region_shown())
            before = self._words[0] if same else ()
            self._words = word_places(marks, plane, self.theme, before=before)
            self._words_key, self._words_of = key, (self.theme, self._region_shown())

    def _marks(self, below: bool) -> tuple[Mark, ...]:
        """Return what stands before the first path in the scene, and lies below all paths; or the others."""
        marks = self._shown.marks if self._shown is not None else ()
        first = next((k for k, mark in enumerate(marks) if isinstance(mark, Path)), 0)
        return marks[:first] if below else marks[first:]

    def _draw_below(self, painter: QPainter) -> None:
        self._draw_marks(painter, self._marks(below=True))

    def _draw_marks(self, painter: QPainter, marks: Sequence[Mark]) -> None:
        """Draw what is neither ground nor path nor words."""
        plane, theme = self.plane, self.theme
        if plane is None:
            return
        ratio = self.devicePixelRatioF()
        for mark in marks:
            if isinstance(mark, Points):
                self._dots.draw(painter, mark, plane, theme, ratio)
            elif not is_contour(mark):
                draw_mark(painter, mark, plane, theme)

    def _draw_paths(self, painter: QPainter) -> None:
        if self.plane is not None:
            self._paths.draw(painter, self.plane)

    def _draw_above(self, painter: QPainter) -> None:
        """Draw dots, words and the cursor."""
        self._draw_marks(painter, self._marks(below=False))
        draw_labels(painter, self._words[0], self.theme)
        if self.plane is not None:
            self._draw_cursor(painter, self.plane)
        if self._tool is not None:
            self._tool.draw(painter)

    def _draw_cursor(self, painter: QPainter, plane: Plane) -> None:
        """Draw the shared cursor: a fine cross with a gap in the middle."""
        if self._cursor is None or self.box.busy:
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

    def _draw_ring(self, painter: QPainter) -> None:
        """Draw the ring that says that the keyboard is here."""
        if self.plane is not None and self._by_keyboard and self.hasFocus():
            painter.setPen(QPen(self.theme.colour("focus"), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.plane.rect.adjusted(1, 1, -1, -1), 3, 3)

    # -- what the box asks -------------------------------------------------------------------------------

    def start_at(self, at: QPointF) -> int | None:
        """Return the index of the start under a pixel, with a generous reach, or None."""
        if self._shown is None or self.plane is None:
            return None
        return start_at(self._shown.marks, at, self.plane, self.theme.line_scale)

    def entry_at(self, at: QPointF) -> int | None:
        """Return the entry of the race whose path passes within reach of a pixel, or None."""
        if self._shown is None or self.plane is None:
            return None
        return entry_at(self._shown.marks, at, self.plane, self.theme.line_scale)

    def point_at(self, at: QPointF, *, within: bool = False) -> tuple[float, float]:
        """Return the point of the landscape under a pixel; `within`: moved into its region."""
        assert self._shown is not None
        assert self.plane is not None
        x, y = self.plane.to_data(at.x(), at.y())
        if within:
            x0, x1, y0, y1 = self._shown.region
            x, y = min(max(x, x0), x1), min(max(y, y0), y1)
        return self._on_ground(x, y)

    def _follow_hand(self, x: float, y: float) -> None:
        """Let a cross that the keyboard or another view left here follow the pointer."""
        if self._cursor is not None:
            self.set_cursor((x, y))

    def _lose_hand(self) -> None:
        """Take it away when the pointer leaves."""
        self.set_cursor(None)

    def mousePressEvent(self, ev: QMouseEvent) -> None:
        """Take the ring of the keyboard away; the box does the rest."""
        if self._by_keyboard:
            self._by_keyboard = False
            self.refresh()
        super().mousePressEvent(ev)

    # -- the keyboard ------------------------------------------------------------------------------------

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Zoom with plus and minus; arrows and Enter are the window's, which has one cursor for all views."""
        if self._shown is None:
            ev.ignore()
            return
        key = Qt.Key(ev.key())
        if self._tool is not None and self._tool.key(key, ev.modifiers()):
            ev.accept()
        elif key in _ARROWS:
            self._by_keyboard = True
            self.refresh()
            ev.ignore()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            x0, x1, y0, y1 = self.box.extent
            self.zoom(
                1.25 if key == Qt.Key.Key_Minus else 0.8, self._cursor or ((x0 + x1) / 2, (y0 + y1) / 2)
            )
        else:
            ev.ignore()

    def focusInEvent(self, ev: QFocusEvent) -> None:
        """Show the ring when the keyboard brought the focus here."""
        self._by_keyboard = ev.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        super().focusInEvent(ev)
        self.refresh()

    def focusOutEvent(self, ev: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(ev)
        self.refresh()

    def close(self) -> bool:
        """Stop, and let pyqtgraph take the scene apart."""
        self._rest.stop()
        return super().close()
