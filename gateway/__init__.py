"""EVS Gateway: validates, authorizes, records and replays calls to the Elastic Volume Service API."""

__version__ = "0.1.0"
