"""What the floor of the platform takes for a whole message."""

from benchmarks.floor import answer_to, answers, whole
from benchmarks.workloads import ANY, CREATE, DISKS


def test_a_message_is_whole_with_its_head_where_it_has_no_body():
    assert whole(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
    assert not whole(b"GET / HTTP/1.1\r\nhost: a\r\n")


def test_a_message_is_whole_with_as_many_bytes_as_it_says():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
    assert [whole(head + body) for body in (b"", b"ab", b"abc")] == [False, False, True]


def test_every_target_of_every_workload_has_its_answer():
    known = answers()
    assert len(known) == DISKS + 2
    assert {known[target.encode()] for target in ANY.sent_targets} == {answer_to(ANY)}
    assert known[CREATE.target.encode()].endswith(CREATE.answer)
