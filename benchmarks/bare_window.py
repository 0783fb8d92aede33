"""A bare window that imports what the program stands on, and nothing of the program: what any start costs."""

from __future__ import annotations

import sys
import time

import pyqtgraph
import pyqtgraph.opengl  # noqa: F401  imported for its cost
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class BareWindow(QMainWindow):
    """An empty window that tells when it was painted, and when the event loop answers."""

    told = False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        super().paintEvent(event)
        if not self.told:
            self.told = True
            QTimer.singleShot(0, self._painted)

    def _painted(self) -> None:
        print(f"timing first-paint {time.monotonic():.4f}", file=sys.stderr, flush=True)
        QTimer.singleShot(0, self._answers)

    def _answers(self) -> None:
        print(f"timing answers {time.monotonic():.4f}", file=sys.stderr, flush=True)


def main() -> int:
    """Show the window until the process is ended."""
    application = QApplication(sys.argv)
    window = BareWindow()
    window.resize(1480, 920)
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
