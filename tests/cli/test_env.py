"""`env`: exactly the exports, and nothing else on stdout that a shell would choke on."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import root
from gateway.cli.env import FORWARD

PROXY = "http://127.0.0.1:3128"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data" / "ca").mkdir(parents=True)
    (tmp_path / "data" / "ca" / "evs-gateway-ca.pem").write_text("")
    return tmp_path


def env(*arguments: str) -> Result:
    return CliRunner().invoke(root, ["env", *arguments, "--data", "data"], catch_exceptions=False)


def exported(script: str) -> dict[str, str]:
    """Return what a shell exports after it has evaluated what was printed."""
    done = subprocess.run(["sh", "-ec", f"{script}\nenv -0"], env={}, capture_output=True, text=True, check=True)
    found = dict(line.partition("=")[::2] for line in done.stdout.split("\0") if line)
    return {name: value for name, value in found.items() if name not in ("PWD", "_", "OLDPWD", "SHLVL")}


@pytest.mark.parametrize(
    ("client", "bundles"),
    [
        ("curl", ["CURL_CA_BUNDLE"]),
        ("huaweicloud", ["REQUESTS_CA_BUNDLE"]),
        ("openstack", ["OS_CACERT", "REQUESTS_CA_BUNDLE"]),
        ("python", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"]),
        ("terraform", ["SSL_CERT_FILE"]),
    ],
)
def test_a_client_of_the_forward_door_gets_a_proxy_and_a_ca_file(
    client: str, bundles: list[str], elsewhere: Path
) -> None:
    ca = f"{elsewhere}/data/ca/evs-gateway-ca.pem"
    assert exported(env(client, "--forward", PROXY).stdout) == {
        **dict.fromkeys(("HTTPS_PROXY", "https_proxy"), PROXY),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), ""),
        **dict.fromkeys(bundles, ca),
    }


@pytest.mark.parametrize(("user", "url"), [("w1", "http://w1:x@127.0.0.1:3128"), ("a:b", "http://a:b@127.0.0.1:3128")])
def test_a_user_stands_in_the_address(user: str, url: str) -> None:
    assert exported(env("curl", "--forward", PROXY, "--user", user).stdout)["HTTPS_PROXY"] == url


def test_a_missing_authority_is_said_beside(elsewhere: Path) -> None:
    (elsewhere / "data" / "ca" / "evs-gateway-ca.pem").unlink()
    result = env("curl", "--forward", PROXY)
    assert "is not there yet" in result.stderr
    assert "CURL_CA_BUNDLE" in exported(result.stdout)


def test_the_settings_say_which_door(elsewhere: Path) -> None:
    assert exported(env("curl").stdout) == {"EVS_ENDPOINT": "http://127.0.0.1:8776"}
    (elsewhere / "evs-gateway.toml").write_text('[forward]\nlisten = "127.0.0.1:3128"\nhosts = ["a"]\n')
    assert exported(env("curl").stdout)["HTTPS_PROXY"] == PROXY
    assert exported(env("curl", "--public", "http://gw:1").stdout) == {"EVS_ENDPOINT": "http://gw:1"}


@pytest.mark.parametrize("client", sorted(FORWARD))
def test_each_client_of_the_public_door_is_told_something(client: str) -> None:
    assert "http://gw:1" in " ".join(exported(env(client, "--public", "http://gw:1").stdout).values())


def test_a_region_is_all_that_the_sdk_needs() -> None:
    result = env("huaweicloud", "--public", "http://gw:1", "--region", "cn-north-4")
    assert exported(result.stdout) == {
        "HUAWEICLOUD_SDK_IAM_ENDPOINT": "http://gw:1",
        "HUAWEICLOUD_SDK_REGION_EVS_CN_NORTH_4": "http://gw:1",
    }
    assert "#" not in result.stdout


def test_the_real_sdk_finds_the_gateway_by_its_region(monkeypatch: pytest.MonkeyPatch) -> None:
    from huaweicloudsdkevs.v2.region.evs_region import EvsRegion

    found = exported(env("huaweicloud", "--public", "http://gw:1", "--region", "cn-north-4").stdout)
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    assert EvsRegion.value_of("cn-north-4").endpoints == ["http://gw:1"]


@pytest.mark.filterwarnings("ignore:Support for InfluxDB:openstack.warnings.RemovedInSDK60Warning")
def test_the_real_openstack_client_finds_the_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    import openstack.config

    monkeypatch.setenv("OS_PROJECT_ID", "p1")
    script = f"export OS_PROJECT_ID=p1\n{env('openstack', '--public', 'http://gw:1').stdout}"
    for name, value in exported(script).items():
        monkeypatch.setenv(name, value)
    cloud = openstack.config.OpenStackConfig(load_yaml_config=False, load_envvars=True).get_one()
    assert cloud.get_endpoint("block-storage") == "http://gw:1/v2/p1"
    assert os.environ["OS_AUTH_URL"] == "http://gw:1/v3"
