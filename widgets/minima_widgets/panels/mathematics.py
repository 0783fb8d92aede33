"""Sets a formula as mathematics: raised exponents, fractions, roots, sums, brackets as tall as their content.

It reads the LaTeX that the formula's own writer gives (a small part of LaTeX, no commands that do anything),
makes boxes of it once, and paints them as often as one likes. In exponents fractions are set with a slash, as
in print, so that a line of mathematics stays a line.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath, QTransform

from minima_widgets.fonts import make_font
from minima_widgets.panels.boxes import Box, Glyphs, Rule, Shape

__all__ = ["MathematicsError", "set_mathematics"]

LONGEST = 6000
"""Letters of LaTeX; what is longer is no longer read by anybody."""

_DEEPEST = 60
_SCRIPT = 0.72
_LEAST_PIXELS = 7.5
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[0-9]+(?:\.[0-9]+)?|\s+|.", re.DOTALL)
_SIGNS = {
    r"\cdot": "·",
    r"\le": "≤",
    r"\ge": "≥",
    r"\lfloor": "⌊",
    r"\rfloor": "⌋",
    r"\lceil": "⌈",
    r"\rceil": "⌉",
    "-": "−",
    "*": "∗",
}
_GREEK = {
    "\\" + name: letter
    for name, letter in zip(
        (
            "pi tau alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi rho sigma "
            "upsilon varphi chi psi omega Gamma Delta Theta Lambda Xi Phi Psi Omega epsilon phi"
        ).split(),
        "π τ α β γ δ ε ζ η θ ι κ λ μ ν ξ ρ σ υ φ χ ψ ω Γ Δ Θ Λ Ξ Φ Ψ Ω ε φ".split(),
        strict=True,
    )
}
_BINARY = set("+−·=<>≤≥")
_OPEN, _SHUT = set("([|⌊⌈"), set(")]|⌋⌉")
_SOLID = {"atom", "held"}  # what a thing in the same term may stand beside
_WORDS = set(r"\sin \cos \tan \sec \csc \cot \sinh \cosh \tanh \exp \ln \log \min \max".split())
_WORDS |= {r"\arcsin", r"\arccos", r"\arctan"}


class MathematicsError(ValueError):
    """A text that is not the LaTeX of a formula."""


def set_mathematics(text: str, pixels: float) -> Box:
    r"""Return the LaTeX `text` of a formula, set in type of `pixels`.

    Raises
    ------
    MathematicsError
        When it is not LaTeX of the kind that formulas are written in, or too long or too deep to be read.
    """
    if len(text) > LONGEST:
        raise MathematicsError(f"A formula of more than {LONGEST} letters is not set as mathematics.")
    return _Setter(text, pixels).whole()


class _Setter:
    """Reads tokens from left to right and makes boxes of them."""

    def __init__(self, text: str, pixels: float) -> None:
        self._tokens = [token for token in _TOKEN.findall(text) if token.strip()]
        # Words keep their spaces: \text{ and }.
        self._words = iter(re.findall(r"\\(?:text|mathrm|operatorname)\{([^{}]*)\}", text))
        self._at = 0
        self._pixels = pixels
        self._depth = 0
        self._fonts: dict[tuple[int, bool], tuple[QFont, QFontMetricsF]] = {}

    def whole(self) -> Box:
        box = self._row(0, set())
        if self._at < len(self._tokens):
            raise MathematicsError(f"“{self._tokens[self._at]}” stands where nothing is expected.")
        return box

    # -- tokens --------------------------------------------------------------------------------------------

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise MathematicsError("It ends too early.")
        self._at += 1
        return token

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise MathematicsError(f"“{token}” is missing.")

    def _group(self, level: int) -> Box:
        self._expect("{")
        box = self._row(level, {"}"})
        self._expect("}")
        return box

    def _word(self) -> str:
        self._expect("{")
        while self._next() != "}":
            pass
        return next(self._words, "")

    # -- type ----------------------------------------------------------------------------------------------

    def _size(self, level: int) -> float:
        return max(self._pixels * _SCRIPT**level, min(_LEAST_PIXELS, self._pixels))

    def _type(self, level: int, italic: bool = False) -> tuple[QFont, QFontMetricsF]:
        known = self._fonts.get((level, italic))
        if known is None:
            font = make_font(formula=True, italic=italic)
            font.setPixelSize(max(round(self._size(level)), 1))
            known = self._fonts[level, italic] = (font, QFontMetricsF(font))
        return known

    def _letters(self, text: str, level: int, *, italic: bool = False) -> Box:
        font, metrics = self._type(level, italic)
        size = font.pixelSize()
        # The height of figures, not that of the font, which leaves room for accents.
        tall = 0.70 if text != "x" else 0.5
        box = Box(metrics.horizontalAdvance(text), tall * size, 0.03 * size)
        if any(letter in "()[]|,⌊⌋⌈⌉yjgpqβρφχψξζμη" for letter in text):
            box.descent = 0.22 * size
        box.items.append(Glyphs(0.0, 0.0, text, font))
        if italic and text[-1:] in "fjTVWY":
            box.width += 0.06 * size
        return box

    # -- rows ----------------------------------------------------------------------------------------------

    def _row(self, level: int, stop: set[str]) -> Box:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise MathematicsError("It is nested too deeply to be set.")
        size = self._size(level)
        row = Box()
        x, before = 0.0, "begin"  # what stands before: begin, binary, open, word, comma, held, atom
        while self._peek() and self._peek() not in stop:
            box, kind = self._atom(level, before)
            gap = 0.0
            if kind == "binary":
                gap = 0.22 * size if level == 0 else 0.12 * size
                row.binary = row.binary or box.binary
            elif before == "binary":
                gap = 0.22 * size if level == 0 else 0.12 * size
            elif (kind == "word" and before in _SOLID) or (before == "word" and kind in {"atom", "word"}):
                gap = 0.16 * size
            elif "held" in {kind, before} and kind in _SOLID and before in _SOLID:
                gap = 0.06 * size
            elif before == "comma":
                gap = 0.2 * size
            x += gap
            row.add(box, x)
            x += box.width
            before = kind
        row.width = x
        self._depth -= 1
        return row

    def _atom(self, level: int, before: str) -> tuple[Box, str]:
        token = self._next()
        token = _SIGNS.get(token, token)
        if token in _BINARY:
            box = self._letters(token, level)
            if before in {"begin", "binary", "open", "comma"}:
                return box, "open"  # a sign, no operation
            box.binary = token != "·"
            return box, "binary"
        if token == ",":
            return self._letters(",", level), "comma"
        box, kind = self._nucleus(token, level)
        while self._peek() in {"^", "_"}:
            box = self._scripts(box, level, token)
        return box, kind

    def _nucleus(self, token: str, level: int) -> tuple[Box, str]:
        size = self._size(level)
        if token in _GREEK:
            letter = _GREEK[token]
            return self._letters(letter, level, italic=letter not in "πΓΔΘΛΞΦΨΩ"), "atom"
        if token in _WORDS:
            return self._letters(token[1:], level), "word"
        if token in {r"\mathrm", r"\operatorname"}:
            return self._letters(self._word(), level), "word" if token == r"\operatorname" else "atom"
        if token == r"\text":
            return self._letters(f" {self._word().strip()} ", level), "atom"
        if token == r"\frac":
            return self._fraction(level), "atom"
        if token == r"\sqrt":
            return self._root(level), "atom"
        if token == r"\left":
            return self._brackets(level), "held"
        if token == r"\begin":
            return self._cases(level), "atom"
        if token in {r"\sum", r"\prod"}:
            return self._big("∑" if token == r"\sum" else "∏", level), "word"
        if token == "{":
            self._at -= 1
            return self._group(level), "atom"
        if token.startswith("\\") or token in set("}&^_"):
            raise MathematicsError(f"“{token}” is not known.")
        if token in _OPEN or token in _SHUT:
            return self._letters(token, level), "open" if token in _OPEN else "atom"
        if token.isalpha():
            box = self._letters(token, level, italic=token != "e" or self._peek() != "^")
            box.width += 0.02 * size
            return box, "atom"
        return self._letters(token, level), "atom"

    # -- what is built -------------------------------------------------------------------------------------

    def _scripts(self, base: Box, level: int, token: str) -> Box:
        size = self._size(level)
        above = below = None
        while self._peek() in {"^", "_"}:
            which = self._next()
            script = self._group(level + 1) if self._peek() == "{" else self._atom(level + 1, "begin")[0]
            if which == "^":
                above = script
            else:
                below = script
        box = Box(base.width, base.ascent, base.descent)
        box.add(base, 0.0)
        tall = token in {r"\sum", r"\prod"}
        gap = 0.05 * size
        if above is not None:
            shift = -max(0.36 * size, base.ascent - 0.36 * size)
            # Its foot never touches the letters beside it.
            shift = min(shift, -(0.26 * size + above.descent))
            box.add(above, base.width + gap, shift)
        if below is not None:
            shift = max(0.16 * size, base.descent + (0.0 if not tall else -0.05 * size))
            if above is not None:
                shift = max(shift, 0.2 * size)
            box.add(below, base.width + gap, shift)
        box.width = base.width + gap + max(above.width if above else 0.0, below.width if below else 0.0)
        return box

    def _fraction(self, level: int) -> Box:
        size = self._size(level)
        if level:
            top, bottom = self._group(level), self._group(level)
            box = Box()
            x = 0.0
            for part, sign in ((top, "/"), (bottom, "")):
                held = self._held(part, level) if part.binary else part
                box.add(held, x)
                x += held.width
                if sign:
                    slash = self._letters(sign, level)
                    box.add(slash, x)
                    x += slash.width
            box.width = x
            return box
        top, bottom = self._group(level), self._group(level)
        bar, axis, gap, side = max(1.0, 0.055 * size), 0.26 * size, 0.16 * size, 0.1 * size
        width = max(top.width, bottom.width) + 2 * side
        box = Box(width + 0.12 * size)
        left = 0.06 * size
        box.add(top, left + (width - top.width) / 2, -(axis + bar / 2 + gap + top.descent))
        box.add(bottom, left + (width - bottom.width) / 2, -axis + bar / 2 + gap + bottom.ascent)
        box.items.append(Rule(left, -axis - bar / 2, width, bar))
        return box

    def _root(self, level: int) -> Box:
        size = self._size(level)
        order = None
        if self._peek() == "[":
            self._next()
            order = self._row(level + 1, {"]"})
            self._expect("]")
        inside = self._group(level)
        pen = max(1.0, 0.055 * size)
        top, foot = inside.ascent + 0.14 * size, inside.descent + 0.03 * size
        hook = 0.5 * size
        left = max((order.width - 0.24 * size) if order is not None else 0.0, 0.0)
        path = QPainterPath(QPointF(left, -0.26 * size))
        path.lineTo(left + 0.12 * size, -0.33 * size)
        path.lineTo(left + 0.27 * size, foot)
        path.lineTo(left + hook, -top)
        path.lineTo(left + hook + inside.width + 0.1 * size, -top)
        box = Box(left + hook + inside.width + 0.14 * size, top + pen, foot + pen)
        box.items.append(Shape(path, pen))
        box.add(inside, left + hook + 0.05 * size)
        if order is not None:
            box.add(order, 0.0, -0.42 * size)
        return box

    def _brackets(self, level: int) -> Box:
        left = self._next()
        inside = self._row(level, {r"\right"})
        self._expect(r"\right")
        right = self._next()
        return self._held(inside, level, _SIGNS.get(left, left), _SIGNS.get(right, right))

    def _held(self, inside: Box, level: int, left: str = "(", right: str = ")") -> Box:
        box = Box()
        opening, closing = self._stretched(left, inside, level), self._stretched(right, inside, level)
        box.add(opening, 0.0)
        box.add(inside, opening.width)
        box.add(closing, opening.width + inside.width)
        box.width = opening.width + inside.width + closing.width
        return box

    def _stretched(self, sign: str, inside: Box, level: int) -> Box:
        """Return a bracket that is as tall as what it holds."""
        font, metrics = self._type(level)
        size = font.pixelSize()
        natural_top, natural_foot = 0.74 * size, 0.22 * size
        tall = max(inside.ascent, 0.6 * size) + max(inside.descent, 0.1 * size)
        scale = tall / (natural_top + natural_foot)
        if scale < 1.18:
            box = self._letters(sign, level)
            box.ascent = natural_top
            return box
        path = QPainterPath()
        path.addText(QPointF(0.0, 0.0), font, sign)
        shape = path.boundingRect()
        if shape.height() <= 0:
            return self._letters(sign, level)
        across = min(1.0 + 0.18 * (scale - 1.0), 1.25)
        top, foot = inside.ascent + 0.06 * size, inside.descent + 0.06 * size
        move = QTransform()
        move.translate(0.0, -top)
        move.scale(across, (top + foot) / shape.height())
        move.translate(0.0, -shape.top())
        box = Box(metrics.horizontalAdvance(sign) * across, top, foot)
        box.items.append(Shape(move.map(path)))
        return box

    def _big(self, sign: str, level: int) -> Box:
        size = self._size(level)
        font = make_font(formula=True)
        font.setPixelSize(round(size * 1.25))
        box = Box(QFontMetricsF(font).horizontalAdvance(sign), 0.86 * size, 0.24 * size)
        box.items.append(Glyphs(0.0, 0.02 * size, sign, font))
        return box

    def _cases(self, level: int) -> Box:
        if self._word_of_environment() != "cases":
            raise MathematicsError("Only cases can be set one below the other.")
        rows: list[tuple[Box, Box]] = []
        while True:
            chosen = self._row(level, {"&", r"\\", r"\end"})
            condition = Box()
            if self._peek() == "&":
                self._next()
                condition = self._row(level, {r"\\", r"\end"})
            rows.append((chosen, condition))
            if self._next() == r"\end":
                self._word_of_environment()
                break
        size = self._size(level)
        gap = 0.3 * size
        total = sum(max(a.ascent, b.ascent) + max(a.descent, b.descent) for a, b in rows)
        total += gap * (len(rows) - 1)
        first = max(chosen.width for chosen, _ in rows) + 0.5 * size
        inside = Box()
        y = -(total / 2 + 0.26 * size)
        for chosen, condition in rows:
            y += max(chosen.ascent, condition.ascent)
            inside.add(chosen, 0.0, y)
            inside.add(condition, first, y)
            y += max(chosen.descent, condition.descent) + gap
        inside.width = first + max(condition.width for _, condition in rows)
        box = self._stretched("{", inside, level)
        whole = Box()
        whole.add(box, 0.0)
        whole.add(inside, box.width + 0.1 * size)
        whole.width = box.width + inside.width + 0.2 * size
        return whole

    def _word_of_environment(self) -> str:
        self._expect("{")
        letters = ""
        while self._peek() != "}":
            letters += self._next()
        self._next()
        return letters
