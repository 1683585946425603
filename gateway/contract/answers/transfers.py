"""Transfers of a disk between projects: section 7.4."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.contract.answers.types import Answer, Id, Link, MaybeText, Time


class TransferBrief(Answer):
    """Source: 7.4.2 and 7.4.5, parameters in the transfer field."""

    id: Id
    name: MaybeText
    volume_id: Id
    links: list[Link]


class Transfer(TransferBrief):
    """Source: 7.4.4 and 7.4.6, parameters in the transfer field."""

    created_at: Time


class NewTransfer(Transfer):
    """Source: 7.4.1, parameters in the transfer field: the only place where the key is shown."""

    auth_key: Annotated[str, Field(examples=["the-key-is-shown-once"])]


class CreatedTransfer(Answer):
    """Source: 7.4.1, response."""

    transfer: NewTransfer


class AcceptedTransfer(Answer):
    """Source: 7.4.2, response."""

    transfer: TransferBrief


class ShownTransfer(Answer):
    """Source: 7.4.4, response."""

    transfer: Transfer


class BriefTransfers(Answer):
    """Source: 7.4.5, response."""

    transfers: list[TransferBrief]


class Transfers(Answer):
    """Source: 7.4.6, response."""

    transfers: list[Transfer]
