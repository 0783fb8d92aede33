"""Hostile and mistaken texts are refused at once, in a sentence, at the right place."""

from __future__ import annotations

import random
import sys
import time

import pytest

from minima_core.formula import FormulaError, parse

_REFUSED = {
    "__import__('os').system('true')": 11,
    "__import__": 0,
    "x.__class__": 1,
    "lambda x: x": 8,
    "lambda": 0,
    "'x'": 0,
    '"x"': 0,
    "f'{x}'": 1,
    "eval(x)": 0,
    "exec(x)": 0,
    "import os": 0,
    "x if x else y": 2,
    "x := 3": 2,
    "[x for x in y]": 0,
    "{x: y}": 0,
    "x; y": 1,
    "x\\y": 1,
    "#x": 0,
    "@x": 0,
    "x\0": 1,
    "x\ud800": 1,
    "\udfffx": 0,
    "x\u200b": 1,
    "\ufeffx": 0,
    "ｘ": 0,
    "х + 1": 0,
    "сos(x)": 0,
    "𝑥": 0,
    "x + ١": 4,
    "9^9^9^9": 3,
    "1e999": 0,
    "1e308*10": 5,
    "1/0": 1,
    "0^-1": 1,
    "log(-1)": 0,
    "sqrt(-1) x": 0,
    "∞": 0,
    "": 0,
    "  ": 0,
    "x +": 2,
    "* x": 0,
    "x + * y": 4,
    "(x": 0,
    "x)": 1,
    "2(x + (y)": 1,
    "|x": 0,
    "()": 0,
    "sin": 0,
    "sin()": 3,
    "sin(x, y)": 0,
    "max(x)": 0,
    "max x": 0,
    "x 2": 2,
    "1.2.3": 3,
    "1,5": 1,
    "x = 2": 2,
    "f(t) = x^2": 5,
    "x < 1": 0,
    "(x < 1) + 1": 1,
    "where(x, 1, 2)": 6,
    "where(x < 1, 2)": 0,
    "x and y": 0,
    "x!": 1,
    "X^2": 0,
    "sine(x)": 0,
    "2 foo": 2,
    "x0": 0,
    "x[0]": 0,
    "x[1.5]": 0,
    "x[y]": 0,
    "x[": 1,
    "[x]": 0,
    "sum(i, 1, 10^9, i)": 0,
    "sum(i, 1, x, i)": 0,
    "sum(x, 1, 2, x)": 4,
    "sum(i, 1, 2)": 11,
    "sum": 0,
    "sin⁻¹ x": 3,
    "²": 0,
    "_x": 0,
    "x//y": 2,
}
_LARGE = {
    "brackets": "(" * 1000 + "x" + ")" * 1000,
    "open brackets": "(" * 4999,
    "minus signs": "-" * 100_000 + "x",
    "a megabyte": "x+" * 500_000,
    "a megabyte of NUL": "\0" * 1_000_000,
    "surrogates": "\ud800" * 5000,
    "roots": "√" * 4000 + "x",
    "functions": "sin " * 1200 + "x",
    "powers": "2^" * 2000 + "x",
    "bars": "|" * 4001,
    "nots": "where(" + "not " * 1000 + "x<1,1,2)",
    "one word": "a" * 5000,
    "one number then junk": "9" * 4990 + "!",
    "huge number": "9" * 5000,
    "long exponent": "x" + "²" * 4000,
    "nested sums": "sum(i,1,99,sum(j,1,99,sum(k,1,99,i j k x)))",
    "deep sums": "sum(i,1,2," * 40 + "x" + ")" * 40,
    "many sums": "sum(i,1,n,x[i]^i)" * 290 + "+",
    "many unknown words": "sine " * 900,
    "indexes": "x[" * 2000,
    "commas": "max(" + "x," * 2000,
}


@pytest.mark.parametrize("text", _REFUSED, ids=ascii)
def test_refused_at_the_right_place(text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.column == _REFUSED[text]
    _is_a_sentence(caught.value)


@pytest.mark.parametrize("name", _LARGE)
def test_large_texts_are_refused_within_a_tenth_of_a_second(name: str) -> None:
    best = 1.0
    for _ in range(3):
        start = time.process_time()
        with pytest.raises(FormulaError) as caught:
            parse(_LARGE[name], dimension=100)
        best = min(best, time.process_time() - start)
    assert best < 0.1
    _is_a_sentence(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2*", "Something is missing after ‘*’."),
        ("x + * y", "Something is missing between ‘+’ and ‘*’."),
        ("(x", "The bracket ‘(’ is never closed."),
        ("x)", "The bracket ‘)’ was never opened."),
        ("max(x)", "max takes at least 2 arguments, not 1: max(x, y)."),
        ("atan(y, x)", "atan takes 1 argument; the angle of a point is atan2(y, x)."),
        ("y = x^2", "An equals sign is not needed: type only what stands to the right of it."),
        ("x^2 + y^2 =", "Nothing follows the equals sign: leave it out."),
        ("sin(0,5x)", "sin takes 1 argument, not 2: sin(x). Write decimals with a point, as in 0.5."),
        ("½x", "Write the fraction ‘½’ as (1/2)."),
        ("SIN(x)", "Unknown function ‘SIN’; did you mean sin, in small letters?"),
        ("x'", "A derivative cannot be written with a prime; type the formula itself."),
        ("∑_{i=1}^n x_i", "Sums and products are written ∑(i, 1, n, x[i]^2)."),
        ("x^", "Something is missing after ‘^’."),
        ("cos2x", "Put a space or a bracket after ‘cos’."),
    ],
)
def test_sentences(text: str, sentence: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("sine(x)", "sin"),
        ("Cos x", "cos"),
        ("sqr(x)", "sqrt"),
        ("arctg(x)", "arctan"),
        ("maxx(x, y)", "max"),
        ("fabs(x)", "abs"),
        ("PI x", "pi"),
    ],
)
def test_near_matches(text: str, meant: str) -> None:
    with pytest.raises(FormulaError, match=f"did you mean .*{meant}"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("x^2 + y^2 = 1", "the square of their difference"),
        ("pow(x, 2)", r"x\^2"),
        ("mod(x, 2)", r"floor\(x/2\)"),
        ("x if x > 0 else 0", r"where\(x < 0, a, b\)"),
        ("heaviside(x)", r"where\(x < 0, 0, 1\)"),
        ("np.sin(x)", r"write sin\(x\)"),
        ("lg x", r"log10\(x\) or log2\(x\)"),
        ("⌊x⌋", r"floor\(x\)"),
    ],
)
def test_what_is_refused_is_told_another_way(text: str, advice: str) -> None:
    with pytest.raises(FormulaError, match=advice):
        parse(text)


def test_the_third_variable_is_told_in_three_dimensions() -> None:
    with pytest.raises(FormulaError, match="the third variable is written x3"):
        parse("x^2 + y^2 + z^2", dimension=3, parameters=())


def test_a_thousand_terms_and_signs_are_fine() -> None:
    assert parse("+".join(["x"] * 1000)).value((2.0,)) == 2000.0
    assert parse("-" * 1001 + "x").value((2.0,)) == -2.0
    assert parse("(" * 40 + "x" + ")" * 40).value((2.0,)) == 2.0


def test_deep_callers_get_a_formula_error_at_worst() -> None:
    def called_deep(levels: int) -> object:
        if levels:
            return called_deep(levels - 1)
        try:
            return parse("((((((((((((x))))))))))))" + "+sin sin sin sin sin sin x")
        except FormulaError as error:
            return error

    assert called_deep(sys.getrecursionlimit() - 150) is not None


_WORDS = (
    "x y n e pi a b i x1 x₂ x[ x[1] sin cos log max( min( where( sum(i,1,n, prod(j,1,2, sqrt √ ∛ ∑ ( ) ) | | "
    "+ - * / ^ ** , < > <= ≥ and or not 1 2 3.5 2e3 1e-2 0 9999 ² ⁻¹ ⁻ · × − π λ _ . = ! lambda __import__ "
    "'x' \0 \ud800 ｘ xi xᵢ sinx |x| abs( atan2( [ ] {"
).split()
_GOOD = [
    "(x^2+y-11)^2 + (x+y^2-7)^2",
    "-20exp(-0.2sqrt(0.5(x²+y²)))-exp(.5(cos 2πx+cos 2πy))+e+20",
    "sum(i,1,n-1,100(x[i+1]-xi^2)^2+(1-xᵢ)²)",
    "where(x<0 and y>=1 or not x<2, |x|y|, max(x,y,1))",
    "a sin^2 x + b/2x - ||x|-1|^-0.5",
]


_LEAVES = "x y x x₁ 2 0.5 1e-3 3 π e a b λ n x[1] xy ax 2x 3πx |x| (x) sum(i,1,3,i·xi) x² -y".split()
_GLUE = ["+", "-", " − ", "*", "·", "/", " ", "^", "**", ")(", "|", "+-"]
_HEADS = [
    "sin ",
    "cos(",
    "√",
    "-",
    "abs(",
    "(",
    "|",
    "exp -",
    "sin² ",
    "max(1,",
    "where(x<1,y,",
    "ln",
    "hypot(x,",
    "sum(j,1,2,",
]


def _random_formula(rng: random.Random, depth: int) -> str:
    """Return a text that is often a formula."""
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(_LEAVES)
    if rng.random() < 0.4:
        head = rng.choice(_HEADS)
        tail = ")" * head.count("(") if "(" in head else "|" * head.count("|")
        return head + _random_formula(rng, depth - 1) + tail
    return _random_formula(rng, depth - 1) + rng.choice(_GLUE) + _random_formula(rng, depth - 1)


def _mutated(rng: random.Random) -> str:
    letters = list(rng.choice(_GOOD))
    for _ in range(rng.randrange(1, 5)):
        place = rng.randrange(len(letters))
        action = rng.randrange(4)
        if action == 0:
            del letters[place]
        elif action == 1:
            letters.insert(place, rng.choice(_WORDS))
        elif action == 2:
            letters[place] = chr(rng.randrange(32, 127))
        else:
            other = rng.randrange(len(letters))
            letters[place], letters[other] = letters[other], letters[place]
    return "".join(letters)


def _any_character(rng: random.Random) -> str:
    return chr(rng.randrange(rng.choice((128, 0x2500, 0x110000))))


def _random_text(rng: random.Random) -> str:
    kind = rng.randrange(5)
    if kind == 0:
        return rng.choice(("", " ")).join(rng.choice(_WORDS) for _ in range(rng.randrange(1, 25)))
    if kind == 1:
        return "".join(_any_character(rng) for _ in range(rng.randrange(12)))
    if kind == 2:
        return _mutated(rng)
    return _random_formula(rng, 4)


def test_fuzz() -> None:
    rng = random.Random(20_000)
    good = 0
    slowest = 0.0
    for _ in range(20_000):
        text = _random_text(rng)
        start = time.process_time()
        try:
            formula = parse(
                text, dimension=rng.choice((None, 1, 2, 5)), parameters=rng.choice((None, ["a", "b"]))
            )
        except FormulaError as error:
            _is_a_sentence(error)
            assert 0 <= error.column <= max(len(text) - 1, 0), (text, error)
        else:
            good += 1
            again = parse(
                formula.unicode(), dimension=formula.dimension, parameters=formula.parameters or None
            )
            assert again.digest == formula.digest, (text, formula.unicode())
            assert formula.latex()
        slowest = max(slowest, time.process_time() - start)
    assert good > 2000
    assert slowest < 0.5


def _is_a_sentence(error: FormulaError) -> None:
    sentence = str(error)
    assert sentence.endswith((".", "?"))
    assert len(sentence) < 160
    assert sentence.isprintable()
