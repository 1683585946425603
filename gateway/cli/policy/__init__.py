"""The verb `policy`: what a policy set decides, whether it is well written, and what a recording says of it."""

from gateway.cli.policy.group import command

__all__ = ["command"]
