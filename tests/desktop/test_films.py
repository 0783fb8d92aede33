"""Films: pictures equal to stills, and files that other programs read, whole or not at all."""

from __future__ import annotations

import importlib.util
import io
import itertools
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QSize

from minima_core.document import Document, opening
from minima_core.scene import figure_of
from minima_core.scene.scenes import Figure
from minima_desktop.carried import carried_in
from minima_desktop.export import encoders
from minima_desktop.export.apng import ApngEncoder
from minima_desktop.export.encoders import choose, film_size, pixels_of
from minima_desktop.export.films import (
    Cancelled,
    FilmOptions,
    Progress,
    Reel,
    figures_of,
    write_film,
)
from minima_desktop.export.gif import GifEncoder, shared_palette
from minima_desktop.export.parts import reduced
from minima_desktop.files import FileError, replacing
from minima_desktop.render import run_all
from minima_widgets.paint.canvas import painted
from minima_widgets.paint.figure import paint_figure
from minima_widgets.paint.kept import Kept, Shot
from minima_widgets.theme import Theme

SIZE = (400, 300)
WORDS = ("legend", "title", "caption")
SHORT = FilmOptions(fps=5, seconds=1.2, hold=0.4)


def viewed(layout: str, steps: int = 60) -> Document:
    document = opening()
    exploration = msgspec.structs.replace(document.exploration, steps=steps)
    view = msgspec.structs.replace(document.view, layout=layout)
    return Document(document.version, exploration, view)


def reel_of(document: Document, options: FilmOptions, without: tuple[str, ...] = ()) -> Reel:
    runs, marks = run_all(document)
    at = figures_of(document, runs, aspect=SIZE[0] / SIZE[1], marks=marks, without=without)
    return Reel(at, document.exploration.steps, options, *SIZE)


def still_figure(document: Document, step: int, without: tuple[str, ...]) -> Figure:
    view = msgspec.structs.replace(document.view, step=step)
    shown = Document(document.version, document.exploration, view)
    runs, marks = run_all(document)
    return reduced(figure_of(shown, runs, aspect=SIZE[0] / SIZE[1], marks=marks), without)


# -- pictures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["map", "surface", "both", "trace", "all"])
def test_what_is_kept_gives_the_same_pixels_as_painting_all_anew(layout: str) -> None:
    document = viewed(layout)
    reel = reel_of(document, FilmOptions(fps=10, seconds=2.0, hold=0.2))
    theme = Theme.load(document.view.theme)
    words = dict(reel.shot(0.0).kept.words)
    for k in (0, 1, 2, 9, 17, 19, 3):
        shown = still_figure(document, reel.moments[k].step, ())
        fresh = Kept()
        fresh.words.update(words)
        shot = Shot(fresh, reel.shot(0.0).ample)
        anew = painted(*SIZE, lambda p: paint_figure(p, QSize(*SIZE), shown, theme, shot=shot))  # noqa: B023
        assert reel.frame(k) == anew, f"frame {k}"
    reel.close()


@pytest.mark.parametrize("layout", ["map", "surface"])
def test_the_last_frame_is_the_still_of_the_last_step_to_the_bit(layout: str) -> None:
    document = viewed(layout)
    reel = reel_of(document, FilmOptions(fps=10, seconds=2.0, hold=0.2), WORDS)
    theme = Theme.load(document.view.theme)
    for k in (4, 12, 19):
        reel.frame(k)
    still = still_figure(document, 60, WORDS)
    assert reel.frame(19) == painted(*SIZE, lambda p: paint_figure(p, QSize(*SIZE), still, theme))
    reel.close()


def test_frame_k_is_the_still_of_step_k_to_the_bit_where_no_words_move() -> None:
    document = viewed("map", steps=30)
    layers = msgspec.structs.replace(document.view.layers, labels=False)
    document = Document(
        document.version, document.exploration, msgspec.structs.replace(document.view, layers=layers)
    )
    reel = reel_of(document, FilmOptions(fps=10, seconds=1.0, hold=0.0), WORDS)
    theme = Theme.load(document.view.theme)
    for k in (0, 3, 8, 9):
        still = still_figure(document, reel.moments[k].step, WORDS)
        plain = painted(*SIZE, lambda p: paint_figure(p, QSize(*SIZE), still, theme))  # noqa: B023
        assert reel.frame(k) == plain, f"frame {k}"
    reel.close()


def test_a_camera_that_turns_shows_another_side_in_each_frame() -> None:
    reel = reel_of(viewed("surface"), FilmOptions(fps=5, seconds=1.0, hold=0.0, turn=60.0))
    pictures = [reel.picture(moment, following) for moment, _, following in reel.groups()]
    assert len(pictures) == 5
    assert all(one != other for one, other in itertools.pairwise(pictures))
    # What is drawn ahead in another thread is what is drawn here.
    assert pictures[3] == reel.frame(3)
    reel.close()


def test_words_keep_their_places_through_a_film() -> None:
    reel = reel_of(viewed("map", steps=260), FilmOptions(fps=10, seconds=3.0))
    before = {name: list(placed) for name, placed in reel.shot(0.0).kept.words.items()}
    assert any(before.values())
    for k in range(0, 30, 5):
        reel.frame(k)
    assert reel.shot(0.0).kept.words == before
    reel.close()


# -- files ---------------------------------------------------------------------------------------------------


def frames_of(data: bytes) -> tuple[list[NDArray[np.uint8]], list[float], dict[str, object]]:
    """Decode a film with Pillow: pictures, milliseconds of each, and what the file says of itself."""
    image = Image.open(io.BytesIO(data))
    assert getattr(image, "is_animated", False)
    pictures, times = [], []
    for k in range(getattr(image, "n_frames", 1)):
        image.seek(k)
        times.append(float(image.info["duration"]))
        pictures.append(np.asarray(image.convert("RGB")))
    return pictures, times, dict(image.info)


@pytest.fixture
def moving() -> list[NDArray[np.uint8]]:
    """Pictures of a square that moves over a flat ground."""
    pictures = []
    for k in range(7):
        pixels = np.zeros((60, 90, 4), np.uint8)
        pixels[..., :3] = (40, 30, 20)
        pixels[20:30, 5 + 9 * k : 25 + 9 * k, :3] = (50, 120, 240)
        pictures.append(pixels)
    return pictures


def test_a_gif_is_read_by_pillow_with_its_pictures_and_times(moving: list[NDArray[np.uint8]]) -> None:
    file = _Kept()
    encoder = GifEncoder(file, 90, 60, 30, loop=True, palette=shared_palette(moving))
    for pixels in moving:
        encoder.add(pixels)
    encoder.add(moving[-1], 30)
    encoder.finish()
    pictures, times, info = frames_of(file.data)
    assert len(pictures) == 7
    for picture, pixels in zip(pictures, moving, strict=True):
        assert np.array_equal(picture, pixels[..., [2, 1, 0]]), "flat colours are kept as they are"
    assert sum(times) == pytest.approx(1000 * 37 / 30, abs=10)
    assert times[:3] == [30.0, 40.0, 30.0], "thirds of a second are spread, not cut off"
    assert info["loop"] == 0
    assert file.data.count(b"\x21\xf9\x04") == 7 and len(file.data) < 3000


def test_an_apng_is_read_by_pillow_and_exact(moving: list[NDArray[np.uint8]]) -> None:
    rng = np.random.default_rng(5)
    moving[3][10:50, 10:70, :3] = rng.integers(0, 256, (40, 60, 3))
    file = _Kept()
    encoder = ApngEncoder(file, 90, 60, 15, loop=False)
    for pixels in moving:
        encoder.add(pixels, 2)
    encoder.finish()
    pictures, times, info = frames_of(file.data)
    assert len(pictures) == 7
    for picture, pixels in zip(pictures, moving, strict=True):
        assert np.array_equal(picture, pixels[..., [2, 1, 0]])
    assert times == pytest.approx([1000 * 2 / 15] * 7)
    assert info["loop"] == 1


@pytest.mark.parametrize("count", [1, 2, 255, 4000, 200_000])
def test_packing_is_undone_by_pillow(count: int) -> None:
    rng = np.random.default_rng(count)
    width = min(count, 400)
    pixels = np.zeros((count // width, width, 4), np.uint8)
    colours = rng.integers(0, 256, (200, 3), np.uint8)
    pixels[..., :3] = colours[rng.integers(0, 200, pixels.shape[:2])]
    file = _Kept()
    encoder = GifEncoder(file, width, count // width, 10, loop=False, palette=shared_palette([pixels] * 4))
    encoder.add(pixels)
    encoder.finish()
    image = np.asarray(Image.open(io.BytesIO(file.data)).convert("RGB")).astype(int)
    off = np.abs(image - pixels[..., [2, 1, 0]])
    seen = {tuple(each) for each in pixels[::2, ::2, :3].reshape(-1, 3).tolist()}
    known = np.array([[tuple(each) in seen for each in row] for row in pixels[..., :3].tolist()])
    assert off[known].max() <= 4, "colours of the palette come back, but for those that share a cell"


class _Kept(io.BytesIO):
    """A file whose bytes are still there when it is closed."""

    data = b""

    def close(self) -> None:
        self.data = self.getvalue()
        super().close()


@pytest.mark.parametrize("ending", [".gif", ".apng"])
def test_a_film_of_a_document_is_written_and_read(tmp_path: Path, ending: str) -> None:
    document, told = viewed("both"), list[Progress]()
    path = tmp_path / f"film{ending}"
    written = write_film(document, path, 320, 180, SHORT, progress=told.append)
    assert written.path == path and not written.sentence
    assert written.size == path.stat().st_size
    pictures, times, _ = frames_of(path.read_bytes())
    assert {picture.shape for picture in pictures} == {(180, 320, 3)}
    assert 3 <= len(pictures) <= SHORT.count()
    assert sum(times) == pytest.approx(1200, abs=10)
    assert [each.done for each in told] == list(range(1, told[-1].total + 1))
    assert told[-1].share == 1.0
    assert os.listdir(tmp_path) == [path.name]
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask
    if ending == ".apng":
        assert Document.from_json(carried_in(path.read_bytes()) or b"") == document


@pytest.mark.parametrize(("ending", "codec"), [(".mp4", "h264"), (".webm", "vp9")])
def test_videos_are_written_and_read(tmp_path: Path, ending: str, codec: str) -> None:
    if importlib.util.find_spec("av") is None:
        assert choose(tmp_path / f"film{ending}").maker != "av"
        return
    av = importlib.import_module("av")
    path = tmp_path / f"film{ending}"
    write_film(viewed("map"), path, 321, 181, FilmOptions(fps=10, seconds=1.0, hold=0.3))
    with av.open(str(path)) as file:
        video = file.streams.video[0]
        assert video.codec_context.name == codec
        assert (video.codec_context.width, video.codec_context.height) == (320, 180)
        assert video.average_rate == 10
        shown = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    assert len(shown) == 10
    reel = reel_of(viewed("map"), FilmOptions(fps=10, seconds=1.0, hold=0.3))
    assert reel.moments[-1].step == 60
    reel.close()
    if ending == ".mp4":
        data = path.read_bytes()
        assert data.index(b"moov") < data.index(b"mdat"), "the index comes first"
    assert np.abs(shown[0].astype(int) - shown[-1]).max() > 60, "something has moved"


def test_the_colours_of_a_video_are_those_of_the_pictures(tmp_path: Path) -> None:
    if importlib.util.find_spec("av") is None:
        assert choose(tmp_path / "film.mp4").maker != "av"
        return
    from minima_desktop.export.video import AvEncoder

    av = importlib.import_module("av")
    pixels = np.zeros((64, 96, 4), np.uint8)
    pixels[:, :48, :3], pixels[:, 48:, :3] = (180, 120, 40), (30, 60, 200)
    encoder = AvEncoder(tmp_path / "film.mp4", ".mp4", 96, 64, 10, "flat")
    encoder.add(pixels, 5)
    encoder.finish()
    with av.open(str(tmp_path / "film.mp4")) as file:
        assert file.metadata["title"] == "flat"
        frame = list(file.decode(video=0))[-1]
        shown = frame.reformat(format="rgb24", src_colorspace="ITU709", dst_colorspace="ITU709").to_ndarray()
    assert np.abs(shown[30, 20].astype(int) - (40, 120, 180)).max() <= 6
    assert np.abs(shown[30, 80].astype(int) - (200, 60, 30)).max() <= 6


# -- what is missing, and what goes wrong --------------------------------------------------------------------


@pytest.fixture
def no_av(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        encoders.importlib.util, "find_spec", lambda name: None if name == "av" else real(name)
    )


@pytest.fixture
def ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_av: None) -> Iterator[Path]:
    """A program called ffmpeg that keeps what it is told; it fails for files called “refused”."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "ffmpeg"
    program.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        "if any('refused' in word for word in sys.argv):\n"
        "    sys.exit('Unknown encoder')\n"
        "data = sys.stdin.buffer.read()\n"
        "open(sys.argv[-1], 'w').write(f'{len(data)} ' + ' '.join(sys.argv[1:-1]))\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    yield program


def test_without_av_the_program_ffmpeg_gets_the_pictures(tmp_path: Path, ffmpeg: Path) -> None:
    path = tmp_path / "film.mp4"
    assert choose(path).maker == "ffmpeg"
    written = write_film(viewed("trace"), path, 321, 201, SHORT)
    assert not written.sentence
    count, *words = path.read_text().split()
    assert int(count) == SHORT.count() * 320 * 200 * 4
    assert words[words.index("-s") + 1] == "320x200"
    assert words[words.index("-r") + 1] == "5"
    assert "libx264" in words and "+faststart" in words


def test_what_ffmpeg_says_is_passed_on_and_nothing_is_left(tmp_path: Path, ffmpeg: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(FileError, match="ffmpeg could not write the film: Unknown encoder"):
        write_film(viewed("trace"), folder / "refused.mp4", 320, 200, SHORT)
    assert os.listdir(folder) == []


def test_where_nothing_writes_videos_the_film_becomes_a_gif_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_av: None
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    written = write_film(viewed("trace"), tmp_path / "film.webm", 320, 200, SHORT)
    assert written.path == tmp_path / "film.gif"
    assert "WebM" in written.sentence and "minima-desktop[video]" in written.sentence
    assert os.listdir(tmp_path) == ["film.gif"]
    assert len(frames_of(written.path.read_bytes())[0]) > 2


def test_a_film_that_is_given_up_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "film.gif"
    path.write_bytes(b"old")
    asked: list[int] = []

    def enough() -> bool:
        asked.append(1)
        return len(asked) > 2

    with pytest.raises(Cancelled):
        write_film(viewed("trace"), path, 320, 200, SHORT, overwrite=True, cancelled=enough)
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["film.gif"]
    assert len(asked) == 3, "it stops within a picture"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "film.gif"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(GifEncoder, "add", full)
    with pytest.raises(FileError, match="no space left on device"):
        write_film(viewed("trace"), path, 320, 200, SHORT, overwrite=True)
    assert path.read_bytes() == b"old" and os.listdir(tmp_path) == ["film.gif"]


def test_files_that_are_there_or_cannot_be_are_refused(tmp_path: Path) -> None:
    there = tmp_path / "film.gif"
    there.write_bytes(b"old")
    with pytest.raises(FileError, match="there already"), replacing(there, overwrite=False):
        pass
    with (
        pytest.raises(FileError, match="does not exist"),
        replacing(tmp_path / "no" / "a.gif", overwrite=True),
    ):
        pass
    with pytest.raises(ValueError, match=r"\.gif, \.apng, \.mp4, \.webm"):
        choose(tmp_path / "film.avi")
    assert there.read_bytes() == b"old"


def test_sizes_and_pixels() -> None:
    assert film_size(321, 181, ".webm") == (320, 180)
    assert film_size(321, 181, ".gif") == (321, 181)
    image = painted(33, 21, lambda p: p.fillRect(0, 0, 33, 21, "#102030"))
    assert pixels_of(image).shape == (21, 33, 4)
    assert pixels_of(image)[5, 7, :3].tolist() == [0x30, 0x20, 0x10]


def test_strips_and_studies_are_not_filmed(tmp_path: Path) -> None:
    from minima_desktop.export.strips import Plan

    with pytest.raises(ValueError, match="stands still"):
        write_film(viewed("map"), tmp_path / "a.gif", 320, 200, SHORT, plan=Plan("strip"))
    with pytest.raises(ValueError, match="no steps to film"):
        write_film(viewed("study"), tmp_path / "a.gif", 320, 200, SHORT)
    assert os.listdir(tmp_path) == []


def test_a_grid_is_filmed(tmp_path: Path) -> None:
    from minima_desktop.export.strips import Plan

    written = write_film(viewed("map"), tmp_path / "a.gif", 320, 200, SHORT, plan=Plan("methods"))
    assert len(frames_of(written.path.read_bytes())[0]) > 2
