"""Formulas are written as a person would write them, and the Unicode line reads back as the same formula."""

from __future__ import annotations

import pytest

from minima_core.formula import parse


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("(x^2+y-11)^2+(x+y^2-7)^2", "(x² + y − 11)² + (x + y² − 7)²"),
        ("(1-x)**2+100*(y-x**2)**2", "(1 − x)² + 100(y − x²)²"),
        ("-20exp(-0.2sqrt(x*x))", "−20 exp(−0.2√(x·x))".replace("x·x", "xx")),
        ("10*n+sum(i,1,n,x[i]^2-10*cos(2*pi*x[i]))", "10n + sum(i, 1, n, xᵢ² − 10 cos(2π·xᵢ))"),
        ("1/2x", "(1/2)x"),
        ("1/(2x)", "1/(2x)"),
        ("x-(y-1)", "x − (y − 1)"),
        ("x*(y*x)", "x(yx)"),
        ("-(-x)", "−(−x)"),
        ("2--x", "2 − (−x)"),
        ("(-x)^2-x^-2", "(−x)² − x⁻²"),
        ("2^3^2", "2^(3²)"),
        ("(2^x)^2", "(2^x)²"),
        ("e^(-x^2)", "e^(−x²)"),
        ("abs(abs(x)-2)*abs(y)", "||x| − 2|·|y|"),
        ("2e3x + 1e-7", "2000x + 1e−7"),
        ("alpha*x+a_1*y", "alpha·x + a₁·y"),
        ("2*e", "2·e"),
        ("sqrt(x)^2 sqrt(x+1)", "(√x)²·√(x + 1)"),
        ("where(x<=0 and not (y>1 or x>2), x, y)", "where(x ≤ 0 and not (y > 1 or x > 2), x, y)"),
        ("x1 x2 x3", "x₁·x₂·x₃"),
        ("log(x)", "ln(x)"),
        ("2^(-2^5)", "2^(−2⁵)"),
        ("sum(i, 2, 1, x[9])", "sum(i, 2, 1, x[9])"),
        ("a/b*c/d", "(a/b)·c/d"),
    ],
)
def test_line(typed: str, line: str) -> None:
    formula = parse(typed)
    assert formula.unicode() == line
    assert parse(line, dimension=formula.dimension).digest == formula.digest


def test_samples_read_back(sample) -> None:
    text, dimension, _ = sample
    formula = parse(text, dimension=dimension)
    again = parse(formula.unicode(), dimension=dimension)
    assert again.digest == formula.digest
    assert again.parameters == formula.parameters
    assert again.unicode() == formula.unicode()
    declared = parse(formula.unicode(), dimension=dimension, parameters=formula.parameters)
    assert declared.digest == formula.digest


@pytest.mark.parametrize(
    ("typed", "latex"),
    [
        ("(x^2+y-11)^2", r"\left(x^{2} + y - 11\right)^{2}"),
        ("1/2x", r"\frac{1}{2} x"),
        ("x/(y+1)^2", r"\frac{x}{\left(y + 1\right)^{2}}"),
        ("(x/y)^2", r"\left(\frac{x}{y}\right)^{2}"),
        ("sqrt(x+1) |y|", r"\sqrt{x + 1} \left|y\right|"),
        ("sin 2x", r"\sin\left(2 x\right)"),
        ("exp(-x)", r"e^{-x}"),
        ("2*3", r"2 \cdot 3"),
        ("alpha x + λ + a1", r"\alpha x + \lambda + a_{1}"),
        ("floor(x)", r"\left\lfloor x \right\rfloor"),
        ("sum(i,1,n,x[i]^2+1)", r"\sum_{i=1}^{n} \left(x_{i}^{2} + 1\right)"),
        ("1e-7x", r"1 \cdot 10^{-7} x"),
        (
            "where(x<=0,1,2)",
            r"\begin{cases} 1 & \text{if } x \le 0 \\ 2 & \text{otherwise} \end{cases}",
        ),
        ("x1+x3", r"x_{1} + x_{3}"),
    ],
)
def test_latex(typed: str, latex: str) -> None:
    assert parse(typed).latex() == latex


def test_latex_of_words() -> None:
    assert parse("rate x", parameters=["rate"]).latex() == r"\mathrm{rate} x"
    assert parse("w_in x").latex() == r"w_{in} x"


def test_latex_of_samples_has_balanced_brackets(sample) -> None:
    text, dimension, _ = sample
    latex = parse(text, dimension=dimension).latex()
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
