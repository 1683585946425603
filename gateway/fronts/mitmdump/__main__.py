"""Prints where the script is that mitmdump loads."""

from pathlib import Path

print(Path(__file__).with_name("forward_addon.py"))
