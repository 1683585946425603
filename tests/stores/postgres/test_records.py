"""Audit records in the shared store: each once, in order, from whatever number of gateways."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Thread

import psycopg
import pytest

from gateway.audit.chain import Head
from gateway.audit.verification import Line, verify
from gateway.errors import StoreError
from gateway.stores.audit_files import AuditFiles, files_of, lines_of
from gateway.stores.audit_spool import Spool
from gateway.stores.postgres.connecting import connected
from gateway.stores.postgres.couriers import Couriers
from gateway.stores.postgres.records import Records
from gateway.stores.postgres.schema import migrate

NOON = int(datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp() * 1000)
DAY_MS = 86_400_000


def record(number, at=NOON):
    return {
        "stage": "complete",
        "id": f"r{number}",
        "ts_ms": at,
        "who": {"user_name": "anna", "ak": "AK"},
        "what": {"operation": "ListVolumes"},
        "decision": {"decision": "allow"},
        "outcome": {"status": 200},
    }


@pytest.fixture
def records(store):
    connection = connected(store)
    migrate(connection, store)
    yield Records(connection, store)
    connection.close()


def written(folder, chain, *contents, rotate_bytes=10**6):
    files = AuditFiles(folder, chain, rotate_bytes)
    for each in contents:
        files.append(each)
    files.close()
    return files.head


def asked(url, statement):
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchall()


def test_what_is_brought_can_be_asked_for_and_is_the_trail_byte_by_byte(tmp_path, records, store):
    head = written(tmp_path, "gw-0", record(1), {"stage": "admin", "ts_ms": NOON})
    assert records.add("gw-0", Spool(tmp_path, "gw").behind("gw-0", 0)) == head
    assert records.head("gw-0") == head
    columns = "day, seq, at, stage, id, principal, operation, status, verdict"
    at = datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert asked(store, f"SELECT {columns} FROM evs_gateway.records ORDER BY seq") == [
        (at.date(), 1, at, "complete", "r1", "anna", "ListVolumes", 200, "allow"),
        (at.date(), 2, at, "admin", None, None, None, None, None),
    ]
    lines = [line.text for line in lines_of(files_of(tmp_path, "gw-0"))]
    assert [line.encode() for line in records.lines("gw-0")] == lines
    assert verify("gw-0", (Line("store", line) for line in lines)).is_whole


def test_a_day_has_a_partition(tmp_path, records, store):
    written(tmp_path, "gw-0", *(record(number, NOON + number * DAY_MS) for number in range(3)))
    records.add("gw-0", Spool(tmp_path, "gw").behind("gw-0", 0))
    tables = asked(store, "SELECT relid::text FROM pg_partition_tree('evs_gateway.records') WHERE isleaf ORDER BY 1")
    assert tables == [(f"evs_gateway.records_202611{day}",) for day in (25, 26, 27)]


def test_brought_twice_it_is_there_once(tmp_path, records):
    spool = Spool(tmp_path, "gw")
    written(tmp_path, "gw-0", *map(record, range(3)))
    first = spool.behind("gw-0", 0)
    head = written(tmp_path, "gw-0", *map(record, range(3, 5)))
    for batch in (first, first, spool.behind("gw-0", 0), first):
        records.add("gw-0", batch)
    assert records.head("gw-0") == head
    assert len(list(records.lines("gw-0"))) == 5


def test_several_that_bring_the_same_at_once_bring_it_once(tmp_path, records, store):
    written(tmp_path, "gw-0", *map(record, range(500)))

    def bring():
        couriers = Couriers(store, tmp_path, "gw", None)
        while couriers.round()[0]:
            pass
        couriers.close()

    threads = [Thread(target=bring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [line.encode() for line in records.lines("gw-0")] == [
        line.text for line in lines_of(files_of(tmp_path, "gw-0"))
    ]


def test_a_chain_that_was_written_anew_is_refused(tmp_path, records):
    written(tmp_path / "a", "gw-0", *map(record, range(3)))
    written(tmp_path / "b", "gw-0", *map(record, range(10, 15)))
    records.add("gw-0", Spool(tmp_path / "a", "gw").behind("gw-0", 0))
    with pytest.raises(StoreError, match="record 4 of chain gw-0 does not follow record 3 there"):
        records.add("gw-0", Spool(tmp_path / "b", "gw").behind("gw-0", 3))
    assert records.head("gw-0").seq == 3


def test_what_was_dropped_before_it_was_brought_is_noted(tmp_path, records, store):
    head = written(tmp_path, "gw-0", *map(record, range(10)), rotate_bytes=600)
    for path in files_of(tmp_path, "gw-0")[:2]:
        path.unlink()
    spool = Spool(tmp_path, "gw")
    first = spool.behind("gw-0", 0)[0].seq
    assert first > 1
    assert records.add("gw-0", spool.behind("gw-0", 0)) == head
    assert asked(store, "SELECT * FROM evs_gateway.missing") == [("gw-0", 1, first - 1)]


def test_a_damaged_chain_keeps_no_other_from_being_brought(tmp_path, records, store):
    written(tmp_path, "gw-0", record(1))
    written(tmp_path, "gw-1", *map(record, range(3)))
    (path,) = files_of(tmp_path, "gw-0")
    path.write_bytes(path.read_bytes().replace(b'"seq"', b'"soq"'))
    couriers = Couriers(store, tmp_path, "gw", None)
    taken, (fault,) = couriers.round()
    couriers.close()
    assert (taken, records.head("gw-1").seq, records.head("gw-0")) == (3, 3, Head())
    assert "gw-0.000000000001.jsonl: a record is damaged" in fault


def test_a_connection_that_broke_is_made_anew_in_the_next_round(tmp_path, records, store):
    written(tmp_path, "gw-0", record(1))
    couriers = Couriers(store, tmp_path, "gw", None)
    assert couriers.round() == (1, [])
    with psycopg.connect(store) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    written(tmp_path, "gw-0", record(2))
    with pytest.raises(StoreError, match=r"^postgresql:///evs"):
        couriers.round()
    assert couriers.round() == (1, [])
    couriers.close()


def test_a_store_of_a_later_version_is_left_alone(records, store):
    with psycopg.connect(store) as connection:
        connection.execute("UPDATE evs_gateway.format SET number = 99")
    with pytest.raises(StoreError, match="has format 99; expected at most 1"):
        Couriers(store, None, "gw", None).round()


def test_a_store_that_is_not_there_is_named_without_who_enters(tmp_path):
    with pytest.raises(StoreError, match=r"^postgresql:///evs: ") as caught:
        Couriers(f"postgresql://somebody@/evs?host={tmp_path}", None, "gw", None).round()
    assert "somebody" not in str(caught.value).partition(":///evs")[0]
