"""Writes recordings as PDF, one a page: shapes, letters once each, and the session that made it.

A file holds no date and no random number: the same recordings give the same bytes. Colours are sRGB, one
pixel is 0.75 points (96 to the inch) unless another width is asked for. What is written follows ISO
32000-1:2008.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtGui import QImage

from minima_widgets.paint.recording import (
    Colour,
    Facets,
    Gradient,
    Outline,
    Raster,
    Recording,
    Shape,
    Stroke,
    Text,
)

__all__ = ["DOCUMENT_NAME", "pdf_bytes"]

DOCUMENT_NAME = "session.minima.json"
"""The name of the attached file that is the session."""
POINTS = 72 / 96
_CAPS = {"butt": 0, "round": 1, "square": 2}
_JOINS = {"miter": 0, "round": 1, "bevel": 2}


def pdf_bytes(
    pages: Recording | Sequence[Recording],
    title: str = "",
    description: str = "",
    document: bytes = b"",
    *,
    width: float | None = None,
) -> bytes:
    """Return recordings as a PDF file.

    Parameters
    ----------
    pages
        One page each.
    title, description
        What the file says of itself.
    document
        The session that it carries, if any.
    width
        Of a page, in points; None: 0.75 of a pixel.
    """
    file = _File()
    recordings = [pages] if isinstance(pages, Recording) else list(pages)
    if not recordings:
        raise ValueError("A PDF needs at least one page.")
    tree = file.reserve()
    numbers = []
    for recording in recordings:
        unit = POINTS if width is None else width / recording.size.width()
        numbers.append(_Page(file, recording, unit).write(tree))
    kids = " ".join(f"{number} 0 R" for number in numbers)
    file.put(tree, f"<< /Type /Pages /Kids [{kids}] /Count {len(numbers)} >>")
    catalog = f"<< /Type /Catalog /Pages {tree} 0 R /ViewerPreferences << /DisplayDocTitle true >>"
    if document:
        held = file.stream(document, f"/Type /EmbeddedFile /Subtype {_name('application/json')}")
        name = _text(DOCUMENT_NAME)
        told = file.add(f"<< /Type /Filespec /F {name} /UF {name} /EF << /F {held} 0 R >> >>")
        catalog += f" /Names << /EmbeddedFiles << /Names [{name} {told} 0 R] >> >>"
    root = file.add(catalog + " >>")
    facts = f"<< /Title {_text(title)} /Subject {_text(description)} /Creator {_text('Minima Desktop')} >>"
    return file.finish(root, file.add(facts))


class _File:
    """Objects by their number, and the table that says where they lie."""

    def __init__(self) -> None:
        self._objects: list[bytes] = []

    def reserve(self) -> int:
        """Return the number of an object that comes later."""
        self._objects.append(b"")
        return len(self._objects)

    def put(self, number: int, text: str | bytes) -> None:
        """Give a reserved number its object."""
        self._objects[number - 1] = text.encode("latin-1") if isinstance(text, str) else text

    def add(self, text: str | bytes) -> int:
        """Add an object; return its number."""
        number = self.reserve()
        self.put(number, text)
        return number

    def stream(self, data: bytes, entries: str = "") -> int:
        """Add compressed data; return its number."""
        packed = zlib.compress(data, 9)
        head = f"<< {entries} /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode("latin-1")
        return self.add(head + packed + b"\nendstream")

    def finish(self, root: int, facts: int) -> bytes:
        """Return the whole file."""
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, body in enumerate(self._objects, 1):
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        table = len(out)
        mark = hashlib.sha256(out).hexdigest()[:32]
        out += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
        out += "".join(f"{place:010d} 00000 n \n" for place in places).encode()
        out += (
            f"trailer\n<< /Size {len(places) + 1} /Root {root} 0 R /Info {facts} 0 R "
            f"/ID [<{mark}> <{mark}>] >>\nstartxref\n{table}\n%%EOF\n"
        ).encode()
        return bytes(out)


class _Page:
    """Writes one recording as a page, with what it refers to."""

    def __init__(self, file: _File, recording: Recording, unit: float) -> None:
        self._file = file
        self._recording = recording
        self._unit = unit
        self._states: dict[tuple[float, float], str] = {}
        self._shadings: list[Gradient] = []
        self._pictures: list[int] = []
        self._letters: dict[int, int] = {}

    def write(self, parent: int) -> int:
        """Write the page; return its number."""
        size, unit = self._recording.size, self._unit
        # From pixels, downwards, to points, upwards.
        words = [f"{_number(unit, 6)} 0 0 {_number(-unit, 6)} 0 {_number(size.height() * unit)} cm"]
        clip: int | None = None
        for item in self._recording.items:
            if item.clip != clip:
                if clip is not None:
                    words.append("Q")
                clip = item.clip
                if clip is not None:
                    words.append("q")
                    words += self._clips(clip)
            match item:
                case Shape():
                    words += self._shape(item)
                case Text():
                    words += self._text(item)
                case Raster():
                    words += self._raster(item)
                case Facets():
                    words += _facets(item)
        if clip is not None:
            words.append("Q")
        content = self._file.stream("\n".join(words).encode("ascii"))
        box = f"[0 0 {_number(size.width() * unit)} {_number(size.height() * unit)}]"
        return self._file.add(
            f"<< /Type /Page /Parent {parent} 0 R /MediaBox {box} /Contents {content} 0 R "
            f"/Resources {self._resources()} >>"
        )

    def _resources(self) -> str:
        states = " ".join(
            f"/{name} << /ca {_number(fill, 4)} /CA {_number(line, 4)} >>"
            for (fill, line), name in self._states.items()
        )
        shadings = " ".join(f"/S{k} {_shading(each)}" for k, each in enumerate(self._shadings))
        objects = [f"/I{k} {number} 0 R" for k, number in enumerate(self._pictures)]
        objects += [f"/L{k} {number} 0 R" for k, number in self._letters.items()]
        return f"<< /ExtGState << {states} >> /Shading << {shadings} >> /XObject << {' '.join(objects)} >> >>"

    def _clips(self, number: int) -> list[str]:
        """Return what cuts off, the outermost first."""
        outline, odd, within = self._recording.clips[number]
        before = self._clips(within) if within is not None else []
        return [*before, path_words(outline), "W* n" if odd else "W n"]

    def _state(self, fill: float, line: float) -> str:
        name = self._states.setdefault((fill, line), f"G{len(self._states)}")
        return f"/{name} gs"

    def _shape(self, shape: Shape) -> list[str]:
        fill, stroke = shape.fill, shape.stroke
        words: list[str] = []
        path = path_words(shape.outline)
        if isinstance(fill, Gradient):
            if fill not in self._shadings:
                self._shadings.append(fill)
            opacity = sum(colour.opacity for _, colour in fill.stops) / len(fill.stops)
            name = self._shadings.index(fill)
            cut = "W* n" if shape.odd else "W n"
            words += ["q", self._state(round(opacity, 4), 1.0), path, cut, f"/S{name} sh", "Q"]
            fill = None
        if fill is None and stroke is None:
            return words
        words.append(self._state(fill.opacity if fill else 1.0, stroke.colour.opacity if stroke else 1.0))
        if fill is not None:
            words.append(f"{_rgb(fill)} rg")
        if stroke is not None:
            words += _pen(stroke)
        odd = "*" if shape.odd else ""
        paint = f"B{odd}" if fill and stroke else f"f{odd}" if fill else "S"
        return [*words, path, paint]

    def _text(self, text: Text) -> list[str]:
        matrix = " ".join(_number(each, 5) for each in text.matrix)
        words = ["q", f"{matrix} cm", self._state(text.colour.opacity, 1.0), f"{_rgb(text.colour)} rg"]
        for letter in text.letters:
            if letter.number not in self._letters:
                self._letters[letter.number] = self._letter(letter.number)
            place = f"1 0 0 1 {_number(letter.x)} {_number(letter.y)} cm"
            words.append(f"q {place} /L{letter.number} Do Q")
        return [*words, "Q"]

    def _letter(self, number: int) -> int:
        """Write a letter once, to be filled in the colour of whoever draws it."""
        outline = self._recording.letters[number]
        xs = [each for part in outline for each in part[1::2]]
        ys = [each for part in outline for each in part[2::2]]
        box = " ".join(_number(each) for each in (min(xs) - 1, min(ys) - 1, max(xs) + 1, max(ys) + 1))
        return self._file.stream(
            f"{path_words(outline)} f".encode("ascii"), f"/Type /XObject /Subtype /Form /BBox [{box}]"
        )

    def _raster(self, raster: Raster) -> list[str]:
        image = raster.image.convertToFormat(QImage.Format.Format_RGBA8888)
        width, height = image.width(), image.height()
        lines = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
        pixels = lines[:, : 4 * width].reshape(height, width, 4)
        common = f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 8"
        veil = ""
        if pixels[..., 3].min() < 255:
            mask = self._file.stream(pixels[..., 3].tobytes(), f"{common} /ColorSpace /DeviceGray")
            veil = f" /SMask {mask} 0 R"
        number = self._file.stream(pixels[..., :3].tobytes(), f"{common} /ColorSpace /DeviceRGB{veil}")
        self._pictures.append(number)
        a, b, c, d, e, f = raster.matrix
        # The unit square of an image stands upright: its y goes up.
        matrix = " ".join(_number(each, 5) for each in (a, b, -c, -d, e + c, f + d))
        state = self._state(round(raster.opacity, 4), 1.0)
        return ["q", state, f"{matrix} cm", f"/I{len(self._pictures) - 1} Do", "Q"]


def _facets(facets: Facets) -> list[str]:
    """Write polygons; neighbours in the order with one colour are filled together."""
    words: list[str] = []
    places = np.round(facets.corners, 1)
    colours = facets.colours.tolist()
    begins = facets.begins.tolist()
    for k, colour in enumerate(colours):
        if k == 0 or colours[k - 1] != colour:
            words.append(f"{_rgb(Colour(*colour))} rg")
        corners = places[begins[k] : begins[k + 1]].tolist()
        parts = [f"{_number(x)} {_number(y)} {'l' if j else 'm'}" for j, (x, y) in enumerate(corners)]
        words.append(" ".join(parts))
        if k + 1 == len(colours) or colours[k + 1] != colour:
            words.append("f")
    return words


def path_words(outline: Outline) -> str:
    """Return the outline as PDF writes paths."""
    letters = {"M": "m", "L": "l", "C": "c", "Z": "h"}
    return " ".join(" ".join([*(_number(each) for each in part[1:]), letters[part[0]]]) for part in outline)


def _pen(stroke: Stroke) -> Iterable[str]:
    dashes = " ".join(_number(each) for each in stroke.dashes)
    yield f"{_rgb(stroke.colour)} RG {_number(stroke.width)} w"
    yield f"{_CAPS[stroke.cap]} J {_JOINS[stroke.join]} j [{dashes}] {_number(stroke.offset)} d"


def _shading(gradient: Gradient) -> str:
    """Return colours along a line: from stop to stop in a straight line each."""
    stops = list(gradient.stops)
    if len(stops) == 1:
        stops.append((1.0, stops[0][1]))
    pieces = [
        f"<< /FunctionType 2 /Domain [0 1] /C0 [{_rgb(first)}] /C1 [{_rgb(second)}] /N 1 >>"
        for (_, first), (_, second) in pairwise(stops)
    ]
    bounds = " ".join(_number(share, 4) for share, _ in stops[1:-1])
    encode = " ".join(["0 1"] * len(pieces))
    joined = (
        f"<< /FunctionType 3 /Domain [0 1] /Functions [{' '.join(pieces)}] /Bounds [{bounds}] "
        f"/Encode [{encode}] >>"
    )
    ends = " ".join(_number(each) for each in (*gradient.start, *gradient.end))
    return (
        f"<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [{ends}] /Function {joined} /Extend [true true] >>"
    )


def _rgb(colour: Colour) -> str:
    return " ".join(_number(each / 255, 4) for each in (colour.red, colour.green, colour.blue))


def _number(value: float, places: int = 2) -> str:
    text = f"{value:.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def _name(text: str) -> str:
    return "/" + text.replace("/", "#2F")


def _text(text: str) -> str:
    """Return a text string, in UTF-16 as hexadecimal digits."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
