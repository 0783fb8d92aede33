"""Landscapes, methods, runs, analysis, documents and scenes, without Qt."""
