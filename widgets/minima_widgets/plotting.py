"""The one place where pyqtgraph is imported and set up; whoever draws with it takes `pg` from here.

PySide6 comes first, so that pyqtgraph binds to it; pictures are rows of pixels, from the top; and every move
of the mouse counts, because a quick drag is only a handful of them.
"""

from __future__ import annotations

import PySide6.QtWidgets  # noqa: F401  before pyqtgraph, which takes the binding that is already there

# isort: split
import pyqtgraph as pg

__all__ = ["pg"]

pg.setConfigOption("imageAxisOrder", "row-major")
pg.setConfigOption("mouseRateLimit", -1)
pg.setConfigOption("useOpenGL", False)
