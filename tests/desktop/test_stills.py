"""Still pictures in every format, and the session that each of them carries."""

from __future__ import annotations

from pathlib import Path

import pytest

from minima_core.document import Document, opening
from minima_desktop.carried import carried_in, is_picture
from minima_desktop.export.stills import STILLS, still_bytes
from minima_desktop.files import FileError, read_document
from minima_desktop.render import draw


@pytest.fixture(scope="module")
def document() -> Document:
    return opening()


@pytest.mark.parametrize("ending", STILLS)
def test_a_picture_is_a_session_and_the_same_bytes_twice(
    document: Document, ending: str, tmp_path: Path
) -> None:
    data = draw(document, 400, 300, ending)
    path = tmp_path / f"picture{ending}"
    path.write_bytes(data)
    assert read_document(path) == document
    assert draw(document, 400, 300, ending) == data


@pytest.mark.parametrize("ending", STILLS)
def test_a_broken_picture_is_refused_in_a_sentence(document: Document, ending: str, tmp_path: Path) -> None:
    data = draw(document, 200, 150, ending)
    path = tmp_path / f"picture{ending}"
    for cut in (9, 200, len(data) // 3, len(data) // 2):
        path.write_bytes(data[:cut])
        try:
            assert read_document(path) == document
        except FileError as error:
            assert str(path) in str(error)


def test_hostile_pictures_carry_nothing() -> None:
    bomb = b"%PDF-1.7\n5 0 obj\n<< /Type /EmbeddedFile >>\nstream\n"
    assert is_picture(bomb) and carried_in(bomb) is None
    assert carried_in(b"<svg><session xmlns='x'>e30=</session></svg>") is None
    assert not is_picture(b'{"version": 3}')


def test_other_endings_are_refused(document: Document) -> None:
    from minima_core.scene.page import Page

    with pytest.raises(ValueError, match=r"\.png, \.svg, \.pdf"):
        still_bytes(Page("Title"), ".docx", 100, 100)
