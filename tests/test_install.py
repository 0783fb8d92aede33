"""The wheel as a person gets it: installed outside the checkout, read-only, used from the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from minima_desktop import __version__

ROOT = Path(__file__).resolve().parent.parent

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform == "win32", reason="the folders of a Windows environment are laid out differently"
    ),
]
OURS = ("PYTHONPATH", "DISPLAY", "WAYLAND_DISPLAY", "MINIMA_CACHE_DIR")


def call(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program away from the checkout and without its folders on the path."""
    shelter = {key: value for key, value in os.environ.items() if key not in OURS}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=shelter | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
    ]
    built = call(*pip, str(ROOT), cwd=folder)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a fresh environment that borrows the dependencies of this one, and lock it."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, with_pip=False)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--no-deps"]
    done = call(*pip, str(wheel), cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    packages = site_packages(folder)
    # A folder named in a .pth file is searched, .pth files inside it are not read: the checkout stays out.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    for path in [packages, *packages.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in [packages, *packages.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def site_packages(environment: Path) -> Path:
    """Return the folder that packages are installed into."""
    (folder,) = environment.glob("lib/python3*/site-packages")
    return folder


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    """List a folder with sizes and times, to see whether anything was written (root may write anywhere)."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
    }


def test_the_wheel_holds_four_packages_with_their_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"minima_desktop", "minima_widgets", "minima_core", "minima_resources"}
    data = {
        path.relative_to(ROOT / "resources").as_posix()
        for path in (ROOT / "resources" / "minima_resources").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert data - set(names) == set()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert wheel.name.startswith(f"minima_desktop-{__version__}-")
    assert not [name for name in names if name.endswith((".nbi", ".nbc", ".pyc"))]


def test_it_works_from_a_read_only_install_and_without_a_display(installed: Path, tmp_path: Path) -> None:
    program = installed / "bin" / "minima-desktop"
    before = contents(site_packages(installed))
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}

    where = call(
        installed / "bin" / "python",
        "-c",
        "import minima_core as m; print(m.__file__)",
        cwd=tmp_path,
        **cache,
    )
    assert Path(where.stdout.strip()).is_relative_to(installed), where.stderr

    version = call(program, "--version", cwd=tmp_path, **cache)
    assert (version.returncode, version.stderr) == (0, "")
    assert version.stdout.split() == ["minima-desktop", __version__]

    landscapes = call(program, "list", "landscapes", cwd=tmp_path, **cache)
    assert (landscapes.returncode, landscapes.stderr) == (0, "")
    assert "himmelblau" in landscapes.stdout

    picture = tmp_path / "picture.png"
    drawn = call(
        program, "render", "--landscape", "himmelblau", "--run", "adam", "--start", "-3,3", "--steps", "20",
        "--size", "320x240", "--out", picture, cwd=tmp_path, **cache,
    )  # fmt: skip
    assert drawn.returncode == 0, drawn.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")

    assert contents(site_packages(installed)) == before


def test_both_commands_are_installed(installed: Path) -> None:
    assert {"minima-desktop", "minima-desktop-window"} <= {
        path.name for path in (installed / "bin").iterdir()
    }
