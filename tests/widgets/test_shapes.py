"""Pictures made of shapes: what a recording keeps, and the SVG and PDF files that are written from it."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QApplication

from minima_widgets.fonts import load_fonts
from minima_widgets.paint.camera import Camera
from minima_widgets.paint.pdf import pdf_bytes
from minima_widgets.paint.recording import Facets, Gradient, Raster, Recording, Shape, Text
from minima_widgets.paint.surface import paint_surface
from minima_widgets.paint.svg import DOCUMENT_SPACE, number, svg_bytes
from minima_widgets.theme import Theme
from tests.widgets.surfaces import race

SPACE = "{http://www.w3.org/2000/svg}"


def recorded(draw: Callable[[QPainter], None], width: int = 200, height: int = 100) -> Recording:
    """Return what a function draws, as shapes."""
    load_fonts()
    recording = Recording(width, height)
    painter = QPainter(recording)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter)
    painter.end()
    return recording


def everything(painter: QPainter) -> None:
    """Draw one of each kind."""
    painter.fillRect(QRectF(0, 0, 200, 100), QColor("#ffffff"))
    painter.scale(2.0, 2.0)
    pen = QPen(QColor(200, 0, 0, 128), 1.5)
    pen.setDashPattern([2.0, 3.0])
    painter.setPen(pen)
    painter.drawLine(QPointF(1, 1), QPointF(30, 20))
    gradient = QLinearGradient(QPointF(0, 0), QPointF(0, 50))
    gradient.setColorAt(0.0, QColor(0, 0, 255, 100))
    gradient.setColorAt(1.0, QColor(0, 255, 0, 100))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    painter.setClipRect(QRectF(5, 5, 40, 30))
    painter.drawEllipse(QPointF(20, 20), 15, 10)
    painter.setClipping(False)
    image = QImage(4, 3, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(10, 20, 30, 200))
    painter.drawImage(QRectF(50, 5, 20, 15), image)
    font = QFont("Inter")
    font.setPixelSize(10)
    painter.setFont(font)
    painter.setPen(QColor("#123456"))
    painter.drawText(QPointF(10, 45), "A < ∇f & ff")


def test_a_recording_keeps_shapes_in_pixels(qapp: QApplication) -> None:
    recording = recorded(everything)
    kinds = [type(item) for item in recording.items]
    assert kinds == [Shape, Shape, Shape, Raster, Text]
    _, line, ellipse, picture, words = recording.items
    assert isinstance(line, Shape) and line.stroke is not None
    assert line.outline == (("M", 2.0, 2.0), ("L", 60.0, 40.0))
    assert line.stroke.width == pytest.approx(3.0)
    assert line.stroke.dashes == pytest.approx((6.0, 9.0))
    assert line.stroke.colour.opacity == pytest.approx(128 / 255, abs=1e-3)
    assert isinstance(ellipse, Shape) and isinstance(ellipse.fill, Gradient)
    assert ellipse.fill.end == (0.0, 100.0)
    assert ellipse.clip is not None and recording.clips[ellipse.clip][0][0] == ("M", 10.0, 10.0)
    assert isinstance(picture, Raster) and picture.matrix == (40.0, 0.0, 0.0, 30.0, 100.0, 10.0)
    assert picture.clip is None
    assert isinstance(words, Text) and words.words == "A < ∇f & ff"
    assert len(words.letters) == 7, "spaces have no outline"
    assert [letter.x for letter in words.letters] == sorted(letter.x for letter in words.letters)
    assert len({letter.number for letter in words.letters}) == 5, "f is kept once"


def test_an_svg_says_the_same_and_carries_its_session(qapp: QApplication) -> None:
    recording = recorded(everything)
    data = svg_bytes(recording, "Title & more", "What is seen", b'{"a": 1}')
    root = ElementTree.fromstring(data)
    assert root.get("viewBox") == "0 0 200 100"
    assert root.findtext(f"{SPACE}title") == "Title & more"
    held = root.find(f"{SPACE}metadata/{{{DOCUMENT_SPACE}}}session")
    assert held is not None and base64.b64decode(held.text or "") == b'{"a": 1}'
    words = root.findall(f"{SPACE}g[@aria-label]")
    assert [each.get("aria-label") for each in words] == ["A < ∇f & ff"]
    letters = {each.get("id") for each in root.iter(f"{SPACE}path")} - {None}
    used = {(each.get("href") or "#")[1:] for each in root.iter(f"{SPACE}use")}
    assert used == letters and len(used) == 5
    assert len(list(root.iter(f"{SPACE}image"))) == 1
    assert b'stroke-dasharray="6 9"' in data
    assert svg_bytes(recorded(everything), "Title & more", "What is seen", b'{"a": 1}') == data


def objects_of(data: bytes) -> dict[int, bytes]:
    """Return the objects of a PDF, found by its own table."""
    begin = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    rows = data[begin:].split(b"\n")
    count = int(rows[1].split()[1])
    found = {}
    for k in range(1, count):
        place = int(rows[2 + k][:10])
        assert data[place:].startswith(f"{k} 0 obj\n".encode()), k
        found[k] = data[place : data.index(b"\nendobj", place)]
    return found


def unpacked(body: bytes) -> bytes:
    """Return the data of a stream."""
    size = re.search(rb"/Length (\d+)", body)
    assert size is not None
    begin = body.index(b"stream\n") + 7
    return zlib.decompress(body[begin : begin + int(size[1])])


def test_a_pdf_holds_together_and_is_the_same_twice(qapp: QApplication) -> None:
    pages = [recorded(everything), recorded(everything)]
    data = pdf_bytes(pages, "Title", "What is seen", b'{"a": 1}')
    objects = objects_of(data)
    contents = [
        unpacked(objects[int(each)])
        for body in objects.values()
        if b"/Type /Page " in body
        for each in re.findall(rb"/Contents (\d+) 0 R", body)
    ]
    assert len(contents) == 2
    for content in contents:
        words = content.split()
        assert words.count(b"q") == words.count(b"Q") > 3
        assert b"[6 9] 0 d" in content and b"/S0 sh" in content and b"/I0 Do" in content
        assert content.count(b"Do Q") == 7, "one for each letter"
    named = [body for body in objects.values() if b"/EmbeddedFile" in body]
    assert unpacked(named[0]) == b'{"a": 1}'
    assert b"Date" not in data
    assert (
        pdf_bytes([recorded(everything), recorded(everything)], "Title", "What is seen", b'{"a": 1}') == data
    )
    with pytest.raises(ValueError, match="at least one page"):
        pdf_bytes([])


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.001, "0"), (0.25, ".25"), (-0.5, "-.5"), (12.0, "12"), (100.10, "100.1")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text


def test_a_relief_is_drawn_as_polygons_that_cover_what_the_raster_covers(qapp: QApplication) -> None:
    load_fonts()
    theme, scene, size = Theme.load("light"), race(), QSize(320, 240)
    rect = QRectF(0, 0, 320, 240)
    camera = Camera.for_room(320, 240)
    recording = Recording(320, 240)
    painter = QPainter(recording)
    paint_surface(painter, rect, scene, camera, theme)
    painter.end()
    assert not [item for item in recording.items if isinstance(item, Raster)]
    (relief,) = [item for item in recording.items if isinstance(item, Facets)]
    assert 2_000 < len(relief.colours) < 25_000
    drawn, shapes = (QImage(size, QImage.Format.Format_RGB32) for _ in range(2))
    drawn.fill(QColor("white"))
    shapes.fill(QColor("white"))
    painter = QPainter(drawn)
    paint_surface(painter, rect, scene, camera, theme)
    painter.end()
    painter = QPainter(shapes)
    painter.setPen(Qt.PenStyle.NoPen)
    for k, (red, green, blue) in enumerate(relief.colours.tolist()):
        corners = relief.corners[relief.begins[k] : relief.begins[k + 1]]
        painter.setBrush(QColor(red, green, blue))
        painter.drawPolygon([QPointF(x, y) for x, y in corners.tolist()])
    painter.end()

    def pixels(image: QImage) -> np.ndarray:
        return np.frombuffer(image.constBits(), np.uint8).reshape(240, 320, 4)[..., :3].astype(int)

    apart = np.abs(pixels(drawn) - pixels(shapes)).max(axis=2)
    # Lines, ticks and words are only in the one; nearly all the rest has the same colours.
    assert np.mean(apart <= 12) > 0.9
    assert len(svg_bytes(recording)) < 2_000_000
