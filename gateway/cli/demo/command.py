"""The story of the demo, step by step, in words and numbers a newcomer understands."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from gateway.cli.demo.client import Answer, Client, Step, session
from gateway.cli.demo.guard import guarded
from gateway.cli.demo.processes import Running, running
from gateway.errors import DifferenceError
from gateway.stores.text_folder import read_folder

PROJECT = "5ea5e5ea5e5ea5e5ea5e5ea5e5ea5e5e"
SECOND_PROJECT = "c0ffeec0ffeec0ffeec0ffeec0ffee00"
TOKEN = "demo-token-that-must-never-reach-a-disk"  # noqa: S105 - planted, to be looked for on disk afterwards
DISK = {"availability_zone": "az-dc-1", "volume_type": "SSD", "size": 10}
ANY_PORT = "127.0.0.1:0"


@click.command()
@click.option("--keep", is_flag=True, help="Leave simulator and recording gateway running; say how to point clients.")
@click.option(
    "--save", type=click.Path(path_type=Path), help="Keep the cassette at this path (NAME.cassette: text form)."
)
def command(keep: bool, save: Path | None) -> None:
    """The whole story in seconds: record a client's session, stop the cloud, replay the session without it.

    Needs no account, no network and no recording: the cloud is the simulator that ships with the gateway. Exit code
    0 only if every step held, 4 if one did not.
    """
    with tempfile.TemporaryDirectory(prefix="evs-gateway-demo-") as folder, ExitStack() as stack:
        story = Story(Path(folder), save or Path(folder) / "demo.cassette", stack)
        story.record()
        story.replay()
        story.refuse()
        story.miss()
        story.deny()
        click.echo("\nEvery step held.")
        if keep:
            story.keep_running()


class Story:
    """The chapters of the demo, in order. Errors: DifferenceError when a step did not hold."""

    def __init__(self, folder: Path, cassette: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._cassette = cassette
        self._stack = stack
        self._recorded: tuple[Step, ...] = ()
        self._gateway: Running | None = None

    def record(self) -> None:
        """Record the session against the simulator, then stop both."""
        _chapter("1. Record", "a client works against a cloud (the simulator); the gateway between them records")
        with ExitStack() as processes:
            cloud = self._start(processes, "simulate", "--listen", ANY_PORT, "--settle-ms", "120", "--seed", "demo")
            gateway = self._serve(processes, "record", "--upstream", cloud.address, "--iam-upstream", cloud.address)
            client = Client(gateway.address, PROJECT, TOKEN)
            started = time.perf_counter()
            self._recorded = session(client, "first", SECOND_PROJECT)
            elapsed_s = time.perf_counter() - started
            client.close()
            for step in self._recorded:
                click.echo(f"   {step.status}  {step.name}")
            gateway.stop()
            cloud.stop()
        exchanges = len(read_folder(self._cassette))
        _check(exchanges == client.requests, f"{exchanges} exchanges kept of {client.requests} requests answered")
        click.echo(f"   {client.requests} requests in {elapsed_s:.1f} s, all kept in {self._cassette.name}")
        leaks = [path.name for path in self._files() if TOKEN.encode() in path.read_bytes()]
        _check(not leaks, f"the client's token was found on disk in {leaks}")
        click.echo(f"   the client's token was looked for in {len(list(self._files()))} files on disk: not there")

    def replay(self) -> None:
        """Replay the same session without any cloud: with other names, twice in a row."""
        _chapter("2. Replay", "the cloud is gone; the same client gets its answers from the cassette")
        self._gateway = self._serve(self._stack, "replay")
        for run, tag in enumerate(("second", "third"), 1):
            client = Client(self._gateway.address, PROJECT, TOKEN)
            started = time.perf_counter()
            replayed = session(client, tag, SECOND_PROJECT)
            elapsed_s = time.perf_counter() - started
            client.close()
            differing = [pair for pair in zip(self._recorded, replayed, strict=True) if pair[0] != pair[1]]
            _check(not differing, f"replayed steps differ: {differing}")
            click.echo(
                f"   run {run}: {len(replayed)} steps equal the recorded ones, all names now begin with "
                f"{tag!r}, {client.requests} requests in {elapsed_s:.1f} s"
            )

    def refuse(self) -> None:
        """Send a request that the API reference forbids."""
        _chapter("3. Refuse", "a request that the API reference forbids never reaches a cloud")
        wrong = {"volume": {"availability_zone": "az-dc-1", "volume_type": "SSD", "size": "very big"}}
        answer = self._call("POST", f"/v2/{PROJECT}/volumes", wrong)
        _check(answer.status == 400, f"expected 400, got {answer.status}")
        click.echo(f"   {answer.status}  create a disk whose size is 'very big'")
        for finding in _error(answer)["details"]:
            click.echo(
                f"        {finding['where']}: found {finding['found']}, expected {finding['limit']}"
                f" (rule {finding['rule']}, section {finding['source']})"
            )

    def miss(self) -> None:
        """Ask for something that was never recorded."""
        _chapter("4. Miss", "what was never recorded is a miss, and the miss explains itself")
        never = {"volume": {"availability_zone": "az-dc-1", "volume_type": "SSD", "size": 777}}
        answer = self._call("POST", f"/v2/{PROJECT}/volumes", never)
        _check(answer.status == 424, f"expected 424, got {answer.status}")
        click.echo(f"   {answer.status}  create a disk of 777 GB")
        error = _error(answer)
        click.echo(f"        {error['message']}")
        nearest = error["miss"]["nearest"][0]
        for difference in nearest["differences"]:
            click.echo(
                f"        nearest is exchange {nearest['seq']}: {difference['field']}: request has "
                f"{difference['request has']}, cassette has {difference['cassette has']}"
            )
        click.echo(f"        {error['miss']['fix']}")

    def deny(self) -> None:
        """Let a reader try to delete a disk, with policies in front of the simulator."""
        _chapter("5. Deny", "with Huawei IAM policies in front, a forbidden call never reaches the cloud")
        with ExitStack() as processes:
            settings = guarded(self._folder, PROJECT)
            arguments = ("--mode", "simulate", "--config", str(settings.file))
            ports = ("--listen", ANY_PORT, "--admin-listen", ANY_PORT)
            gateway = self._start(processes, "serve", *ports, *arguments)
            made = _asked(gateway, settings.tokens["operator"], "POST", "/volumes", {"volume": DISK})
            _check(made.status == 202, f"expected the operator's disk to be made, got {made.status}")
            click.echo(f"   {made.status}  an operator creates a disk")
            denied = _asked(gateway, settings.tokens["reader"], "DELETE", f"/volumes/{made.body['volume']['id']}")
            _check(denied.status == 403, f"expected 403, got {denied.status}")
            click.echo(f"   {denied.status}  a reader deletes it")
            click.echo(f"        {_error(denied)['message']}")
            _check(_asked(gateway, settings.tokens["reader"], "GET", "/volumes").status == 200, "a reader may list")

    def keep_running(self) -> None:
        """Run a simulator with a recording gateway in front of it until interrupted."""
        with ExitStack() as processes:
            cloud = self._start(processes, "simulate", "--listen", ANY_PORT)
            gateway = self._serve(
                processes, "new-episodes", "--upstream", cloud.address, "--iam-upstream", cloud.address
            )
            endpoint = f"{gateway.address}/v2/{PROJECT}"
            click.echo(f"\nThe gateway answers at {gateway.address} until you press Ctrl-C. Any token will do. Try:")
            click.echo(f"   curl -H 'X-Auth-Token: demo' {endpoint}/volumes/detail")
            click.echo(f"   cinder --os-volume-api-version 2 --os-endpoint {endpoint} --os-token demo list")
            click.echo(
                "   openstack.connection.Connection(auth_type='admin_token', block_storage_api_version='2',\n"
                f"       auth={{'endpoint': '{endpoint}', 'token': 'demo'}})"
            )
            click.echo(f"   EvsClient.new_builder()....with_endpoint('{gateway.address}').build()")
            try:
                gateway.process.wait()
            except KeyboardInterrupt:
                click.echo("Stopped.")

    def _call(self, method: str, path: str, body: object) -> Answer:
        assert self._gateway is not None
        client = Client(self._gateway.address, PROJECT, TOKEN)
        answer = client.call(method, path, body)
        client.close()
        return answer

    def _serve(self, processes: ExitStack, mode: str, *arguments: str) -> Running:
        common = ("--cassette", str(self._cassette), "--data", str(self._folder / "data"), "--mode", mode)
        return self._start(processes, "serve", "--listen", ANY_PORT, "--admin-listen", ANY_PORT, *common, *arguments)

    def _start(self, processes: ExitStack, verb: str, *arguments: str) -> Running:
        return processes.enter_context(running(self._folder / f"{verb}.log", verb, *arguments))

    def _files(self) -> Iterator[Path]:
        for folder in {self._folder, self._cassette}:
            yield from (path for path in folder.rglob("*") if path.is_file())


def _asked(gateway: Running, token: str, method: str, path: str, body: object = None) -> Answer:
    client = Client(gateway.address, PROJECT, token)
    answer = client.call(method, f"/v2/{PROJECT}{path}", body)
    client.close()
    return answer


def _error(answer: Answer) -> Any:
    """The one object inside the error envelope, whatever the envelope is called."""
    return next(iter(answer.body.values()))


def _chapter(title: str, words: str) -> None:
    click.echo(f"\n{title}: {words}")


def _check(held: bool, words: str) -> None:
    if not held:
        raise DifferenceError(f"the demo did not hold: {words}")
