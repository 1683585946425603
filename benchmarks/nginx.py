"""nginx in its three parts: the origin (which is the IAM too), the plain `proxy_pass` and the fixed answers.

All three are one configuration template with other locations.
"""

from __future__ import annotations

import grp
import os
import pwd
from pathlib import Path
from string import Template

from benchmarks.deployment import IAM_PATH, TOKEN_DOCUMENT
from benchmarks.workloads import ALL, DISK_PREFIX, Workload, volume_id

_TEMPLATE = Path(__file__).with_name("nginx.conf.template")
# nginx refuses a longer parameter in its configuration, so longer answers are served as files.
_LONGEST_PARAMETER = 3000


def fixed_answers(folder: Path, port: int) -> list[str]:
    """Write an nginx that gives each workload's answer, and return its command line."""
    iam = f"        location = {IAM_PATH} {{ return 200 '{TOKEN_DOCUMENT}'; }}"
    return _nginx(folder, port, locations="\n".join((iam, *(_fixed(folder, workload) for workload in ALL))))


def proxy(folder: Path, port: int, origin_port: int) -> list[str]:
    """Write an nginx that forwards everything over kept connections, and return its command line."""
    upstream = f"    upstream origin {{ server 127.0.0.1:{origin_port}; keepalive 64; keepalive_requests 1000000000; }}"
    locations = """
        location / {
            proxy_pass http://origin;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_buffer_size 16k;
            proxy_buffers 16 16k;
        }"""
    return _nginx(folder, port, locations, upstream)


def _nginx(folder: Path, port: int, locations: str, upstream: str = "") -> list[str]:
    configuration = folder / "nginx.conf"
    configuration.write_text(
        Template(_TEMPLATE.read_text()).substitute(
            folder=folder,
            port=port,
            locations=locations,
            upstream=upstream,
            user=pwd.getpwuid(os.geteuid()).pw_name,
            group=grp.getgrgid(os.getegid()).gr_name,
        )
    )
    return ["nginx", "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(configuration)]


def _fixed(folder: Path, workload: Workload) -> str:
    if workload.disks > 1:
        return _any_disk(workload)
    if len(workload.answer) < _LONGEST_PARAMETER:
        text = workload.answer.decode().replace("\\", r"\\").replace("'", r"\'")
        answer = f"return {workload.status} '{text}';"
    else:
        file = folder / f"{workload.name}.json"
        file.write_bytes(workload.answer)
        answer = f"alias {file};"
    return f"        location = {workload.path} {{ {answer} }}"


def _any_disk(workload: Workload) -> str:
    """Return the location of all disks; each answer has the id that was asked for."""
    text = workload.answer.decode().replace(volume_id(1), DISK_PREFIX + "${disk}")
    pattern = workload.path.replace("%012x", "(?<disk>[0-9a-f]{12})")
    return f"        location ~ \"^{pattern}$\" {{ return {workload.status} '{text}'; }}"
