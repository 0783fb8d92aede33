"""Lets `python -m minima_desktop` do what the console script does."""

import sys

from minima_desktop.cli import main

if __name__ == "__main__":
    sys.exit(main())
