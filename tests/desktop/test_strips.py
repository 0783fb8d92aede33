"""Filmstrips, grids and sizes on the command line: what is drawn, what it carries, what is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from minima_core.document import opening
from minima_desktop.cli import main
from minima_desktop.export.stills import STILLS
from minima_desktop.files import read_document
from minima_widgets.theme import Theme

QUICK = ("--run", "gradient-descent", "--run", "adam", "--steps", "30")
MANY = {
    "strip": ("--strip", "0,5,30"),
    "methods": ("--grid", "methods"),
    "setting": ("--grid", "lr=0.01,0.1"),
    "both": ("--view", "both", "--strip", "0,30", "--heights", "--transparent"),
}


def render(out: Path, *words: str) -> Path:
    assert main(["render", *QUICK, "--size", "600x300", "--out", str(out), *words]) == 0
    return out


@pytest.mark.parametrize(
    ("name", "ending"),
    [("strip", ".svg"), ("strip", ".pdf"), ("methods", ".png"), ("setting", ".pdf"), ("both", ".png")],
)
def test_strips_and_grids_carry_the_document_and_are_the_same_bytes_twice(
    tmp_path: Path, name: str, ending: str
) -> None:
    first = render(tmp_path / f"a{ending}", *MANY[name])
    second = render(tmp_path / f"b{ending}", "--session", str(first), *MANY[name])
    assert first.read_bytes() == second.read_bytes()
    document = read_document(first)
    assert document == read_document(second)
    assert [entry.name for entry in document.exploration.entries] == ["gradient-descent", "adam"]
    assert document.view.step is None and document.exploration.steps == 30


def test_a_picture_depends_on_neither_process_nor_time_zone_nor_order_of_hashes(tmp_path: Path) -> None:
    names = [f"picture{ending}" for ending in STILLS]
    script = (
        "import sys; from minima_desktop.cli import main\n"
        "for name in sys.argv[1:]:\n"
        "    words = '--run adam --steps 30 --view contour --size 500x300 --out'.split()\n"
        "    main(['render', *words, name])"
    )
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
    own = {**os.environ, "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}
    there = tmp_path / "there"
    subprocess.run([sys.executable, "-c", script, *names], cwd=there, env=own, check=True, timeout=120)
    for name in names:
        here = tmp_path / "here" / name
        assert (
            main(["render", *"--run adam --steps 30 --view contour --size 500x300 --out".split(), str(here)])
            == 0
        )
        assert here.read_bytes() == (there / name).read_bytes()


def test_on_paper_a_picture_has_its_size_in_centimetres(tmp_path: Path) -> None:
    words = ("--size", "8.5x6cm", "--dpi", "200", "--view", "contour")
    png = QImage(str(render(tmp_path / "a.png", *words)))
    assert (png.width(), png.height()) == (669, 472)
    assert png.dotsPerMeterX() == round(200 / 0.0254)
    svg = render(tmp_path / "a.svg", *words).read_text()
    assert 'width="321.12" height="226.56" viewBox="0 0 669 472"' in svg  # 96 to the inch
    pdf = render(tmp_path / "a.pdf", *words).read_bytes()
    assert b"/MediaBox [0 0 240.84 169.92]" in pdf


def test_type_grows_and_a_clear_ground_shines_through(tmp_path: Path) -> None:
    def ink(name: str, *words: str) -> QImage:
        return QImage(str(render(tmp_path / name, "--view", "contour", *words)))

    usual, clear = ink("a.png"), ink("b.png", "--transparent")
    assert not usual.hasAlphaChannel()
    assert clear.pixelColor(2, 2).alpha() == 0 and clear.pixelColor(200, 150).alpha() == 255
    assert "fill" in render(tmp_path / "c.svg", "--view", "contour").read_text()
    large = ink("d.png", "--type", "16")
    assert large.size() == usual.size() and large != usual


@pytest.mark.parametrize("ending", [".svg", ".pdf"])
def test_a_clear_drawing_has_no_ground(tmp_path: Path, ending: str) -> None:
    solid = render(tmp_path / f"a{ending}", "--view", "trace")
    clear = render(tmp_path / f"b{ending}", "--view", "trace", "--transparent")
    if ending == ".svg":
        ground = Theme.load("light").hex("window")
        assert ground in solid.read_text() and ground not in clear.read_text()
    assert len(clear.read_bytes()) < len(solid.read_bytes())


def test_parts_are_left_out_and_the_others_take_their_room(tmp_path: Path) -> None:
    from minima_desktop.export.parts import reduced
    from minima_desktop.render import sheet_of

    figure = sheet_of(opening(), 1.6)
    less = reduced(figure, {"surface", "legend", "caption", "title"})
    assert [panel.kind for panel in less.panels] == ["map", "trace"]
    assert less.panels[0].rect[2] == pytest.approx(1.0)
    assert (less.title, less.caption, less.legend.lines) == ("", "", ())
    with pytest.raises(ValueError, match="Nothing would be left"):
        reduced(figure, {"map", "surface", "trace"})
    bar = sheet_of(opening(), 1.6, heights=True)
    assert bar.heights is not None
    whole = QImage(str(render(tmp_path / "a.png", "--view", "contour")))
    barred = QImage(str(render(tmp_path / "b.png", "--view", "contour", "--heights")))
    assert np.asarray(whole.bits()).tobytes() != np.asarray(barred.bits()).tobytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--strip", "0,x"), "whole numbers"),
        (("--strip", "0,999"), "The race has 30 steps"),
        (("--strip", ",".join(map(str, range(30)))), "at most 24"),
        (("--grid", "beta9"), "has lr"),
        (("--grid", "lr=a,b"), "lr=0.01"),
        (("--grid", "lr=-1"), "lr of Gradient descent"),
        (("--grid", "methods", "--strip", "0"), "only one of"),
        (("--without", "frame"), "there are map"),
        (("--size", "8.5x6in"), "8.5x6cm"),
        (("--size", "900x900cm"), "not possible"),
        (("--size", "8x6cm", "--dpi", "9"), "Dots per inch"),
        (("--dpi", "many"), "dots per inch"),
        (("--type", "1"), "points"),
        (("--all", "nowhere"), "no folder nowhere"),
    ],
    ids=lambda each: each[-1][:12] if isinstance(each, tuple) else "",
)
def test_what_cannot_be_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    out = tmp_path if words[0] == "--all" else tmp_path / "a.png"
    rest = [] if words[0] == "--all" else QUICK
    assert main(["render", *rest, "--out", str(out), *words]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1 and "Traceback" not in error
    assert not list(tmp_path.iterdir())
