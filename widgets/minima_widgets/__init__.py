"""Views and panels in Qt and pyqtgraph: they draw a scene and report gestures, and know no method.

Nothing is imported here, so that a program pays only for the parts it uses: `theme` and `fonts` for colours
and type, `paint` for pictures at any size, `map_view`, `surface_view`, `trace_view` and `profile_view` for
the screen, and `panels` beside them.
"""
