"""The server of these tests."""

from .fixtures import cluster, store

__all__ = ["cluster", "store"]
