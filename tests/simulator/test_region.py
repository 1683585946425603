from .driving import NOT_FOUND, World, fault


def test_types_are_listed_and_shown_by_id() -> None:
    client = World().client()
    types = client.get("/types?is_public=None")["volume_types"]
    assert [each["name"] for each in types] == ["SAS", "SATA", "SSD"]
    for each in types:
        assert client.get(f"/types/{each['id']}") == {"volume_type": each}
    assert types[0] == {
        "extra_specs": {
            "volume_backend_name": "SAS",
            "availability-zone": "az-dc-1",
            "HW:availability_zone": "az-dc-1",
        },
        "name": "SAS",
        "qos_specs_id": None,
        "id": "6c81c680-df58-4512-81e7-ecf66d160638",
        "is_public": True,
        "description": None,
    }


def test_a_type_is_not_shown_by_name() -> None:
    assert fault(World().client().send("GET", "/types/SSD")) == NOT_FOUND


def test_there_is_one_zone() -> None:
    zone = {"zoneState": {"available": True}, "zoneName": "az-dc-1"}
    assert World().client().get("/os-availability-zone") == {"availabilityZoneInfo": [zone]}


def test_extensions_are_listed() -> None:
    extensions = World().client().get("/extensions")["extensions"]
    assert len(extensions) == 26
    assert extensions[0] == {
        "updated": "2013-04-18T00:00:00+00:00",
        "name": "SchedulerHints",
        "links": [],
        "alias": "OS-SCH-HNT",
        "description": "Pass arbitrary key/value pairs to the scheduler.",
    }


def test_limits_show_what_is_used() -> None:
    client = World().client()
    client.snapshot(client.volume())
    absolute = client.get("/limits")["limits"]["absolute"]
    assert (absolute["maxTotalVolumes"], absolute["totalVolumesUsed"], absolute["totalGigabytesUsed"]) == (1000, 1, 20)
