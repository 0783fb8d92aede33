"""From exploration, view and runs to marks: what is drawn, before anybody knows pixels."""
