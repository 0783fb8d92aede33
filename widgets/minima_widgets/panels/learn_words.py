"""Words of lessons: paragraphs with emphasis, whose technical words explain themselves."""

from __future__ import annotations

import re

from PySide6.QtGui import QFont, QTextBlockFormat, QTextCharFormat, QTextCursor

from minima_widgets.panels import look
from minima_widgets.panels.bubbles import ExplainedText

__all__ = ["Words", "emphasised"]

_EMPHASIS = re.compile(r"(?<!\w)\*(\S(?:[^*\n]*\S)?)\*(?!\w)")
_PARAGRAPHS = re.compile(r"[ \t]*\n[ \t]*\n\s*")


def emphasised(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return `text` without its asterisks, and where the emphasis begins and ends.

    Line breaks are spaces, but an empty line ends a paragraph.

    Examples
    --------
    >>> emphasised("the *same* valley, 2*3")
    ('the same valley, 2*3', ((4, 8),))
    """
    parts = [" ".join(part.split()) for part in _PARAGRAPHS.split(text.strip())]
    text = "\n".join(parts)
    plain, spans, at = "", [], 0
    for match in _EMPHASIS.finditer(text):
        plain += text[at : match.start()]
        spans.append((len(plain), len(plain) + len(match.group(1))))
        plain += match.group(1)
        at = match.end()
    return plain + text[at:], tuple(spans)


class Words(ExplainedText):
    """Text of one or several paragraphs; `set_text` takes ``*emphasis*``."""

    _spans: tuple[tuple[int, int], ...] = ()
    _type: QFont | None = None

    def set_type(self, font: QFont) -> None:
        """Write it in another type than the ordinary one: a heading."""
        self._type = font
        self._write()

    def set_text(self, text: str, link: str = "") -> None:
        """Show a text, and a link behind it."""
        plain, spans = emphasised(text)
        if (plain, spans, link) != (self._text, self._spans, self._link):
            self._spans = spans
            self._text, self._link = plain, link
            self._write()

    def _write(self) -> None:
        super()._write()
        if self._type is not None:
            self._document.setDefaultFont(self._type)
        cursor = QTextCursor(self._document)
        slanted = QTextCharFormat()
        slanted.setFontItalic(True)
        slanted.setFontWeight(QFont.Weight.Medium)
        for begin, end in self._spans:
            cursor.setPosition(begin)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(slanted)
        cursor.select(QTextCursor.SelectionType.Document)
        if self._type is not None:  # a heading: its words explain themselves without being dotted
            plain = QTextCharFormat()
            plain.setUnderlineStyle(QTextCharFormat.UnderlineStyle.NoUnderline)
            cursor.mergeCharFormat(plain)
        room = QTextBlockFormat()
        room.setBottomMargin(look.px(self._theme, 7 if "\n" in self._text else 0))
        room.setLineHeight(118, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(room)
        self._document.setTextWidth(max(self.width(), 1))
        self.updateGeometry()
        self.update()
