"""Words: the glossary says each thing once, and hints name conditions, acts and landscapes that exist."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import minima_resources
from minima_desktop.actions import ACTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
TERMS: list[dict[str, Any]] = tomllib.loads(minima_resources.text("glossary.toml"))["term"]
HINTS = tomllib.loads(minima_resources.text("hints.toml"))
PROMISED = (
    "landscape region start method setting step evaluation run segment loop trajectory verdict race "
    "minimum saddle pass basin study lesson exploration view scene mark figure momentum gradient "
    "Hessian eigenvalue contour plateau temperature proposal accepted budget seed border reflect"
).split()


def test_the_terms_that_were_promised_are_there() -> None:
    names = [term["name"] for term in TERMS]
    assert len(names) == len(set(names))
    assert {*PROMISED, "critical point", "local minimum", "global minimum", "learning rate"} <= set(names)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term["name"])
def test_a_term_is_one_plain_sentence(term: dict[str, Any]) -> None:
    assert set(term) == {"name", "group", "definition", "avoid"}
    definition = term["definition"]
    assert definition[0].isupper()
    assert definition.endswith(".")
    assert ". " not in definition
    assert len(definition) <= 150


def test_no_word_to_avoid_is_a_term() -> None:
    """Only “parameter” is both: it is a term of formulas, and to be avoided for the settings of methods."""
    names = {term["name"] for term in TERMS}
    clashes = {
        word for term in TERMS for word in term["avoid"] if word in names and word not in {"parameter"}
    }
    assert clashes == set()


def test_page_and_tooltips_agree() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| **")
    ]
    expected = [[f"**{term['name']}**", term["definition"], ", ".join(term["avoid"])] for term in TERMS]
    assert rows == expected
    headings = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    assert headings == list(dict.fromkeys(term["group"] for term in TERMS))


def test_conditions_are_few_and_all_used() -> None:
    conditions = [condition["name"] for condition in HINTS["condition"]]
    assert len(conditions) == len(set(conditions)) <= 24
    assert list(dict.fromkeys(hint["when"] for hint in HINTS["hint"])) == conditions
    assert conditions[-1] == "any"
    assert all(condition["meaning"].endswith(".") for condition in HINTS["condition"])


@pytest.mark.parametrize("hint", HINTS["hint"], ids=lambda hint: f"{hint['when']}: {hint['label']}")
def test_a_hint_leads_somewhere(hint: dict[str, Any]) -> None:
    assert set(hint) - {"argument"} == {"when", "text", "label", "action"}
    assert hint["text"][-1] in ".?"
    assert len(hint["text"]) <= 120
    assert hint["label"]
    assert not hint["label"].endswith(".")
    assert hint["action"] in {act.id for act in ACTS}
    known = {"landscape": _landscapes(), "add-method": _methods()}
    if "argument" in hint:
        assert hint["argument"] in known[hint["action"]]


def test_there_are_enough_hints() -> None:
    assert 15 <= len(HINTS["hint"]) <= 64


def _landscapes() -> set[str]:
    files = ("landscapes.toml", "learning.toml")
    return {
        land["name"] for file in files for land in tomllib.loads(minima_resources.text(file))["landscape"]
    }


def _methods() -> set[str]:
    return set(tomllib.loads(minima_resources.text("themes.toml"))["methods"])
