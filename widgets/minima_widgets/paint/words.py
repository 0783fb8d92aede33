"""Words beside things: small cards that find a free side, and levels written along contour lines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QTransform

from minima_core.scene.marks import ContourLabel, Label
from minima_widgets.paint.plane import Plane
from minima_widgets.theme import Theme

__all__ = ["Placed", "Written", "draw_labels", "draw_levels", "place_labels", "place_levels", "text_width"]

_OPPOSITE = {"above": "below", "below": "above", "left": "right", "right": "left"}
MOST_COVERED = 0.09
"""Share of a plane that cards may cover together."""
NARROW = 420.0
"""Points of width below which labels are said without what they can spare."""
_SIDES = ("below", "above", "right", "left")


@dataclass(frozen=True)
class Placed:
    """A label that found its place: the card in pixels and the words on it, in one line or two."""

    label: Label
    card: QRectF
    two_lines: bool = False
    side: str = "below"
    shortened: bool = False
    """Whether the label was said without what it can spare."""


@dataclass(frozen=True)
class Written:
    """A level along its line: where the middle is, how it is turned (degrees), and the patch it needs."""

    label: ContourLabel
    centre: QPointF
    angle: float
    patch: QPainterPath


def text_width(font: QFont, text: str) -> float:
    """Return how wide a line of text is, in pixels."""
    return QFontMetricsF(font).horizontalAdvance(text)


def place_labels(
    labels: Iterable[Label],
    plane: Plane,
    theme: Theme,
    obstacles: Sequence[QRectF] = (),
    better_free: Sequence[QRectF] = (),
    before: Sequence[Placed] = (),
    firm: Sequence[QRectF] = (),
    looked_at: Sequence[QRectF] = (),
    *,
    sparing: bool = False,
) -> list[Placed]:
    """Find a free side for each label, the most important first; those without one are left out.

    A card stays inside the plane's rectangle (it slides along its side for that), off other cards and
    `obstacles`, and where a side allows it also off what is `better_free`. The same labels in the same plane
    always get the same places. With `sparing`, because there is much to see, all cards but the first two
    and large letters together cover no more than `MOST_COVERED` of the plane.

    What a label can spare is said only in a plane that is not narrow or crowded, and where it covers neither
    these things nor what is `looked_at`; once left out it stays so.

    A label that stood somewhere `before` stays on its side, whatever appears below it but `firm` things and
    cards of more importance: words must not jump while a race goes on.
    """
    room = plane.rect.adjusted(4, 4, -4, -4)
    placed: list[Placed] = []
    stood = {each.label.key: each for each in before}
    free = MOST_COVERED * room.width() * room.height()
    tight = sparing or plane.rect.width() < NARROW * theme.line_scale
    for label in sorted(labels, key=lambda each: -each.priority):
        at = plane.point(label.point)
        if not (math.isfinite(at.x()) and math.isfinite(at.y())) or not plane.rect.contains(at):
            continue
        taken = [each.card for each in placed]
        last = stood.get(label.key)
        clear = (*obstacles, *better_free)
        found = None
        if label.spare and not (tight or (last is not None and last.shortened)):
            if last is not None:
                found = _stay(label, last, at, room, theme, [*taken, *firm, *clear])
            if found is None:
                found = _place(label, at, room, theme, taken, (clear,))
            if found is not None and any(found.card.intersects(other) for other in looked_at):
                last, found = found, None
        said = _without_spare(label) if label.spare else label
        if found is None and last is not None:
            found = _stay(said, last, at, room, theme, [*taken, *firm])
        if found is None:
            found = _place(said, at, room, theme, taken, (clear, obstacles, ()))
        if found is not None and label.spare and found.label is said:
            found = replace(found, shortened=True)
        if found is not None:
            area = found.card.width() * found.card.height()
            if not sparing or area <= free or len(placed) < 2 or label.scale > 1:
                free -= area
                placed.append(found)
    return placed


def _without_spare(label: Label) -> Label:
    """Return a label without what it can spare."""
    return replace(label, text=label.text.removesuffix(label.spare), spare="")


def _stay(
    label: Label, stood: Placed, at: QPointF, room: QRectF, theme: Theme, taken: Sequence[QRectF]
) -> Placed | None:
    """Return the place on the side where a label stood, if it is free of what is `taken`."""
    width, height = _card_size(label, theme, stood.two_lines)
    if width > room.width() or height > room.height():
        return None
    centred = label.side == "centre"
    card = _slide(_beside(at, width, height, stood.side, label.gap * theme.line_scale, centred), room)
    own = QRectF(at.x() - 1, at.y() - 1, 2, 2)
    if (card.intersects(own) and not centred) or any(card.intersects(other) for other in taken):
        return None
    return Placed(label, card, stood.two_lines, stood.side)


def _place(
    label: Label,
    at: QPointF,
    room: QRectF,
    theme: Theme,
    taken: Sequence[QRectF],
    care: Sequence[Sequence[QRectF]],
) -> Placed | None:
    """Return the first free place: the label's own side, the opposite, the others; then with less `care`."""
    preferred = label.side if label.side != "centre" else "below"
    sides = dict.fromkeys((preferred, _OPPOSITE[preferred], *_SIDES))
    gap = label.gap * theme.line_scale
    own = QRectF(at.x() - 1, at.y() - 1, 2, 2)
    for kept_free in care:
        for two_lines in (False, True):
            width, height = _card_size(label, theme, two_lines)
            if width > room.width() or height > room.height():
                continue
            for side in sides:
                card = _slide(_beside(at, width, height, side, gap, label.side == "centre"), room)
                if card.intersects(own) and label.side != "centre":
                    continue
                if any(card.intersects(_around(other, 2)) for other in taken):
                    continue
                if any(card.intersects(other) for other in kept_free):
                    continue
                return Placed(label, card, two_lines, side)
    return None


def _beside(at: QPointF, width: float, height: float, side: str, gap: float, centred: bool) -> QRectF:
    """Return a card of this size on a side of a point."""
    if centred:
        return QRectF(at.x() - width / 2, at.y() - height / 2, width, height)
    match side:
        case "above":
            return QRectF(at.x() - width / 2, at.y() - gap - height, width, height)
        case "below":
            return QRectF(at.x() - width / 2, at.y() + gap, width, height)
        case "left":
            return QRectF(at.x() - gap - width, at.y() - height / 2, width, height)
        case _:
            return QRectF(at.x() + gap, at.y() - height / 2, width, height)


def _slide(card: QRectF, room: QRectF) -> QRectF:
    """Move a card into the room."""
    x = min(max(card.left(), room.left()), room.right() - card.width())
    y = min(max(card.top(), room.top()), room.bottom() - card.height())
    return QRectF(x, y, card.width(), card.height())


def _around(card: QRectF, margin: float) -> QRectF:
    return card.adjusted(-margin, -margin, margin, margin)


def _padding(theme: Theme, scale: float) -> tuple[float, float]:
    return theme.points(5.6 * scale), theme.points(2.8 * scale)


def _fonts(theme: Theme, scale: float) -> tuple[QFont, QFont]:
    size = theme.points(9.75 * scale)
    return theme.font(size, bold=True), theme.font(size)


def _card_size(label: Label, theme: Theme, two_lines: bool) -> tuple[float, float]:
    """Return width and height of a label's card."""
    bold, plain = _fonts(theme, label.scale)
    across, down = _padding(theme, label.scale)
    first, second = text_width(bold, label.bold), text_width(plain, label.text)
    gap = text_width(plain, " ") * 1.5 if label.bold and label.text else 0.0
    line = QFontMetricsF(plain).height()
    if two_lines and label.bold and label.text:
        return max(first, second) + 2 * across, 2 * line + 2 * down
    return first + gap + second + 2 * across, line + 2 * down


def draw_labels(painter: QPainter, placed: Iterable[Placed], theme: Theme, opacity: float = 1.0) -> None:
    """Draw cards with their words."""
    for each in placed:
        label, card = each.label, each.card
        bold, plain = _fonts(theme, label.scale)
        across, down = _padding(theme, label.scale)
        line = QFontMetricsF(plain).height()
        rise = QFontMetricsF(plain).ascent()
        painter.setPen(QPen(theme.colour("label-line", opacity), 1.0))
        painter.setBrush(theme.colour("label", opacity))
        radius = theme.points(3.8)
        painter.drawRoundedRect(card, radius, radius)
        role = "label-text" if label.role in ("text", "") else label.role
        x, y = card.left() + across, card.top() + down + rise
        if label.bold:
            painter.setFont(bold)
            painter.setPen(theme.colour(role, opacity))
            painter.drawText(QPointF(x, y), label.bold)
            if not each.two_lines:
                x += text_width(bold, label.bold) + text_width(plain, " ") * 1.5
            elif label.text:
                y += line
        if label.text:
            painter.setFont(plain)
            painter.setPen(theme.colour("label-text" if label.bold else role, opacity))
            painter.drawText(QPointF(x, y), label.text)


# -- levels along contour lines ------------------------------------------------------------------------------


def place_levels(
    labels: Iterable[ContourLabel], plane: Plane, theme: Theme, taken: Sequence[QRectF] = ()
) -> list[Written]:
    """Turn levels along their lines; leave out those without room, near the edge, or under a card."""
    font = theme.font(theme.points(8.25))
    metrics = QFontMetricsF(font)
    x0, x1, y0, y1 = plane.extent
    across, up = plane.width / (x1 - x0), plane.height / (y1 - y0)
    room = plane.rect.adjusted(6, 6, -6, -6)
    written: list[Written] = []
    patches = [_around(card, 3) for card in taken]
    for label in labels:
        dx, dy = label.direction[0] * across, -label.direction[1] * up
        length = math.hypot(*label.direction)
        if length == 0 or not math.isfinite(dx + dy):
            continue
        width = metrics.horizontalAdvance(label.text) + theme.points(4.5)
        if width > label.room * math.hypot(dx, dy) / length:
            continue
        angle = math.degrees(math.atan2(dy, dx))
        if angle > 90 or angle <= -90:
            angle -= math.copysign(180.0, angle)
        centre = plane.point(label.point)
        height = metrics.height() * 0.86
        flat = QPainterPath()
        flat.addRoundedRect(QRectF(-width / 2, -height / 2, width, height), 3, 3)
        turn = QTransform().translate(centre.x(), centre.y()).rotate(angle)
        patch = turn.map(flat)
        bounds = patch.boundingRect()
        if not room.contains(bounds) or any(bounds.intersects(other) for other in patches):
            continue
        patches.append(_around(bounds, theme.points(9)))
        written.append(Written(label, centre, angle, patch))
    return written


def draw_levels(painter: QPainter, written: Iterable[Written], theme: Theme) -> None:
    """Write levels along their lines (whoever draws the lines leaves the patches free)."""
    font = theme.font(theme.points(8.25))
    metrics = QFontMetricsF(font)
    for each in written:
        painter.save()
        painter.translate(each.centre)
        painter.rotate(each.angle)
        ink = theme.colour(each.label.role)
        ink.setAlphaF(max(ink.alphaF(), 0.82))
        width = metrics.horizontalAdvance(each.label.text)
        outline = QPainterPath()  # turned glyphs from the cache would stand on whole pixels
        outline.addText(QPointF(-width / 2, metrics.capHeight() / 2), font, each.label.text)
        painter.fillPath(outline, ink)
        painter.restore()


def fitted(painter_font: QFont, text: str, width: float) -> str:
    """Return `text`, cut with an ellipsis where it is wider than `width`."""
    return QFontMetricsF(painter_font).elidedText(text, Qt.TextElideMode.ElideRight, max(width, 0.0))
