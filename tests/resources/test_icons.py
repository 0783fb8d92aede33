"""Icons: one family, valid SVG, in the colour of the text."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

import minima_resources

OWN = "minima.svg"
ICONS = [name for name in minima_resources.names("icons") if name != OWN]
PROMISED = (
    "play pause step-forward step-back go-start go-end stop dice plus minus duplicate remove "
    "chevron-down chevron-right search picture copy theme fit undo redo layout views-only settings more "
    "help surface map trace thermometer pin link info warning check folder keyboard target border-free "
    "border-clip border-reflect"
).split()


def test_all_that_were_promised_are_there() -> None:
    assert {f"{name}.svg" for name in PROMISED} <= set(ICONS)


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_of_the_family(name: str) -> None:
    root = ElementTree.fromstring(minima_resources.text(f"icons/{name}"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke") == "currentColor"
    assert root.get("stroke-width") == "1.75"
    assert root.get("stroke-linecap") == "round"
    assert len(root) > 0
    for part in root.iter():
        assert {part.get("fill", "none"), part.get("stroke", "none")} <= {"none", "currentColor"}


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_stays_inside_its_square(name: str) -> None:
    """Absolute coordinates of paths and shapes lie within the 24 units, less half a stroke."""
    for part in ElementTree.fromstring(minima_resources.text(f"icons/{name}")).iter():
        numbers = [float(part.get(key, "12")) for key in ("cx", "cy", "x", "y")]
        for command, tail in re.findall(r"([MLHV])([^A-Za-z]*)", part.get("d", "")):
            values = [float(value) for value in re.findall(r"-?(?:\d+\.\d+|\.\d+|\d+)", tail)]
            assert values, command
            numbers += values
        assert all(0.8 <= number <= 23.2 for number in numbers)


def test_the_own_icon_is_square_and_in_colour() -> None:
    text = minima_resources.text(f"icons/{OWN}")
    root = ElementTree.fromstring(text)
    assert root.get("viewBox") == "0 0 64 64"
    assert "currentColor" not in text
    assert len(set(re.findall("#[0-9a-f]{6}", text))) >= 4
