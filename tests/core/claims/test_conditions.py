"""Conditions and sentences: what they mean, and what is refused."""

from __future__ import annotations

import math

import pytest

from minima_core.claims.conditions import condition, filled, percent, share_text, whole

NUMBERS = {"deep": 0.53, "deep low": 0.51, "deep high": 0.55, "flat well": 0.1, "unknown": math.nan, "p": 0.2}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("deep > 0.5", True),
        ("deep low > flat well", True),
        ("deep < 2 × flat well", False),
        ("deep > 5 × flat well", True),
        ("flat well ≤ 0.1", True),
        ("flat well ≠ 0.1", False),
        ("deep = 0.53", True),
        ("deep ≥ deep high", False),
        ("unknown < 1", False),
        ("unknown ≥ 1", False),
        ("unknown ≠ 1", False),
    ],
)
def test_conditions_compare_numbers(text: str, holds: bool) -> None:
    assert condition(text, NUMBERS).holds is holds


@pytest.mark.parametrize("text", ["deep", "deep > shallow", "deep >", "deep ! 3", "deep > __import__('os')"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"condition"):
        condition(text, NUMBERS)


def test_a_condition_reads_with_its_numbers() -> None:
    assert condition("deep > 2 × flat well", NUMBERS).sentence == "deep (0.53) > 2 × flat well (0.1)"


def test_sentences_are_filled_with_numbers_in_their_forms() -> None:
    said = filled("{deep} {deep:percent} {deep:share} {p:p} {deep:exact}", NUMBERS)
    space = "\u00a0"
    assert said == (f"0.53 53{space}% 53{space}% (51 to 55{space}%) not significant, p = 0.2 0.53")
    with pytest.raises(ValueError, match="shallow"):
        filled("{shallow}", NUMBERS)


@pytest.mark.parametrize(
    ("share", "written"),
    [(0.0, "0"), (1.0, "100"), (0.0004, "<0.1"), (0.9999, ">99.9"), (0.004, "0.4"), (0.5, "50")],
)
def test_shares_near_the_ends_keep_a_digit(share: float, written: str) -> None:
    assert percent(share) == f"{written}\u00a0%"
    assert share_text(share, share, share).startswith(f"{written}\u00a0% (")


def test_counts_have_their_thousands_apart() -> None:
    assert [whole(each) for each in (12, 16013200, math.inf)] == ["12", "16\u202f013\u202f200", "∞"]
