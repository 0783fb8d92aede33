"""The application a person starts: window, actions, engine, files and command line."""

__version__ = "0.1.0"
