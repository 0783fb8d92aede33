"""Technical words explain themselves: the glossary as tooltips, and text whose words answer the pointer."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from html import escape
from textwrap import wrap

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from minima_resources import text as resource
from minima_widgets.panels import look
from minima_widgets.panels.controls import keeps_key
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["ExplainedText", "definition", "explain", "find_terms", "glued"]

_RELATION = re.compile(r"(?<=[\w)|]) ([=≈≤≥<>]) (?=[\w(|−∞])")


@cache
def _glossary() -> dict[str, tuple[str, str]]:
    """Return all terms: the word in small letters -> the term and its definition."""
    terms = tomllib.loads(resource("glossary.toml")).get("term", [])
    return {term["name"].lower(): (term["name"], term["definition"]) for term in terms}


# Groups of the glossary whose words are technical, and others that are; the rest are plain words.
_TECHNICAL = {"Points that matter", "Slope and curvature", "Settings of methods", "Inside a method"}
_ALSO = {"contour", "loss", "trajectory", "converged", "diverged", "seed", "evaluation"}
_PLAIN = {"pass", "accepted", "refused", "valley", "stage", "hop", "push", "poll", "parent", "child"}


@cache
def _pattern() -> re.Pattern[str]:
    terms = tomllib.loads(resource("glossary.toml")).get("term", [])
    marked = {term["name"].lower() for term in terms if term.get("group") in _TECHNICAL} | _ALSO
    words = sorted((marked - _PLAIN) & set(_glossary()), key=len, reverse=True)
    return re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, words)) + r")(s?)(?![\w-])", re.IGNORECASE)


def _is_read() -> bool:
    """Tell whether the glossary has been read: it can wait until the window is up."""
    return _pattern.cache_info().currsize > 0


def definition(word: str) -> str:
    """Return the sentence that explains `word` (also in the plural), or "" when there is none."""
    key = word.strip().lower()
    known = _glossary()
    found = known.get(key) or known.get(key.removesuffix("s"))
    if found is None and key.endswith("ima"):
        found = known.get(key.removesuffix("ima") + "imum")
    return found[1] if found else ""


def explain(word: str, more: str = "") -> str:
    """Return the tooltip for `word`: the word, its definition, and `more` about this very one."""
    sentence = definition(word)
    lines = [f"<b>{escape(word)}</b>"] if sentence else []
    lines += [escape(line) for part in (sentence, more) for line in wrap(part, 62)]
    return look.unbroken(lines) if lines else ""


def find_terms(sentence: str) -> list[tuple[int, int, str]]:
    """Return where terms stand in `sentence`: begin, end, term; each term once, the longest first."""
    found: list[tuple[int, int, str]] = []
    seen: set[str] = set()
    for match in _pattern().finditer(sentence):
        term = match.group(1).lower()
        if term not in seen:
            seen.add(term)
            found.append((match.start(), match.end(), term))
    return found


def glued(text: str) -> str:
    r"""Return `text` with “x = −1.06” and the like kept on one line; as long as it was.

    Examples
    --------
    >>> glued("at x = 3, f(a) ≤ f(x) for all x")
    'at x\xa0=\xa03, f(a)\xa0≤\xa0f(x) for all x'
    """
    return _RELATION.sub("\u00a0\\1\u00a0", text)


class ExplainedText(QWidget):
    """Text that wraps, whose technical words are dotted and explain themselves, and which may end in a link.

    `quiet` is small print, whose link has the text's own colour.
    `acted` when the link is clicked, or pressed with Enter while the keyboard is here.
    """

    acted = Signal()

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        link: str = "",
        *,
        role: str = "text",
        quiet: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._role = role
        self._quiet = quiet
        self._text, self._link = text, link
        self._document = QTextDocument(self)
        self._document.setDocumentMargin(0)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._write()

    def text(self) -> str:
        """Return the sentence, without its link."""
        return self._text

    def link(self) -> str:
        """Return the words of the link."""
        return self._link

    def set_text(self, text: str, link: str = "") -> None:
        """Show a sentence, and a link behind it."""
        if (text, link) != (self._text, self._link):
            self._text, self._link = text, link
            self._write()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        self._write()

    def _write(self) -> None:
        theme = self._theme
        self._document.setDefaultFont(look.small(theme) if self._quiet else look.body(theme))
        self._document.clear()
        cursor = QTextCursor(self._document)
        plain = QTextCharFormat()
        plain.setForeground(theme.colour(self._role))
        at, text = 0, glued(self._text)
        if not _is_read():
            QTimer.singleShot(600, self, self._read_and_write)
        for begin, end, term in find_terms(self._text) if _is_read() else ():
            cursor.insertText(text[at:begin], plain)
            marked = QTextCharFormat(plain)
            marked.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
            marked.setUnderlineColor(theme.colour("muted"))
            marked.setAnchor(True)
            marked.setAnchorHref(f"term:{term}")
            cursor.insertText(text[begin:end], marked)
            at = end
        cursor.insertText(text[at:], plain)
        if self._link:
            linked = QTextCharFormat()
            linked.setForeground(theme.colour(self._role if self._quiet else "accent"))
            linked.setFontWeight(QFont.Weight.Normal if self._quiet else QFont.Weight.DemiBold)
            linked.setFontUnderline(self._quiet or self.hasFocus())
            linked.setAnchor(True)
            linked.setAnchorHref("act:")
            # One line of its own words: a link is not torn apart where it need not be.
            cursor.insertText("  " if self._text else "", plain)
            cursor.insertText(self._link.replace(" ", "\u00a0"), linked)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if self._link else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"{self._text} {self._link}".strip())
        self._document.setTextWidth(max(self.width(), 1))
        self.updateGeometry()
        self.update()

    def _read_and_write(self) -> None:
        """Mark the words, once the window has had time to come up."""
        find_terms(self._text)
        self._write()

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the text at this width."""
        copy_width = self._document.textWidth()
        self._document.setTextWidth(max(width, 1))
        high = round(self._document.size().height() + 0.5)
        self._document.setTextWidth(copy_width)
        return high

    def sizeHint(self) -> QSize:
        """Wrap at a comfortable length of line."""
        width = look.px(self._theme, 280)
        return QSize(width, self.heightForWidth(max(self.width(), 80)))

    def minimumSizeHint(self) -> QSize:
        """Wrap as narrowly as a panel gets."""
        return QSize(look.px(self._theme, 80), self.heightForWidth(max(self.width(), 80)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew."""
        super().resizeEvent(event)
        self._document.setTextWidth(max(self.width(), 1))
        self.updateGeometry()

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the text."""
        painter = QPainter(self)
        context = QAbstractTextDocumentLayout.PaintContext()
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Text, self._theme.colour(self._role))
        context.palette = palette
        self._document.documentLayout().draw(painter, context)

    def anchor(self, point: QPoint | QPointF) -> str:
        """Return what is under `point`: ``"act:"`` for the link, ``"term:..."`` for a word, or ""."""
        return self._document.documentLayout().anchorAt(QPointF(point))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the hand over the link."""
        anchor = self.anchor(event.position())
        shapes = {"act:": Qt.CursorShape.PointingHandCursor, "": Qt.CursorShape.ArrowCursor}
        self.setCursor(shapes.get(anchor, Qt.CursorShape.WhatsThisCursor))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the press, so that its release comes here."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Follow the link."""
        if event.button() == Qt.MouseButton.LeftButton and self.anchor(event.position()) == "act:":
            self.acted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Follow the link."""
        if self._link and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.acted.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Explain the word under the pointer; underline the link while the keyboard is here."""
        if self._link and keeps_key(event, {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}):
            return True
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut} and self._link:
            self._write()
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            anchor = self.anchor(QPointF(event.pos()))
            if anchor.startswith("term:"):
                QToolTip.showText(event.globalPos(), explain(anchor.removeprefix("term:")), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
