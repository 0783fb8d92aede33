"""Every example in a docstring is run, and says what it says there."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

from minima_core.compiled.kernel import Kernel

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = [ROOT / folder for folder in (".", "widgets", "core", "resources")]
PACKAGES = ("minima_desktop", "minima_widgets", "minima_core", "minima_resources")


def modules_with_examples() -> list[str]:
    """Names of all modules of the four packages in which an example stands."""
    found = []
    for folder, package in zip(FOLDERS, PACKAGES, strict=True):
        for path in sorted((folder / package).rglob("*.py")):
            if ">>> " in path.read_text(encoding="utf-8"):
                parts = path.relative_to(folder).with_suffix("").parts
                found.append(".".join(parts).removesuffix(".__init__"))
    return found


@pytest.mark.parametrize("name", modules_with_examples())
def test_the_examples_run(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module(name)
    kernels = {  # doctest looks into functions and classes by itself, not into what was made from them
        each: value.__doc__
        for each, value in vars(module).items()
        if isinstance(value, Kernel) and value.function.__module__ == name and value.__doc__
    }
    monkeypatch.setattr(module, "__test__", kernels, raising=False)
    outcome = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert outcome.attempted > 0
    assert outcome.failed == 0, capsys.readouterr().out
