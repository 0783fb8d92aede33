"""Pictures from the command line, on good words and on bad ones, in one process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from minima_core.document import Document, opening
from minima_desktop import files, render
from minima_desktop.cli import main
from minima_desktop.files import read_document

SMALL = ("--size", "320x240")
QUICK = ("--run", "gradient-descent", "--steps", "20")


@pytest.fixture
def draw(tmp_path: Path, capsys: pytest.CaptureFixture[str], qapp: object) -> Callable[..., Path]:
    """Render with some words; return the picture."""

    def call(*words: str, name: str = "out.png", size: tuple[str, ...] = SMALL) -> Path:
        path = tmp_path / name
        status = main(["render", "--out", str(path), *size, *words])
        caught = capsys.readouterr()
        assert status == 0, caught.err
        assert caught.err == ""
        return path

    return call


@pytest.fixture
def refuse(tmp_path: Path, capsys: pytest.CaptureFixture[str], qapp: object) -> Callable[..., str]:
    """Render with bad words; return the one sentence, nothing having been written."""

    def call(*words: str, out: str | Path = "out.png", size: tuple[str, ...] = SMALL) -> str:
        def there() -> dict[str, tuple[int, int]]:
            return {
                str(p): (p.stat().st_size, p.stat().st_mtime_ns) for p in tmp_path.rglob("*") if p.is_file()
            }

        before = there()
        status = main(["render", "--out", str(tmp_path / out), *size, *words])
        caught = capsys.readouterr()
        assert status == 2, caught
        assert caught.out == ""
        (line,) = caught.err.splitlines()
        assert line.startswith("minima-desktop: ")
        assert line.endswith((".", "?", "”")), line
        for wrong in ("Traceback", "Error(", "errno", "None"):
            assert wrong not in line
        assert there() == before, "nothing may be half-written"
        return line

    return call


def many_colours(path: Path) -> int:
    """How many colours a picture has, looked at here and there."""
    image = QImage(str(path))
    return len({image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)})


# -- good words ------------------------------------------------------------------------------------------


def test_without_words_it_draws_the_usual_race(draw) -> None:
    path = draw("--steps", "20", size=())
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1600, 900)
    assert many_colours(path) > 50
    assert len(read_document(path).exploration.entries) == 5


@pytest.mark.parametrize("view", ["contour", "surface", "both", "trace", "all"])
def test_every_view(draw, view: str) -> None:
    path = draw(*QUICK, "--view", view)
    assert (QImage(str(path)).width(), QImage(str(path)).height()) == (320, 240)
    assert many_colours(path) > 20


def test_views_differ(draw) -> None:
    data = {
        draw(*QUICK, "--view", view, name=f"{view}.png").read_bytes()
        for view in ("contour", "surface", "trace")
    }
    assert len(data) == 3


@pytest.mark.parametrize("theme", ["dark", "light", "slide"])
def test_every_theme(draw, theme: str) -> None:
    path = draw(*QUICK, "--theme", theme, "--view", "contour")
    corner = QImage(str(path)).pixelColor(1, 1).lightness()
    assert corner < 90 if theme == "dark" else corner > 200
    assert read_document(path).view.theme == theme


@pytest.mark.parametrize("name", ["himmelblau", "rastrigin", "rosenbrock", "goldstein-price", "easom"])
def test_landscapes_of_two_variables(draw, name: str) -> None:
    path = draw("--landscape", name, *QUICK)
    assert read_document(path).exploration.place.landscape == name


@pytest.mark.parametrize("view", ["profile", "trace", "all"])
def test_one_variable(draw, view: str) -> None:
    assert many_colours(draw("--landscape", "tilted-double-well", *QUICK, "--view", view)) > 5


def test_one_variable_has_a_profile_unasked(draw) -> None:
    assert many_colours(draw("--landscape", "tilted-double-well", *QUICK)) > 5


def test_a_formula_with_parameters(draw) -> None:
    path = draw(
        "--formula",
        "a x^2 + b y^2",
        "--region",
        "-2,2,-1,1",
        "--parameter",
        "a=2",
        "--parameter",
        "b=-0.5",
        *QUICK,
    )
    place = read_document(path).exploration.place
    assert place.parameters == {"a": 2.0, "b": -0.5}
    assert (place.lower, place.upper) == ((-2.0, -1.0), (2.0, 1.0))


def test_a_formula_of_one_variable(draw) -> None:
    path = draw("--formula", "x^4 - 2x^2 + 0.5x", "--region", "-2,2", *QUICK, "--start", "1.5")
    assert read_document(path).exploration.starts[0].position == (1.5,)


def test_a_formula_that_begins_with_a_minus(draw) -> None:
    path = draw("--formula", "-cos(x) - cos(y)", "--region", "-5,5,-5,5", *QUICK)
    assert read_document(path).exploration.place.formula == "-cos(x) - cos(y)"


def test_negative_numbers_with_and_without_the_equals_sign(draw) -> None:
    a = draw("--landscape", "himmelblau", "--start", "-3,3", *QUICK, name="a.png").read_bytes()
    b = draw("--landscape", "himmelblau", "--start=-3,3", *QUICK, name="b.png").read_bytes()
    c = draw("--landscape", "himmelblau", "--start", "−3,3", *QUICK, name="c.png").read_bytes()
    assert a == b == c


def test_every_run_from_every_start(draw) -> None:
    path = draw(
        "--start", "-2,1", "--start", "1,1", "--run", "adam,lr=0.1", "--run", "momentum", "--steps", "20"
    )
    exploration = read_document(path).exploration
    assert [start.position for start in exploration.starts] == [(-2.0, 1.0), (1.0, 1.0)]
    assert [entry.name for entry in exploration.entries] == ["adam", "momentum"]
    assert len(exploration.runs) == 4


def test_a_method_twice_with_other_settings(draw) -> None:
    path = draw("--run", "adam,lr=0.1", "--run", "adam,lr=0.01", "--steps", "20")
    roles = [entry.role for entry in read_document(path).exploration.entries]
    assert len(set(roles)) == 2


def test_restarts_of_a_method_with_settings(draw) -> None:
    path = draw(
        "--run", "random-restarts,local=adam(lr=0.01),steps_per_loop=10", "--steps", "50", "--seed", "3"
    )
    text = read_document(path).exploration.entries[0].segments[0].method
    assert "adam(" in text
    assert "lr=0.01" in text


def test_border_seed_steps_and_title_are_kept(draw) -> None:
    path = draw(
        "--border", "reflect", "--seed", "7", "--steps", "1e2", "--title", "Η κοιλάδα − “two”", "--run", "sgd"
    )
    document = read_document(path)
    assert document.exploration.border == "reflect"
    assert document.exploration.seed == 7
    assert document.exploration.steps == 100
    assert document.view.title == "Η κοιλάδα − “two”"


def test_another_region_of_a_landscape(draw) -> None:
    path = draw("--landscape", "himmelblau", "--region", "0,6,0,6", *QUICK)
    assert read_document(path).exploration.place.lower == (0.0, 0.0)


def test_the_same_words_give_the_same_bytes(draw) -> None:
    words = (
        "--landscape",
        "himmelblau",
        "--run",
        "simulated-annealing",
        "--run",
        "sgd",
        "--steps",
        "100",
        "--view",
        "all",
    )
    assert draw(*words, name="a.png").read_bytes() == draw(*words, name="b.png").read_bytes()


def test_another_seed_gives_another_picture(draw) -> None:
    words = ("--run", "simulated-annealing", "--steps", "100")
    assert (
        draw(*words, "--seed", "1", name="a.png").read_bytes()
        != draw(*words, "--seed", "2", name="b.png").read_bytes()
    )


def test_a_session_gives_its_picture_and_the_picture_gives_it_again(draw, tmp_path: Path) -> None:
    session = tmp_path / "race.json"
    session.write_bytes(opening().to_json())
    first = draw("--session", str(session), name="first.png")
    assert read_document(first).exploration == opening().exploration
    second = draw("--session", str(first), name="second.png")
    assert second.read_bytes() == first.read_bytes()


def test_a_session_can_be_changed_on_the_way(draw, tmp_path: Path) -> None:
    session = tmp_path / "race.json"
    session.write_bytes(opening().to_json())
    path = draw(
        "--session", str(session), "--start", "1,1", "--theme", "slide", "--steps", "10", "--run", "adam"
    )
    document = read_document(path)
    assert document.exploration.starts[0].position == (1.0, 1.0)
    assert document.exploration.steps == 10
    assert document.view.theme == "slide"


def test_a_session_shows_the_step_that_it_stands_at(draw, tmp_path: Path) -> None:
    import msgspec

    document = opening()
    pictures = []
    for step in (10, 200):
        view = msgspec.structs.replace(document.view, step=step)
        (tmp_path / "race.json").write_bytes(Document(1, document.exploration, view).to_json())
        pictures.append(draw("--session", str(tmp_path / "race.json"), name=f"{step}.png").read_bytes())
    assert pictures[0] != pictures[1]


def test_segments_run_as_the_session_says(draw, tmp_path: Path) -> None:
    from minima_desktop.session import Session

    session = Session(opening())
    entry = session.exploration.entries[0].id
    session.go_on(entry, 30, "adam")
    runs, _ = render.run_all(session.document)
    assert [step for step, _ in runs[entry, 0].segments] == [0, 30]
    assert runs[entry, 0].step == session.exploration.steps


@pytest.mark.parametrize("formula", ["1/(x*y)", "log(x)+y^2", "sqrt(x-1)+y"])
def test_values_that_are_not_finite_still_give_a_picture(draw, formula: str) -> None:
    draw(
        "--formula",
        formula,
        "--region",
        "-2,2,-2,2",
        "--run",
        "adam",
        "--run",
        "simulated-annealing",
        "--start",
        "0.5,0.5",
        "--steps",
        "30",
        "--view",
        "all",
    )


def test_a_flat_landscape_gives_a_picture(draw) -> None:
    draw("--formula", "0*x + 0*y + 3", "--region", "-2,2,-2,2", *QUICK, "--view", "all")


def test_an_existing_file_is_overwritten_when_asked(draw, tmp_path: Path) -> None:
    (tmp_path / "out.png").write_bytes(b"old")
    assert QImage(str(draw(*QUICK, "--force"))).width() == 320


@pytest.mark.parametrize("size", ["160x160", "7680x160", "160x4320"])
def test_the_ends_of_what_is_possible(draw, size: str) -> None:
    width, height = map(int, size.split("x"))
    image = QImage(str(draw(*QUICK, "--view", "contour", size=("--size", size))))
    assert (image.width(), image.height()) == (width, height)


# -- bad words -------------------------------------------------------------------------------------------

FORMULA = ("--formula", "x^2 + y^2", "--region", "-1,1,-1,1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--landscape", "himelblau"], ["himelblau", "himmelblau"]),
        (["--run", "adamm"], ["adamm", "adam"]),
        (["--run", ""], ["method"]),
        (["--run", "adam,lrr=0.1"], ["lrr", "lr"]),
        (["--run", "adam,lr=-1"], ["lr"]),
        (["--run", "adam,lr=nan"], ["lr"]),
        (["--run", "adam,lr=fast"], ["lr"]),
        (["--run", "adam,beta1=1.5"], ["beta1"]),
        (["--run", "adam,lr"], ["lr"]),
        (["--run", "adam(lr=0.1"], []),
        (["--run", "random-restarts,local=nope(lr=1)"], ["nope"]),
        (["--start", "99,0"], ["99", "outside"]),
        (["--start", "0"], ["1 coordinate", "2 variables"]),
        (["--start", "0,0,0"], ["3 coordinates"]),
        (["--start", "a,b"], ["a,b"]),
        (["--start", "nan,0"], ["start"]),
        (["--start", ""], ["start"]),
        (["--start", "1;2"], ["1;2"]),
        (["--landscape", "himmelblau", "--region", "1,1,0,1"], ["no area"]),
        (["--landscape", "himmelblau", "--region", "2,1,0,1"], ["no area"]),
        (["--landscape", "himmelblau", "--region", "0,1"], ["2 variables"]),
        (["--landscape", "himmelblau", "--parameter", "a=2"], ["a"]),
        (["--formula", "x^2"], ["--region"]),
        (["--formula", "x^2", "--region", "0"], ["region"]),
        (["--formula", "x^2", "--region", "0,1,2"], ["region"]),
        (["--formula", "x^2", "--region", "0,nan"], ["region"]),
        (["--formula", "x^2", "--region", "-inf,inf"], ["region"]),
        (["--formula", "x^2", "--region", "1,1"], ["no area"]),
        (["--formula", "x^2+y^2", "--region", "-1,1"], ["y"]),
        (["--formula", "x^2 + * 3", "--region", "-1,1"], ["character 7"]),
        (["--formula", "x^2 + a y", "--region", "-1,1,-1,1"], ["parameter a", "--parameter a=1"]),
        (["--formula", "1/0*x", "--region", "-1,1"], ["finite"]),
        (["--formula", "x + q", "--region", "-1,1"], ["q"]),
        (["--formula", "", "--region", "-1,1"], ["formula"]),
        (["--formula", "x" * 100_000, "--region", "-1,1"], []),
        (["--formula", "(" * 5000 + "x" + ")" * 5000, "--region", "-1,1"], []),
        (["--formula", "-" * 100_000 + "x", "--region", "-1,1"], []),
        (["--formula", "x\ud800", "--region", "-1,1"], []),
        (["--formula", "__import__('os')", "--region", "-1,1"], []),
        ([*FORMULA, "--parameter", "a"], ["a=2"]),
        ([*FORMULA, "--parameter", "=2"], []),
        ([*FORMULA, "--parameter", "a=two"], ["two"]),
        ([*FORMULA, "--parameter", "a=1,2"], ["one number"]),
        ([*FORMULA, "--parameter", "a=nan"], ["a"]),
        ([*FORMULA, "--parameter", "x=2"], ["x"]),
        ([*FORMULA, "--landscape", "beale"], ["only one"]),
        (["--steps", "0"], ["steps"]),
        (["--steps", "-5"], ["steps"]),
        (["--steps", "many"], ["many"]),
        (["--steps", "1.5"], ["whole"]),
        (["--steps", "1e999"], ["steps"]),
        (["--steps", "9999999999999"], ["steps"]),
        (["--seed", "-1"], ["seed"]),
        (["--seed", "abc"], ["seed"]),
        (["--seed", "9" * 30], ["seed"]),
        (["--border", "bounce"], ["bounce", "reflect"]),
        (["--view", "globe"], ["globe", "surface"]),
        (["--view", "profile"], ["profile", "one variable"]),
        (["--landscape", "tilted-double-well", "--view", "surface"], ["one variable", "surface"]),
        (["--theme", "neon"], ["neon", "slide"]),
        (["--title", "x" * 5000], ["title"]),
        (["--title", "a\x00b"], ["title"]),
        (["--session", "/nonexistent/race.json"], ["race.json"]),
        (["--nonsense", "1"], ["--nonsense"]),
        (["surplus"], ["surplus"]),
    ],
    ids=lambda value: " ".join(word[:24].encode("ascii", "replace").decode() for word in value) or "empty",
)
def test_bad_words_are_one_sentence(refuse, words: list[str], said: list[str]) -> None:
    line = refuse(*words)
    assert len(line) < 500
    for word in said:
        assert word in line


@pytest.mark.parametrize(
    "size", ["10x10", "7681x100", "100x4321", "1600", "ax b", "-5x5", "1600x", "0x0", "1e3x1e3"]
)
def test_a_size_that_cannot_be(refuse, size: str) -> None:
    assert "size" in refuse(*QUICK, size=("--size", size)).lower()


@pytest.mark.parametrize("name", ["out.jpg", "out", ".png", "out.png.txt"])
def test_a_kind_of_file_that_cannot_be_written(refuse, name: str) -> None:
    assert ".png" in refuse(*QUICK, out=name)


def test_a_folder_that_is_not_there(refuse) -> None:
    assert "does not exist" in refuse(*QUICK, out="no/such/out.png")


def test_a_folder_in_the_place_of_the_file(refuse, tmp_path: Path) -> None:
    (tmp_path / "out.png").mkdir()
    assert "is a folder" in refuse(*QUICK)


def test_a_file_that_is_there_already(refuse, tmp_path: Path) -> None:
    (tmp_path / "out.png").write_bytes(b"old")
    assert "--force" in refuse(*QUICK)


def test_a_folder_that_cannot_be_written(refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render.os, "access", lambda *_: False)
    assert "cannot be written" in refuse(*QUICK)


def test_a_full_disk_leaves_nothing(refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "replace", full)
    assert "no space left" in refuse(*QUICK)


def test_too_little_memory_is_one_sentence(refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(render, "drawer_of", full)
    assert "memory" in refuse(*QUICK)


def test_nothing_is_computed_for_a_target_that_cannot_be(refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "run_all", lambda _: pytest.fail("computed in vain"))
    refuse(*QUICK, out="no/out.png")


@pytest.mark.parametrize("data", [b"", b"{}", b"\x00" * 99, b"\x89PNG\r\n\x1a\n" + b"\x00" * 99])
def test_a_session_that_is_none(refuse, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "race.json").write_bytes(data)
    assert "race.json" in refuse("--session", str(tmp_path / "race.json"))


def test_a_session_takes_no_region(refuse, tmp_path: Path) -> None:
    (tmp_path / "race.json").write_bytes(opening().to_json())
    assert "--session" in refuse("--session", str(tmp_path / "race.json"), "--region", "0,1,0,1")


# -- what is found out about the landscape ----------------------------------------------------------------

INSIGHTS = ("basins", "settings", "tree")


@pytest.mark.parametrize("view", INSIGHTS)
@pytest.mark.parametrize(
    "place",
    [
        ("--landscape", "himmelblau"),
        ("--landscape", "tilted-double-well"),
        ("--formula", "(x^2-a)^2+y^2", "--region", "-2,2,-2,2", "--parameter", "a=1"),
    ],
    ids=["two", "one", "typed"],
)
def test_views_of_what_is_found_out(draw, view: str, place: tuple[str, ...]) -> None:
    path = draw(*place, *QUICK, "--view", view)
    assert many_colours(path) > 5
    assert read_document(path).view.layout == view


@pytest.mark.parametrize("view", ["basins", "tree", "data"])
def test_views_of_a_landscape_that_learns(draw, view: str) -> None:
    assert many_colours(draw("--landscape", "linear-regression", *QUICK, "--view", view)) > 5


@pytest.mark.parametrize("view", INSIGHTS)
def test_what_is_found_out_is_drawn_the_same_twice_and_from_its_own_picture(draw, view: str) -> None:
    words = ("--landscape", "two-wells", *QUICK, "--view", view)
    first = draw(*words, name="first.png")
    assert first.read_bytes() == draw(*words, name="second.png").read_bytes()
    again = draw("--session", str(first), name="again.png")
    assert again.read_bytes() == first.read_bytes()


def test_basins_of_two_methods_differ(draw) -> None:
    one = draw("--landscape", "himmelblau", *QUICK, "--view", "basins", name="one.png")
    other = draw(
        "--landscape", "himmelblau", "--run", "adam", "--steps", "20", "--view", "basins", name="other.png"
    )
    assert one.read_bytes() != other.read_bytes()


def test_basins_of_a_method_that_leaves_things_to_chance_are_refused(refuse) -> None:
    words = ("--landscape", "himmelblau", "--run", "simulated-annealing", "--steps", "20")
    assert "chance" in refuse(*words, "--view", "basins")


def test_data_of_a_landscape_that_has_none_are_refused(refuse) -> None:
    assert "data" in refuse("--landscape", "himmelblau", *QUICK, "--view", "data").lower()


def test_basins_of_a_formula_with_holes(draw) -> None:
    assert (
        many_colours(
            draw("--formula", "log(x y)+x^2+y^2", "--region", "-2,2,-2,2", *QUICK, "--view", "basins")
        )
        > 5
    )


# -- as a process, without a display ---------------------------------------------------------------------


def process(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the program itself where no display is."""
    environment = {
        k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    return subprocess.run(
        [sys.executable, "-m", "minima_desktop", *words],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
    )


def test_the_program_draws_without_a_display_what_it_draws_here(draw, tmp_path: Path) -> None:
    words = ("--landscape", "himmelblau", "--start", "-3,3", *QUICK)
    there = tmp_path / "there.png"
    done = process("render", "--out", str(there), *SMALL, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert there.read_bytes() == draw(*words).read_bytes()


def test_the_program_ends_with_2_and_one_line(tmp_path: Path) -> None:
    done = process("render", "--out", str(tmp_path / "out.png"), "--landscape", "himelblau")
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "himmelblau" in done.stderr
    assert list(tmp_path.iterdir()) == []
