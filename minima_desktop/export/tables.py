"""Tables as files: CSV with every digit, NPZ with a description of each array, and text for a clipboard.

The same tables give the same bytes. A number is written with the fewest digits that read back to the same
double; nothing in a file is executable (no pickle).
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ABOUT",
    "Column",
    "Grid",
    "Table",
    "coordinates",
    "csv_bytes",
    "joined",
    "npz_bytes",
    "tabbed",
    "whole",
]

Values: TypeAlias = "NDArray[Any] | Sequence[str]"

ABOUT = "about.json"
"""The member of an NPZ that says what all others are."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""When all members of an NPZ were written, as far as the file tells: twice the same bytes."""
AXES = "xy"


@dataclass(frozen=True)
class Column:
    """One column: numbers, truth values or texts, all of them as many as the table has rows.

    >>> Column("spent", "evaluations", np.array([1, 2])).heading
    'spent [evaluations]'
    """

    name: str
    unit: str
    values: Values
    words: str = ""

    @property
    def heading(self) -> str:
        """What stands over it: its name, and its unit where it has one."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    @property
    def cells(self) -> list[str]:
        """Its values as text: the fewest digits that read back to the same number; nan, inf, true, false."""
        values = self.values
        if not isinstance(values, np.ndarray):
            return list(values)
        if values.dtype.kind == "b":
            return ["true" if each else "false" for each in values.tolist()]
        return list(map(repr if values.dtype.kind == "f" else str, values.tolist()))

    @property
    def array(self) -> NDArray[Any]:
        """Its values as an array that needs no pickle."""
        return (
            self.values if isinstance(self.values, np.ndarray) else np.array(list(self.values), dtype=np.str_)
        )


@dataclass(frozen=True)
class Grid:
    """An array that is no column: a map, rows upwards."""

    name: str
    array: NDArray[Any]
    words: str


@dataclass(frozen=True)
class Table:
    """A table with a name for files, a title for people, and grids that go with it into an NPZ."""

    name: str
    title: str
    columns: tuple[Column, ...]
    grids: tuple[Grid, ...] = field(default=())

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.columns[0].values) if self.columns else 0


def coordinates(points: NDArray[np.float64], words: str = "") -> tuple[Column, ...]:
    """Points (k, n) as columns: x and y, or x1, x2, … where there are more than two variables."""
    n = points.shape[1]
    names = AXES[:n] if n <= len(AXES) else [f"x{i + 1}" for i in range(n)]
    return tuple(Column(name, "", points[:, i], words) for i, name in enumerate(names))


def joined(parts: Sequence[Any], kind: Any = np.float64) -> NDArray[Any]:
    """Arrays one after another, in one type of number."""
    return np.concatenate([np.empty(0, dtype=kind), *(np.asarray(part, dtype=kind) for part in parts)])


def whole(numbers: Sequence[Any]) -> NDArray[np.int64]:
    """Whole numbers as an array."""
    return np.array([int(each) for each in numbers], dtype=np.int64)


def csv_bytes(table: Table) -> bytes:
    r"""One table as CSV (RFC 4180): a line of headings, CR LF, UTF-8; texts in quotes where they need them.

    >>> csv_bytes(Table("t", "", (Column("x", "", np.array([0.1])), Column("who", "", ["a, b"]))))
    b'x,who\r\n0.1,"a, b"\r\n'
    """
    lines = [",".join(_quoted(each.heading) for each in table.columns)]
    columns = [
        each.cells if isinstance(each.values, np.ndarray) else list(map(_quoted, each.cells))
        for each in table.columns
    ]
    lines += map(",".join, zip(*columns, strict=True))
    return "".join(f"{line}\r\n" for line in lines).encode()


def _quoted(text: str) -> str:
    if any(sign in text for sign in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def tabbed(table: Table) -> str:
    """One table as text with tabs, as spreadsheets paste it; line ends and tabs within become spaces."""
    columns = [each.cells for each in table.columns]
    rows = [[each.heading for each in table.columns], *map(list, zip(*columns, strict=True))]
    return "".join("\t".join(" ".join(cell.split()) for cell in row) + "\n" for row in rows)


def npz_bytes(tables: Sequence[Table], about: Mapping[str, object]) -> bytes:
    """Tables as NPZ: an array “table.column” for each column, and `about.json`, which says what they are.

    ``numpy.load(file)["trajectories.value"]`` is one column; ``json.loads(numpy.load(file)["about.json"])``
    tells its shape, its unit and its meaning.
    """
    arrays: dict[str, NDArray[Any]] = {}
    told: dict[str, object] = {}
    for table in tables:
        for column in table.columns:
            arrays[f"{table.name}.{column.name}"] = column.array
            told[f"{table.name}.{column.name}"] = _about(column.array, column.unit, column.words)
        for grid in table.grids:
            arrays[f"{table.name}.{grid.name}"] = grid.array
            told[f"{table.name}.{grid.name}"] = _about(grid.array, "", grid.words)
    titles = {table.name: table.title for table in tables}
    text = json.dumps({**about, "tables": titles, "arrays": told}, indent=1, ensure_ascii=False)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        _put(archive, ABOUT, text.encode())
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
            _put(archive, f"{name}.npy", member.getvalue())
    return held.getvalue()


def _about(array: NDArray[Any], unit: str, words: str) -> dict[str, object]:
    what = {"shape": list(array.shape), "type": array.dtype.str, "unit": unit, "words": words}
    return {key: value for key, value in what.items() if value != ""}


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    member = zipfile.ZipInfo(name, EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    archive.writestr(member, data, compresslevel=6)
