"""Machine code kept on disk: taken up without numba, the same bits, and never when it is not whole."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path
from types import FunctionType

import pytest

from minima_core.compiled import assembler, cache, store
from minima_core.compiled.assembler import ObjectFile, linked
from minima_core.compiled.kernel import Kernel
from tests.core.compiled.test_kernels import constant, run_python

RUN = """
import sys, minima_core as mc
land = mc.landscape("himmelblau")
for method in ("gradient-descent", "simulated-annealing"):
    run = mc.start(land, method, x0=(0.3, -1.2), seed=7)
    run.advance(50)
    print(run.values[-1].hex(), *[each.hex() for each in run.positions[-1]], end=" ")
print("numba" in sys.modules)
"""


def test_a_later_process_takes_it_up_without_numba_and_gets_the_same_bits(tmp_path):
    cold = run_python(RUN, MINIMA_CACHE_DIR=str(tmp_path)).split()
    warm = run_python(RUN, MINIMA_CACHE_DIR=str(tmp_path)).split()
    assert (cold[-1], warm[-1]) == ("True", "False")
    assert warm[:-1] == cold[:-1]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "folder", lambda: tmp_path)
    return tmp_path


MADE = ObjectFile("entry", ("sqrt", "PyErr_Clear"), b"\x7fELF\n\n and so on")


def test_what_was_kept_is_found(folder):
    assert store.kept("one") is None
    store.keep("one", MADE)
    assert store.kept("one") == MADE
    assert [each.name for each in (folder / "objects").iterdir()] == ["one.o"]


@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b[:40] + b"!" + b[41:], lambda b: b""])
def test_what_is_not_whole_is_not_found(folder, spoil):
    store.keep("one", MADE)
    file = folder / "objects" / "one.o"
    file.write_bytes(spoil(file.read_bytes()))
    assert store.kept("one") is None


def test_without_a_folder_nothing_is_kept(monkeypatch):
    monkeypatch.setattr(cache, "folder", lambda: None)
    store.keep("one", MADE)
    assert store.kept("one") is None


def module(file: Path, text: str):
    file.write_text(text)
    store.source_digest.cache_clear()
    spec = importlib.util.spec_from_file_location(file.stem, file)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


SOURCE = "N = 2.0\ndef double(x):\n    return N * x\ndef face(p, c):\n    return double(p[0])\n"


def test_code_that_needs_a_name_that_nobody_has_is_not_taken_up(folder, tmp_path):
    made = module(tmp_path / "doubling.py", SOURCE)
    kernel = Kernel(made.face, "value", substitutions={"double": Kernel(made.double)})
    _ = kernel.address
    kept = store.kept(kernel._kept_name())
    assert linked(kept).address > 0
    assert linked(dataclasses.replace(kept, needs=(*kept.needs, "no_such_function"))) is None
    assert "no_such_function" not in assembler._NUMBAS_OWN


def test_an_edit_of_anything_that_goes_into_it_gives_another_name(tmp_path):
    def name(text: str, **constants: float) -> str | None:
        made = module(tmp_path / "doubling.py", text)
        inner = Kernel(made.double, substitutions=constants)
        return Kernel(made.face, "value", substitutions={"double": inner})._kept_name()

    assert name(SOURCE) == name(SOURCE)
    names = [name(SOURCE), name(SOURCE.replace("N * x", "x * N")), name(SOURCE, N=3.0)]
    assert len(set(names)) == 3


def test_code_without_a_source_file_is_not_kept():
    typed = FunctionType(constant.__code__.replace(co_filename="<typed>"), {"NUMBER": 1.0})
    assert Kernel(constant, "value")._kept_name() is not None
    assert Kernel(typed, "value")._kept_name() is None
