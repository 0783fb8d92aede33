"""Fonts: licensed, small, and holding every sign that the program writes."""

from __future__ import annotations

import struct

import pytest

import minima_resources

INTER = [f"Inter-{style}.ttf" for style in ("Regular", "Italic", "SemiBold", "Bold")]
STIX = ["STIXTwoText-Regular.ttf", "STIXTwoText-Italic.ttf"]
LETTERS = "".join(map(chr, range(0x20, 0x7F))) + "äöüßéèçñåøÄÖÜÉαβγδεηθκλμνπρστφψωΔΣΩ"
WORDS = "‘’“”–—…·•×−±°²³¹"
FORMULAS = "∇‖≤≥≠≈∞∂∑∏√∫→←↑↓₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻ₙ⌘"
MATHEMATICS = "∇‖≤≥≠≈∞∂∑∏√∫→←⌊⌋⌈⌉⋅∈ℝ𝑥𝑦𝑓𝑛𝜆𝛼𝛽𝜀⟨⟩−×±′"


def _table(font: bytes, tag: bytes) -> bytes:
    """Cut one table out of a TrueType file (OpenType specification, font file)."""
    count = struct.unpack_from(">H", font, 4)[0]
    for record in range(count):
        name, _, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * record)
        if name == tag:
            return font[offset : offset + length]
    raise AssertionError(f"no table {tag!r}")


def characters(name: str) -> set[int]:
    """Read which characters a font can draw, from formats 4 and 12 of its cmap table."""
    cmap = _table(minima_resources.data(f"fonts/{name}"), b"cmap")
    found: set[int] = set()
    for record in range(struct.unpack_from(">H", cmap, 2)[0]):
        at = struct.unpack_from(">L", cmap, 4 + 8 * record + 4)[0]
        form = struct.unpack_from(">H", cmap, at)[0]
        if form == 4:
            twice = struct.unpack_from(">H", cmap, at + 6)[0]
            ends = struct.unpack_from(f">{twice // 2}H", cmap, at + 14)
            starts = struct.unpack_from(f">{twice // 2}H", cmap, at + 16 + twice)
            for first, last in zip(starts, ends, strict=True):
                found.update(range(first, last + 1))
        elif form == 12:
            groups = struct.unpack_from(">L", cmap, at + 12)[0]
            for group in range(groups):
                first, last, _ = struct.unpack_from(">LLL", cmap, at + 16 + 12 * group)
                found.update(range(first, last + 1))
    return found


def features(name: str) -> set[str]:
    """Read the names of the substitutions of a font from its GSUB table."""
    gsub = _table(minima_resources.data(f"fonts/{name}"), b"GSUB")
    at = struct.unpack_from(">H", gsub, 6)[0]
    count = struct.unpack_from(">H", gsub, at)[0]
    return {gsub[at + 2 + 6 * k : at + 6 + 6 * k].decode() for k in range(count)}


def missing(name: str, wanted: str) -> str:
    """Return those of the wanted characters that the font lacks."""
    has = characters(name)
    return "".join(sign for sign in wanted if ord(sign) not in has)


@pytest.mark.parametrize("name", INTER)
def test_inter_has_words_numbers_and_signs(name: str) -> None:
    assert missing(name, LETTERS + WORDS + FORMULAS) == ""
    assert {"tnum", "case", "zero"} <= features(name)


@pytest.mark.parametrize("name", STIX)
def test_stix_text_has_letters_and_words(name: str) -> None:
    assert missing(name, LETTERS + WORDS) == ""


def test_stix_mathematics_has_the_signs() -> None:
    assert missing("STIXTwoMath-Regular.ttf", LETTERS + WORDS + MATHEMATICS) == ""


def test_a_sign_that_was_left_out_counts_as_missing() -> None:
    assert missing("Inter-Regular.ttf", "a漢∇") == "漢"


def test_fonts_are_small_and_licensed() -> None:
    files = minima_resources.names("fonts")
    fonts = [name for name in files if name.endswith(".ttf")]
    assert sorted(fonts) == sorted([*INTER, *STIX, "STIXTwoMath-Regular.ttf"])
    assert sum(len(minima_resources.data(f"fonts/{name}")) for name in fonts) < 1_500_000
    page = minima_resources.text("fonts/LICENSES.md")
    for name in fonts:
        assert name in page
    for licence in ("Inter-OFL.txt", "STIXTwo-OFL.txt"):
        text = minima_resources.text(f"fonts/{licence}")
        assert licence in page
        assert "SIL OPEN FONT LICENSE Version 1.1" in text
        heading = text[: text.index("SIL OPEN FONT LICENSE")]
        assert "Reserved Font Name" not in heading
