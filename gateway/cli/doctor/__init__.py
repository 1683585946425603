"""The verb `doctor`: one request through each open door, and what is wrong in words."""

from gateway.cli.doctor.command import command

__all__ = ["command"]
