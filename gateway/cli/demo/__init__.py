"""`demo`: the whole story in seconds, with real processes and real sockets."""

from gateway.cli.demo.command import command

__all__ = ["command"]
