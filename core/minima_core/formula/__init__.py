"""The formula compiler: from typed text to numpy, derivatives, compiled source and readable mathematics.

Text is read by a tokenizer and parser of its own and never evaluated as Python. The grammar, with its table
of precedences, is described in ``docs/formula.md``.

Examples
--------
>>> from minima_core.formula import parse
>>> bowl = parse("a x^2 + y²")
>>> bowl.dimension, bowl.parameters, bowl.unicode()
(2, ('a',), 'a·x² + y²')
>>> bowl.value((1.0, 2.0), [3.0])
7.0
"""

from minima_core.formula.errors import FormulaError
from minima_core.formula.model import Formula, parse

__all__ = ["Formula", "FormulaError", "parse"]
