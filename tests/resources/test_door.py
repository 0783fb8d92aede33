"""The door to the data: names lead to bytes from a folder, a read-only folder and a zip archive alike."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import minima_resources

PACKAGE = Path(minima_resources.__file__).parent
TABLES = [name for name in minima_resources.names() if name.endswith(".toml")]


def test_all_files_are_named() -> None:
    found = {
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*")
        if file.is_file() and file.suffix not in {".py", ".pyc"}
    }
    folders = ["", "fonts", "icons", "lessons"]
    assert found == {f"{at}/{name}".lstrip("/") for at in folders for name in minima_resources.names(at)}


@pytest.mark.parametrize("name", TABLES)
def test_tables_parse_and_use_typographic_quotes(name: str) -> None:
    table = tomllib.loads(minima_resources.text(name))
    assert table
    straight = [word for word in _words(table) if "'" in word or '"' in word]
    assert not straight, "an apostrophe is ’ and a quotation mark is “ ”"


def _words(value: object) -> list[str]:
    """Collect the sentences that a person reads, from anywhere in a table."""
    if isinstance(value, dict):
        return [word for key, each in value.items() if key != "formula" for word in _words(each)]
    if isinstance(value, list):
        return [word for each in value for word in _words(each)]
    return [value] if isinstance(value, str) else []


def test_bytes_text_and_file_agree() -> None:
    name = "icons/play.svg"
    with minima_resources.path(name) as file:
        assert file.read_bytes() == minima_resources.data(name) == minima_resources.text(name).encode()


@pytest.mark.parametrize(
    "name", ["", "/etc/passwd", "../minima_core/__init__.py", "icons/../themes.toml", "a\\b"]
)
def test_names_stay_inside(name: str) -> None:
    with pytest.raises(ValueError, match="not a resource name"):
        minima_resources.data(name)


def test_unknown_name_says_what_there_is() -> None:
    with pytest.raises(FileNotFoundError, match=r"no resource called “icons/plum\.svg”.*plus\.svg"):
        minima_resources.text("icons/plum.svg")
    with pytest.raises(FileNotFoundError, match="no folder of resources called “pictures”"):
        minima_resources.names("pictures")


def test_everything_is_reachable_inside_a_zip(tmp_path: Path) -> None:
    archive = tmp_path / "program.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        for file in PACKAGE.rglob("*"):
            if file.is_file() and file.suffix != ".pyc":
                bundle.write(file, Path("minima_resources") / file.relative_to(PACKAGE))
    program = (
        f"import sys; sys.path.insert(0, {str(archive)!r})\n"
        "import minima_resources as r\n"
        "assert '.zip' in r.__file__\n"
        "names = [f'{at}/{n}'.lstrip('/') for at in ('', 'icons', 'fonts') for n in r.names(at)]\n"
        "with r.path('fonts/Inter-Regular.ttf') as file: size = file.stat().st_size\n"
        "print(len(names), sum(len(r.data(n)) for n in names), size)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    names = [
        f"{at}/{name}".lstrip("/") for at in ("", "icons", "fonts") for name in minima_resources.names(at)
    ]
    sizes = [len(minima_resources.data(name)) for name in names]
    font = len(minima_resources.data("fonts/Inter-Regular.ttf"))
    assert answer.stdout.split() == [str(len(names)), str(sum(sizes)), str(font)]
