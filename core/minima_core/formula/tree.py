"""What the parser makes of a text: a list in which each part stands before the whole it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Node", "Tree"]


class Node(NamedTuple):
    """One part of the tree: what it is, the numbers of its parts, where it stands in the text.

    Kinds: ``number``, ``constant``, ``variable``, ``parameter``, ``dimension``, ``index``, ``element``
    (x[…]), ``add``, ``sub``, ``mul``, ``div``, ``pow``, ``neg``, ``call``, ``sum``, ``prod``, ``compare``,
    ``and``, ``or``, ``not``. ``name`` is the name, the function, the index, or the signs of a comparison;
    ``value`` the number; ``start`` of a series the first node of its body.
    """

    kind: str
    args: tuple[int, ...]
    column: int
    name: str = ""
    value: float = 0.0
    start: int = -1


@dataclass
class Tree:
    """What was read: the nodes, the last one being the whole, and the parameters in order of appearance."""

    nodes: list[Node] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)

    @property
    def uses_dimension(self) -> bool:
        """Whether ``n`` appears."""
        return any(node.kind == "dimension" for node in self.nodes)
