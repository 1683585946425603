"""`check`: requests judged without a gateway, by the same core."""

from gateway.cli.check.command import command

__all__ = ["command"]
