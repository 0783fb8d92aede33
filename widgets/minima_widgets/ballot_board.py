"""The board of a vote: a bar for each letter, in type that the last row reads; in the end who was right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from minima_widgets.pictures import guarded
from minima_widgets.presenter_words import fitting
from minima_widgets.theme import Theme

__all__ = ["Answer", "BallotBoard"]

LETTER, COUNT, WORDS = 24.0, 21.0, 12.5
"""Sizes of type, as at the usual type size."""
FULL = 10
"""Votes that a bar of full length stands for, until one has more: the first vote must not fill the board."""


@dataclass(frozen=True)
class Answer:
    """One answer: its letter, words beside it, its votes, and whether it was right (None: not known yet)."""

    letter: str
    words: str = ""
    votes: int = 0
    right: bool | None = None


class BallotBoard(QWidget):
    """Draws the answers one under the other, and a sentence below them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._answers: tuple[Answer, ...] = ()
        self._total = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and type from `theme`."""
        self._theme = theme
        self.update()

    def set_answers(self, answers: Sequence[Answer], total: str) -> None:
        """Show the answers, and the line below them: "12 votes"."""
        answers = tuple(answers)
        if (answers, total) != (self._answers, self._total):
            self._answers, self._total = answers, total
            said = ", ".join(f"{each.letter}: {each.votes}" for each in answers)
            self.setAccessibleName(f"Votes: {said}. {total}")
            self.update()

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What is shown."""
        return self._answers

    @property
    def total(self) -> str:
        """The line below the answers."""
        return self._total

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(round(self._theme.points(170)), round(self._theme.points(260)))

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the answers, not higher than they are comfortable, and the total."""
        theme = self._theme
        if not self._answers:
            return
        below = 2.4 * QFontMetricsF(theme.font(theme.points(WORDS))).height()
        high = min((self.height() - below) / len(self._answers), theme.points(66))
        longest = max(FULL, *(each.votes for each in self._answers))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            top = max(0.0, (self.height() - below - high * len(self._answers)) / 2)
            for k, answer in enumerate(self._answers):
                room = QRectF(0, top + k * high, self.width(), high)
                _draw_answer(painter, answer, room, longest, theme)
            painter.setFont(theme.font(theme.points(WORDS)))
            painter.setPen(theme.colour("muted"))
            room = QRectF(0, top + high * len(self._answers), self.width(), below)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, flags, self._total)


def _draw_answer(painter: QPainter, answer: Answer, room: QRectF, longest: int, theme: Theme) -> None:
    """Draw the letter on its card, as it stands in the picture; then the bar, and the count at its end."""
    known = answer.right is not None
    role = "muted" if known and not answer.right else "text"
    size = min(room.height() * 0.72, theme.points(46))
    card = QRectF(room.left(), room.center().y() - size / 2, size, size)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent" if answer.right else "raised"))
    painter.drawRoundedRect(card, size * 0.16, size * 0.16)
    painter.setFont(
        fitting(answer.letter, size * 0.7, min(theme.points(LETTER), size * 0.5), theme, bold=True)
    )
    painter.setPen(theme.colour("accent-text" if answer.right else role))
    painter.drawText(card, Qt.AlignmentFlag.AlignCenter, answer.letter)
    count = theme.font(min(theme.points(COUNT), size * 0.46), bold=True)
    left = card.right() + theme.points(9)
    reserved = QFontMetricsF(count).horizontalAdvance("000") + theme.points(6)
    widest = room.right() - left - reserved
    across = size * (0.36 if answer.words else 0.46)
    top = card.top() + size * (0.1 if answer.words else 0.27)
    bar = QRectF(left, top, widest * answer.votes / longest, across)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("groove"))
    painter.drawRoundedRect(QRectF(left, bar.top(), widest, bar.height()), 4, 4)
    if answer.votes:
        painter.setBrush(theme.colour("accent" if not known or answer.right else "muted"))
        painter.drawRoundedRect(bar, 4, 4)
    if answer.words:
        painter.setFont(theme.font(min(theme.points(WORDS), size * 0.3)))
        painter.setPen(theme.colour("muted"))
        under = QRectF(left, bar.bottom(), widest, card.bottom() - bar.bottom())
        painter.drawText(under, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, answer.words)
    painter.setFont(count)
    painter.setPen(theme.colour(role))
    where = QRectF(left + widest, card.top(), reserved, card.height())
    painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(answer.votes))
