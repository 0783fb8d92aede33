"""Where compiled kernels are kept between starts, and how old ones go away.

The user's cache folder holds one sub-folder for each *digest* of everything that all machine code depends on:
the sources of the compiled room, and the versions of numba, llvmlite, Python and the processor. What a kernel
takes from elsewhere, such as a method's own file, is part of its name in there. Code that is stale after an
edit or an upgrade can therefore never be loaded; it is merely never found again, and pruned.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path

__all__ = ["VARIABLE", "folder", "formula_folder", "prune", "user_cache"]

VARIABLE = "MINIMA_CACHE_DIR"
"""The environment variable that names another place for the cache."""

UNUSED_DAYS = 30
FORMULAS_KEPT = 500


def user_cache() -> Path:
    """Return the cache folder of this user, by the custom of the system; `MINIMA_CACHE_DIR` overrides it."""
    if chosen := os.environ.get(VARIABLE):
        return Path(chosen)
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        root = str(Path.home() / "Library" / "Caches")
    else:
        root = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(root) / "minima-desktop"


def folder() -> Path | None:
    """Return the folder for kernels of exactly this program on this machine; none if it is unwritable."""
    return _folder(str(user_cache()))


def formula_folder() -> Path | None:
    """Return the folder for the modules generated from formulas, beside the kernels made from them."""
    kernels = folder()
    if kernels is None:
        return None
    formulas = kernels / "formulas"
    try:
        formulas.mkdir(exist_ok=True)
    except OSError:
        return None
    return formulas


@functools.cache
def _folder(root: str) -> Path | None:
    here = Path(root) / "kernels" / _digest()
    try:
        here.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=here):
            pass
        (here / "used").touch()
    except OSError:
        return None
    prune(here)
    return here


@functools.cache
def _digest() -> str:
    import importlib.util

    import llvmlite
    from llvmlite import binding

    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    files = sorted((package / "compiled").rglob("*.py"))
    for file in (*files, package / "formula" / "elementary.py"):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    numba = importlib.util.find_spec("numba")  # looked at, not loaded: that takes longer than all else
    parts = (
        "" if numba is None or numba.origin is None else _version_of(Path(numba.origin)),
        llvmlite.__version__,
        sys.version,
        platform.machine(),
        binding.get_host_cpu_name(),
    )
    digest.update("\0".join(parts).encode())
    return digest.hexdigest()[:20]


def _version_of(package: Path) -> str:
    """Return the file in which a package states its version."""
    return (package.parent / "_version.py").read_text(encoding="utf-8")


def prune(current: Path) -> None:
    """Remove kernels of other digests that nobody used for a month, and the oldest of too many formulas."""
    now = time.time()
    for other in current.parent.iterdir():
        with contextlib.suppress(OSError):
            if other != current and now - (other / "used").stat().st_mtime > UNUSED_DAYS * 86400:
                shutil.rmtree(other, ignore_errors=True)
    with contextlib.suppress(OSError):
        modules = sorted((current / "formulas").glob("f_*.py"), key=lambda file: file.stat().st_mtime)
        for module in modules[:-FORMULAS_KEPT]:
            for made in (module, *current.glob(f"*/*{module.stem.removeprefix('f_')}*")):
                made.unlink(missing_ok=True)
