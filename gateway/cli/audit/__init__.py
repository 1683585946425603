"""The verb `audit`: who did what, was it allowed, by which rule, and is this log whole."""

from gateway.cli.audit.group import command

__all__ = ["command"]
