from __future__ import annotations

from gateway.fronts.testing.credentials import MADE_UP, Credentials, credentials_in


def test_an_empty_environment_makes_them_up() -> None:
    assert credentials_in({"OS_TOKEN": ""}) == MADE_UP


def test_own_names_come_before_those_of_the_libraries() -> None:
    environment = {
        "EVS_TOKEN": "t",
        "OS_TOKEN": "other",
        "OS_PROJECT_ID": "p",
        "HUAWEICLOUD_SDK_PROJECT_ID": "other",
        "HUAWEICLOUD_SDK_AK": "a",
        "HUAWEICLOUD_SDK_SK": "s",
    }
    assert credentials_in(environment) == Credentials("t", "p", "a", "s")


def test_no_secret_is_printed() -> None:
    printed = repr(Credentials("secret-token", "p", "a", "secret-key"))
    assert printed == "Credentials(project_id='p', access_key='a')"
