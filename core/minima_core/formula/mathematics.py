"""Writes a formula as readable mathematics: one line of Unicode that can be typed back in, and LaTeX.

Both keep the formula as it was meant by whoever typed it (sums stay sums, 1/2 stays a fraction) and drop
brackets that say nothing. The Unicode line is itself a formula: reading it again gives the same graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from minima_core.formula.tokens import SUBSCRIPTS, SUPERSCRIPTS, plain_name
from minima_core.formula.tree import Node, Tree

__all__ = ["latex", "unicode_line"]

_OR, _AND, _NOT, _COMPARE, _ADD, _MULTIPLY, _MINUS, _POWER, _ATOM = range(9)
_RAISED = {digit: high for high, digit in SUPERSCRIPTS.items()} | {"-": "⁻"}
_LOWERED = {digit: low for low, digit in SUBSCRIPTS.items()}
_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_LONGEST_RAISED = 4


class _Part(NamedTuple):
    """A piece of text, how tightly it holds together, what it begins and ends with (for 2x)."""

    text: str
    level: int
    head: str = "other"
    tail: str = "other"


def unicode_line(tree: Tree, dimension: int) -> str:
    """Return the formula in one line, such as ``(x² + y − 11)² + (x + y² − 7)²``."""
    parts: list[_Part] = []
    for node in tree.nodes:
        parts.append(
            _unicode(node, [parts[a] for a in node.args], [tree.nodes[a] for a in node.args], dimension)
        )
    return parts[-1].text


def latex(tree: Tree, dimension: int) -> str:
    r"""Return the formula in LaTeX, such as ``\left(x^{2} + y - 11\right)^{2}``."""
    parts: list[_Part] = []
    for node in tree.nodes:
        parts.append(
            _latex(node, [parts[a] for a in node.args], [tree.nodes[a] for a in node.args], dimension)
        )
    return parts[-1].text


def _whole_number(node: Node) -> str | None:
    """Return the digits of a number node that is short enough to be raised."""
    if node.kind != "number" or node.value != int(node.value) or node.value >= 10**_LONGEST_RAISED:
        return None
    return str(int(node.value))


def _number(value: float) -> str:
    text = repr(value).removesuffix(".0")
    if "e" in text:
        digits, exponent = text.split("e")
        return f"{digits}e{int(exponent)}"
    return text


# Unicode ----------------------------------------------------------------------------------------------------


def _unicode(node: Node, parts: Sequence[_Part], nodes: Sequence[Node], dimension: int) -> _Part:
    kind = node.kind
    if kind == "number":
        return _Part(_number(node.value).replace("-", "−"), _ATOM, "number", "number")
    if kind in ("constant", "parameter", "dimension", "index"):
        return _named(node)
    if kind == "variable":
        return _variable(int(node.value), dimension)
    if kind == "element":
        return _element(parts[0], nodes[0], dimension)
    if kind in ("add", "sub"):
        sign = "+" if kind == "add" else "−"
        left, right = parts
        return _Part(f"{_held(left, _ADD)} {sign} {_held(right, _MULTIPLY, unsigned=True)}", _ADD)
    if kind == "mul":
        return _product(parts[0], parts[1], nodes[0])
    if kind == "div":
        top, bottom = parts
        above = f"({top.text})" if nodes[0].kind == "div" else _held(top, _MULTIPLY)
        return _Part(f"{above}/{_held(bottom, _POWER)}", _MULTIPLY, top.head)
    if kind == "neg":
        return _Part(f"−{_held(parts[0], _POWER)}", _MINUS, "other", parts[0].tail)
    if kind == "pow":
        return _power(parts, nodes)
    if kind in ("sum", "prod"):
        first, last, body = (part.text for part in parts)
        return _Part(f"{kind}({node.name}, {first}, {last}, {body})", _ATOM, "function")
    if kind == "call":
        return _call(node, parts)
    return _condition(node, parts)


def _held(part: _Part, level: int, *, unsigned: bool = False) -> str:
    """Return the text, in brackets if it is looser than ``level`` or begins with an unwanted minus."""
    loose = part.level < level or (unsigned and part.text.startswith("−"))
    return f"({part.text})" if loose else part.text


def _named(node: Node) -> _Part:
    plain = plain_name(node.name)
    letters = plain.rstrip("0123456789")
    text = (
        letters + "".join(_LOWERED[digit] for digit in plain[len(letters) :]) if "_" not in plain else plain
    )
    sort = "pi" if text == "π" else "exponent" if text[0] in "eE" else "name"
    return _Part(text, _ATOM, sort, sort)


def _variable(index: int, dimension: int) -> _Part:
    if dimension <= len("xy"):
        return _Part("xy"[index], _ATOM, "variable", "variable")
    return _Part("x" + "".join(_LOWERED[digit] for digit in str(index + 1)), _ATOM, "name", "name")


def _element(index: _Part, node: Node, dimension: int) -> _Part:
    if node.kind == "number" and node.value in range(1, dimension + 1):
        return _variable(int(node.value) - 1, dimension)
    lowered = {"i": "ᵢ", "j": "ⱼ", "k": "ₖ", "n": "ₙ"}.get(index.text)
    return _Part(f"x{lowered}" if lowered else f"x[{index.text}]", _ATOM, "name", "name")


_TOUCHING = {
    "number": {"pi", "variable", "name", "group", "root"},
    "pi": {"variable", "group"},
    "variable": {"variable", "group"},
    "raised": {"variable", "group"},
}


def _product(left: _Part, right: _Part, left_node: Node) -> _Part:
    if left_node.kind == "div" or left.level < _MULTIPLY:
        left = _Part(f"({left.text})", _ATOM, "group", "raised")
    if right.level < _POWER:
        right = _Part(f"({right.text})", _ATOM, "group", "raised")
    if left.tail == "number" and right.head == "function":
        sign = " "
    elif right.head in _TOUCHING.get(left.tail, ()):
        sign = ""
    else:
        sign = "·"
    return _Part(left.text + sign + right.text, _MULTIPLY, left.head, right.tail)


def _power(parts: Sequence[_Part], nodes: Sequence[Node]) -> _Part:
    base, exponent = parts
    low = _held(base, _ATOM)
    head = base.head if base.level >= _ATOM else "group"
    digits = _whole_number(nodes[1])
    opposite = exponent.text.removeprefix("−")
    if (
        nodes[1].kind == "neg"
        and opposite.isascii()
        and opposite.isdecimal()
        and len(opposite) <= _LONGEST_RAISED
    ):
        digits = "-" + opposite
    if digits is not None:
        return _Part(low + "".join(_RAISED[digit] for digit in digits), _POWER, head, "raised")
    return _Part(f"{low}^{_held(exponent, _ATOM)}", _POWER, head)


def _call(node: Node, parts: Sequence[_Part]) -> _Part:
    inner = ", ".join(part.text for part in parts)
    if node.name == "abs":
        return _Part(f"|{inner}|", _ATOM)
    if node.name == "sqrt":
        return _Part(f"√{_held(parts[0], _ATOM)}", _POWER, "root")
    return _Part(f"{node.name}({inner})", _ATOM, "function")


def _condition(node: Node, parts: Sequence[_Part]) -> _Part:
    if node.kind == "compare":
        text = _held(parts[0], _ADD)
        for sign, part in zip(node.name.split(), parts[1:], strict=True):
            text += f" {_SIGNS[sign]} {_held(part, _ADD)}"
        return _Part(text, _COMPARE)
    if node.kind == "not":
        return _Part(f"not {_held(parts[0], _NOT)}", _NOT)
    level = _AND if node.kind == "and" else _OR
    return _Part(f"{_held(parts[0], level)} {node.kind} {_held(parts[1], level + 1)}", level)


# LaTeX ------------------------------------------------------------------------------------------------------

_LATEX_NAMES = dict(
    zip(
        "π τ α β γ δ ε ζ η θ ι κ λ μ ν ξ ρ σ υ φ χ ψ ω Γ Δ Θ Λ Ξ Φ Ψ Ω".split(),
        (
            r"\pi \tau \alpha \beta \gamma \delta \varepsilon \zeta \eta \theta \iota \kappa \lambda "
            r"\mu \nu \xi \rho "
            r"\sigma \upsilon \varphi \chi \psi \omega \Gamma \Delta \Theta \Lambda \Xi \Phi \Psi \Omega"
        ).split(),
        strict=True,
    )
)
_LATEX_WORDS = {name.removeprefix("\\").removeprefix("var"): name for name in _LATEX_NAMES.values()}
_LATEX_FUNCTIONS = {
    name: "\\" + name for name in "sin cos tan sec csc cot sinh cosh tanh exp ln min max".split()
} | {"asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan", "log10": r"\log_{10}", "log2": r"\log_{2}"}
_LATEX_SIGNS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge"}


def _latex(node: Node, parts: Sequence[_Part], nodes: Sequence[Node], dimension: int) -> _Part:
    kind = node.kind
    if kind == "number":
        return _latex_number(node.value)
    if kind in ("constant", "parameter", "dimension", "index"):
        return _Part(_latex_name(node.name), _ATOM)
    if kind == "variable":
        return _Part(_latex_variable(int(node.value), dimension), _ATOM)
    if kind == "element":
        if nodes[0].kind == "number" and nodes[0].value in range(1, dimension + 1):
            return _Part(_latex_variable(int(nodes[0].value) - 1, dimension), _ATOM)
        return _Part(f"x_{{{parts[0].text}}}", _ATOM)
    if kind in ("add", "sub"):
        sign = "+" if kind == "add" else "-"
        return _Part(f"{_kept(parts[0], _ADD)} {sign} {_kept(parts[1], _MULTIPLY, unsigned=True)}", _ADD)
    if kind == "mul":
        left = _kept(parts[0], _POWER if nodes[0].kind in ("sum", "prod") else _MULTIPLY)
        right = _kept(parts[1], _POWER)
        sign = r" \cdot " if right[0].isdigit() or right.startswith(r"\frac") else " "
        return _Part(left + sign + right, _MULTIPLY)
    if kind == "div":
        return _Part(rf"\frac{{{parts[0].text}}}{{{parts[1].text}}}", _POWER)
    if kind == "neg":
        return _Part(f"-{_kept(parts[0], _POWER)}", _MINUS)
    if kind == "pow":
        return _Part(f"{_kept(parts[0], _ATOM)}^{{{parts[1].text}}}", _POWER)
    if kind in ("sum", "prod"):
        first, last, body = parts
        return _Part(
            rf"\{kind}_{{{node.name}={first.text}}}^{{{last.text}}} {_kept(body, _MULTIPLY)}", _MULTIPLY
        )
    if kind == "call":
        return _latex_call(node.name, parts)
    return _latex_condition(node, parts)


def _kept(part: _Part, level: int, *, unsigned: bool = False) -> str:
    loose = part.level < level or (unsigned and part.text.startswith("-"))
    return rf"\left({part.text}\right)" if loose else part.text


def _latex_number(value: float) -> _Part:
    text = _number(value)
    if "e" not in text:
        return _Part(text, _ATOM)
    digits, exponent = text.split("e")
    return _Part(rf"{digits} \cdot 10^{{{exponent}}}", _MULTIPLY)


def _latex_name(name: str) -> str:
    plain = plain_name(name)
    letters, _, below = plain.partition("_")
    if not below:
        letters = plain.rstrip("0123456789")
        below = plain[len(letters) :]
    spelled = _LATEX_NAMES.get(letters) or _LATEX_WORDS.get(letters) or letters
    if len(spelled) > 1 and spelled[0] != "\\":
        spelled = rf"\mathrm{{{spelled}}}"
    return f"{spelled}_{{{below}}}".replace("__", "_") if below else spelled


def _latex_variable(index: int, dimension: int) -> str:
    return "xy"[index] if dimension <= len("xy") else f"x_{{{index + 1}}}"


def _latex_call(name: str, parts: Sequence[_Part]) -> _Part:
    inner = ", ".join(part.text for part in parts)
    if name == "abs":
        return _Part(rf"\left|{inner}\right|", _ATOM)
    if name == "sqrt":
        return _Part(rf"\sqrt{{{inner}}}", _ATOM)
    if name == "cbrt":
        return _Part(rf"\sqrt[3]{{{inner}}}", _ATOM)
    if name == "exp":
        return _Part(f"e^{{{inner}}}", _POWER)
    if name in ("floor", "ceil"):
        return _Part(rf"\left\l{name} {inner} \right\r{name}", _ATOM)
    if name == "where":
        condition, chosen, otherwise = (part.text for part in parts)
        return _Part(
            rf"\begin{{cases}} {chosen} & \text{{if }} {condition} \\ "
            rf"{otherwise} & \text{{otherwise}} \end{{cases}}",
            _MULTIPLY,
        )
    spelled = _LATEX_FUNCTIONS.get(name) or rf"\operatorname{{{name}}}"
    return _Part(rf"{spelled}\left({inner}\right)", _ATOM)


def _latex_condition(node: Node, parts: Sequence[_Part]) -> _Part:
    if node.kind == "compare":
        text = _kept(parts[0], _ADD)
        for sign, part in zip(node.name.split(), parts[1:], strict=True):
            text += f" {_LATEX_SIGNS[sign]} {_kept(part, _ADD)}"
        return _Part(text, _COMPARE)
    if node.kind == "not":
        return _Part(rf"\text{{not }} {_kept(parts[0], _NOT)}", _NOT)
    level = _AND if node.kind == "and" else _OR
    return _Part(rf"{_kept(parts[0], level)} \text{{ {node.kind} }} {_kept(parts[1], level + 1)}", level)
