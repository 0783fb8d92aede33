"""The first picture of the window: whole, and before anything slow has been loaded."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from minima_desktop import app
from minima_desktop.preferences import Preferences

application = app._application()
preferences = Preferences()
from minima_desktop.window import MainWindow

window = MainWindow(app._document(None, preferences), preferences)


def seen():
    print(sorted({"pyqtgraph", "OpenGL", "numba", "llvmlite", "scipy"} & sys.modules.keys()))
    shown = window.deck.map_place.grab().toImage()
    at = [(k, j) for k in range(70, shown.width() - 20, 5) for j in range(70, shown.height() - 70, 5)]
    print(len({shown.pixel(*each) for each in at}))
    window.close()
    application.exit(0)


window.painted.connect(seen)
window.show()
sys.exit(application.exec())
"""


def test_the_map_is_painted_before_anything_slow_is_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    slow, colours = done.stdout.splitlines()
    assert slow == "[]"
    assert int(colours) > 20
