"""The page of claims says what comes out when they are run."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from minima_core import claims

ROOT = Path(__file__).resolve().parents[3]
QUICK = (
    "parabola-two-minima",
    "strictly-lower-than-all",
    "silence-means-minimum",
    "momentum-previous-gradient",
)
"""Claims that are run once more, to compare them with the page; all others have a section."""


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """Return the script that makes the page."""
    spec = importlib.util.spec_from_file_location("claims_page", ROOT / "tools" / "make_claims_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def written(maker: ModuleType) -> str:
    return str(maker.PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", QUICK)
def test_the_numbers_on_the_page_are_those_that_come_out(maker: ModuleType, written: str, name: str) -> None:
    section = maker.section(claims.check(name))
    assert section in written, (
        "the page is old; this makes it anew: .venv/bin/python tools/make_claims_page.py"
    )


def test_every_claim_is_on_the_page_as_it_is_judged(maker: ModuleType, written: str) -> None:
    for name in claims.claim_names():
        claim = claims.claim(name)
        assert f"\n### {claim.title}\n\n> “{maker.cell(claim.said)}”\n" in written, name
        assert f"**{claim.judgement.capitalize()}.** {maker.cell(claim.truth)}" in written, name
        assert f"](#{maker.anchor(claim)})" in written, name
    assert claims.NOT_SHOWN not in written.partition("| claim |")[2]


def test_the_page_names_the_command_that_makes_it(written: str) -> None:
    assert "    .venv/bin/python tools/make_claims_page.py\n" in written
