"""The verb `cassette`: what is in a cassette, the way from one form to others, and what is wrong with it."""

from gateway.cli.cassette.group import command

__all__ = ["command"]
