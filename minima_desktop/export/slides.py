"""A deck of slides as PowerPoint reads it: one picture a slide, with title, caption, notes, and films.

python-pptx, which writes it, is an extra that may be missing (`pip install "minima-desktop[slides]"`). The
same slides give the same bytes: the file holds no date, and its parts lie in a fixed order.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

__all__ = ["PICTURE_PIXELS", "Film", "MissingExtraError", "Slide", "deck_bytes", "look_for_pptx"]

WIDTH, HEIGHT = 13.333, 7.5
"""Of a slide, in inches: 16 : 9."""
EDGE = 0.42
TITLE_TOP, TITLE_HIGH, TITLE_POINTS = 0.26, 0.74, 30
CAPTION_HIGH, CAPTION_POINTS, SMALLEST_POINTS = 0.84, 18, 12
LINE_LETTERS = 1900
"""Letters of a line, times the points of the type."""
PICTURE_WIDE = WIDTH - 2 * EDGE
PICTURE_TOP = TITLE_TOP + TITLE_HIGH + 0.06
PICTURE_HIGH = HEIGHT - PICTURE_TOP - CAPTION_HIGH - 0.2
DOTS = 3840 / WIDTH
PICTURE_PIXELS = (round(PICTURE_WIDE * DOTS), round(PICTURE_HIGH * DOTS))
"""Width and height of the picture of a slide that is sharp on a screen of 3840 × 2160."""
MISSING = (
    "PowerPoint files need python-pptx, which is not installed. This line installs it: "
    'pip install "minima-desktop[slides]" — or choose PDF, or pictures.'
)
ONE_DATE = (2000, 1, 1, 0, 0, 0)
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class MissingExtraError(Exception):
    """A part that is installed apart is not there; the message is a sentence with the line to install it."""


@dataclass(frozen=True)
class Film:
    """A film that plays on a slide: its file, and the kind of it (``video/mp4``)."""

    data: bytes
    mime: str


@dataclass(frozen=True)
class Slide:
    """One slide.

    Attributes
    ----------
    title, caption
        What stands above and below the picture.
    picture
        The picture, as PNG; of a film, what is seen before it plays.
    told
        The picture in words, for those who cannot see it.
    notes
        For the speaker.
    film
        What plays in the place of the picture, or None.
    """

    title: str
    picture: bytes
    caption: str = ""
    told: str = ""
    notes: str = ""
    film: Film | None = None


def look_for_pptx() -> Any:
    """Return the part that writes PowerPoint files.

    Raises
    ------
    MissingExtraError
        When it is not installed; the message says with which line it is.
    """
    try:
        import pptx
    except ImportError:
        raise MissingExtraError(MISSING) from None
    return pptx


def deck_bytes(title: str, slides: Sequence[Slide], ink: str = "000000", ground: str = "FFFFFF") -> bytes:
    """Return a deck as a file.

    Parameters
    ----------
    ink, ground
        Colours of words and of the slides behind them, as RRGGBB.

    Raises
    ------
    MissingExtraError
        When python-pptx is not installed.
    ValueError
        When there are no slides.
    """
    if not slides:
        raise ValueError("A deck needs at least one slide.")
    pptx = look_for_pptx()
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = pptx.util.Inches(WIDTH), pptx.util.Inches(HEIGHT)
    facts = deck.core_properties
    facts.title, facts.author, facts.last_modified_by = _clean(title), "", "Minima Desktop"
    writer = _Writer(pptx, deck, ink, ground)
    for slide in slides:
        writer.add(slide)
    held = BytesIO()
    deck.save(held)
    return _dateless(held.getvalue())


class _Writer:
    """Puts slides into a deck."""

    def __init__(self, pptx: Any, deck: Any, ink: str, ground: str) -> None:
        from pptx.dml.color import RGBColor

        self._deck, self._inches, self._points = deck, pptx.util.Inches, pptx.util.Pt
        self._ink, self._ground = RGBColor.from_string(ink), RGBColor.from_string(ground)
        self._layout = next(each for each in deck.slide_layouts if each.name == "Title Only")

    def add(self, slide: Slide) -> None:
        """Add one slide."""
        made = self._deck.slides.add_slide(self._layout)
        fill = made.background.fill
        fill.solid()
        fill.fore_color.rgb = self._ground
        self._place_title(made.shapes.title, slide.title)
        self._place_picture(made.shapes, slide)
        if slide.caption:
            self._place_caption(made.shapes, slide.caption)
        if slide.notes:
            made.notes_slide.notes_text_frame.text = _clean(slide.notes)

    def _place_title(self, shape: Any, text: str) -> None:
        inches = self._inches
        shape.left, shape.top = inches(EDGE), inches(TITLE_TOP)
        shape.width, shape.height = inches(PICTURE_WIDE), inches(TITLE_HIGH)
        self._write(shape.text_frame, text, TITLE_POINTS, title=True)

    def _place_caption(self, shapes: Any, text: str) -> None:
        inches = self._inches
        top = HEIGHT - CAPTION_HIGH - 0.14
        box = shapes.add_textbox(inches(EDGE), inches(top), inches(PICTURE_WIDE), inches(CAPTION_HIGH))
        box.name = "Caption"
        self._write(box.text_frame, text, CAPTION_POINTS)

    def _write(self, frame: Any, text: str, points: float, *, title: bool = False) -> None:
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

        while len(text) * points > LINE_LETTERS * (1 if title else 2) and points > SMALLEST_POINTS:
            points -= 1
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE if title else MSO_ANCHOR.TOP
        frame.text = _clean(" ".join(text.split()))
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        for run in paragraph.runs:  # PowerPoint does not look at the type of a paragraph
            run.font.size, run.font.bold = self._points(points), title
            run.font.color.rgb = self._ink

    def _place_picture(self, shapes: Any, slide: Slide) -> None:
        inches = self._inches
        room = inches(EDGE), inches(PICTURE_TOP), inches(PICTURE_WIDE), inches(PICTURE_HIGH)
        if slide.film is None:
            shape = shapes.add_picture(BytesIO(slide.picture), *room)
        else:
            film, poster = BytesIO(slide.film.data), BytesIO(slide.picture)
            shape = shapes.add_movie(film, *room, poster_frame_image=poster, mime_type=slide.film.mime)
        shape.name = "Picture"
        shape._element.xpath(".//p:cNvPr")[0].set("descr", _clean(slide.told or slide.title))


def _clean(text: str) -> str:
    """Return text without what XML cannot hold."""
    return NOT_IN_XML.sub("", text)


def _dateless(packed: bytes) -> bytes:
    """Return a ZIP file with the same parts in the same order, all of one date."""
    held = BytesIO()
    with zipfile.ZipFile(BytesIO(packed)) as before, zipfile.ZipFile(held, "w") as after:
        for name in before.namelist():
            facts = zipfile.ZipInfo(name, ONE_DATE)
            facts.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(facts, before.read(name))
    return held.getvalue()
