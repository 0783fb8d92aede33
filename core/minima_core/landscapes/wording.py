"""How a changed landscape is called: what was added, as a line of mathematics, in LaTeX and in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minima_core.landscapes.values import Changes

__all__ = ["Wording", "short"]

_NAMED = 2
"""With no more variables than this they are written out, as x and y."""


def short(number: float, digits: int = 3) -> str:
    """Return a number in few digits, with a true minus.

    >>> short(-0.12345), short(2.0)
    ('−0.123', '2')
    """
    return f"{number:.{digits}g}".replace("-", "−")


class Wording:
    """The words for changes on a landscape of n variables, smoothed with a Gaussian of width σ."""

    def __init__(self, changes: Changes, n: int, sigma: float) -> None:
        self.changes, self.n, self.sigma = changes, n, sigma
        self.towards = changes.towards or (0.0,) * n

    def line(self, below: str) -> str:
        """Return what lies below with what was added, in one line."""
        added = self._added(latex=False)
        if self.changes.smoothing:
            below = f"{below}, smoothed with σ = {short(self.sigma)}"
            return f"{below}, {added}" if added else below
        return f"{below} {added}" if added else below

    def latex(self, below: str) -> str:
        r"""Return the same in LaTeX; smoothing is the convolution with a Gaussian, G_\sigma * f."""
        added = self._added(latex=True)
        if self.changes.smoothing:
            below = rf"G_{{\sigma = {_ascii(short(self.sigma))}}} * \left({below}\right)"
        return f"{below} {added}" if added else below

    def sentence(self, exact: bool, degree: int, nodes: int) -> str:
        """Return what was done, in a sentence or two."""
        sentences = []
        if self.changes.smoothing:
            how = (
                "exactly" if exact
                else f"in part by a cubature with {nodes} nodes, exact for polynomials up to degree {degree}"
            )  # fmt: skip
            sentences.append(f"Smoothed with a Gaussian of width σ = {short(self.sigma)}, {how}.")
        if self.changes.l1 or self.changes.l2:
            point = ", ".join(short(a) for a in self.towards)
            many = self.n > _NAMED and len(set(self.towards)) > 1
            where = "the origin" if not any(self.towards) else "a point" if many else f"({point})"
            sentences.append(f"Penalties pull towards {where}.")
        if any(self.changes.tilt):
            sentences.append("A tilt is added.")
        return " ".join(sentences)

    def _added(self, *, latex: bool) -> str:
        """Return the terms that were added, each with its sign; empty if there are none."""
        parts = []
        for weight, power in ((self.changes.l1, 1), (self.changes.l2, 2)):
            if weight:
                parts.append(("+", _by(weight), self._penalty(power, latex=latex)))
        if any(self.changes.tilt):
            if self.n <= _NAMED:
                for t, name in zip(self.changes.tilt, "xy", strict=False):
                    if t:
                        parts.append(("+" if t > 0.0 else "−", _by(abs(t)), name))
            else:
                parts.append(("+", "", r"\sum_{i} t_{i} x_{i}" if latex else "Σ tᵢxᵢ"))
        text = " ".join(f"{sign} {factor}{what}" for sign, factor, what in parts)
        return _ascii(text) if latex else text

    def _penalty(self, power: int, *, latex: bool) -> str:
        """Return Σ|xᵢ − aᵢ| or Σ(xᵢ − aᵢ)², written out for one or two variables."""
        if self.n <= _NAMED:
            terms = [_term(name, a, power, latex) for name, a in zip("xy", self.towards, strict=False)]
        else:
            name = "x_{i}" if latex else "xᵢ"
            inner = name if not any(self.towards) else f"{name} − a_{{i}}" if latex else f"{name} − aᵢ"
            terms = [(r"\sum_{i} " if latex else " Σ") + _raised(inner, power, latex)]
        text = " + ".join(terms)
        return _brackets(text, latex) if len(terms) > 1 else text


def _by(weight: float) -> str:
    """Return a factor; nothing for 1."""
    text = short(weight)
    return "" if text == "1" else text


def _term(name: str, a: float, power: int, latex: bool) -> str:
    inner = name if a == 0.0 else f"{name} {'−' if a > 0.0 else '+'} {short(abs(a))}"
    return _raised(inner, power, latex)


def _raised(inner: str, power: int, latex: bool) -> str:
    if power == 1:
        return rf"\left|{inner}\right|" if latex else f"|{inner}|"
    base = inner if " " not in inner else _brackets(inner, latex)
    return f"{base}^{{2}}" if latex else f"{base}²"


def _brackets(text: str, latex: bool) -> str:
    return rf"\left({text}\right)" if latex else f"({text})"


def _ascii(text: str) -> str:
    """Return a text with plain minus signs, as LaTeX has them."""
    return text.replace("−", "-")
