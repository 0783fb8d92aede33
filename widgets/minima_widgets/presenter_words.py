"""The large words of a talk: title, sentence and number above the views, verdicts below them.

Type shrinks until everything has room; only then words are cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from minima_core.scene.marks import Style
from minima_widgets.paint.strokes import draw_dot
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["Heading", "VerdictLine", "Verdicts"]

TITLE, SENTENCE, RESULT, VERDICT = 21.0, 12.5, 16.0, 14.5
"""Sizes of type, as at the usual type size."""
LEAST, SMALL = 0.62, 0.84
"""How far type of titles and of verdicts shrinks, as a share of its size."""


@dataclass(frozen=True)
class VerdictLine:
    """One line of the race: its role of colour, its name, what became of it, the letter where it ended."""

    role: str
    name: str
    words: str = ""
    letter: str = ""
    quiet: bool = False
    """Whether it is not what the room looks at now."""


class Heading(QWidget):
    """The title in large type, its sentence, and which scene of how many."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = ("", "", "")
        self._strong = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and type from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_words(self, title: str, sentence: str, number: str, *, strong: bool = False) -> None:
        """Say a title, a sentence (one or two lines; one strong line), and "3 of 8"."""
        if ((title, sentence, number), strong) != (self._words, self._strong):
            self._words, self._strong = (title, sentence, number), strong
            self.setAccessibleName(f"{title}. {sentence} {number}".strip())
            self.updateGeometry()
            self.update()

    @property
    def words(self) -> tuple[str, str, str]:
        """Title, sentence and number."""
        return self._words

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for as much room as the words need in another width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return room for a title, and for the sentence in one line or two."""
        theme, sentence = self._theme, self._words[1]
        title = QFontMetricsF(theme.font(theme.points(TITLE), bold=True)).height()
        metrics = QFontMetricsF(theme.font(theme.points(SENTENCE)))
        lines = 1 if metrics.horizontalAdvance(sentence) <= self.width() else 2
        line = QFontMetricsF(theme.font(theme.points(RESULT))).height() if self._strong else metrics.height()
        return QSize(400, round(title + (line if self._strong else lines * line) + theme.points(3)))

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the words."""
        theme, (title, sentence, number) = self._theme, self._words
        with QPainter(self) as painter:
            small = theme.font(theme.points(SENTENCE))
            wide = QFontMetricsF(small).horizontalAdvance(number)
            room = self.width() - wide - theme.points(24)
            font = fitting(title, room, theme.points(TITLE), theme, bold=True)
            metrics = QFontMetricsF(font)
            top = QFontMetricsF(theme.font(theme.points(TITLE), bold=True)).height()
            painter.setFont(font)
            painter.setPen(theme.colour("text"))
            cut = metrics.elidedText(title, Qt.TextElideMode.ElideRight, room)
            painter.drawText(
                QRectF(0, 0, room, top), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut
            )
            painter.setFont(small)
            painter.setPen(theme.colour("muted"))
            painter.drawText(
                QRectF(0, 0, self.width(), top),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                number,
            )
            below = QRectF(0, top, self.width(), self.height() - top)
            if self._strong:
                painter.setFont(fitting(sentence, self.width(), theme.points(RESULT), theme, bold=True))
                painter.setPen(theme.colour("accent"))
                painter.drawText(below, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, sentence)
            else:
                _draw_sentence(painter, sentence, below, theme)


def _draw_sentence(painter: QPainter, sentence: str, room: QRectF, theme: Theme) -> None:
    """Draw words in as many lines as there is room for, smaller where they need more."""
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    size = theme.points(SENTENCE)
    for share in (1.0, 0.9, 0.8, 0.7, LEAST):
        font = theme.font(size * share)
        if QFontMetricsF(font).boundingRect(room, flags, sentence).height() <= room.height() + 1:
            break
    painter.setFont(font)
    painter.setPen(theme.colour("muted"))
    painter.drawText(room, flags, sentence)


class Verdicts(QWidget):
    """What became of each line of the race, in large words; two columns where there are many."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: tuple[VerdictLine, ...] = ()
        self._covered = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and type from `theme`."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_lines(self, lines: Sequence[VerdictLine]) -> None:
        """Say what became of each line."""
        lines = tuple(lines)
        if lines == self._lines:
            return
        if self._rows_of(lines) != self._rows_of(self._lines):
            self.updateGeometry()
        self._lines = lines
        self.setAccessibleName("; ".join(f"{each.name}: {each.words}" for each in lines))
        self.update()

    def set_covered(self, covered: bool) -> None:
        """Draw nothing while something lies over the lines: half a line is none."""
        self._covered = covered
        self.update()

    @property
    def lines(self) -> tuple[VerdictLine, ...]:
        """What is said."""
        return self._lines

    @staticmethod
    def _rows_of(lines: Sequence[VerdictLine]) -> int:
        return len(lines) if len(lines) <= 2 else (min(len(lines), 8) + 1) // 2

    def sizeHint(self) -> QSize:
        """Return room for the lines."""
        theme = self._theme
        row = QFontMetricsF(theme.font(theme.points(VERDICT))).height() * 1.12
        return QSize(400, round(self._rows_of(self._lines) * row))

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines, those of a column from top to bottom."""
        rows = self._rows_of(self._lines)
        if not rows or self._covered:
            return
        columns = 1 if len(self._lines) <= 2 else 2
        gap = self._theme.points(22)
        width = (self.width() - gap * (columns - 1)) / columns
        high = self.height() / rows
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            shown = self._lines[: rows * columns]
            said = [_said(line, width, self._theme) for line in shown]
            share = min(share for _, share in said)
            for k, (line, (words, _)) in enumerate(zip(shown, said, strict=True)):
                at = QRectF((k // rows) * (width + gap), (k % rows) * high, width, high)
                _draw_line(painter, line, words, at, self._theme, share)


def _said(line: VerdictLine, width: float, theme: Theme) -> tuple[str, float]:
    """Return what stands after the name, and how small type must be for it, from 1 down to `SMALL`.

    What has no room even then loses its signs (after a dot), its reasons (after a colon), its numbers.
    """
    size, room = theme.points(VERDICT), width - 2.6 * theme.points(8.0) - theme.points(8)
    bold, plain = QFontMetricsF(theme.font(size, bold=True)), QFontMetricsF(theme.font(size))
    letter = f"{line.letter} · " if line.letter else ""
    plain_words = line.words.partition(" · ")[0]
    short = plain_words.partition(": ")[0]
    shortest = short.partition(", ")[0]
    for words in (line.words, plain_words, short, shortest):
        wide = bold.horizontalAdvance(line.name) + plain.horizontalAdvance(letter + words)
        for share in (1.0, 0.92, SMALL):
            if share * wide <= room:
                return letter + words, share
    return letter + shortest, SMALL


def _draw_line(
    painter: QPainter, line: VerdictLine, words: str, room: QRectF, theme: Theme, share: float
) -> None:
    """Draw a dot, a name, the letter where it ended, and what became of it."""
    dot = theme.points(8.0)
    left = room.left() + 2.6 * dot
    name = line.name
    size, space = theme.points(VERDICT) * share, theme.points(8)
    bold, plain = theme.font(size, bold=True), theme.font(size)
    style = Style(line.role, width=2.0, casing=True, size=12.0)
    draw_dot(painter, QRectF(room.left(), room.top(), 2 * dot, room.height()).center(), style, theme)
    align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.setFont(bold)
    painter.setPen(theme.colour("muted" if line.quiet else "text"))
    most = 0.7 * (room.right() - left)
    shown = QFontMetricsF(bold).elidedText(name, Qt.TextElideMode.ElideRight, most)
    first = QFontMetricsF(bold).horizontalAdvance(shown)
    painter.drawText(QRectF(left, room.top(), first + 2, room.height()), align, shown)
    rest = QRectF(left + first + space, room.top(), room.right() - left - first - space, room.height())
    painter.setFont(plain)
    painter.setPen(theme.colour("text"))
    cut = QFontMetricsF(plain).elidedText(words, Qt.TextElideMode.ElideRight, rest.width())
    painter.drawText(rest, align, cut)


def fitting(text: str, width: float, size: float, theme: Theme, *, bold: bool = False) -> QFont:
    """Return the font in which a line fits a width, not smaller than `LEAST` of `size`."""
    font = theme.font(size, bold=bold)
    wide = QFontMetricsF(font).horizontalAdvance(text)
    if wide > width > 0:
        font = theme.font(max(size * width / wide * 0.995, LEAST * size), bold=bold)
    return font
