"""The forward door inside a mitmdump of somebody's own: `mitmdump -s "$(python -m gateway.fronts.mitmdump)"`."""
