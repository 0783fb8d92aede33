"""Kernels: made on first use, never twice, kept on disk, and possible without a disk."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from minima_core.compiled import cache
from minima_core.compiled.kernel import Foreign, Kernel


def constant(p, c):
    return NUMBER


NUMBER = 1.0


def run_python(code: str, **environment: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_specialisation_means_something_else_by_a_global_name():
    kernel = Kernel(constant, "value", name="test_constant")
    three, same = kernel.specialised("three", NUMBER=3.0), kernel.specialised("three", NUMBER=3.0)
    assert same is three
    assert not three.is_compiled
    assert (kernel.callable()(None, None), three.callable()(None, None)) == (1.0, 3.0)
    assert three.is_compiled
    assert three.address == three.address


def test_a_kernel_refuses_closures():
    captured = 1.0
    with pytest.raises(TypeError, match="without closure"):
        Kernel(lambda x: x + captured)


def test_words_of_numbas_world_work_in_kernels_only():
    with pytest.raises(TypeError, match="inside compiled kernels only"):
        Foreign(lambda: None)(1)


def test_an_inlined_kernel_has_no_address():
    with pytest.raises(TypeError, match="no C signature"):
        _ = Kernel(constant).address


def test_importing_the_core_costs_neither_numba_nor_qt_nor_scipy():
    loaded = run_python(
        "import minima_core, sys; minima_core.describe('adam'); minima_core.landscape('himmelblau');"
        "print([m for m in ('numba', 'llvmlite', 'scipy', 'PySide6', 'pyqtgraph') if m in sys.modules])"
    )
    assert loaded == "[]"


ADVANCE = """
import minima_core as mc
from numba.core import event
class Count(event.Listener):
    n = 0
    def on_start(self, event): Count.n += 1
    def on_end(self, event): pass
with event.install_listener("numba:compile", Count()):
    land = mc.formula("x^2 + 3 x y + 5 y^4", (-1, -1), (1, 1))
    run = mc.start(land, "gradient-descent", x0=(0.5, 0.5), lr=0.01)
    run.advance(10)
    first = Count.n
    for start in ((0.1, 0.2), (0.3, -0.4)):
        mc.start(run.landscape, "gradient-descent", x0=start, lr=0.02).advance(5)
print(first > 0, Count.n - first, repr(run.value))
"""


def test_the_second_run_and_the_second_process_compile_nothing(tmp_path):
    cold = run_python(ADVANCE, MINIMA_CACHE_DIR=str(tmp_path)).split()
    warm = run_python(ADVANCE, MINIMA_CACHE_DIR=str(tmp_path)).split()
    assert cold[:2] == ["True", "0"]
    assert warm[:2] == ["False", "0"]
    assert cold[2] == warm[2]


def test_an_unwritable_cache_costs_time_and_nothing_else(tmp_path):
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    answer = run_python(ADVANCE, MINIMA_CACHE_DIR=str(blocked / "cache")).split()
    assert answer[:2] == ["True", "0"]


def test_a_readonly_cache_folder_is_noticed(tmp_path, monkeypatch):
    folder = tmp_path / "readonly"
    folder.mkdir()
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    if os.access(folder, os.W_OK):
        monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setenv(cache.VARIABLE, str(folder))
    assert cache.folder() is None
    assert cache.formula_folder() is None


def refuse(*_: object, **__: object) -> None:
    raise PermissionError("read-only")


def test_old_kernels_are_pruned(tmp_path):
    current, old, recent = (tmp_path / "kernels" / name for name in ("current", "old", "recent"))
    for each in (current, old, recent):
        each.mkdir(parents=True)
        (each / "used").touch()
    os.utime(old / "used", (0, 0))
    formulas = current / "formulas"
    formulas.mkdir()
    for i in range(cache.FORMULAS_KEPT + 3):
        module = formulas / f"f_{i:032x}.py"
        module.touch()
        os.utime(module, (i, i))
    cache.prune(current)
    assert not old.exists()
    assert recent.exists()
    left = sorted(each.name for each in formulas.iterdir())
    assert len(left) == cache.FORMULAS_KEPT
    assert left[0] == f"f_{3:032x}.py"
