"""A client that signs in by password finds the service in the catalogue: through the gateway, live and replayed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests
from cinderclient import client as cinderclient
from cinderclient.exceptions import ClientException
from keystoneauth1.identity import v3
from keystoneauth1.session import Session

from .cinder_life import reason
from .diary import Diary
from .harness import TWO_PROJECTS, Projects, gateway
from .sessions import LIBRARY_WARNINGS, record

pytestmark = LIBRARY_WARNINGS


def signed_in(diary: Diary, project: str, password: str) -> Any:
    """Return a v2 client that was given nothing but the address of IAM and a password."""
    http = requests.Session()
    http.hooks["response"].append(diary.wire.saw)
    diary.wire.closers.append(http.close)
    auth = v3.Password(
        f"{diary.wire.base_url}/v3",
        username="alice",
        password=password,
        user_domain_name="company",
        project_id=project,
    )
    return cinderclient.Client("2", session=Session(auth=auth, session=http), service_type="volumev2")


def life(base_url: str, tag: str, projects: Projects = TWO_PROJECTS) -> Diary:
    """Sign in, make a disk and take it away again."""
    with Diary(base_url, tag, ClientException, reason) as diary:
        volumes = signed_in(diary, projects[0], f"password of {tag}").volumes
        diary.step("sign in and list", volumes.list, lambda found: diary.own(volume.name for volume in found))
        made = diary.step(
            "create",
            lambda: volumes.create(10, name=diary.name("disk"), volume_type="SSD", availability_zone="az-dc-1"),
            lambda volume: volume.name,
        )
        diary.until("available", lambda: volumes.get(made.id).status, "available")
        diary.step("delete", lambda: volumes.delete(made.id))
        diary.until_gone("gone", lambda: volumes.get(made.id))
    return diary


def test_a_client_that_signs_in_is_led_through_the_gateway_live_and_replayed(tmp_path: Path) -> None:
    cassette = tmp_path / "cassette.sqlite"
    [recorded], _ = record(tmp_path, cassette, (life, "recorded"))
    assert recorded.steps[0].statuses == (201, 200)
    with gateway(tmp_path, "replay", cassette, upstream=None) as replayer:
        again = [life(replayer.public, tag) for tag in ("second-run", "third")]
    assert [diary.steps for diary in again] == [recorded.steps, recorded.steps]
    assert [diary.wire.strays for diary in (recorded, *again)] == [[], [], []]
