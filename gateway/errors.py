"""The operator's mistakes, as one exception tree.

Each leaf names what was wrong, where, and what was expected, in one sentence; the command line prints that
sentence and exits with the leaf's code. A client's mistakes are values (findings, refusals), never exceptions.
"""


class GatewayError(Exception):
    """Something the operator must mend. Errors: exit code 3 unless a leaf says otherwise."""

    exit_code = 3


class SettingsError(GatewayError):
    """A flag, environment variable or settings file says something that cannot be used."""


class CassetteError(GatewayError):
    """A cassette is missing, damaged, foreign or of a format this version does not read."""


class PolicyError(GatewayError):
    """A policy document or the set that binds it cannot be used; names file, line and column."""


class StoreError(GatewayError):
    """The data folder or the store in it cannot be opened or written."""


class StoreFullError(StoreError):
    """The store did not take a record: the disk is full, or the file may not grow."""


class ListenError(GatewayError):
    """An address cannot be listened on."""


class RunError(GatewayError):
    """A command started well and failed while running."""

    exit_code = 1


class DifferenceError(GatewayError):
    """A comparison found a difference, or a replay missed."""

    exit_code = 4
