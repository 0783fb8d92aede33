"""Talks as files: decks, pages, pictures; whole or not at all, the same bytes twice, and no notes abroad."""

from __future__ import annotations

import hashlib
import sys
import zipfile
from io import BytesIO
from xml.etree import ElementTree

import msgspec
import pytest
from PySide6.QtGui import QImage

from minima_core.document import Document, opening
from minima_core.document.talk import Talk, TalkScene
from minima_desktop.carried import carried_in
from minima_desktop.export import slides, talks
from minima_desktop.export.leaves import leaves_of
from minima_desktop.export.slides import Film, MissingExtraError, Slide, deck_bytes
from minima_desktop.export.talks import Cancelled, Done, Export, export_talk, names_of
from minima_desktop.files import FileError, read_document

SMALL = Export(width=480, height=270)


@pytest.fixture(scope="module")
def talk(qapp) -> Talk:
    document = opening()
    exploration = document.exploration
    entries = tuple(each for each in exploration.entries if each.name in {"gradient-descent", "adam"})
    two = msgspec.structs.replace(exploration, entries=entries, steps=120)
    shown = Document(document.version, two, msgspec.structs.replace(document.view, layout="map"))
    return Talk(
        "Traps & ways out",
        (
            TalkScene(shown, "Two wells", "Who is trapped?", "", "Secret: wait."),
            TalkScene(shown, "Adam <jumps>", "", "Where will Adam end?", "Secret: it is B."),
        ),
    )


@pytest.fixture
def small_pictures(monkeypatch):
    monkeypatch.setattr(slides, "PICTURE_PIXELS", (480, 208))


def test_a_scene_is_one_leaf_and_one_with_a_question_two(talk):
    (shown,) = leaves_of(talk.scenes[0], 1, "slide", 2.0)
    assert (shown.kind, shown.title, shown.caption) == ("scene", "Two wells", "Who is trapped?")
    assert shown.notes.startswith("Secret: wait.\n\nf(x, y) = ") and shown.figure.theme == "slide"
    question, answer = leaves_of(talk.scenes[1], 2, None, 2.0)
    assert (question.kind, question.title, question.caption) == (
        "question",
        "Where will Adam end?",
        "A or B?",
    )
    assert question.document is None and "Secret" not in question.notes
    assert (answer.kind, answer.title, answer.caption) == ("answer", "Adam <jumps>", "Adam ended in B.")
    assert answer.notes.startswith("Secret: it is B.") and answer.figure.theme == opening().view.theme


def test_a_scene_that_cannot_be_asked_about_is_named(talk, tmp_path):
    bare = talk.scenes[1].document
    bare = Document(bare.version, msgspec.structs.replace(bare.exploration, entries=()), bare.view)
    wrong = Talk("", (talk.scenes[0], TalkScene(bare, "Empty", question="Where?")))
    with pytest.raises(ValueError, match="Scene 2, “Empty”: There is no race to ask about"):
        export_talk(wrong, tmp_path / "a.pdf", SMALL)
    assert list(tmp_path.iterdir()) == []


def test_pages_carry_the_talk_without_its_notes_and_are_the_same_twice(talk, tmp_path):
    path = tmp_path / "talk.pdf"
    assert export_talk(talk, path, SMALL) == Done((path,))
    first = path.read_bytes()
    assert first.count(b"/Type /Page ") == 3
    assert Talk.from_json(carried_in(first)) == talk.without_notes
    with pytest.raises(FileError, match="is there already"):
        export_talk(talk, path, SMALL)
    export_talk(talk, path, SMALL, overwrite=True)
    assert path.read_bytes() == first


def test_a_folder_has_a_picture_a_leaf_and_no_question_carries_its_answer(talk, tmp_path):
    folder = tmp_path / "pictures"
    how = Export(width=480, height=270, endings=(".png", ".svg"))
    written = export_talk(talk, folder, how).paths
    assert [path.name for path in written] == names_of(talk, how.endings)
    assert sorted(folder.iterdir()) == sorted(written)
    assert not [path for path in tmp_path.iterdir() if path != folder]
    for path in written:
        carried = carried_in(path.read_bytes())
        assert (carried is None) == ("question" in path.name)
        assert b"Secret" not in path.read_bytes()
    shown = read_document(folder / "1-two-wells.png")
    assert shown.exploration == talk.scenes[0].document.exploration
    with pytest.raises(FileError, match="is there already, and 5 more"):
        export_talk(talk, folder, how)
    image = QImage(str(folder / "2-adam-jumps-question.png"))
    assert (image.width(), image.height()) == (480, 270)


@pytest.mark.parametrize("name", ["talk.pdf", "pictures"])
def test_what_is_cancelled_or_fails_leaves_nothing(talk, tmp_path, name, monkeypatch):
    told = []
    with pytest.raises(Cancelled):
        export_talk(
            talk,
            tmp_path / name,
            SMALL,
            report=lambda share, words: not told.append((share, words)) and share < 0.5,
        )
    assert told == [(0.0, "Scene 1 of 2"), (0.5, "Scene 2 of 2")]
    assert list(tmp_path.iterdir()) == []
    old = tmp_path / "talk.pdf"
    old.write_bytes(b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(FileError, match="no space left"):
        export_talk(talk, tmp_path / name, SMALL, overwrite=True)
    assert old.read_bytes() == b"old" and [path for path in tmp_path.iterdir()] == [old]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("talk.gif", "written as .pptx, .pdf, or into a folder, not as .gif"),
        ("no/talk.pdf", "does not exist"),
    ],
)
def test_where_it_cannot_be_written_is_said_before_any_work(talk, tmp_path, name, words, monkeypatch):
    monkeypatch.setattr(talks, "leaves_of", lambda *_: pytest.fail("worked"))
    with pytest.raises((FileError, ValueError), match=words):
        export_talk(talk, tmp_path / name, SMALL)
    with pytest.raises(ValueError, match="no scenes yet"):
        export_talk(Talk(), tmp_path / "talk.pdf", SMALL)


def test_without_the_extra_it_is_said_which_line_installs_it(talk, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pptx", None)
    monkeypatch.setattr(talks, "leaves_of", lambda *_: pytest.fail("worked"))
    with pytest.raises(MissingExtraError, match=r'pip install "minima-desktop\[slides\]"'):
        export_talk(talk, tmp_path / "talk.pptx", SMALL)
    assert list(tmp_path.iterdir()) == []


def test_a_deck_gets_pictures_without_words_and_words_of_its_own(talk, tmp_path, monkeypatch, small_pictures):
    got = []
    monkeypatch.setattr(slides, "look_for_pptx", lambda: None)
    monkeypatch.setattr(slides, "deck_bytes", lambda *parts: got.append(parts) or b"deck")
    export_talk(talk, tmp_path / "talk.pptx", Export(theme="dark"))
    ((title, made, ink, ground),) = got
    assert title == "Traps & ways out" and int(ink, 16) > int(ground, 16)
    assert [slide.title for slide in made] == ["Two wells", "Where will Adam end?", "Adam <jumps>"]
    assert [slide.caption for slide in made] == ["Who is trapped?", "A or B?", "Adam ended in B."]
    assert ["Secret" in slide.notes for slide in made] == [True, False, True]
    assert made[1].told == "Where will Adam end?" and carried_in(made[1].picture) is None
    assert QImage.fromData(made[0].picture).width() == 480
    assert (tmp_path / "talk.pptx").read_bytes() == b"deck"


def test_pictures_of_a_deck_are_sharp_on_a_screen_of_four_thousand_pixels():
    across, down = slides.PICTURE_PIXELS
    assert across / slides.PICTURE_WIDE == pytest.approx(3840 / slides.WIDTH, rel=1e-3)
    assert across / down == pytest.approx(slides.PICTURE_WIDE / slides.PICTURE_HIGH, rel=1e-3)


# -- what is in a deck, where python-pptx is installed -------------------------------------------------------


@pytest.fixture
def picture(qapp) -> bytes:
    from minima_desktop.files import png_bytes

    image = QImage(64, 28, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    return png_bytes(image)


def test_a_deck_read_back_has_a_slide_each_with_title_picture_caption_and_notes(picture):
    pptx = pytest.importorskip("pptx")
    data = deck_bytes(
        "A \x07 & B",
        [Slide("One <1>", picture, "Below", "Blue", "Say\nslowly"), Slide("Two", picture)],
        "EEEEEE",
        "101418",
    )
    deck = pptx.Presentation(BytesIO(data))
    assert deck.core_properties.title == "A  & B"
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, rel=1e-3)
    one, two = deck.slides
    assert one.shapes.title.text == "One <1>" and two.shapes.title.text == "Two"
    (shown,) = [shape for shape in one.shapes if shape.name == "Picture"]
    assert shown.image.blob == picture and shown._element.xpath(".//p:cNvPr")[0].get("descr") == "Blue"
    assert shown.left >= 0 and shown.left + shown.width <= deck.slide_width
    (caption,) = [shape for shape in one.shapes if shape.name == "Caption"]
    assert caption.text_frame.text == "Below"
    assert caption.top >= shown.top + shown.height and caption.top + caption.height <= deck.slide_height
    assert one.notes_slide.notes_text_frame.text == "Say\nslowly"
    assert not two.has_notes_slide and not [shape for shape in two.shapes if shape.name == "Caption"]
    run = one.shapes.title.text_frame.paragraphs[0].runs[0]
    assert str(run.font.color.rgb) == "EEEEEE" and str(one.background.fill.fore_color.rgb) == "101418"


def test_a_deck_is_the_same_twice_and_holds_no_date_of_today(picture):
    pytest.importorskip("pptx")
    made = [deck_bytes("Traps", [Slide("One", picture, notes="n"), Slide("Two", picture)]) for _ in range(2)]
    assert made[0] == made[1]
    with zipfile.ZipFile(BytesIO(made[0])) as packed:
        assert {info.date_time for info in packed.infolist()} == {slides.ONE_DATE}
        assert packed.namelist()[0] == "[Content_Types].xml"
        for name in packed.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(packed.read(name))
        assert sum(name.startswith("ppt/media/") for name in packed.namelist()) == 1


def test_a_film_plays_on_its_slide_behind_its_poster(picture):
    pptx = pytest.importorskip("pptx")
    data = deck_bytes("Films", [Slide("One", picture, film=Film(b"not really a film", "video/mp4"))])
    with zipfile.ZipFile(BytesIO(data)) as packed:
        held = {hashlib.sha256(packed.read(name)).hexdigest() for name in packed.namelist()}
    for part in (picture, b"not really a film"):
        assert hashlib.sha256(part).hexdigest() in held
    (movie,) = [
        shape for shape in pptx.Presentation(BytesIO(data)).slides[0].shapes if shape.name == "Picture"
    ]
    assert movie.media_type.name == "MOVIE"


def test_a_long_title_becomes_small_and_an_empty_deck_is_refused(picture):
    pptx = pytest.importorskip("pptx")
    deck = pptx.Presentation(BytesIO(deck_bytes("", [Slide("word " * 50, picture), Slide("short", picture)])))
    sizes = [slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size.pt for slide in deck.slides]
    assert slides.SMALLEST_POINTS <= sizes[0] < sizes[1] == slides.TITLE_POINTS
    with pytest.raises(ValueError, match="at least one slide"):
        deck_bytes("", [])
