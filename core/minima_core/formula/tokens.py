"""Cuts typed text into tokens: length and alphabet first, then numbers, words and signs.

Nothing here knows what a word means; see ``parser.py``. Columns are kept exactly as typed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import NamedTuple

from minima_core.formula.errors import FormulaError, shown

__all__ = ["GREEK", "LONGEST_TEXT", "LONGEST_WORD", "SUBSCRIPTS", "SUPERSCRIPTS", "Token", "tokenize"]

LONGEST_TEXT = 5000
LONGEST_WORD = 32

# Greek letters that no one takes for a Latin letter (so without omicron and most capitals).
GREEK = "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΦΨΩ"
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)) | {"ᵢ": "_i", "ⱼ": "_j", "ₖ": "_k", "ₙ": "_n"}

# Other ways to write the same sign, each one code point for one, so that columns stay.
_SAME_SIGN = {
    **dict.fromkeys("−–‒﹣", "-"),
    **dict.fromkeys("·×∙⋅∗•", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("\u00a0\u2009\u202f\t\n\r", " "),
    "∣": "|",
    "∧": "&",
    "∨": "∨",
    "µ": "μ",
    "ϕ": "φ",
    "ϵ": "ε",
    "ϑ": "θ",
}
_TRANSLATION = str.maketrans(_SAME_SIGN)
_WORD_LIKE_SIGNS = {
    "∑": "sum",
    "Σ": "sum",
    "∏": "prod",
    "Π": "prod",
    "&": "and",
    "∨": "or",
    "√": "sqrt",
    "∛": "cbrt",
}
_COMPARISONS = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">="}
_PLAIN_SIGNS = "+-*/^()[]|,"

_LETTERS = "A-Za-z" + GREEK
_LOW = re.escape("".join(SUBSCRIPTS))
_HIGH = "".join(SUPERSCRIPTS)
_ALPHABET = re.compile(
    f"[^{_LETTERS}0-9_. {_LOW}{_HIGH}⁻<>=≤≥{re.escape(_PLAIN_SIGNS + ''.join(_WORD_LIKE_SIGNS))}]"
)
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(f"[{_LETTERS}][{_LETTERS}0-9_{_LOW}]*")
_SUPERSCRIPT = re.compile(f"⁻?[{_HIGH}]+")

_HEADING = re.compile(r"\s*(?:[fgh]\s*\(\s*x\s*(?:,\s*y\s*)?\)|[fghz])\s*=(?!=)")
_FRACTIONS = {
    letter: unicodedata.normalize("NFKC", letter).replace("\u2044", "/") for letter in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
}
_LATIN_LOOKALIKES = dict(
    zip("асԁеһіјорԛѕѵԝхуАВЕКМНОРСТХοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "acdehijopqsvwxyABEKMHOPCTXoABEZHIKMNOPTYX", strict=True)
)
_HINTS = {
    "'": "Text in quotes has no place in a formula.",
    '"': "Text in quotes has no place in a formula.",
    "’": "A derivative cannot be written with a prime; type the formula itself.",
    "{": "Use round brackets ( ) to group.",
    "}": "Use round brackets ( ) to group.",
    "!": "The factorial ‘!’ is not offered.",
    "%": "Write a percentage as a number: 5 % is 0.05.",
    ";": "Type one formula; a comma separates the arguments of a function.",
    "⌊": "Rounding down is written floor(x).",
    "⌋": "Rounding down is written floor(x).",
    "⌈": "Rounding up is written ceil(x).",
    "⌉": "Rounding up is written ceil(x).",
    "‖": "The length of a vector is written hypot(x, y), or √(x^2 + y^2).",
    "∫": "An integral cannot be typed; type the formula itself.",
    "∂": "A derivative cannot be typed; type the formula itself.",
    "∞": "Infinity is not a number that a formula can hold.",
    "\\": "Type plain text, such as sqrt(x), in place of LaTeX.",
}


class Token(NamedTuple):
    """One piece of the text: its kind, its canonical spelling, where it begins, its number if it has one."""

    kind: (
        str  # number, word, superscript, comparison, end, or the sign itself; the parser adds kinds of words
    )
    text: str
    column: int
    value: float = 0.0


def tokenize(text: str) -> list[Token]:
    """Cut ``text`` into tokens, the last one of kind ``end``.

    Raises
    ------
    FormulaError
        Too long, a character outside the alphabet, a number that is not finite, a stray sign.

    Examples
    --------
    >>> [token.text for token in tokenize("2x² − 1")]
    ['2', 'x', '2', '-', '1', '']
    """
    if len(text) > LONGEST_TEXT:
        raise FormulaError(
            f"The formula is too long: {len(text)} characters, where at most {LONGEST_TEXT} are allowed.",
            LONGEST_TEXT,
        )
    clean = text.translate(_TRANSLATION)
    if heading := _HEADING.match(clean):  # f(x, y) = … names the formula, no more
        clean = " " * heading.end() + clean[heading.end() :]
    foreign = _ALPHABET.search(clean)
    if foreign:
        raise _foreign_character(text, foreign.start())
    tokens: list[Token] = []
    column, end = 0, len(clean)
    while column < end:
        letter = clean[column]
        if letter == " ":
            column += 1
            continue
        token, length = _token_at(clean, column, letter)
        tokens.append(token)
        column += length
    tokens.append(Token("end", "", max(len(clean.rstrip()) - 1, 0)))
    return tokens


def _token_at(clean: str, column: int, letter: str) -> tuple[Token, int]:
    """Return the token that begins at ``column``, and how many characters it takes."""
    if found := _WORD.match(clean, column):
        return _word(found.group(), column)
    if found := _NUMBER.match(clean, column):
        return _number(clean, column, found.group())
    if found := _SUPERSCRIPT.match(clean, column):
        digits = found.group()
        plain = "".join(SUPERSCRIPTS.get(high, "-") for high in digits)
        if len(digits) > LONGEST_WORD:
            raise FormulaError("This exponent is too long.", column)
        return Token("superscript", plain, column, float(plain)), len(digits)
    pair = clean[column : column + 2]
    if pair == "**":
        return Token("^", "^", column), 2
    if pair in _COMPARISONS or letter in _COMPARISONS:
        sign = pair if pair in _COMPARISONS else letter
        return Token("comparison", _COMPARISONS[sign], column), len(sign)
    if letter in _PLAIN_SIGNS:
        return Token(letter, letter, column), 1
    if letter in "√∛":
        return Token("root", _WORD_LIKE_SIGNS[letter], column), 1
    if letter in _WORD_LIKE_SIGNS:
        return Token("word", _WORD_LIKE_SIGNS[letter], column), 1
    raise FormulaError(_stray(letter, clean[:column].strip(), clean[column + 1 :].strip()), column)


def _stray(letter: str, before: str, after: str) -> str:
    """Say what is wrong with a sign that is in the alphabet but stands where it cannot."""
    if letter == "=" and (before != "y" or after.startswith("=")):
        if not after:
            return "Nothing follows the equals sign: leave it out."
        return (
            "This is an equation; a landscape is one formula. To see where both sides are equal, "
            "type the square of their difference, such as (x^2 + y^2 − 1)^2."
        )
    if letter == "." and before[-1:].isalpha() and after[:1].isalpha():
        return "Names have no points in them: write sin(x), without the name of a library before it."
    return {
        "=": "An equals sign is not needed: type only what stands to the right of it.",
        ".": "A point can only be part of a number, such as 0.5.",
        "_": "A name cannot begin with an underscore.",
        "⁻": "A raised minus needs a raised number after it, as in x⁻².",
    }.get(letter, "A lowered letter or digit must follow a name, as in x₁.")


def _word(word: str, column: int) -> tuple[Token, int]:
    """Return a word with its lowered digits made plain (``a₁`` and ``a_1`` are ``a1``)."""
    if len(word) > LONGEST_WORD:
        raise FormulaError(f"The name {shown(word)} is too long.", column)
    return Token("word", plain_name(word), column), len(word)


def plain_name(word: str) -> str:
    """Return the one spelling of a name: ``a₁``, ``a_1`` and ``a1`` are all ``a1``; ``xᵢ`` is ``x_i``."""
    spelled = "".join(SUBSCRIPTS.get(letter, letter) for letter in word)
    return re.sub(r"_(?=[0-9])", "", spelled)


def _number(clean: str, column: int, digits: str) -> tuple[Token, int]:
    """Return a number; ``2e3`` is one number, ``2e x`` is the number 2 and two names."""
    value = float(digits)
    if not math.isfinite(value):
        raise FormulaError(f"The number {shown(digits)} is too large.", column)
    after = column + len(digits)
    if after < len(clean) and clean[after] == ".":
        raise FormulaError("There are two points in one number.", after)
    return Token("number", digits, column, value), len(digits)


def _foreign_character(text: str, column: int) -> FormulaError:
    """Say kindly which character does not belong, and which one was probably meant."""
    letter = text[column]
    if letter in _FRACTIONS:
        return FormulaError(f"Write the fraction {shown(letter)} as ({_FRACTIONS[letter]}).", column)
    if letter == "'" and text[:column].rstrip()[-1:].isalpha() and text.count("'") < 2:
        return FormulaError(_HINTS["’"], column)
    if letter in "{}" and any(sign in text[:column] for sign in "∑Σ∏Π"):
        return FormulaError("Sums and products are written ∑(i, 1, n, x[i]^2).", column)
    if letter in _HINTS:
        return FormulaError(_HINTS[letter], column)
    meant = _LATIN_LOOKALIKES.get(letter, "")
    if not meant:
        folded = unicodedata.normalize("NFKC", letter)
        meant = folded if len(folded) == 1 and folded != letter and folded.isascii() else ""
    if meant and meant.isprintable():
        return FormulaError(
            f"The character {shown(letter)} (U+{ord(letter):04X}) only looks like {shown(meant)}: retype it.",
            column,
        )
    if unicodedata.category(letter)[0] in "CZ":
        return FormulaError(
            f"The invisible character U+{ord(letter):04X} does not belong in a formula.", column
        )
    return FormulaError(f"The character {shown(letter)} does not belong in a formula.", column)
