"""Numbers as a person reads and types them."""

from __future__ import annotations

import math

import pytest

from minima_widgets.panels.numbers import count, format_number, parse_count, parse_number, speed_words
from minima_widgets.panels.slider import Scale


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0.01", 0.01),
        ("1e-3", 1e-3),
        (" −2 ", -2.0),
        ("0,5", 0.5),
        ("10⁻³", 1e-3),
        ("10^6", 1e6),
        ("2·10⁻⁵", 2e-5),
        ("1\u202f000", 1000.0),
        ("", None),
        ("a lot", None),
        ("nan", None),
        ("inf", None),
        ("1_000", None),
        ("1e999", None),
        ("٣x", None),
    ],
)
def test_what_is_typed_is_read_as_a_person_means_it(typed: str, number: float | None) -> None:
    assert parse_number(typed) == number


@pytest.mark.parametrize("value", [0.03, 1e-8, 123.0, -0.000321, 99999.0, 1e5, 0.0, 2.5e-7])
def test_what_is_shown_can_be_typed_again(value: float) -> None:
    assert parse_number(format_number(value)) == pytest.approx(value, rel=5e-3)


def test_counts_are_grouped_and_round_ones_are_powers() -> None:
    assert [count(n) for n in (0, 999, 1000, 100_000_000, 12_345_678)] == [
        "0",
        "999",
        "1\u202f000",
        "10⁸",
        "12\u202f345\u202f678",
    ]
    assert [parse_count(t) for t in ("1e8", "10⁸", "12 345", "2.5", "-3")] == [10**8, 10**8, 12345, None, -3]


def test_speeds_have_words() -> None:
    assert speed_words(math.inf) == "as fast as it goes"
    assert speed_words(1.0) == "1 step/s"


@pytest.mark.parametrize(
    "scale",
    [
        Scale(1e-8, 10, "log"),
        Scale(0, 1, "linear"),
        Scale(1, 100_000, "integer"),
        Scale(0, math.inf, "log", 0.1),
    ],
)
def test_a_scale_runs_from_end_to_end_and_every_step_moves(scale: Scale) -> None:
    assert scale.value(0.0) == scale.lower
    assert scale.value(1.0) == scale.upper
    assert scale.value(scale.share(scale.upper)) == scale.upper
    value = scale.lower
    seen: list[float] = []
    while value < scale.upper and len(seen) < 2000:
        moved = scale.stepped(value, 1.0)
        assert moved > value
        seen.append(moved)
        value = moved
    assert value == scale.upper


def test_a_dragged_rate_is_a_round_number() -> None:
    scale = Scale(1e-6, 1, "log")
    values = [scale.value(k / 500) for k in range(1, 500)]
    assert all(float(f"{value:.1e}") == value for value in values)
    assert values == sorted(values)
