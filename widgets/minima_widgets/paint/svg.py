"""Writes a recording as SVG: shapes, letters once each, and the session that made it.

Numbers are rounded to a hundredth of a pixel. Nothing depends on the machine, the time or the fonts that are
installed where it is opened.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from minima_widgets.paint.dots import DOTS_PER_INCH
from minima_widgets.paint.recording import (
    Colour,
    Facets,
    Gradient,
    Matrix,
    Outline,
    Raster,
    Recording,
    Shape,
    Stroke,
    Text,
)

__all__ = ["DOCUMENT_SPACE", "svg_bytes"]

DOCUMENT_SPACE = "urn:minima-desktop:document"
"""The XML namespace of the session that a picture carries."""


def svg_bytes(
    recording: Recording,
    title: str = "",
    description: str = "",
    document: bytes = b"",
    *,
    dpi: float = DOTS_PER_INCH,
) -> bytes:
    """Return the recording as an SVG file; `document` is the session that it carries, if any.

    Width and height are told in pixels of CSS, 96 to the inch, whatever the recording has: every reader takes
    these, and not every one takes millimetres.
    """
    size = recording.size
    wide, high = (number(each / dpi * DOTS_PER_INCH) for each in (size.width(), size.height()))
    writer = _Writer(recording)
    body = writer.body()
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
        f'viewBox="0 0 {size.width()} {size.height()}" role="img">'
    ]
    if title:
        head.append(f"<title>{escape(title)}</title>")
    if description:
        head.append(f"<desc>{escape(description)}</desc>")
    if document:
        carried = base64.b64encode(document).decode("ascii")
        head.append(f'<metadata><session xmlns="{DOCUMENT_SPACE}">{carried}</session></metadata>')
    text = "\n".join([*head, *writer.definitions(), *body, "</svg>\n"])
    return text.encode("utf-8")


def number(value: float) -> str:
    """Write a number with at most two places: 12.5, −3, .25."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _joined(numbers: Iterable[float]) -> str:
    """Write numbers one after the other, without a gap where a sign parts them."""
    text = ""
    for each in numbers:
        word = number(each)
        text += word if not text or word.startswith("-") else " " + word
    return text


def path_data(outline: Outline) -> str:
    """Return the outline as the `d` of a path, each point measured from the one before it.

    What is written adds up to rounded places, so that errors do not add up along a long line.
    """
    words: list[str] = []
    x = y = bx = by = 0.0
    last = ""
    for part in outline:
        kind = part[0]
        if kind == "Z":
            words.append("z")
            x, y, last = bx, by, "z"
            continue
        places = [round(each, 2) for each in part[1:]]
        steps = [place - (x if k % 2 == 0 else y) for k, place in enumerate(places)]
        letter = {"M": "m", "L": "l", "C": "c"}[kind]
        text = _joined(steps)
        follows = letter == last or (letter == "l" and last == "m")
        if follows:
            words.append(text if text.startswith("-") else " " + text)
        else:
            words.append(letter + text)
        x, y, last = places[-2], places[-1], letter
        if kind == "M":
            bx, by = x, y
    return "".join(words)


def _matrix(matrix: Matrix) -> str:
    a, b, c, d, e, f = matrix
    if (a, b, c, d) == (1.0, 0.0, 0.0, 1.0):
        return f"translate({number(e)} {number(f)})"
    scale = " ".join(f"{each:.5g}" for each in (a, b, c, d))
    return f"matrix({scale} {number(e)} {number(f)})"


class _Writer:
    """Writes the items of a recording, and what they refer to."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._gradients: list[Gradient] = []
        self._letters: set[int] = set()

    def body(self) -> list[str]:
        """Return the elements, in drawing order, those with the same clip in one group."""
        lines: list[str] = []
        clip: int | None = None
        for item in self._recording.items:
            if item.clip != clip:
                if clip is not None:
                    lines.append("</g>")
                clip = item.clip
                if clip is not None:
                    lines.append(f'<g clip-path="url(#c{clip})">')
            match item:
                case Shape():
                    lines.append(self._shape(item))
                case Text():
                    lines.append(self._text(item))
                case Raster():
                    lines.append(_raster(item))
                case Facets():
                    lines += _facets(item)
        if clip is not None:
            lines.append("</g>")
        return lines

    def definitions(self) -> list[str]:
        """Return clips, gradients and letters; asked for when the body has been written."""
        lines = ["<defs>"]
        for k, (outline, odd, within) in enumerate(self._recording.clips):
            inside = f' clip-path="url(#c{within})"' if within is not None else ""
            rule = ' clip-rule="evenodd"' if odd else ""
            lines.append(f'<clipPath id="c{k}"{inside}><path d="{path_data(outline)}"{rule}/></clipPath>')
        for k, gradient in enumerate(self._gradients):
            (x1, y1), (x2, y2) = gradient.start, gradient.end
            stops = "".join(
                f'<stop offset="{share:.4g}" stop-color="{colour.hex}"{_opacity("stop", colour)}/>'
                for share, colour in gradient.stops
            )
            lines.append(
                f'<linearGradient id="s{k}" gradientUnits="userSpaceOnUse" x1="{number(x1)}" '
                f'y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}">{stops}</linearGradient>'
            )
        lines += [
            f'<path id="l{k}" d="{path_data(self._recording.letters[k])}"/>' for k in sorted(self._letters)
        ]
        return [*lines, "</defs>"]

    def _shape(self, shape: Shape) -> str:
        fill = shape.fill
        if isinstance(fill, Gradient):
            if fill not in self._gradients:
                self._gradients.append(fill)
            paint = f' fill="url(#s{self._gradients.index(fill)})"'
        elif fill is None:
            paint = ' fill="none"'
        else:
            paint = f' fill="{fill.hex}"{_opacity("fill", fill)}'
        rule = ' fill-rule="evenodd"' if shape.odd and fill is not None else ""
        line = _stroke(shape.stroke) if shape.stroke is not None else ""
        return f'<path d="{path_data(shape.outline)}"{paint}{rule}{line}/>'

    def _text(self, text: Text) -> str:
        self._letters |= {letter.number for letter in text.letters}
        letters = "".join(
            f'<use href="#l{letter.number}" x="{number(letter.x)}" y="{number(letter.y)}"/>'
            for letter in text.letters
        )
        colour = text.colour
        return (
            f'<g aria-label={quoteattr(text.words)} transform="{_matrix(text.matrix)}" '
            f'fill="{colour.hex}"{_opacity("fill", colour)}>{letters}</g>'
        )


def _opacity(what: str, colour: Colour) -> str:
    return "" if colour.opacity >= 1 else f' {what}-opacity="{colour.opacity:.3g}"'


def _stroke(stroke: Stroke) -> str:
    words = f' stroke="{stroke.colour.hex}"{_opacity("stroke", stroke.colour)}'
    words += f' stroke-width="{number(stroke.width)}"'
    if stroke.cap != "butt":
        words += f' stroke-linecap="{stroke.cap}"'
    if stroke.join != "miter":
        words += f' stroke-linejoin="{stroke.join}"'
    if stroke.dashes:
        words += f' stroke-dasharray="{" ".join(number(each) for each in stroke.dashes)}"'
        if stroke.offset:
            words += f' stroke-dashoffset="{number(stroke.offset)}"'
    return words


def _raster(raster: Raster) -> str:
    data = base64.b64encode(png_of(raster.image)).decode("ascii")
    a, b, c, d, e, f = raster.matrix
    # The picture is put one unit wide and high, and stretched: pixels are never square in every reader.
    opacity = "" if raster.opacity >= 1 else f' opacity="{raster.opacity:.3g}"'
    matrix = " ".join(f"{each:.6g}" for each in (a, b, c, d, e, f))
    return (
        f'<image width="1" height="1" preserveAspectRatio="none" transform="matrix({matrix})"{opacity} '
        f'href="data:image/png;base64,{data}"/>'
    )


def _facets(facets: Facets) -> list[str]:
    """Write polygons; neighbours in the order with one colour share a path."""
    lines: list[str] = []
    places = np.round(facets.corners, 1)
    colours = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in facets.colours.tolist()]
    begins = facets.begins.tolist()
    data: list[str] = []
    for k, colour in enumerate(colours):
        corners = places[begins[k] : begins[k + 1]]
        first, steps = corners[0], np.diff(corners, axis=0)
        data.append(f"M{number(first[0])} {number(first[1])}l" + _joined(steps.ravel().tolist()) + "z")
        if k + 1 == len(colours) or colours[k + 1] != colour:
            lines.append(f'<path fill="{colour}" d="{"".join(data)}"/>')
            data = []
    return lines


def png_of(image: QImage) -> bytes:
    """Return an image as PNG, small."""
    array = QByteArray()
    buffer = QBuffer(array)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 0)  # type: ignore[call-overload]  # bytes, as the stub wants, are refused
    buffer.close()
    return bytes(array.data())
