from .driving import BOB, NO_ID, ZONE, World, fault

DISK = {"volume": {"name": "v", "size": 10, "availability_zone": ZONE, "volume_type": "SSD"}}


def test_a_job_goes_from_init_over_running_to_success() -> None:
    world = World()
    client = world.client()
    answer = client.send("POST", "/cloudvolumes", DISK)
    first = client.job(answer)
    assert first == {
        "status": "INIT",
        "entities": {},
        "job_id": answer.json()["job_id"],
        "job_type": "createVolume",
        "begin_time": "2023-11-14T22:13:20.000Z",
        "end_time": "",
        "error_code": None,
        "fail_reason": None,
    }
    world.now += 0.25
    (volume,) = client.get("/volumes")["volumes"]
    entities = {"volume_id": volume["id"], "name": "v", "size": 10, "volume_type": "SSD"}
    assert client.job(answer) == {**first, "status": "RUNNING", "entities": entities}
    world.now += 0.75
    ended = {"status": "SUCCESS", "end_time": "2023-11-14T22:13:21.000Z"}
    assert client.job(answer) == {**first, "entities": entities, **ended}


def test_a_failed_job_says_why() -> None:
    world = World()
    client = world.client()
    answer = client.send("POST", "/cloudvolumes", {"volume": {**DISK["volume"], "name": "sim-error-x"}})
    assert client.job(answer)["error_code"] is None
    world.settle()
    job = client.job(answer)
    assert (job["status"], job["error_code"], job["fail_reason"]) == ("FAIL", "EVS.2024", "volume is error!")


def test_nothing_settles_at_once_when_it_takes_no_time() -> None:
    client = World(settle_ms=0).client()
    assert client.job(client.send("POST", "/cloudvolumes", DISK))["status"] == "SUCCESS"


def test_unknown_jobs_and_those_of_others() -> None:
    world = World()
    job_id = world.client().send("POST", "/cloudvolumes", DISK).json()["job_id"]
    for project, asked in ((BOB, job_id), (BOB, NO_ID)):
        answer = world.client(project).send("GET", f"/v1/{project}/jobs/{asked}")
        assert fault(answer) == (400, "error", "Common.0011", "query job fail.")
