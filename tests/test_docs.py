"""The pages say what is true: made pages are up to date, links lead somewhere, examples and commands work."""

from __future__ import annotations

import doctest
import importlib.util
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest

import minima_core as mc
from minima_core.claims import claim_names

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(
    path for folder in (".", "docs", "docs/adr") for path in (ROOT / folder).glob("*.md") if path.is_file()
)
LARGEST_PICTURE = 400_000


def tool(name: str) -> ModuleType:
    """Load a script of the tools, as a module of its own."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """Return the script that makes pages."""
    return tool("make_method_docs")


@pytest.fixture(scope="module")
def painter() -> ModuleType:
    """Return the script that makes the pictures of the README."""
    return tool("make_pictures")


@pytest.mark.parametrize("name", ["docs/methods.md", "docs/landscapes.md"])
def test_a_made_page_is_up_to_date(maker: ModuleType, name: str) -> None:
    made = maker.PAGES[name]()
    written = (ROOT / name).read_text(encoding="utf-8")
    assert written == made, f"{name} is old; this makes it anew: .venv/bin/python tools/make_method_docs.py"


def test_every_method_and_landscape_has_its_place_on_the_pages(maker: ModuleType) -> None:
    methods, landscapes = maker.methods_page(), maker.landscapes_page()
    assert [name for name in mc.method_names() if f"\n`{name}` · " not in methods] == []
    assert [name for name in mc.landscape_names() if f"<br>`{name}` |" not in landscapes] == []


def test_every_method_says_what_its_rows_are_and_what_is_drawn_of_it(maker: ModuleType) -> None:
    sections = re.split(r"^### ", maker.methods_page(), flags=re.MULTILINE)
    by_title = {section.partition("\n")[0]: section for section in sections}
    for name in mc.method_names():
        method = mc.describe(name)
        section = by_title[method.title]
        assert re.search(r"^(A|The) row (is|of) [^.]+\. It (asks for|drives) ", section, re.MULTILINE), name
        drawn = [each for each in method.insides_drawn if each not in maker.COMMON]
        assert [each.name for each in drawn if maker.cell(each.meaning) not in section] == []
        assert [array for array in method.state if f"`{array}` 2" not in section] == []


def test_numbers_are_written_for_readers(maker: ModuleType) -> None:
    written = [maker.number(value) for value in (-2.9035340277, 1e15, 2.5e-7, 1e-8, -1e6, 0.0, 123456.0)]
    assert written == ["−2.90353", "10¹⁵", "2.5 × 10⁻⁷", "10⁻⁸", "−10⁶", "0", "1.23456 × 10⁵"]
    assert [maker.number(value) for value in (float("inf"), float("-inf"))] == ["∞", "−∞"]


def anchors(page: Path) -> set[str]:
    """Return the places in a page that a link can name."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```|`[^`\n]*`", "", source, flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"", text)
    lost = []
    for target in (link or picture for link, picture in targets):
        name, _, place = target.partition("#")
        if "://" in name:
            continue
        file = (page.parent / name) if name else page
        if not file.exists() or (place and place not in anchors(file)):
            lost.append(target)
    assert lost == []


def test_pictures_in_the_documents_stay_small() -> None:
    pictures = sorted((ROOT / "docs" / "pictures").glob("*.png"))
    assert pictures, "the README shows a picture"
    assert [path.name for path in pictures if path.stat().st_size >= LARGEST_PICTURE] == []


def test_the_pictures_of_the_readme_are_those_that_are_made(painter: ModuleType) -> None:
    names = (*painter.COMMANDS, *painter.PAGES)
    made = {f"docs/pictures/{name}-{theme}.png" for name in names for theme in painter.THEMES}
    assert set(re.findall(r"docs/pictures/[\w-]+\.png", README)) == made
    assert {path.relative_to(ROOT).as_posix() for path in painter.FOLDER.glob("*")} == made


@pytest.mark.parametrize("name", ["two-wells", "insides", "basins"])
def test_a_picture_is_made_by_the_command_beside_it(painter: ModuleType, name: str) -> None:
    shown = next(line for line in commands() if f"--out {name}.png" in line)
    made = f"minima-desktop render --out {name}.png --theme light {painter.COMMANDS[name]}"
    assert sorted(shlex.split(shown)) == sorted(shlex.split(made))


def test_a_picture_of_the_readme_carries_the_session_that_made_it(painter: ModuleType) -> None:
    from minima_desktop.files import read_document

    for name in painter.COMMANDS:
        kept = read_document(painter.FOLDER / f"{name}-dark.png")
        made, _, _ = painter.document_of(name, "dark")
        assert kept.exploration.place == made.exploration.place
        assert kept.exploration.starts == made.exploration.starts
        assert kept.view.insight == made.view.insight


def test_numbers_of_landscapes_in_the_readme_are_true() -> None:
    def any_dimension(name: str) -> bool:
        try:
            return mc.landscape(name, dimension=5).dimension == 5
        except ValueError:
            return False

    names = mc.landscape_names()
    said = re.search(
        r"(\d+) landscapes of one and of two variables.+?; (\d+) of them exist", README, re.DOTALL
    )
    assert said is not None
    assert (int(said[1]), int(said[2])) == (len(names), sum(map(any_dimension, names)))


def test_the_number_of_methods_in_the_readme_is_true() -> None:
    said = re.findall(r"any of (\d+)", README)
    assert said == [str(len(mc.method_names()))]


def test_the_example_in_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert outcome.attempted > 5
    assert outcome.failed == 0, capsys.readouterr().out


def commands() -> list[str]:
    """Return the lines of the README that start the program, long ones joined."""
    blocks = "\n".join(re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE))
    return re.findall(r"^minima-desktop .+$", blocks.replace("\\\n", " "), re.MULTILINE)


@pytest.mark.parametrize("command", [line for line in commands() if " render " in line])
def test_the_pictures_of_the_readme_can_be_asked_for(command: str) -> None:
    from minima_core.document import prepared
    from minima_desktop import cli, wanted

    words = cli.join_negative_values(shlex.split(command)[2:])
    options = cli.build_render_parser().parse_args(words)
    assert min(wanted.size_of(options).pixels) > 100
    if options.claim is not None:
        assert options.claim in claim_names()
    elif not (options.session or options.all or options.talk or options.compare):
        document = wanted.document_of(options)
        runs = options.run if options.scene is None else prepared(options.scene).data["runs"]
        assert len(document.exploration.entries) == len(runs) > 0


@pytest.mark.parametrize("command", [line for line in commands() if " list " in line])
def test_the_lists_of_the_readme_can_be_asked_for(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    from minima_desktop import cli

    assert cli.main(shlex.split(command)[1:]) == 0
    known = {"landscapes": "himmelblau", "methods": "gradient-descent", "scenes": "five-rates"}
    known["claims"] = claim_names()[0]
    assert known[shlex.split(command)[2]] in capsys.readouterr().out


def test_the_keys_of_the_readme_are_keys_of_the_program() -> None:
    from minima_desktop.actions import ACTS

    declared = {key for act in ACTS for key in act.keys}
    table = re.search(r"^\| key \|.*?\n\n", README, re.DOTALL | re.MULTILINE)
    assert table is not None
    keys = [key for row in table[0].splitlines()[2:] for key in re.findall(r"`([^`]+)`", row.split(" | ")[0])]
    assert len(keys) > 20
    assert [key for key in keys if key not in declared] == []
