"""The small language of lessons: *quantities* (“run 1 value”) and *conditions* (“run 1 value < 0.1”).

Text is cut into words, numbers and signs, and matched against a closed table of phrases. Nothing is ever
evaluated as code; what cannot be read is a `LanguageError` with a column and a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from minima_core.lessons.phrases import PHRASES, STATES, Phrase, Subject
from minima_core.suggestions import suggestions

__all__ = [
    "Amount",
    "Asked",
    "Condition",
    "LanguageError",
    "Operator",
    "Who",
    "condition",
    "placeholders",
    "quantity_of",
]

LONGEST = 200
Operator: TypeAlias = Literal["is", "is not", "<", "<=", ">", ">=", "between", "known"]

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[-−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+−]?\d+)?)|(?P<word>[^\W\d_](?:[\w-]|\.(?=\w))*)"
    r"|(?P<sign><=|>=|[<>≤≥=(),×]))"
)
_COMPARISONS: dict[str, Operator] = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">=",
                                     "=": "is"}  # fmt: skip


class LanguageError(ValueError):
    """A quantity or condition that cannot be read: a sentence, and the column, from 0, of the fault."""

    def __init__(self, sentence: str, column: int = 0) -> None:
        super().__init__(sentence)
        self.column = column


class Token(NamedTuple):
    """A word, a number or a sign, and the column where it begins."""

    kind: str
    text: str
    column: int

    @property
    def number(self) -> float:
        """The number that it is."""
        return float(self.text.replace("−", "-"))


@dataclass(frozen=True)
class Who:
    """Whom a quantity is about.

    Attributes
    ----------
    subject
        A run, a start, a minimum, a line of a study, or the whole.
    number
        Which one, from 1; 0 for those without one.
    start
        From which start a run is, from 1.
    which
        Of runs: "number", "any", "every", "last", or the name of a method.
    """

    subject: Subject
    number: int = 0
    start: int = 1
    which: str = "number"


@dataclass(frozen=True)
class Asked:
    """A quantity that has been read: the phrase, whom it is about, what stood in its slots, at which step."""

    text: str
    phrase: Phrase
    who: Who
    slots: tuple[float | str | tuple[float, ...], ...] = ()
    at: int | None = None

    @property
    def many(self) -> bool:
        """Whether it is about any or every run, and so is no single number."""
        return self.who.which in {"any", "every"}


@dataclass(frozen=True)
class Amount:
    """What a quantity is compared with: a number, or so many times another quantity."""

    factor: float
    asked: Asked | None = None


@dataclass(frozen=True)
class Condition:
    """A condition that has been read."""

    text: str
    left: Asked
    operator: Operator
    amounts: tuple[Amount, ...] = ()
    words: str = ""

    @property
    def quantities(self) -> tuple[Asked, ...]:
        """All quantities in it."""
        return (self.left, *(each.asked for each in self.amounts if each.asked is not None))


# -- cutting -------------------------------------------------------------------------------------------------


def _tokens(text: str) -> list[Token]:
    """Cut a text into tokens."""
    if len(text) > LONGEST:
        raise LanguageError(f"It has {len(text)} characters; at most {LONGEST} are allowed.")
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            column = at + len(text[at:]) - len(text[at:].lstrip())
            raise LanguageError(f"The character “{text[column]}” has no meaning here.", column)
        kind = found.lastgroup or ""
        tokens.append(Token(kind, found.group(kind), found.start(kind)))
        at = found.end()
    return tokens


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.at = 0

    @property
    def left(self) -> int:
        """How many tokens are left."""
        return len(self.tokens) - self.at

    @property
    def column(self) -> int:
        """Where the next token begins."""
        return self.tokens[self.at].column if self.left else len(self.text)

    def peek(self, ahead: int = 0) -> Token:
        """Return a token without taking it."""
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else Token("end", "", len(self.text))

    def take(self, *words: str) -> bool:
        """Take these words if they come next."""
        if all(self.peek(k).text.casefold() == word for k, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def whole(self, what: str) -> int:
        """Take a whole number from 1 on."""
        token = self.peek()
        if token.kind != "number" or not token.number.is_integer() or not 1 <= token.number <= 1e9:
            raise LanguageError(f"{what} needs a whole number from 1 on.", token.column)
        self.at += 1
        return int(token.number)

    def rest(self) -> str:
        """Return what is left, as it was written."""
        return self.text[self.column :].strip() if self.left else ""


# -- quantities ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def quantity_of(text: str) -> Asked:
    """Read a quantity.

    Examples
    --------
    >>> asked = quantity_of("run 2 from 3 setting lr")
    >>> asked.phrase.pattern, asked.who.number, asked.who.start, asked.slots
    ('setting <name>', 2, 3, ('lr',))
    """
    reader = _Reader(text)
    asked = _quantity(reader)
    if reader.left:
        raise LanguageError(
            f"After “{text[: reader.column].strip()}” nothing more is expected, but there is "
            f"“{reader.rest()}”.",
            reader.column,
        )
    return asked


def _quantity(reader: _Reader) -> Asked:
    """Read a quantity from where the reader stands."""
    begin = reader.column
    who = _who(reader)
    best: tuple[int, Phrase, tuple[float | str | tuple[float, ...], ...]] | None = None
    start = reader.at
    for phrase in PHRASES:
        if phrase.subject != who.subject:
            continue
        reader.at = start
        slots = _match(reader, phrase)
        if slots is not None and (best is None or reader.at - start > best[0]):
            best = reader.at - start, phrase, slots
    reader.at = start
    if best is None:
        raise LanguageError(_unknown(reader, who), reader.column)
    reader.at += best[0]
    at = None
    if best[1].timed and reader.take("at"):
        reader.take("step")
        token = reader.peek()
        if token.kind != "number" or not token.number.is_integer() or token.number < 0:
            raise LanguageError("After “at” a step is needed, such as “at 40”.", token.column)
        reader.at += 1
        at = int(token.number)
    return Asked(reader.text[begin : reader.column].strip(), best[1], who, best[2], at)


def _who(reader: _Reader) -> Who:
    """Read whom a quantity is about."""
    from minima_core.methods import method_names

    if reader.take("any", "run"):
        return Who("run", which="any")
    if reader.take("every", "run"):
        return Who("run", which="every")
    if reader.take("last", "run"):
        return Who("run", start=_from(reader), which="last")
    if reader.take("best", "minimum"):
        return Who("minimum", 1)
    if reader.take("run"):
        token = reader.peek()
        if token.kind == "word":
            if token.text not in method_names():
                raise LanguageError(
                    "After “run” comes its number, such as “run 1”, or its method, such as “run adam”"
                    f"{_meant(token.text, method_names())}",
                    token.column,
                )
            reader.at += 1
            return Who("run", start=_from(reader), which=token.text)
        return Who("run", reader.whole("“run”"), _from(reader))
    if reader.take("start"):
        return Who("start", reader.whole("“start”"))
    if reader.peek().text == "minimum" and reader.peek(1).kind == "number":
        reader.at += 1
        return Who("minimum", reader.whole("“minimum”"))
    if reader.peek().text == "study" and reader.peek(1).kind == "number":
        reader.at += 1
        return Who("study", reader.whole("“study”"))
    return Who("whole")


def _from(reader: _Reader) -> int:
    """Read “from 3”, the start of a run."""
    return reader.whole("“from”") if reader.take("from") else 1


def _match(reader: _Reader, phrase: Phrase) -> tuple[float | str | tuple[float, ...], ...] | None:
    """Match a phrase; None if it does not stand here."""
    slots: list[float | str | tuple[float, ...]] = []
    for word in phrase.words:
        token = reader.peek()
        if word == "<name>" and token.kind == "word":
            slots.append(token.text)
        elif word == "<state>":
            state = next((each for each in STATES if reader.take(*each.split())), None)
            if state is None:
                return None
            slots.append(state)
            continue
        elif word == "<point>":
            point = _point(reader)
            if point is None:
                return None
            slots.append(point)
            continue
        elif token.text.casefold() != word:
            return None
        reader.at += 1
    return tuple(slots)


def _point(reader: _Reader) -> tuple[float, ...] | None:
    """Read “(1, 2)” or “1”."""
    if reader.peek().kind == "number":
        reader.at += 1
        return (reader.tokens[reader.at - 1].number,)
    if not reader.take("("):
        return None
    numbers: list[float] = []
    while reader.peek().kind == "number":
        numbers.append(reader.peek().number)
        reader.at += 1
        if not reader.take(","):
            break
    if not numbers or not reader.take(")"):
        raise LanguageError("A point is written (1, 2).", reader.column)
    return tuple(numbers)


def _unknown(reader: _Reader, who: Who) -> str:
    """Say that no phrase stands here, and which ones there are or may be meant."""
    patterns = [each.pattern for each in PHRASES if each.subject == who.subject]
    words: list[str] = []
    for token in reader.tokens[reader.at :]:
        if token.kind != "word" or token.text in {"is", "between", "at"}:
            break
        words.append(token.text)
    said = " ".join(words)
    what = {"run": "A run", "start": "A start", "minimum": "A minimum", "study": "A line of a study",
            "whole": "What happened"}[who.subject]  # fmt: skip
    if not said:
        return f"{what} needs to be asked for something, such as “{patterns[0]}”."
    return f"{what} has no quantity “{said}”{_meant(said, patterns)}"


def _meant(said: str, names: Sequence[str]) -> str:
    """Return the end of a sentence that says what may be meant."""
    near = suggestions(said, names)
    if near:
        return f". Did you mean {' or '.join(f'“{each}”' for each in near)}?"
    shown = ", ".join(names[:12])
    return f"; there is {shown}{' …' if len(names) > 12 else ''}."


# -- conditions ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def condition(text: str) -> Condition:
    """Read a condition.

    Examples
    --------
    >>> condition("run 1 state is local minimum").words
    'local minimum'
    >>> condition("run 2 value < 0.5 × run 1 value").amounts[0].factor
    0.5
    """
    reader = _Reader(text)
    left = _quantity(reader)
    token = reader.peek()
    if reader.take("is", "known"):
        read = Condition(text, left, "known")
    elif reader.take("between"):
        low = _amount(reader)
        if not reader.take("and"):
            raise LanguageError("“between” needs two amounts with “and” between them.", reader.column)
        read = Condition(text, left, "between", (low, _amount(reader)))
    elif token.text in _COMPARISONS and token.text != "=":
        reader.at += 1
        read = Condition(text, left, _COMPARISONS[token.text], (_amount(reader),))
    elif token.text == "=" or token.text.casefold() == "is":
        reader.at += 1
        read = _is(reader, text, left)
    elif token.kind == "end":
        raise LanguageError(
            "What should hold of it? Write “is …”, “< …”, “> …” or “between … and …”.", len(text)
        )
    else:
        raise LanguageError(
            f"After “{left.text}” comes is, <, ≤, >, ≥ or between, not “{token.text}”.", token.column
        )
    if reader.left:
        raise LanguageError(
            f"Nothing more is expected, but there is “{reader.rest()}”. Several conditions stand in a list.",
            reader.column,
        )
    if read.amounts and left.phrase.kind == "words":
        raise LanguageError(f"“{left.text}” is no number: ask whether it *is* something.", token.column)
    return read


def _is(reader: _Reader, text: str, left: Asked) -> Condition:
    """Read what follows “is”."""
    operator: Operator = "is not" if reader.take("not") else "is"
    column = reader.column
    if left.phrase.kind != "words":
        return Condition(text, left, operator, (_amount(reader),))
    words = " ".join(reader.rest().casefold().split())
    reader.at = len(reader.tokens)
    if not words:
        raise LanguageError("After “is” something is missing.", column)
    choices = left.phrase.choices
    if choices and words not in choices:
        raise LanguageError(f"“{left.text}” is never “{words}”{_meant(words, choices)}", column)
    return Condition(text, left, operator, words=words)


def _amount(reader: _Reader) -> Amount:
    """Read a number, a quantity, or a number of times a quantity."""
    token = reader.peek()
    factor = 1.0
    if token.kind == "number":
        reader.at += 1
        factor = token.number
        if not (reader.take("×") or reader.take("times")):
            return Amount(factor)
    elif token.kind == "end":
        raise LanguageError("Compared with what? A number or another quantity is missing.", token.column)
    asked = _quantity(reader)
    if asked.many:
        raise LanguageError(
            "Compare with one run: “any run” and “every run” stand on the left.", token.column
        )
    if asked.phrase.kind == "words":
        raise LanguageError(f"“{asked.text}” is no number.", token.column)
    return Amount(factor, asked)


# -- texts ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def placeholders(text: str) -> tuple[tuple[str, Asked, int], ...]:
    """Return what stands in curly brackets in a text: as written, the quantity, its significant digits.

    Examples
    --------
    >>> [(each, digits) for each, _, digits in placeholders("It ends at {run 1 value:5}.")]
    [('{run 1 value:5}', 5)]
    """
    found = []
    for match in _PLACEHOLDER.finditer(text):
        name, colon, digits = match[1].partition(":")
        if colon and digits.strip() not in {"1", "2", "3", "4", "5", "6", "7", "8", "9"}:
            raise LanguageError(
                f"In “{match[0]}”, after the colon comes how many digits are shown, 1 to 9.", match.start()
            )
        asked = quantity_of(name.strip())
        if asked.many:
            raise LanguageError(f"“{match[0]}” is no single number.", match.start())
        found.append((match[0], asked, int(digits) if colon else 3))
    left = _PLACEHOLDER.sub("", text)
    if "{" in left or "}" in left:
        raise LanguageError("A curly bracket stands alone; {quantity} inserts a number that came out.", 0)
    return tuple(found)
