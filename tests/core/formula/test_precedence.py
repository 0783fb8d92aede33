"""Each row of the table of precedences in docs/formula.md is what the parser does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from minima_core.formula import parse

_PAGE = Path(__file__).parents[3] / "docs" / "formula.md"


def _rows() -> list[tuple[str, str]]:
    table = _PAGE.read_text(encoding="utf-8").split("| typed | means |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \|", table, flags=re.MULTILINE)
    return [(typed.replace(r"\|", "|"), meant.replace(r"\|", "|")) for typed, meant in rows]


def test_every_row_of_the_table_is_read() -> None:
    lines = _PAGE.read_text(encoding="utf-8").split("| typed | means |")[1].split("\n\n")[0].splitlines()
    assert len(_rows()) == sum(line.startswith("| `") for line in lines) > 50


@pytest.mark.parametrize(("typed", "meant"), _rows())
def test_row(typed: str, meant: str) -> None:
    assert parse(typed).digest == parse(meant).digest


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1/2x", 1.5),
        ("2^-3", 0.125),
        ("-x^2", -9.0),
        ("2^3^2", 512.0),
        ("2e3", 2000.0),
        ("||x|-5|", 2.0),
        ("-2^2", -4.0),
        ("6/2(x-1)", 6.0),
        ("x − 1", 2.0),
        ("4 · x × 2 ÷ 3", 8.0),
        ("x⁻¹·6", 2.0),
        ("∑(i, 1, 4, i x)", 30.0),
        ("∏(i, 1, 4, i)", 24.0),
        ("sum(i, 1, 3, sum(j, i, 3, i j))", 25.0),
        ("sum(i, 2, 1, x) + prod(i, 2, 1, x)", 1.0),
        ("√(x+1)∛8", 4.0),
        (".5x + 1.", 2.5),
        ("where(1 < 2, 5, 6)", 5.0),
        ("round(2.5) + round(-2.5)", 1.0),
    ],
)
def test_value_at_three(typed: str, value: float) -> None:
    assert parse(typed).value((3.0,)) == pytest.approx(value, abs=1e-12)


def test_where_and_series_end_at_their_brackets() -> None:
    assert parse("sum(i, 1, 2, i) i", parameters=["i"]).value((0.0,), (5.0,)) == 15.0


def test_x_with_the_index_n_is_the_last_variable_however_it_is_written() -> None:
    for text in ("x[n] + y", "x_n + y", "xₙ + y", "xn + y"):
        formula = parse(text)
        assert formula.dimension == 2
        assert formula.value([1.0, 3.0]) == 6.0
