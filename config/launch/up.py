"""The whole of `make up`: prepare, install, start, show the first results, and keep it running."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.environment import explain, find_problems
from config.launch.errors import LaunchError
from config.launch.installation import Installation
from config.launch.packages import RUNTIME_LOCK, ensure_packages
from config.launch.processes import describe_broker, describe_services, find_broker
from config.launch.progress import Progress
from config.launch.supervisor import Supervisor, die_with_parent, fail_with_log
from config.launch.system import install_missing_packages

_START_PATIENCE = 60.0


@dataclass(frozen=True)
class Plan:
    """What the environment asks of this launch."""

    root: Path
    installation: Installation
    address: str
    port: int
    workers: int
    env: dict[str, str]

    @property
    def url(self) -> str:
        """Where people find it."""
        shown = "127.0.0.1" if self.address in ("0.0.0.0", "::") else self.address  # noqa: S104 - compared, not bound
        return f"http://{shown}:{self.port}/"


def read_plan(root: Path, environ: Mapping[str, str]) -> Plan:
    """Read the variables that concern the launch; LaunchError names all that are wrong."""
    if problems := find_problems(environ):
        raise LaunchError(explain(problems))
    var = Path(environ.get("OPENBOOK_VAR") or root / "var").absolute()
    return Plan(
        root=root,
        installation=Installation(var),
        address=environ.get("OPENBOOK_ADDRESS") or "127.0.0.1",
        port=int(environ.get("OPENBOOK_PORT") or 8000),
        workers=int(environ.get("OPENBOOK_WORKERS") or 2),
        # Libraries keep caches (of fonts, for one) in the home folder unless told otherwise.
        env={**environ, "OPENBOOK_VAR": str(var), "PYTHONUNBUFFERED": "1", "XDG_CACHE_HOME": str(var / "cache")},
    )


def check_port(address: str, port: int) -> None:
    """Raise LaunchError if nothing can listen there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            reason = "is in use by another program" if error.errno == errno.EADDRINUSE else f"({error.strerror})"
            raise LaunchError(
                f"Port {port} on {address} {reason}. Free it, or choose another: OPENBOOK_PORT={port + 1} make up."
            ) from error


def bring_up(root: Path, environ: Mapping[str, str], progress: Progress) -> None:
    """Bring an installation up and keep it up until it is told to stop."""
    began = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the supervisor listens, both end the launch
    plan = read_plan(root, environ)
    installation = plan.installation
    installation.prepare()
    held = installation.lock()
    try:
        check_port(plan.address, plan.port)
        install_missing_packages(progress, installation.open_log("install"))
        python = ensure_packages(root, RUNTIME_LOCK, progress, installation.open_log("install"))
        os.umask(0o077)  # what the processes write is for this user only
        supervisor = Supervisor(installation, root, plan.env, progress)
        try:
            _start_broker(plan, python, supervisor)
            _set_up(plan, python, progress)
            supervisor.listen()
            _start_services(plan, python, supervisor, progress)
            _show_first_results(plan, python, supervisor, progress, began)
            supervisor.run()
        finally:
            progress.say("Stopping …")
            supervisor.stop()
            progress.say("Stopped. Nothing is lost; `make up` starts it again.")
    finally:
        os.close(held)


def _set_up(plan: Plan, python: Path, progress: Progress) -> None:
    """Run the product's own set-up in one process; it names its steps on standard output."""
    log = plan.installation.open_log("set_up")
    with log.open("ab") as errors, progress.step("Preparing the register"):
        command = [str(python), "manage.py", "set_up"]
        with subprocess.Popen(
            command,
            cwd=plan.root,
            env=plan.env,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads here, and the kernel has no other way
        ) as process:
            assert process.stdout is not None  # noqa: S101 - a pipe was asked for; this tells the type checker
            for line in process.stdout:
                progress.detail(line.strip())
        if process.returncode:
            raise fail_with_log(plan.installation, "set_up", "The register could not be prepared.")


def _start_broker(plan: Plan, python: Path, supervisor: Supervisor) -> None:
    """Start the embedded broker unless another is named; it takes tasks from the first row on."""
    if plan.env.get("REDIS_URL"):
        return
    plan.installation.socket.unlink(missing_ok=True)
    supervisor.start("broker", describe_broker(find_broker(python), plan.installation))
    deadline = time.monotonic() + _START_PATIENCE
    while not plan.installation.socket.is_socket():
        time.sleep(0.05)
        supervisor.check()
        if supervisor.has_failed("broker") or time.monotonic() > deadline:
            raise fail_with_log(plan.installation, "broker", "The broker does not start.")


def _start_services(plan: Plan, python: Path, supervisor: Supervisor, progress: Progress) -> None:
    services = describe_services(python, plan.workers)
    with progress.step(f"Starting {', '.join(services)}"):
        for name, command in services.items():
            supervisor.start(name, command)
        deadline = time.monotonic() + _START_PATIENCE
        while not supervisor.stopping and not _answers(f"{plan.url}healthz"):
            time.sleep(0.2)
            supervisor.check()
            if supervisor.has_failed("web") or time.monotonic() > deadline:
                raise fail_with_log(plan.installation, "web", "The web process does not start.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return int(answer.status) == 200
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def _show_first_results(plan: Plan, python: Path, supervisor: Supervisor, progress: Progress, began: float) -> None:
    found = plan.installation.var / "first_results.txt"
    found.unlink(missing_ok=True)
    with (
        progress.step("Assessing the systems and making the first report"),
        plan.installation.open_log("first_results").open("ab") as log,
    ):
        command = [str(python), "manage.py", "first_results"]
        process = subprocess.Popen(command, cwd=plan.root, env=plan.env, stdout=log, stderr=log)
        failed = supervisor.wait_for(process) != 0
    if supervisor.stopping:
        return
    if failed:
        problem = fail_with_log(plan.installation, "first_results", "The first results did not appear.")
        progress.say(f"\n{problem}\n\nOpenbook runs all the same; the work is tried again.")
    password = plan.installation.password
    progress.say(f"\nOpenbook runs, {time.monotonic() - began:.0f} s after `make up`.\n")
    progress.say(f"  Address       {plan.url}")
    progress.say("  Sign in as    admin")
    progress.say(f"  Password      {password.read_text(encoding='ascii').strip()}   (kept in {password})")
    if found.is_file():
        for line in found.read_text(encoding="utf-8").splitlines():
            progress.say(f"  {line}")
    progress.say(f"\nAll it makes lies under {plan.installation.var}. Ctrl-C stops it.")


def main() -> int:
    """Entry point: 0 when it was stopped in good order, 1 with a message otherwise."""
    progress = Progress(sys.stdout)
    try:
        bring_up(Path(__file__).resolve().parents[2], os.environ, progress)
    except LaunchError as problem:
        sys.stderr.write(f"\n{problem}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped before it was ready; `make up` goes on from here.\n")
        return 130
    return 0
