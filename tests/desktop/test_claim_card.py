"""The command line of the claims clinic: the list, the card with its race inside, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from minima_core import claims
from minima_desktop import cli
from minima_desktop.files import read_document


def test_a_card_is_drawn_and_carries_the_race_that_shows_it(tmp_path: Path) -> None:
    out = tmp_path / "card.png"
    assert cli.main(["render", "--claim", "parabola-two-minima", "--out", str(out), "--size", "800x450"]) == 0
    kept = read_document(out)
    assert kept.exploration.place.formula == "x^2 - 2x + 1"
    assert kept.exploration.entries[0].name == "gradient-descent"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--claim", "smaler-rate-escapes"], "did you mean smaller-rate-escapes"),
        (
            ["--claim", "parabola-two-minima", "--landscape", "himmelblau"],
            "--landscape does not go with --claim",
        ),
        (["--claim", "parabola-two-minima", "--steps", "5"], "--steps does not go with --claim"),
    ],
)
def test_what_is_refused(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "card.png"
    assert cli.main(["render", *words, "--out", str(out)]) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_claims_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["list", "claims"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(claims.claim_names())
    assert cli.main(["list", "claims", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["judgement"] for row in rows} <= {"wrong", "half true", "depends", "true, and there is more"}
    assert all(row["truth"] and row["idea"] and row["sentence"].startswith("“") for row in rows)
