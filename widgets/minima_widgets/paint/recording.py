"""A device that keeps what is painted on it as shapes, for files that hold shapes instead of pixels.

`QPainter` draws on a `Recording` as on any other device; the writers of SVG and PDF turn what it kept into
files. Lengths are pixels of the picture, from its upper left corner; all that was drawn is in drawing order.
Words are kept as the outlines of their letters, each letter once, so that every reader shows the same ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QImage,
    QLinearGradient,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QPainterPath,
    QPen,
    QPixmap,
    QRegion,
    QTextItem,
    QTextLayout,
    QTransform,
)

from minima_widgets.paint.dots import DOTS_PER_INCH

__all__ = [
    "Colour",
    "Facets",
    "Gradient",
    "Letter",
    "Outline",
    "Raster",
    "Recording",
    "Shape",
    "Stroke",
    "Text",
]

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f: x′ = a x + c y + e, y′ = b x + d y + f."""

_MOVE, _LINE, _CURVE = (
    QPainterPath.ElementType.MoveToElement,
    QPainterPath.ElementType.LineToElement,
    QPainterPath.ElementType.CurveToElement,
)


@dataclass(frozen=True)
class Colour:
    """Red, green and blue, 0 to 255, and the opacity, 0 to 1."""

    red: int
    green: int
    blue: int
    opacity: float = 1.0

    @property
    def hex(self) -> str:
        """As in ``#1f77b4``, without the opacity."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


@dataclass(frozen=True)
class Gradient:
    """Colours along the line from `start` to `end`; before and beyond it they stay."""

    start: tuple[float, float]
    end: tuple[float, float]
    stops: tuple[tuple[float, Colour], ...]


@dataclass(frozen=True)
class Stroke:
    """How a line is drawn; `dashes` are lengths on and off, in pixels."""

    colour: Colour
    width: float
    cap: str = "butt"
    join: str = "miter"
    dashes: tuple[float, ...] = ()
    offset: float = 0.0


Outline: TypeAlias = tuple[tuple[Any, ...], ...]
"""("M", x, y), ("L", x, y), ("C", x1, y1, x2, y2, x, y), ("Z",), in pixels."""


@dataclass(frozen=True)
class Shape:
    """An outline that is filled, stroked, or both."""

    outline: Outline
    fill: Colour | Gradient | None
    stroke: Stroke | None
    odd: bool
    clip: int | None


@dataclass(frozen=True)
class Letter:
    """One letter of a text: which of the recording's `letters`, and where its origin stands."""

    number: int
    x: float
    y: float


@dataclass(frozen=True)
class Text:
    """Words as letters, in coordinates that `matrix` puts into the picture."""

    words: str
    letters: tuple[Letter, ...]
    matrix: Matrix
    colour: Colour
    clip: int | None


@dataclass(frozen=True)
class Raster:
    """Pixels that fill the unit square, which `matrix` puts into the picture, with y downwards."""

    image: QImage
    matrix: Matrix
    opacity: float
    clip: int | None


@dataclass(frozen=True, eq=False)
class Facets:
    """Polygons without border, the farthest first: corners (m, 2) of all, where each begins, and colours."""

    corners: NDArray[np.float64]
    begins: NDArray[np.intp]
    colours: NDArray[np.uint8]
    clip: int | None


Item: TypeAlias = Shape | Text | Raster | Facets


class Recording(QPaintDevice):
    """A picture of shapes.

    Attributes
    ----------
    items
        What was drawn, in order.
    clips
        Outlines that items are cut off at, by their number, with the clip that each lies in itself.
    letters
        Outlines of letters, by their number, around their origin, in pixels.
    keeps_shapes
        True: who paints can ask any device, without knowing this one.
    """

    keeps_shapes = True

    def __init__(self, width: int, height: int) -> None:
        super().__init__()
        self.size = QSize(width, height)
        self.items: list[Item] = []
        self.clips: list[tuple[Outline, bool, int | None]] = []
        self.letters: list[Outline] = []
        self._engine = _Engine(self)

    def paintEngine(self) -> QPaintEngine:
        """Return what the painter speaks to."""
        return self._engine

    def metric(self, what: QPaintDevice.PaintDeviceMetric) -> int:
        """Tell sizes: one pixel to one unit, 96 to the inch."""
        metrics = QPaintDevice.PaintDeviceMetric
        inch = 25.4 / DOTS_PER_INCH
        known = {
            metrics.PdmWidth: self.size.width(),
            metrics.PdmHeight: self.size.height(),
            metrics.PdmWidthMM: round(self.size.width() * inch),
            metrics.PdmHeightMM: round(self.size.height() * inch),
            metrics.PdmNumColors: 2**31 - 1,
            metrics.PdmDepth: 32,
            metrics.PdmDevicePixelRatio: 1,
            metrics.PdmDevicePixelRatioScaled: int(QPaintDevice.devicePixelRatioFScale()),
        }
        return known.get(what, DOTS_PER_INCH)

    def draw_facets(
        self, polygons: Sequence[NDArray[np.float64]], colours: NDArray[np.uint8], transform: QTransform
    ) -> None:
        """Keep polygons (k, 2), the farthest first, with their colours (m, 3), cut off as the painter is."""
        if not polygons:
            return
        corners = np.concatenate(polygons)
        a, b, c, d, e, f = matrix_of(transform)
        placed = np.column_stack(
            [a * corners[:, 0] + c * corners[:, 1] + e, b * corners[:, 0] + d * corners[:, 1] + f]
        )
        begins = np.cumsum([0, *(len(each) for each in polygons)])
        self.items.append(Facets(placed, begins, colours, self._engine.clip))


class _Engine(QPaintEngine):
    """Takes the painter's state and shapes and keeps them in the recording."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self._recording = recording
        self._letters: dict[tuple[Any, ...], int] = {}
        self._pen = QPen()
        self._brush = QBrush()
        self._transform = QTransform()
        self._opacity = 1.0
        self.clip: int | None = None
        self._kept_clip: int | None = None

    def begin(self, _device: QPaintDevice) -> bool:
        self.setActive(True)
        return True

    def end(self) -> bool:
        self.setActive(False)
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, state: QPaintEngineState) -> None:
        flags = QPaintEngine.DirtyFlag
        changed = state.state()
        if changed & flags.DirtyTransform:
            self._transform = QTransform(state.transform())
        if changed & flags.DirtyPen:
            self._pen = QPen(state.pen())
        if changed & flags.DirtyBrush:
            self._brush = QBrush(state.brush())
        if changed & flags.DirtyOpacity:
            self._opacity = state.opacity()
        if changed & flags.DirtyClipPath:
            self._cut(state.clipPath(), state.clipOperation())
        if changed & flags.DirtyClipRegion:
            self._cut(_region_path(state.clipRegion()), state.clipOperation())
        if changed & flags.DirtyClipEnabled:
            self.clip = self._kept_clip if state.isClipEnabled() else None

    def _cut(self, path: QPainterPath, operation: Qt.ClipOperation) -> None:
        """Take a new place to cut off at."""
        if operation == Qt.ClipOperation.NoClip:
            self.clip = None
        else:
            inner = operation == Qt.ClipOperation.IntersectClip
            outline = outline_of(self._transform.map(path))
            odd = path.fillRule() == Qt.FillRule.OddEvenFill
            clip = (outline, odd, self.clip if inner else None)
            clips = self._recording.clips
            if clip not in clips:
                clips.append(clip)
            self.clip = clips.index(clip)
        self._kept_clip = self.clip

    # -- shapes --------------------------------------------------------------------------------------------

    def drawPath(self, path: QPainterPath) -> None:
        self._keep(path, filled=True)

    def drawPolygon(self, points: Sequence[QPointF], mode: QPaintEngine.PolygonDrawMode) -> None:  # type: ignore[override]
        modes = QPaintEngine.PolygonDrawMode
        path = QPainterPath()
        if not points:
            return
        path.moveTo(QPointF(points[0]))
        for point in points[1:]:
            path.lineTo(QPointF(point))
        if mode != modes.PolylineMode:
            path.closeSubpath()
        odd = mode == modes.OddEvenMode
        path.setFillRule(Qt.FillRule.OddEvenFill if odd else Qt.FillRule.WindingFill)
        self._keep(path, filled=mode != modes.PolylineMode)

    def _keep(self, path: QPainterPath, *, filled: bool) -> None:
        fill = self._fill() if filled else None
        stroke = self._stroke()
        if (fill is None and stroke is None) or path.isEmpty():
            return
        outline = outline_of(self._transform.map(path))
        if all(math.isfinite(number) for part in outline for number in part[1:]):
            odd = path.fillRule() == Qt.FillRule.OddEvenFill
            self._recording.items.append(Shape(outline, fill, stroke, odd, self.clip))

    def _colour(self, colour: QColor) -> Colour:
        return Colour(colour.red(), colour.green(), colour.blue(), round(colour.alphaF() * self._opacity, 4))

    def _fill(self) -> Colour | Gradient | None:
        style = self._brush.style()
        if style == Qt.BrushStyle.NoBrush:
            return None
        gradient = self._brush.gradient()
        if isinstance(gradient, QLinearGradient):
            start, end = (self._transform.map(point) for point in (gradient.start(), gradient.finalStop()))
            stops = tuple((share, self._colour(colour)) for share, colour in gradient.stops())
            return Gradient((start.x(), start.y()), (end.x(), end.y()), stops)
        colour = self._colour(self._brush.color())
        return colour if colour.opacity > 0 else None

    def _stroke(self) -> Stroke | None:
        pen = self._pen
        if pen.style() == Qt.PenStyle.NoPen:
            return None
        colour = self._colour(pen.brush().color())
        if colour.opacity <= 0:
            return None
        scale = 1.0 if pen.isCosmetic() else math.sqrt(abs(self._transform.determinant()))
        width = (pen.widthF() or 1.0) * scale
        dashes = (
            tuple(each * width for each in pen.dashPattern()) if pen.style() != Qt.PenStyle.SolidLine else ()
        )
        return Stroke(
            colour, width, _CAPS[pen.capStyle()], _JOINS[pen.joinStyle()], dashes, pen.dashOffset() * width
        )

    # -- pixels and words ----------------------------------------------------------------------------------

    def drawPixmap(self, rect: QRectF, pixmap: QPixmap, part: QRectF) -> None:  # type: ignore[override]
        self.drawImage(rect, pixmap.toImage(), part)

    def drawImage(self, rect: QRectF, image: QImage, part: QRectF, _flags: Any = None) -> None:  # type: ignore[override]
        whole = part.toAlignedRect() if part.isValid() else QRect(image.rect())
        piece = image.copy(whole) if whole != image.rect() else image.copy()
        across = QTransform(rect.width(), 0, 0, rect.height(), rect.x(), rect.y()) * self._transform
        self._recording.items.append(Raster(piece, matrix_of(across), self._opacity, self.clip))

    def drawTextItem(self, place: QPointF, item: QTextItem) -> None:  # type: ignore[override]
        if not item.text().strip() or self._pen.style() == Qt.PenStyle.NoPen:
            return
        layout = QTextLayout(item.text(), QFont(item.font()))
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        natural = line.naturalTextWidth()
        scale = item.width() / natural if natural > 0 and item.width() > 0 else 1.0
        letters = []
        for run in layout.glyphRuns():
            raw = run.rawFont()
            face = (raw.familyName(), raw.styleName(), raw.weight(), raw.style(), round(raw.pixelSize(), 4))
            for number, at in zip(run.glyphIndexes(), run.positions(), strict=True):
                key = (*face, number)
                if key not in self._letters:
                    self._letters[key] = len(self._recording.letters)
                    self._recording.letters.append(outline_of(raw.pathForGlyph(number)))
                known = self._letters[key]
                if self._recording.letters[known]:
                    letters.append(Letter(known, at.x(), at.y() - line.ascent()))
        here = QTransform(scale, 0, 0, scale, place.x(), place.y()) * self._transform
        colour = self._colour(self._pen.color())
        self._recording.items.append(Text(item.text(), tuple(letters), matrix_of(here), colour, self.clip))


_CAPS = {
    Qt.PenCapStyle.FlatCap: "butt",
    Qt.PenCapStyle.SquareCap: "square",
    Qt.PenCapStyle.RoundCap: "round",
}
_JOINS = {
    Qt.PenJoinStyle.MiterJoin: "miter",
    Qt.PenJoinStyle.SvgMiterJoin: "miter",
    Qt.PenJoinStyle.BevelJoin: "bevel",
    Qt.PenJoinStyle.RoundJoin: "round",
}


def matrix_of(transform: QTransform) -> Matrix:
    """Return a transform without perspective as six numbers."""
    return (
        transform.m11(), transform.m12(), transform.m21(), transform.m22(), transform.dx(), transform.dy(),
    )  # fmt: skip


def outline_of(path: QPainterPath) -> Outline:
    """Return the parts of a path; what ends where it began is closed."""
    parts: list[tuple[Any, ...]] = []
    begin = (0.0, 0.0)
    here = begin
    k, count = 0, path.elementCount()
    while k < count:
        element: Any = path.elementAt(k)
        kind, x, y = element.type, element.x, element.y
        if kind == _MOVE:
            _close(parts, here, begin)
            begin = (x, y)
            parts.append(("M", x, y))
        elif kind == _LINE:
            parts.append(("L", x, y))
        elif kind == _CURVE:
            second: Any = path.elementAt(k + 1)
            end: Any = path.elementAt(k + 2)
            parts.append(("C", x, y, second.x, second.y, end.x, end.y))
            x, y = end.x, end.y
            k += 2
        here = (x, y)
        k += 1
    _close(parts, here, begin)
    return tuple(parts)


def _close(parts: list[tuple[Any, ...]], here: tuple[float, float], begin: tuple[float, float]) -> None:
    """Close the last part of an outline where it comes back to its beginning."""
    if parts and parts[-1][0] in "LC" and math.dist(here, begin) < 1e-9:
        if parts[-1][0] == "L" and parts[-2][0] != "M":
            parts.pop()
        parts.append(("Z",))


def _region_path(region: QRegion) -> QPainterPath:
    path = QPainterPath()
    path.addRegion(region)
    return path
