"""Kills one process after the other during runs over a large portfolio, and holds the outcome against a twin's.

``python -m tests.audit.faults.marathon [--servers] [--kills 20] [--systems 5000] [--seed 7]`` is ``make faults``. The
twin has the same portfolio and gets the same changes, in one process that nobody kills: whatever it holds, the
installation under fire must hold too, and nothing more.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.audit.faults.installation import ROOT
from tests.audit.faults.supervised import Supervised

PAUSE_SECONDS: Final = 1.0
"""How long what was killed stays away before the supervisor starts it again."""


@dataclass(frozen=True, slots=True)
class Round:
    """One run under fire: what was killed and when, and how long the run took to end by itself."""

    number: int
    killed: str
    after_seconds: float
    took_seconds: float
    undisturbed_seconds: float
    differing: Sequence[str]
    doubled: int
    failed_systems: int

    @property
    def is_good(self) -> bool:
        """Whether every system stands as in the twin, with no row doubled and none set aside."""
        return not self.differing and not self.doubled and not self.failed_systems

    def describe(self) -> str:
        """Say it in one line."""
        verdict = "same as the twin" if self.is_good else (
            f"NOT THE SAME: {len(self.differing)} systems differ ({', '.join(self.differing[:5])}), "
            f"{self.doubled} assessments doubled, {self.failed_systems} systems failed"
        )  # fmt: skip
        return (
            f"{self.number:2}  {self.killed:<9} killed after {self.after_seconds:5.1f} s, "
            f"run ended by itself after {self.took_seconds:5.1f} s (undisturbed {self.undisturbed_seconds:.1f} s): "
            f"{verdict}"
        )


def play(*, on_servers: bool, kills: int, systems: int, seed: int, victims: Sequence[str] = ()) -> list[Round]:
    """Play so many rounds, print each as it ends, and give them; the same seed kills the same at the same moments."""
    folder = Path(tempfile.mkdtemp(prefix="obm-", dir="/tmp"))  # a Unix socket's path is short
    plant = Supervised(folder, on_servers=on_servers)
    try:
        plant.begin()
        do(plant.environment, "prepare", systems, seed)
        plant.copy_to_twin()
        for name in ("worker", "scheduler"):
            plant.start(name)
        plant.mend()
        return _play_rounds(plant, kills, random.Random(seed), victims)
    except BaseException:
        for log in sorted(folder.glob("*.log")):
            print(f"== {log.name}\n{log.read_text(errors='replace')[-3000:]}", file=sys.stderr)  # noqa: T201 - for people
        raise
    finally:
        plant.end()
        shutil.rmtree(folder, ignore_errors=True)


def _play_rounds(plant: Supervised, kills: int, chooser: random.Random, victims: Sequence[str]) -> list[Round]:
    # The first run is not disturbed: it says how long one takes with these workers.
    do(plant.twin_environment, "judge")
    do(plant.environment, "start")
    undisturbed = float(str(do(plant.environment, "await_end")["seconds"]))
    rounds = []
    for number in range(1, kills + 1):
        victim = victims[number - 1] if victims else chooser.choice(plant.killable)
        rounds.append(_play_round(plant, number, victim, chooser, undisturbed))
        print(rounds[-1].describe(), flush=True)  # noqa: T201 - for people, as it goes
    return rounds


def _play_round(plant: Supervised, number: int, victim: str, chooser: random.Random, undisturbed: float) -> Round:
    for environment in (plant.environment, plant.twin_environment):
        do(environment, "change", number)
    do(plant.environment, "start")
    started = time.monotonic()
    wait = chooser.uniform(0, 0.8 * undisturbed)
    time.sleep(wait)
    plant.kill(victim, chooser)
    if victim != "child":
        time.sleep(PAUSE_SECONDS)
        plant.start(victim)
    do(plant.environment, "await_end")
    took = time.monotonic() - started
    do(plant.twin_environment, "judge")
    here, twin = read_stored(plant.environment), read_stored(plant.twin_environment)
    names = here.systems.keys() | twin.systems.keys()
    return Round(
        number=number,
        killed=victim,
        after_seconds=wait,
        took_seconds=took,
        undisturbed_seconds=undisturbed,
        differing=sorted(name for name in names if here.systems.get(name) != twin.systems.get(name)),
        doubled=here.doubled,
        failed_systems=here.failed,
    )


@dataclass(frozen=True, slots=True)
class Stored:
    """What one database holds: a hash for each system, and how many assessments are doubled and systems set aside."""

    systems: Mapping[str, str]
    doubled: int
    failed: int


def read_stored(environment: Mapping[str, str]) -> Stored:
    """Read it from ``show``."""
    given = do(environment, "show")
    return Stored(**given)  # type: ignore[arg-type] # JSON of our own making


def do(environment: Mapping[str, str], step: str, *arguments: object) -> dict[str, object]:
    """Do one step of ``tests.audit.faults.portfolio`` in a process of its own; gives what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.audit.faults.portfolio", step, *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise AssertionError(f"{step} failed: {done.stderr[-4000:]}")
    given: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return given


def main() -> None:
    """Play as asked for on the command line; ends with 1 when a round was not good."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--servers", action="store_true", help="on a PostgreSQL and a Redis of its own")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--systems", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left behind
    rounds = play(on_servers=chosen.servers, kills=chosen.kills, systems=chosen.systems, seed=chosen.seed)
    bad = [one.number for one in rounds if not one.is_good]
    print(f"{len(rounds) - len(bad)} of {len(rounds)} rounds ended as if nothing had happened.")  # noqa: T201 - for people
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
