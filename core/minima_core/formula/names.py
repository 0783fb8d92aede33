"""What the words of a formula mean: functions, constants, variables, indexes and parameters."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import NoReturn

from minima_core.formula.errors import FormulaError, near, shown
from minima_core.formula.tokens import GREEK, Token, plain_name

__all__ = ["CONSTANTS", "EXAMPLES", "FUNCTIONS", "RESERVED", "Scope"]

_MANY = 1000

# word as typed: canonical function, least and most number of arguments
FUNCTIONS: dict[str, tuple[str, int, int]] = {
    name: (name, 1, 1)
    for name in (
        "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sec csc cot "
        "exp expm1 log10 log2 log1p sqrt cbrt abs sign floor ceil round sigmoid softplus relu"
    ).split()
}
FUNCTIONS |= {
    "ln": ("ln", 1, 1),
    "log": ("ln", 1, 1),
    "sgn": ("sign", 1, 1),
    "arcsin": ("asin", 1, 1),
    "arccos": ("acos", 1, 1),
    "arctan": ("atan", 1, 1),
    "arsinh": ("asinh", 1, 1),
    "arcosh": ("acosh", 1, 1),
    "artanh": ("atanh", 1, 1),
    "tg": ("tan", 1, 1),
    "ctg": ("cot", 1, 1),
    "cosec": ("csc", 1, 1),
    "atan2": ("atan2", 2, 2),
    "hypot": ("hypot", 2, 2),
    "min": ("min", 2, _MANY),
    "max": ("max", 2, _MANY),
    "where": ("where", 3, 3),
}
EXAMPLES = {
    "atan2": "atan2(y, x)",
    "hypot": "hypot(x, y)",
    "min": "min(x, y)",
    "max": "max(x, y)",
    "where": "where(x < 0, −x, x)",
}
CONSTANTS: dict[str, tuple[str, float]] = {
    "pi": ("π", math.pi),
    "π": ("π", math.pi),
    "e": ("e", math.e),
    "tau": ("τ", math.tau),
    "τ": ("τ", math.tau),
}
_CASES = "cases are written where(x < 0, a, b): a where the condition holds, b elsewhere"
_INSTEAD = {
    "lg": "it means different things to different people: write log10(x) or log2(x)",
    "pow": "powers are written x^2",
    "power": "powers are written x^2",
    "root": "roots are written √x, cbrt(x) or x^(1/4)",
    "mod": "the remainder of a division by 2 is written x − 2 floor(x/2)",
    "norm": "the length of a vector is written hypot(x, y), or √(x^2 + y^2)",
    "heaviside": "a step is written where(x < 0, 0, 1)",
    "step": "a step is written where(x < 0, 0, 1)",
    "sech": "write 1/cosh(x)",
    "csch": "write 1/sinh(x)",
    "cosech": "write 1/sinh(x)",
    "coth": "write 1/tanh(x)",
    "lambda": "type the letter λ, or take another one",
    "z": "the third variable is written x3",
    **dict.fromkeys(("if", "then", "else", "when", "case", "cases", "piecewise"), _CASES),
}
"""What people type that means something else here, or nothing, and what to type for it."""
_SERIES = ("sum", "prod")
_LOGIC = ("and", "or", "not")
RESERVED = frozenset({"x", "y", "n", *CONSTANTS, *FUNCTIONS, *_SERIES, *_LOGIC})

_GREEK_WORDS = frozenset(
    (
        "alpha beta gamma delta epsilon zeta eta theta iota kappa mu nu rho sigma upsilon phi chi psi omega"
    ).split()
)
_SINGLE = re.compile(rf"[A-Za-z{GREEK}](?:[0-9]+|_[A-Za-z0-9]+)?")
_VARIABLE = re.compile(r"x([0-9]+)")
_DECLARED = re.compile(rf"[A-Za-z{GREEK}][A-Za-z0-9_{GREEK}]*")
_OF_ONE = sorted((name for name, (_, _, most) in FUNCTIONS.items() if most == 1), key=len, reverse=True)
_PIECE = re.compile("|".join((*_OF_ONE, "pi", "π", "tau", "τ", "x[0-9]*", "y")))
_ONLY_LETTERS = re.compile("(?:x[0-9]*|y|e)+")
_LETTER = re.compile("x[0-9]*|y|e")
_FUNCTION_AND_NUMBER = re.compile(f"({'|'.join(_OF_ONE)})[0-9]")


class Scope:
    """Tells words apart, and collects the parameters as they appear.

    Parameters
    ----------
    declared : collection of str, or None
        The parameters that may appear; None lets single letters become parameters.
    """

    def __init__(self, declared: Collection[str] | None) -> None:
        self.collects = declared is None
        self.declared = {plain_name(name): name for name in declared or ()}
        for plain, name in self.declared.items():
            if not isinstance(name, str) or not _DECLARED.fullmatch(plain):
                raise FormulaError(
                    f"{shown(str(name))} cannot name a parameter; a name is a letter, then letters or digits."
                )
            if plain in RESERVED or _VARIABLE.fullmatch(plain):
                raise FormulaError(
                    f"{shown(name)} cannot name a parameter: it already has a meaning in formulas."
                )
        self.used: dict[str, int] = {}
        self.indexes: tuple[str, ...] = ()

    def meaning(self, token: Token, before_bracket: bool) -> list[Token]:
        """Return the token, or the tokens, that a word stands for.

        Raises
        ------
        FormulaError
            If the word means nothing, with near matches.
        """
        word, column = token.text, token.column
        single = self._single(word, column)
        if single is not None:
            return [single]
        pieces = self._pieces(word, column)
        if pieces is not None:
            return pieces
        self._unknown(word, column, before_bracket)

    def _single(self, word: str, column: int) -> Token | None:
        """Return the token of a word that is one name."""
        if word in self.indexes:
            return Token("index", word, column)
        if word in FUNCTIONS:
            return Token("function", word, column)
        if word in _SERIES:
            return Token("series", word, column)
        if word in _LOGIC:
            return Token(word, word, column)
        if word in CONSTANTS:
            name, value = CONSTANTS[word]
            return Token("constant", name, column, value)
        if word == "n":
            return Token("dimension", "n", column)
        if word in ("x", "y"):
            return Token("variable", word, column, float("xy".index(word)))
        if numbered := _VARIABLE.fullmatch(word):
            return _numbered(numbered.group(1), column)
        if word.startswith("x") and word[1:].lstrip("_") in (*self.indexes, "n") and word[1:]:
            index = word[1:].lstrip("_")
            return Token("element", index, column)
        return self._parameter(word, column)

    def _parameter(self, word: str, column: int) -> Token | None:
        if word in self.declared:
            name = self.declared[word]
        elif self.collects and word not in ("X", "Y") and (_SINGLE.fullmatch(word) or word in _GREEK_WORDS):
            name = word
        else:
            return None
        return Token("parameter", name, column, float(self.used.setdefault(name, len(self.used))))

    def _pieces(self, word: str, column: int) -> list[Token] | None:
        """Return the tokens of names written together, such as xy, ax, sinx or πx; None if it is not that."""
        rest, tokens, first = word, [], re.match(rf"[A-Za-z{GREEK}][0-9]*(?=[xy])", word)
        found = (_LETTER if _ONLY_LETTERS.fullmatch(word) else _PIECE).findall(rest)
        if "".join(found) != rest:
            if (
                first is None
                or "".join(found := re.findall("x[0-9]*|y", word[first.end() :])) != word[first.end() :]
            ):
                return self._declared_letters(word, column)
            found = [first.group(), *found]
        for piece in found:
            token = self._single(piece, column)
            if token is None:
                return None
            tokens.append(token)
            column += len(piece)
        return tokens

    def _declared_letters(self, word: str, column: int) -> list[Token] | None:
        """Return the tokens of a word whose letters are all known, such as abx where a and b are declared."""
        if not all(letter in "xye" or letter in self.declared or letter in self.indexes for letter in word):
            return None
        if self.collects:
            return None
        tokens = [self._single(letter, column + place) for place, letter in enumerate(word)]
        return [token for token in tokens if token is not None]

    def _unknown(self, word: str, column: int, before_bracket: bool) -> NoReturn:
        if word in ("X", "Y"):
            raise FormulaError(
                f"{shown(word)} is not known here; write a small {shown(word.lower())}.", column
            )
        touching = _FUNCTION_AND_NUMBER.match(word)
        if touching:
            raise FormulaError(f"Put a space or a bracket after {shown(touching.group(1))}.", column)
        sort = "function" if before_bracket and len(word) > 1 else "name"
        if len(word) > 1 and word.lower() in (*FUNCTIONS, *CONSTANTS, *_SERIES, *_LOGIC):
            raise FormulaError(
                f"Unknown {sort} {shown(word)}; did you mean {word.lower()}, in small letters?", column
            )
        if word.lower() in _INSTEAD:
            raise FormulaError(f"Unknown {sort} {shown(word)}: {_INSTEAD[word.lower()]}.", column)
        known = [*FUNCTIONS, *_SERIES, *_LOGIC, "pi", "tau", *self.declared.values()]
        matches = near(word, known)
        sentence = f"Unknown {sort} {shown(word)}"
        if matches:
            listed = matches[0] if len(matches) == 1 else ", ".join(matches[:-1]) + " or " + matches[-1]
            raise FormulaError(f"{sentence}; did you mean {listed}?", column)
        if sort == "function":
            raise FormulaError(f"{sentence}; put ‘*’ before the bracket if you mean a product.", column)
        if self.collects:
            raise FormulaError(
                f"{sentence}; a parameter is a single letter, such as a or a1; a product needs ‘*’.",
                column,
            )
        raise FormulaError(
            f"{sentence}; names other than the variables must be among the parameters.", column
        )


def _numbered(digits: str, column: int) -> Token:
    if len(digits) > 4 or int(digits) == 0:
        raise FormulaError(
            f"{shown('x' + digits)} is no variable: they are counted x1, x2, x3, and so on.", column
        )
    return Token("variable", "x" + str(int(digits)), column, float(int(digits) - 1))
