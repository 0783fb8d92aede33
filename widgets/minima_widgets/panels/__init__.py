"""The panels around the views: legend, timeline, landscapes, status, messages. They know no method.

Every public widget takes the `Theme` first and has ``set_theme(theme)``. Chrome (buttons, fields, menus) is
styled by the theme's stylesheet on the application; what is painted here takes its colours and type from the
theme as well. Nothing is imported here, so that a program pays only for the parts it uses:

- `race_panel` (the legend that is the control), `lines` (what it is fed with), and its parts
- `timeline` (transport, speed, horizon), `time_slider`
- `picker` (landscapes), `header` (the bar on top), `formula_bar` (the formula, set by `mathematics`)
- `landscape_panel` and `explore_panel`, fed with `landscape_values` and `explore_values`
- `workspace` and `cards` (what stands where), `try_next`, `status`, `toast`, `bubbles` (the glossary)
- `picture_dialog`, and the small parts: `icons`, `look`, `controls`, `slider`, `chips`, `numbers`
"""
