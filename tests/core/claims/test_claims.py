"""Every claim is run, and everything that its judgement rests on is found to hold."""

from __future__ import annotations

import re

import numpy as np
import pytest

import minima_resources
from minima_core import claims
from minima_core.analysis.arrivals import Cancelled
from minima_core.claims.bench import Bench
from minima_core.claims.conditions import names_in
from minima_core.claims.finding import experiment, judged
from minima_core.document import Document
from minima_core.runs import start

ALL = [claims.claim(name) for name in claims.claim_names()]
EXPERIMENTS = sorted({each.experiment for each in ALL})
ROWS = 18
"""Rows of the table that the claims are from."""


@pytest.fixture(scope="module")
def benches() -> dict[str, Bench]:
    """Keep what each experiment left: some serve several claims."""
    return {}


@pytest.mark.parametrize("path", EXPERIMENTS)
def test_what_comes_out_bears_the_judgements(path: str, benches: dict[str, Bench]) -> None:
    bench = benches.setdefault(path, Bench())
    experiment(path)(bench)
    for asked in (each for each in ALL if each.experiment == path):
        finding = judged(asked, bench)
        assert [each.sentence for each in finding.conditions if not each.holds] == [], asked.name
        assert finding.judgement == asked.judgement
        assert finding.ran
        assert finding.ran[-1].startswith("In all ") == (bench.runs > 0)
        assert finding.evidence
        assert len(finding.found) == len(asked.found)
        assert not any("{" in line or "nan" in line for line in finding.found)
        page = claims.card(finding)
        assert page.title == asked.title
        assert asked.said in "".join(getattr(block, "text", "") for block in page.blocks)
    shares = {name for name in bench.numbers if f"{name} low" in bench.numbers}
    for name in shares:
        assert bench.numbers[f"{name} low"] <= bench.numbers[name] <= bench.numbers[f"{name} high"]


@pytest.mark.parametrize("path", EXPERIMENTS)
def test_its_document_opens_and_runs(path: str, benches: dict[str, Bench]) -> None:
    bench = benches[path]
    documents = [bench.document, *(each.document for each in bench.offers)]
    for document in documents:
        assert document is not None
        assert Document.from_json(document.to_json()) == document
        exploration = document.exploration
        assert exploration.entries
        land = exploration.place.landscape_of()
        method = exploration.entries[0].segments[0].method
        run = start(land, method, exploration.starts[0].position)
        assert run.advance(3) == 3


def test_every_row_of_the_table_has_its_claims() -> None:
    assert {each.row for each in ALL} == set(range(1, ROWS + 1))
    assert {each.theme for each in ALL} == {each.name for each in claims.themes()}


def test_no_number_that_came_out_stands_in_the_texts() -> None:
    for each in ALL:
        assert each.holds, each.name
        assert any(names_in(line) for line in each.found), each.name
        for line in (*each.found, each.truth):
            assert not re.search(r"\d ?%", line), f"{each.name}: a percentage is computed, not written"


def test_a_judgement_that_the_numbers_do_not_bear_out_is_not_passed() -> None:
    asked = claims.claim("parabola-two-minima")
    bench = Bench()
    experiment(asked.experiment)(bench)
    bench.numbers["parabola minima"] = 2.0
    finding = judged(asked, bench)
    assert not finding.holds
    assert finding.judgement == claims.NOT_SHOWN
    assert finding.found[0].startswith("This time the numbers do not show that the claim is “wrong”")
    assert "parabola minima (2) = 1" in finding.found[0]


def test_a_check_can_be_given_up_and_tells_how_far_it_is() -> None:
    told: list[float] = []
    finding = claims.check("strictly-lower-than-all", progress=told.append)
    assert finding.holds
    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert told == sorted(told)
    with pytest.raises(Cancelled):
        claims.check("momentum-overcomes", cancel=lambda: True)


def test_the_same_numbers_come_out_twice() -> None:
    first, again = (claims.check("annealing-escapes").numbers for _ in range(2))
    assert first == again


def test_an_unknown_claim_is_told_with_near_ones() -> None:
    with pytest.raises(ValueError, match="did you mean smaller-rate-escapes"):
        claims.check("smaler-rate-escapes")


def test_the_file_of_claims_says_what_its_keys_are() -> None:
    text = minima_resources.text("claims.toml")
    for key in ("said", "experiment", "idea", "found", "holds", "truth"):
        assert re.search(rf"(?m)^#   {key} ", text), key


# -- the truths once more, without the house's machinery


def test_the_shares_of_two_wells_are_those_of_a_plain_loop() -> None:
    finding = claims.check("smaller-rate-escapes")
    x0 = np.linspace(-2.0, 2.0, 2001)
    deep, shallow = -1.057453770738378, 0.9304029265558
    for name, lr in (("small", 0.05), ("large", 0.25)):
        x = x0.copy()
        with np.errstate(all="ignore"):
            for _ in range(2000):
                x = x - lr * (4.0 * x**3 - 4.0 * x + 0.5)
        for well, at in (("deep", deep), ("shallow", shallow)):
            assert finding.numbers[f"{name} {well}"] == np.mean(np.abs(x - at) <= 0.04)


def test_the_rule_of_the_cubic_is_that_of_a_plain_loop() -> None:
    finding = claims.check("cubic-no-minimum")
    lr = finding.numbers["large rate"]
    x = np.linspace(-2.0, 2.0, 2001)
    right = x > 1e-9
    predicted = x[right] < 1.0 / (3.0 * lr)
    with np.errstate(all="ignore"):
        for _ in range(2000):
            x = x - 3.0 * lr * x * x
    stalled = np.abs(x[right]) < 0.02
    assert finding.numbers["large stalls from the right"] == stalled.mean()
    assert finding.numbers["large as predicted"] == np.mean(stalled == predicted)
