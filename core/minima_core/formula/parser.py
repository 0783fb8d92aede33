"""Reads tokens by precedence climbing into a tree; the table of precedences is in ``docs/formula.md``.

The tree is a list in which parts stand before wholes, so that whoever reads it loops and never recurses. Sums
and products over an index stay rolled up here; ``lower.py`` unrolls them when the dimension is known.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from minima_core.formula import complaints, names
from minima_core.formula.errors import FormulaError, shown
from minima_core.formula.tokens import Token, tokenize
from minima_core.formula.tree import Node, Tree

__all__ = ["DEEPEST_NESTING", "read"]

DEEPEST_NESTING = 50

# Binding powers; a larger one binds more tightly.
_OR, _AND, _NOT, _COMPARE, _ADD, _MULTIPLY, _POWER, _SUPERSCRIPT = range(1, 9)
_INFIX = {
    "+": _ADD,
    "-": _ADD,
    "*": _MULTIPLY,
    "/": _MULTIPLY,
    "^": _POWER,
    "superscript": _SUPERSCRIPT,
    "comparison": _COMPARE,
    "and": _AND,
    "or": _OR,
}
_BINARY_KINDS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow"}
_TRUTHS = frozenset({"compare", "and", "or", "not"})
_STARTS_OPERAND = frozenset(
    {
        "(",
        "root",
        "number",
        "function",
        "series",
        "variable",
        "element",
        "constant",
        "parameter",
        "dimension",
        "index",
    }
)


def read(text: str, parameters: Collection[str] | None) -> Tree:
    """Read a formula; ``parameters`` as in `minima_core.formula.parse`.

    Raises
    ------
    FormulaError
        With a sentence and a column, for everything that is not a formula.
    """
    parser = _Parser(tokenize(text), names.Scope(parameters))
    try:
        return parser.whole()
    except RecursionError:
        raise FormulaError("The formula is nested too deeply.") from None


class _Parser:
    def __init__(self, tokens: list[Token], scope: names.Scope) -> None:
        self.tokens = tokens
        self.position = 0
        self.scope = scope
        self.tree = Tree()
        self.depth = 0
        self.open_bars = 0

    # tokens -------------------------------------------------------------------------------------------------

    def peek(self) -> Token:
        """Return the next token, a word told apart into what it means (and cut, if it is several names)."""
        token = self.tokens[self.position]
        if token.kind == "word":
            self.tokens[self.position : self.position + 1] = self.scope.meaning(
                token, self._follows_bracket()
            )
            token = self.tokens[self.position]
        return token

    def _follows_bracket(self) -> bool:
        return self.tokens[self.position + 1].kind == "("

    def take(self) -> Token:
        token = self.peek()
        self.position += 1
        return token

    def add(
        self,
        kind: str,
        args: tuple[int, ...],
        column: int,
        name: str = "",
        value: float = 0.0,
        start: int = -1,
    ) -> int:
        """Append a node; comparisons may stand only where a condition is wanted."""
        wants_truth = kind in ("and", "or", "not")
        for place, argument in enumerate(args):
            part = self.tree.nodes[argument]
            truth_wanted = wants_truth or (kind == "call" and name == "where" and place == 0)
            if (part.kind in _TRUTHS) != truth_wanted:
                raise complaints.wrong_sort(part.column, kind if truth_wanted else "")
        self.tree.nodes.append(Node(kind, args, column, name, value, start))
        return len(self.tree.nodes) - 1

    # grammar ------------------------------------------------------------------------------------------------

    def whole(self) -> Tree:
        if self.tokens[0].kind == "end":
            raise FormulaError("The formula is empty; type one such as x^2 + y^2.")
        root = self.expression(0)
        token = self.peek()
        if token.kind != "end":
            raise complaints.cannot_follow(token)
        if self.tree.nodes[root].kind in _TRUTHS:
            raise complaints.wrong_sort(self.tree.nodes[root].column, "")
        self.tree.parameters = list(self.scope.used)
        return self.tree

    def expression(self, least: int) -> int:
        """Read operands joined by operators that bind at least as tightly as ``least``."""
        self.depth += 1
        if self.depth > DEEPEST_NESTING:
            raise FormulaError(
                f"The formula is nested too deeply here; at most {DEEPEST_NESTING} levels are allowed.",
                self.tokens[self.position].column,
            )
        left = self.prefix()
        while True:
            token = self.peek()
            binding = self.binding(token)
            if binding < max(least, 1):
                break
            left = self.infix(left, token, binding)
        self.depth -= 1
        return left

    def binding(self, token: Token) -> int:
        """Return how tightly ``token`` binds as an operator after an operand; 0 if it is none."""
        found = _INFIX.get(token.kind)
        if found is not None:
            return found
        if token.kind in _STARTS_OPERAND or (token.kind == "|" and not self.open_bars):
            return _MULTIPLY
        return 0

    def infix(self, left: int, token: Token, binding: int) -> int:
        if token.kind in _STARTS_OPERAND or token.kind == "|":
            if token.kind == "number":
                raise FormulaError(
                    f"Write ‘*’ before the number {shown(token.text)} to multiply, or ‘^’ for a power.",
                    token.column,
                )
            return self.add("mul", (left, self.expression(_MULTIPLY + 1)), token.column, "implicit")
        self.take()
        if token.kind == "superscript":
            return self.add("pow", (left, self.whole_number(token)), token.column)
        if token.kind == "comparison":
            return self.comparison(left, token)
        self.need_operand(token)
        right = self.expression(binding if binding == _POWER else binding + 1)
        kind = _BINARY_KINDS.get(token.kind, token.kind)
        return self.add(kind, (left, right), token.column)

    def comparison(self, left: int, token: Token) -> int:
        """Read a < b, or a chain such as a < b <= c."""
        parts, signs = [left], []
        while token.kind == "comparison":
            signs.append(token.text)
            self.need_operand(token)
            parts.append(self.expression(_COMPARE + 1))
            following = self.peek()
            if following.kind == "comparison":
                self.take()
            token = following
        return self.add("compare", tuple(parts), self.tree.nodes[left].column, " ".join(signs))

    def whole_number(self, token: Token) -> int:
        """Return the node of a raised number, built as the same number after ^ would be."""
        size = self.add("number", (), token.column, token.text.lstrip("-"), abs(token.value))
        return self.add("neg", (size,), token.column) if token.text.startswith("-") else size

    def prefix(self) -> int:
        """Read signs and ``not``, which stand before an operand, then the operand."""
        token = self.peek()
        if token.kind == "not":
            self.take()
            self.need_operand(token)
            return self.add("not", (self.expression(_NOT),), token.column)
        if token.kind not in "+-":
            return self.operand()
        negative = False
        while self.peek().kind in ("+", "-"):
            last = self.take()
            negative ^= last.kind == "-"
        self.need_operand(last)
        inner = self.expression(_POWER)
        return self.add("neg", (inner,), token.column) if negative else inner

    def operand(self) -> int:
        token = self.take()
        kind = token.kind
        if kind == "number":
            return self.add("number", (), token.column, token.text, token.value)
        if kind in ("variable", "constant", "parameter", "dimension", "index"):
            if self.tokens[self.position].kind == "[" and token.text == "x":
                return self.element(token)
            return self.add(kind, (), token.column, token.text, token.value)
        if kind == "element":
            # xₙ speaks of the number of variables, as x[n] does.
            index = self.add("dimension" if token.text == "n" else "index", (), token.column, token.text)
            return self.add("element", (index,), token.column)
        if kind == "function":
            return self.function(token)
        if kind == "series":
            return self.series(token)
        if kind == "root":
            self.need_operand(token)
            return self.add("call", (self.expression(_POWER),), token.column, token.text)
        if kind == "(":
            return self.bracket(token)
        if kind == "|":
            return self.bars(token)
        raise complaints.nothing_before(token)

    def bracket(self, opening: Token) -> int:
        bars, self.open_bars = self.open_bars, 0
        if self.peek().kind == ")":
            raise FormulaError("There is nothing in these brackets.", opening.column)
        if self.peek().kind == "end":
            self.close(opening)
        inner = self.expression(0)
        self.close(opening)
        self.open_bars = bars
        return inner

    def close(self, opening: Token) -> None:
        """Take the bracket that closes ``opening``."""
        closing = {"(": ")", "[": "]"}[opening.kind]
        token = self.peek()
        if token.kind == closing:
            self.take()
        elif token.kind == "end":
            raise FormulaError(f"The bracket {shown(opening.kind)} is never closed.", opening.column)
        else:
            raise complaints.cannot_follow(token, inside=opening)

    def bars(self, opening: Token) -> int:
        self.open_bars += 1
        if self.peek().kind == "end":
            raise FormulaError("The bar ‘|’ is never closed.", opening.column)
        inner = self.expression(0)
        token = self.peek()
        if token.kind != "|":
            if token.kind == "end":
                raise FormulaError("The bar ‘|’ is never closed.", opening.column)
            raise complaints.cannot_follow(token)
        self.take()
        self.open_bars -= 1
        return self.add("call", (inner,), opening.column, "abs")

    def element(self, token: Token) -> int:
        opening = self.take()
        bars, self.open_bars = self.open_bars, 0
        if self.peek().kind in ("]", "end"):
            raise FormulaError("The square brackets need an index, as in x[1] or x[i].", opening.column)
        index = self.expression(0)
        self.close(opening)
        self.open_bars = bars
        return self.add("element", (index,), token.column)

    def function(self, token: Token) -> int:
        """Read a function with its arguments in brackets, in bars, or (of one argument) bare."""
        name, least, most = names.FUNCTIONS[token.text]
        power = self.power_of_function(token) if most == 1 else None
        following = self.peek()
        if following.kind == "(":
            args = self.arguments(token)
        elif least > 1:
            example = names.EXAMPLES[name]
            raise FormulaError(f"{token.text} needs brackets around its arguments: {example}.", token.column)
        elif following.kind == "|":  # opens, even within bars: a function needs an argument
            args = [self.bars(self.take())]
        else:
            self.need_operand(token)
            args = [self.bare_argument()]
        if not least <= len(args) <= most:
            sentence = complaints.argument_count(token.text, name, least, most, len(args))
            comma = self.decimal_comma(self.tokens.index(token))
            raise FormulaError(sentence + complaints.POINT * (comma > 0), max(comma, token.column))
        call = self.add("call", tuple(args), token.column, name)
        if power is None:
            return call
        return self.add("pow", (call, self.whole_number(power)), power.column)

    def power_of_function(self, token: Token) -> Token | None:
        """Read the power in sin^2 x or sin² x; sin⁻¹ x is refused, for it means two things."""
        following = self.tokens[self.position]
        if following.kind == "superscript":
            self.take()
            power = following
        elif following.kind == "^":
            self.take()
            power = self.tokens[self.position]
            if power.kind == "number" and power.text.isdigit():
                self.take()
            elif power.kind not in ("-", "end"):
                raise FormulaError(
                    f"Only a whole number can stand here; write {token.text}^2 x, or {token.text}(x)^a.",
                    power.column,
                )
            else:
                power = Token("superscript", "-1", power.column, -1.0) if power.kind == "-" else power
        else:
            return None
        if power.kind == "end":
            raise FormulaError("Something is missing after ‘^’.", following.column)
        if power.text.startswith("-"):
            raise complaints.negative_power(token.text, following.column)
        return power

    def arguments(self, token: Token) -> list[int]:
        opening = self.take()
        bars, self.open_bars = self.open_bars, 0
        if self.peek().kind == ")":
            raise FormulaError(f"{token.text} needs something in its brackets.", opening.column)
        if self.peek().kind == "end":
            self.close(opening)
        args = [self.expression(0)]
        while self.peek().kind == ",":
            self.need_operand(self.take())
            args.append(self.expression(0))
        self.close(opening)
        self.open_bars = bars
        return args

    def decimal_comma(self, first: int) -> int:
        """Return the column of a comma right between two digits that was read since a token; -1 for none."""
        read = self.tokens[first : self.position]
        for left, comma, right in zip(read, read[1:], read[2:], strict=False):
            touching = left.column + len(left.text) == comma.column == right.column - 1
            if comma.kind == "," and left.kind == right.kind == "number" and touching:
                return comma.column
        return -1

    def bare_argument(self) -> int:
        """Read what a function without brackets takes: a product without signs, up to the next function."""
        left = self.expression(_MULTIPLY + 1)
        while True:
            token = self.peek()
            starts = token.kind in _STARTS_OPERAND or (token.kind == "|" and not self.open_bars)
            if not starts or token.kind in ("function", "series", "number"):
                return left
            left = self.add("mul", (left, self.expression(_MULTIPLY + 1)), token.column, "implicit")

    def series(self, token: Token) -> int:
        """Read sum(i, first, last, term) or prod(i, first, last, factor)."""
        example = f"{token.text}(i, 1, n, x[i]^2)"
        if self.tokens[self.position].kind != "(":
            raise FormulaError(f"{token.text} is written {example}.", token.column)
        opening = self.take()
        bars, self.open_bars = self.open_bars, 0
        word = self.tokens[self.position]
        if word.kind != "word" or not re.fullmatch("[a-zA-Z]", word.text) or word.text in names.RESERVED:
            raise FormulaError(
                f"The first argument of {token.text} is its index, a letter such as i: {example}.",
                word.column,
            )
        self.position += 1
        bounds = []
        for _ in range(2):
            self.expect_comma(token, example)
            bounds.append(self.expression(0))
        outer = self.scope.indexes
        self.scope.indexes = (*outer, word.text)
        self.expect_comma(token, example)
        start = len(self.tree.nodes)
        body = self.expression(0)
        self.close(opening)
        self.scope.indexes, self.open_bars = outer, bars
        return self.add(token.text, (*bounds, body), token.column, word.text, start=start)

    def expect_comma(self, token: Token, example: str) -> None:
        if self.peek().kind != ",":
            raise FormulaError(f"{token.text} needs four arguments: {example}.", self.peek().column)
        self.need_operand(self.take())

    # what is wrong ------------------------------------------------------------------------------------------

    def need_operand(self, token: Token) -> None:
        """Raise the sentence about what is missing, if nothing that can stand after ``token`` follows."""
        following = self.peek()
        if following.kind in _STARTS_OPERAND or following.kind in ("|", "+", "-", "not", "["):
            return
        joined = following.kind in _INFIX or following.kind == ","
        raise complaints.missing_after(token, following if joined else None)
