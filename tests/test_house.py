"""The house itself: imports run downwards, versions are pinned, and nothing forbidden stands in any file."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    "minima_desktop": ROOT / "minima_desktop",
    "minima_widgets": ROOT / "widgets" / "minima_widgets",
    "minima_core": ROOT / "core" / "minima_core",
    "minima_resources": ROOT / "resources" / "minima_resources",
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def sources() -> list[Path]:
    """Every Python file of the four packages."""
    return [path for folder in PACKAGES.values() for path in sorted(folder.rglob("*.py"))]


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Every Python file of the four packages, parsed, with its path in the checkout."""
    for path in sources():
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_bytes())


def own_files() -> list[Path]:
    """Every file that belongs to the project; without git, all but what the commands of the house make."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        made = re.compile(r"/(\.venv|build|dist|\.git|\.\w+_cache|__pycache__|\w+\.egg-info)/")
        paths = [
            path for path in ROOT.rglob("*") if not made.search(f"/{path.relative_to(ROOT).as_posix()}/")
        ]
    return [path for path in paths if path.is_file()]


def declared(*groups: str) -> list[Requirement]:
    """What `pyproject.toml` asks for: the program's own dependencies, and those of the named extras."""
    project = PROJECT["project"]
    lines = list(project["dependencies"])
    for group in groups:
        lines += project["optional-dependencies"][group]
    return [Requirement(line) for line in lines]


def locked(name: str = "requirements-dev.txt") -> dict[str, str]:
    """Read a lock: canonical name to version."""
    versions: dict[str, str] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        text = line.split("#")[0].strip()
        if text.startswith("-r "):
            versions |= locked(text.removeprefix("-r "))
        elif text:
            package, separator, version = text.partition("==")
            assert separator, f"{name}: “{line}” pins no version"
            versions[canonicalize_name(package)] = version
    return versions


# -- imports -------------------------------------------------------------------------------------------------


def test_imports_run_downwards_only() -> None:
    check = "import importlinter.cli as c; raise SystemExit(c.lint_imports(no_cache=True, no_logo=True))"
    checked = subprocess.run(
        [sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert re.search(r"Contracts: \d+ kept, 0 broken", checked.stdout), checked.stdout


def test_every_folder_is_a_package_so_that_the_contracts_see_it() -> None:
    folders = {path.parent for path in sources()}
    assert [folder.as_posix() for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_no_part_of_a_package_imports_the_whole() -> None:
    found = []
    for name, tree in trees():
        package = next((part for part in ("minima_core", "minima_widgets") if f"/{part}/" in name), None)
        for node in ast.walk(tree):
            whole = isinstance(node, ast.Import) and package in {alias.name for alias in node.names}
            if whole:
                found.append(f"{name}:{node.lineno} imports all of {package}")
    assert found == []


WITHOUT_QT = """
import sys

FORBIDDEN = {"PySide6", "shiboken6", "pyqtgraph", "OpenGL"}


class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in FORBIDDEN:
            raise ImportError(f"{name} is not installed here")


sys.meta_path.insert(0, NoQt())
import minima_core as mc

run = mc.start(mc.landscape("himmelblau"), "adam", x0=(-3, 3), lr=0.1)
run.advance(300)
print(*run.best_position)
ours = mc.objective(lambda p: float((p[0] - 1) ** 2 + 2), (-4,), (4,), gradient=lambda p: 2 * (p - 1))
own = mc.start(ours, "gradient-descent", x0=(3,), lr=0.1)
own.advance(200)
print(own.best_value)
print(sorted(FORBIDDEN & {name.split(".")[0] for name in sys.modules}))
"""


def test_the_core_works_where_no_qt_can_be_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_QT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    position, value, imported = done.stdout.splitlines()
    # From (-3, 3) the well of Himmelblau's function at (-2.805118, 3.131313) is next.
    assert [float(number) for number in position.split()] == pytest.approx([-2.805118, 3.131313], abs=1e-3)
    assert float(value) == pytest.approx(2.0, abs=1e-9)
    assert imported == "[]"


def test_every_import_is_declared_and_every_dependency_is_used() -> None:
    owners = metadata.packages_distributions()
    imported = set()
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    foreign = imported - set(sys.stdlib_module_names) - set(PACKAGES)
    used = {canonicalize_name(owner) for name in foreign for owner in owners.get(name, [name])}
    needed = {canonicalize_name(requirement.name) for requirement in declared()}
    extras = {canonicalize_name(requirement.name) for requirement in declared("video", "slides")}
    assert used - needed - extras <= {"shiboken6"}, "imported, but not declared in pyproject.toml"
    assert needed - used <= {"scipy", "pyopengl"}, "declared in pyproject.toml, but imported nowhere"


# -- versions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("PySide6-Essentials", ("6.10.0", "6.11.3"), ("6.9.1", "6.9.2", "6.12.0", "6.12.1", "7.0.0")),
        ("pyqtgraph", ("0.14.0", "0.15.0"), ("0.13.7", "0.16.0", "1.0.0")),
        ("PyOpenGL", ("3.1.10",), ("3.1.9", "3.1.7")),
    ],
)
def test_versions_known_to_break_are_shut_out(name: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    (pin,) = [requirement.specifier for requirement in declared() if requirement.name == name]
    assert [version for version in good if version not in pin] == []
    assert [version for version in bad if version in pin] == []


def test_python_3_11_is_enough() -> None:
    accepted = SpecifierSet(PROJECT["project"]["requires-python"])
    assert "3.11.0" in accepted
    assert "3.10.15" not in accepted


def test_the_lock_satisfies_what_is_declared() -> None:
    build = [Requirement(line) for line in PROJECT["build-system"]["requires"]]
    for lock, wanted in {
        "requirements.txt": declared() + build,
        "requirements-dev.txt": declared("dev"),
    }.items():
        versions = locked(lock)
        unmet = [
            str(requirement)
            for requirement in wanted
            if versions.get(canonicalize_name(requirement.name), "0") not in requirement.specifier
        ]
        assert unmet == [], lock


def test_the_lock_holds_everything_that_is_needed_indirectly() -> None:
    versions = locked()
    build = [Requirement(line) for line in PROJECT["build-system"]["requires"]]
    waiting = [canonicalize_name(requirement.name) for requirement in declared("dev") + build]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for line in metadata.requires(name) or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(canonicalize_name(requirement.name))
    assert seen - set(versions) == set(), "needed, but not locked"
    elsewhere = {"colorama"}  # what other systems need
    assert set(versions) - seen - elsewhere == set(), "locked, but needed by nothing"


def test_the_lock_names_no_place_to_download_from() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"://|^--|\s@\s", text, re.MULTILINE), name


# -- what stands in the files --------------------------------------------------------------------------------


def test_every_file_says_what_it_is_for() -> None:
    silent = [name for name, tree in trees() if not ast.get_docstring(tree)]
    assert silent == []


def test_no_text_is_ever_run_as_python() -> None:
    found = []
    for name, tree in trees():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="eval" | "exec" | "__import__" as call)):
                    found.append(f"{name}:{node.lineno} calls {call}")
                case ast.Import(names=names) if {"pickle", "marshal", "shelve", "dill"} & {
                    n.name for n in names
                }:
                    found.append(f"{name}:{node.lineno} imports what can run code from a file")
                case ast.ImportFrom(module="pickle" | "marshal" | "shelve" | "dill"):
                    found.append(f"{name}:{node.lineno} imports what can run code from a file")
                case ast.keyword(arg="allow_pickle", value=ast.Constant(value=True)):
                    found.append(f"{name}:{node.lineno} lets numpy unpickle")
    assert found == []


def test_no_kernel_is_compiled_in_a_way_that_lies_or_aborts() -> None:
    found = [
        f"{name}:{node.value.lineno} {node.arg}"
        for name, tree in trees()
        for node in ast.walk(tree)
        # fastmath makes isnan lie; parallel's default layer on macOS aborts on concurrent entry.
        if isinstance(node, ast.keyword)
        and node.arg in ("fastmath", "parallel")
        and not (isinstance(node.value, ast.Constant) and node.value.value is False)
    ]
    assert found == []


FORBIDDEN_WORDS = {
    "a path of one machine": r"(?<![\w.$}~-])/(?:root|home|Users|work|opt)/\w|(?<![\w.$}])/tmp/\w",
    "an address of a registry": r"\bpypi\.\w|pythonhosted\.\w|\b(?:deb|security|snapshot|ftp)\.debian\.\w",
    "an address inside a network": r"https?://(?:localhost|\d+\.\d+\.\d+\.\d+|[\w-]+(?:[:/]|$))",
}


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    for path in own_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a font
        for what, pattern in FORBIDDEN_WORDS.items():
            found += [
                f"{path.relative_to(ROOT)}: {what}: {match[0]}"
                for match in re.finditer(pattern, text, re.MULTILINE)
            ]
    assert found == []


@pytest.mark.parametrize(
    "text", ["see /home/" + "ada/x", '"/tmp' + '/x"', "http://" + "mirror:8080/simple", "deb." + "debian.org"]
)
def test_forbidden_words_are_found(text: str) -> None:
    assert any(re.search(pattern, text) for pattern in FORBIDDEN_WORDS.values())


def test_the_readme_names_the_two_commands_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    commands = re.findall(r"^\s*\$?\s*(make [\w-]+)", "\n".join(blocks), re.MULTILINE)
    assert sorted(commands) == ["make run", "make test"]
