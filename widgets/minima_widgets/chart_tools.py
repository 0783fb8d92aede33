"""What a hand does on a map or a profile beside starting a race: draw wells and hills, move the lens.

A tool gets the gestures first, and leaves those that it does not need to the box: one can zoom and pan with
any tool. Handles are marks of the scene: ``well:centre…`` with the numbers of the wells as ids and
``well:ring:<i>``, ``lens:centre`` and ``lens:rim``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, SignalInstance
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from minima_core.scene.marks import Lines, Mark, Points
from minima_widgets.hits import distance_to
from minima_widgets.paint.plane import Plane
from minima_widgets.theme import Theme

__all__ = ["DrawTool", "Handle", "LensTool", "Tool"]

CENTRE, RIM = 14.0, 8.0  # pixels around a middle, and beside a ring, within which it is meant
STEP, FINE = 0.01, 0.002  # of the picture, that an arrow moves, and with Shift
FACTOR = 1.1  # by which a key deepens or widens
REST = 250  # milliseconds after the last turn of the wheel until the change is whole
SMALLEST = 1e-4  # of the picture's width, that a ring has at least
GHOST = 0.09  # of the picture's width: the ring of a well that is not there yet, where nothing says more

_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}
_DEEPEN = {Qt.Key.Key_Plus: FACTOR, Qt.Key.Key_Equal: FACTOR, Qt.Key.Key_Minus: 1 / FACTOR}
_WIDEN = {Qt.Key.Key_BracketRight: FACTOR, Qt.Key.Key_BracketLeft: 1 / FACTOR}


class Drawn(Protocol):
    """The chart that a tool works on."""

    theme: Theme

    @property
    def plane(self) -> Plane | None:
        """Where data lie in the view."""

    @property
    def flat(self) -> bool:
        """Whether a ring is an interval, because there is one variable."""

    @property
    def cursor_point(self) -> tuple[float, float] | None:
        """Where the common cursor of the views stands."""

    def marks(self) -> tuple[Mark, ...]:
        """Return the marks of the scene."""

    def point_at(self, at: QPointF, *, within: bool = False) -> tuple[float, float]:
        """Return the point of the landscape under a pixel."""

    def refresh(self) -> None:
        """Paint again soon."""


@dataclass(frozen=True)
class Handle:
    """A well, or the lens: its number, its middle in data units, and what of it is meant."""

    number: int
    middle: tuple[float, float]
    part: str = "centre"
    """``"centre"`` or ``"rim"``."""


class Tool(QObject):
    """What a hand does to handles; the base of the two tools."""

    centre_key = ""
    rim_key = ""
    hint = ""

    def __init__(self, view: Drawn) -> None:
        super().__init__()
        self.view = view
        self.over: Handle | None = None
        """What is under the pointer."""
        self.at: QPointF | None = None
        """The pixel of the pointer."""
        self._held: Handle | None = None
        self._offset = QPointF()

    @property
    def busy(self) -> bool:
        """Whether the hand holds something."""
        return self._held is not None

    # -- what there is ------------------------------------------------------------------------------------

    def handles(self) -> Iterator[Handle]:
        """Yield the middles of all that can be taken hold of."""
        for mark in self.view.marks():
            if isinstance(mark, Points) and mark.key.startswith(self.centre_key):
                numbers = mark.ids or range(len(mark.points))
                for number, (x, y) in zip(numbers, mark.points[:, :2].tolist(), strict=True):
                    yield Handle(int(number), (x, y))

    def radius_of(self, number: int) -> float | None:
        """Return the radius of a ring in data units, as it is drawn."""
        middle = next((each.middle for each in self.handles() if each.number == number), None)
        for mark in self.view.marks():
            if middle is not None and isinstance(mark, Lines) and self._number(mark) == number:
                return float(np.nanmax(np.abs(mark.points[:, 0] - middle[0])))
        return None

    def _number(self, mark: Mark) -> int | None:
        """Return the number of the handle whose ring a mark is, or None."""
        if not mark.key.startswith(self.rim_key):
            return None
        tail = mark.key.removeprefix(self.rim_key).lstrip(":")
        return int(tail) if tail.isdecimal() else 0

    def find(self, at: QPointF) -> Handle | None:
        """Return what is under a pixel: the nearest middle in reach, else the nearest ring."""
        plane, scale = self.view.plane, max(1.0, self.view.theme.line_scale)
        if plane is None:
            return None
        best, found = CENTRE * scale, None
        for handle in self.handles():
            away = plane.point(handle.middle) - at
            distance = math.hypot(away.x(), away.y())
            if distance <= best:
                best, found = distance, handle
        if found is not None:
            return found
        best = RIM * scale
        middles = {handle.number: handle.middle for handle in self.handles()}
        for mark in self.view.marks():
            number = self._number(mark) if isinstance(mark, Lines) else None
            if number in middles and isinstance(mark, Lines):
                distance = distance_to(plane.to_pixels(mark.points), at)
                if distance <= best:
                    best, found = distance, Handle(number, middles[number], "rim")
        return found

    # -- gestures: each returns whether it was taken --------------------------------------------------------

    def hover(self, at: QPointF | None) -> Qt.CursorShape | None:
        """Follow the pointer; return the cursor's shape, None for the usual one."""
        self.at = at
        self.over = None if at is None else self.find(at)
        self.view.refresh()
        if self.over is None or at is None:
            return None
        return Qt.CursorShape.OpenHandCursor if self.over.part == "centre" else self._rim_shape(at)

    def _rim_shape(self, at: QPointF) -> Qt.CursorShape:
        """Return the cursor that points away from the middle."""
        plane = self.view.plane
        if self.over is None or plane is None or self.view.flat:
            return Qt.CursorShape.SizeHorCursor
        away = at - plane.point(self.over.middle)
        eighth = round(math.atan2(-away.y(), away.x()) / (math.pi / 4)) % 4
        return (
            Qt.CursorShape.SizeHorCursor,
            Qt.CursorShape.SizeBDiagCursor,
            Qt.CursorShape.SizeVerCursor,
            Qt.CursorShape.SizeFDiagCursor,
        )[eighth]

    def click(self, at: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> bool:
        """Take a click."""
        raise NotImplementedError

    def begin(self, at: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> bool:
        """Take hold of what is under a pixel."""
        plane = self.view.plane
        if button != Qt.MouseButton.LeftButton or plane is None:
            return False
        self._held = self.find(at)
        if self._held is None:
            return False
        self._offset = plane.point(self._held.middle) - at
        return True

    def drag(self, at: QPointF, finished: bool) -> None:
        """Move what the hand holds."""
        held, plane = self._held, self.view.plane
        if held is None or plane is None:
            return
        if finished:
            self._held = None
        self.at = at
        if held.part == "centre":
            self.moved(held.number, self.view.point_at(at + self._offset, within=True), finished)
        else:
            x, y = plane.to_data(at.x(), at.y())
            radius = abs(x - held.middle[0])
            if not self.view.flat:
                radius = math.hypot(radius, y - held.middle[1])
            self.sized(held.number, max(radius, self._least()), finished)

    def wheel(self, at: QPointF, turned: float) -> bool:
        """Take a turn of the wheel, in eighths of a degree."""
        return False

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier) -> bool:
        """Take a key."""
        raise NotImplementedError

    def keys(self) -> set[Qt.Key]:
        """Return the keys that mean something to the hand now, and are no shortcuts of the window then."""
        return set()

    def moved(self, number: int, point: tuple[float, float], finished: bool) -> None:
        """Tell that a handle was moved."""
        raise NotImplementedError

    def sized(self, number: int, radius: float, finished: bool) -> None:
        """Tell that a ring has another radius."""
        raise NotImplementedError

    def _least(self) -> float:
        plane = self.view.plane
        return 0.0 if plane is None else SMALLEST * (plane.extent[1] - plane.extent[0])

    def _step(self, key: Qt.Key, keys: Qt.KeyboardModifier, handle: Handle) -> bool:
        """Move a handle by an arrow key."""
        plane = self.view.plane
        if key not in _ARROWS or plane is None:
            return False
        share = FINE if keys & Qt.KeyboardModifier.ShiftModifier else STEP
        across, up = _ARROWS[key]
        x0, x1, y0, y1 = plane.extent
        x, y = handle.middle[0] + across * share * (x1 - x0), handle.middle[1] + up * share * (y1 - y0)
        self.moved(handle.number, self.view.point_at(plane.point((x, y)), within=True), True)
        return True

    def _widen(self, key: Qt.Key, handle: Handle) -> bool:
        """Widen or narrow a ring by a key."""
        radius = self.radius_of(handle.number)
        if key not in _WIDEN or radius is None:
            return False
        self.sized(handle.number, max(radius * _WIDEN[key], self._least()), True)
        return True

    # -- what is drawn over everything -----------------------------------------------------------------------

    def draw(self, painter: QPainter) -> None:
        """Draw what helps the hand."""
        if self.over is not None and not self.busy and self.view.plane is not None:
            self._draw_ring(painter, self.view.plane.point(self.over.middle), "accent", 11.0)
        if self.at is not None:
            self._draw_hint(painter)

    def _draw_ring(self, painter: QPainter, at: QPointF, role: str, radius: float) -> None:
        theme = self.view.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((theme.colour("casing"), 4.0), (theme.colour(role), 2.0)):
            painter.setPen(QPen(colour, width * theme.line_scale))
            painter.drawEllipse(at, radius * theme.line_scale, radius * theme.line_scale)

    def _draw_hint(self, painter: QPainter) -> None:
        """Write along the lower edge what the hand can do here."""
        plane, theme, words = self.view.plane, self.view.theme, self.words()
        if plane is None or not words:
            return
        font = theme.font(theme.points(9.0))
        metrics = QFontMetricsF(font)
        across, down = theme.points(6.0), theme.points(3.0)
        width, height = metrics.horizontalAdvance(words) + 2 * across, metrics.height() + 2 * down
        if width > plane.width - 12 or height > plane.height / 3:
            return
        card = QRectF(
            plane.left + (plane.width - width) / 2, plane.top + plane.height - height - 8, width, height
        )
        if self.at is not None and card.adjusted(-20, -20, 20, 20).contains(self.at):
            card.moveTop(plane.top + 8)
        painter.setPen(QPen(theme.colour("label-line"), 1.0))
        painter.setBrush(theme.colour("label"))
        painter.drawRoundedRect(card, theme.points(3.8), theme.points(3.8))
        painter.setFont(font)
        painter.setPen(theme.colour("label-text"))
        painter.drawText(QPointF(card.left() + across, card.top() + down + metrics.ascent()), words)

    def words(self) -> str:
        """Return what the hand can do where the pointer is."""
        return self.hint


class DrawTool(Tool):
    """Draws wells and hills.

    A click places one, a drag on its middle moves it, on its ring widens it; the wheel above it, or a drag up
    and down with Alt, deepens it; the other button or Delete removes it. Keys work on the chosen one: arrows
    move, + and − deepen, [ and ] widen; Space chooses the next.
    """

    centre_key = "well:centre"
    rim_key = "well:ring:"

    def __init__(
        self,
        view: Drawn,
        placed: SignalInstance,
        moved: SignalInstance,
        widened: SignalInstance,
        deepened: SignalInstance,
        removed: SignalInstance,
    ) -> None:
        super().__init__(view)
        self._placed, self._moved, self._widened = placed, moved, widened
        self._deepened, self._removed = deepened, removed
        self.chosen: int | None = None
        """The well that keys work on."""
        self._deepening: float | None = None  # the pixel row at which the drag with Alt last was
        self._wheeled: int | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._wheel_rests)

    def words(self) -> str:
        """Return what the hand can do where the pointer is."""
        if self.over is None:
            return "Click to place a well"
        if self.over.part == "rim":
            return "Drag to widen"
        return "Drag to move · wheel to deepen or raise · right-click to remove"

    def click(self, at: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> bool:
        """Place, choose or remove a well."""
        handle = self.find(at)
        if button == Qt.MouseButton.RightButton:
            if handle is not None:
                self._remove(handle.number)
            return handle is not None
        if button != Qt.MouseButton.LeftButton or keys & Qt.KeyboardModifier.ControlModifier:
            return False
        if handle is not None:
            self.chosen = handle.number
            self.view.refresh()
        else:
            self.chosen = None
            self._placed.emit(*self.view.point_at(at, within=True))
        return True

    def begin(self, at: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> bool:
        """Take hold of a well; with Alt, of its depth."""
        self._deepening = None
        if not super().begin(at, button, keys):
            return False
        assert self._held is not None
        self.chosen = self._held.number
        if keys & Qt.KeyboardModifier.AltModifier:
            self._deepening = at.y()
        return True

    def drag(self, at: QPointF, finished: bool) -> None:
        """Move, widen or deepen."""
        if self._deepening is None or self._held is None:
            super().drag(at, finished)
            return
        number, down = self._held.number, at.y() - self._deepening
        self._deepening = at.y()
        if finished:
            self._held, self._deepening = None, None
        self._deepened.emit(number, 1.01**down, finished)

    def wheel(self, at: QPointF, turned: float) -> bool:
        """Deepen the well under the pointer (towards the hand: shallower)."""
        handle = self.find(at)
        if handle is None:
            return False
        self.chosen = self._wheeled = handle.number
        self._deepened.emit(handle.number, FACTOR ** (turned / 120.0), False)
        self._rest.start()
        return True

    def _wheel_rests(self) -> None:
        if self._wheeled is not None:
            self._deepened.emit(self._wheeled, 1.0, True)
            self._wheeled = None

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier) -> bool:
        """Change the chosen well, or choose the next."""
        handles = sorted(self.handles(), key=lambda each: each.number)
        if key == Qt.Key.Key_Space and handles:
            numbers = [each.number for each in handles]
            now = numbers.index(self.chosen) if self.chosen in numbers else -1
            self.chosen = numbers[(now + 1) % len(numbers)]
            self.view.refresh()
            return True
        chosen = next((each for each in handles if each.number == self.chosen), None)
        if chosen is None:
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.view.cursor_point is not None:
                self._placed.emit(*self.view.cursor_point)
                return True
            return False
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove(chosen.number)
        elif key == Qt.Key.Key_Escape:
            self.chosen = None
            self.view.refresh()
        elif key in _DEEPEN:
            self._deepened.emit(chosen.number, _DEEPEN[key], True)
        else:
            return self._step(key, keys, chosen) or self._widen(key, chosen)
        return True

    def keys(self) -> set[Qt.Key]:
        """Return what works on the chosen well; without one, Enter places one."""
        if self.chosen is None:
            return {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        taken = {Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Escape, Qt.Key.Key_Space}
        return taken | set(_DEEPEN) | set(_WIDEN)

    def _remove(self, number: int) -> None:
        self.chosen = self.over = None
        self._removed.emit(number)

    def moved(self, number: int, point: tuple[float, float], finished: bool) -> None:
        """Tell that a well was moved."""
        self._moved.emit(number, *point, finished)

    def sized(self, number: int, radius: float, finished: bool) -> None:
        """Tell that a well is as wide as its ring now."""
        self._widened.emit(number, radius, finished)

    def draw(self, painter: QPainter) -> None:
        """Draw the chosen well's ring, and the ghost of a new one below the pointer."""
        plane = self.view.plane
        if plane is None:
            return
        for handle in self.handles():
            if handle.number == self.chosen:
                self._draw_ring(painter, plane.point(handle.middle), "focus", 11.0)
        if self.at is not None and self.over is None and not self.busy and plane.rect.contains(self.at):
            self._draw_ghost(painter, plane, self.at)
        super().draw(painter)

    def _draw_ghost(self, painter: QPainter, plane: Plane, at: QPointF) -> None:
        """Draw where a well would stand, as wide as the others usually are."""
        theme = self.view.theme
        x0, x1, y0, y1 = plane.extent
        radii = [radius for each in self.handles() if (radius := self.radius_of(each.number)) is not None]
        radius = float(np.median(radii)) if radii else GHOST * (x1 - x0)
        across, up = radius * plane.width / (x1 - x0), radius * plane.height / (y1 - y0)
        painter.save()
        painter.setClipRect(plane.rect, Qt.ClipOperation.IntersectClip)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for role, width, opacity in (("casing", 3.0, 0.35), ("accent", 1.4, 0.75)):
            pen = QPen(theme.colour(role, opacity), width * theme.line_scale)
            pen.setDashPattern([3.0 * 1.4 / width, 3.0 * 1.4 / width])
            painter.setPen(pen)
            if self.view.flat:
                painter.drawLine(QPointF(at.x() - across, at.y()), QPointF(at.x() + across, at.y()))
            else:
                painter.drawEllipse(at, across, up)
        painter.restore()


class LensTool(Tool):
    """Moves the lens: a click or a drag on its middle places it, a drag on its edge sizes it.

    With the keyboard the arrows move it, [ and ] (or − and +) size it.
    """

    centre_key = "lens:centre"
    rim_key = "lens:rim"

    def __init__(self, view: Drawn, moved: SignalInstance, sized: SignalInstance) -> None:
        super().__init__(view)
        self._moved, self._sized = moved, sized

    def words(self) -> str:
        """Return what the hand can do where the pointer is."""
        if self.over is None:
            return "Click to put the lens here"
        return "Drag to move the lens" if self.over.part == "centre" else "Drag to size the lens"

    def click(self, at: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> bool:
        """Put the lens there."""
        if button != Qt.MouseButton.LeftButton or keys & Qt.KeyboardModifier.ControlModifier:
            return False
        if self.find(at) is None:
            self.moved(0, self.view.point_at(at, within=True), True)
        return True

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier) -> bool:
        """Move or size the lens."""
        lens = next(self.handles(), None)
        if lens is None:
            return False
        wider = {Qt.Key.Key_Plus: Qt.Key.Key_BracketRight, Qt.Key.Key_Equal: Qt.Key.Key_BracketRight}
        narrower = {Qt.Key.Key_Minus: Qt.Key.Key_BracketLeft}
        return self._step(key, keys, lens) or self._widen({**wider, **narrower}.get(key, key), lens)

    def keys(self) -> set[Qt.Key]:
        """Return what sizes the lens."""
        return set(_DEEPEN) | set(_WIDEN) if any(self.handles()) else set()

    def moved(self, number: int, point: tuple[float, float], finished: bool) -> None:
        """Tell where the lens is."""
        self._moved.emit(*point, finished)

    def sized(self, number: int, radius: float, finished: bool) -> None:
        """Tell how large it is."""
        self._sized.emit(radius, finished)
