from gateway.simulator.times import in_microseconds, in_milliseconds, of_token

AT = 1_457_422_813.219


def test_disks_show_microseconds_without_zone() -> None:
    assert in_microseconds(AT) == "2016-03-08T07:40:13.219000"


def test_jobs_show_milliseconds_with_zone() -> None:
    assert in_milliseconds(AT) == "2016-03-08T07:40:13.219Z"


def test_tokens_show_microseconds_with_zone() -> None:
    assert of_token(AT) == "2016-03-08T07:40:13.219000Z"
