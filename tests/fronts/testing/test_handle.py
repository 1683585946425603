from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gateway.fronts.testing.credentials import MADE_UP
from gateway.fronts.testing.handle import EvsGateway
from tests.clients.sessions import LIBRARY_WARNINGS

pytestmark = LIBRARY_WARNINGS

PROJECT = MADE_UP.project_id


@pytest.fixture
def handle() -> Iterator[EvsGateway]:
    made = EvsGateway("http://127.0.0.1:1", "replay", None, MADE_UP)
    yield made
    made.end()


def test_the_environment_leads_here_past_every_proxy(handle: EvsGateway) -> None:
    assert handle.environment({"no_proxy": "intranet"}) == {
        "EVS_ENDPOINT": "http://127.0.0.1:1",
        "EVS_TOKEN": MADE_UP.token,
        "EVS_PROJECT_ID": PROJECT,
        "OS_AUTH_TYPE": "admin_token",
        "OS_ENDPOINT": f"http://127.0.0.1:1/v2/{PROJECT}",
        "OS_TOKEN": MADE_UP.token,
        "OS_BLOCK_STORAGE_API_VERSION": "2",
        "HUAWEICLOUD_SDK_AK": MADE_UP.access_key,
        "HUAWEICLOUD_SDK_SK": MADE_UP.secret_key,
        "HUAWEICLOUD_SDK_PROJECT_ID": PROJECT,
        "NO_PROXY": "intranet,127.0.0.1",
        "no_proxy": "intranet,127.0.0.1",
    }
    assert handle.environment({})["NO_PROXY"] == "127.0.0.1"


def test_what_pytest_prints_holds_no_credential(handle: EvsGateway) -> None:
    assert repr(handle) == "EvsGateway(endpoint='http://127.0.0.1:1', mode='replay', cassette=None)"


@pytest.mark.parametrize(
    ("client", "top", "package"),
    [
        (EvsGateway.openstack, "openstack", "openstacksdk"),
        (EvsGateway.cinder, "cinderclient", "python-cinderclient"),
        (EvsGateway.huawei, "huaweicloudsdkevs", "huaweicloudsdkevs"),
    ],
)
def test_a_library_that_is_not_there_is_named(
    client: Callable[[EvsGateway], Any], top: str, package: str, handle: EvsGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == top]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [_Lacking(top), *sys.meta_path])
    with pytest.raises(ModuleNotFoundError, match=f"needs {package}, which is not installed: pip install {package}"):
        client(handle)


def test_what_a_library_itself_lacks_is_told_as_it_is(handle: EvsGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "cinderclient.client", raising=False)
    monkeypatch.setattr(sys, "meta_path", [_Lacking("cinderclient.client"), *sys.meta_path])
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'cinderclient\.client'$"):
        handle.cinder()


class _Lacking:
    """A finder that knows one module not to be there."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, name: str, *_: object) -> None:
        if name == self._name:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def address_of(client: Any) -> str:
    return client.get_endpoint() if hasattr(client, "get_endpoint") else client.client.get_endpoint()


def test_clients_are_led_here(handle: EvsGateway) -> None:
    assert address_of(handle.openstack().block_storage) == handle.volume_endpoint
    assert address_of(handle.cinder()) == handle.volume_endpoint
    assert type(handle.huawei()).__name__ == "EvsClient"
