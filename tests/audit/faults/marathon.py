"""Kills one process after the other during runs over a large portfolio, and holds the outcome against a twin's.

``python -m tests.audit.faults.marathon [--servers] [--kills 20] [--systems 5000] [--seed 7]`` is ``make faults``. The
twin has the same portfolio and gets the same changes, in one process that nobody kills: whatever it holds, the
installation under fire must hold too, and nothing more. Whatever the twin would tell its subscribers, the receivers of
the installation must have got, each line once.
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
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.audit.faults.installation import ROOT
from tests.audit.faults.letterbox import Letterbox
from tests.audit.faults.supervised import Supervised
from tests.audit.faults.telling import Teller, Told

PAUSE_SECONDS: Final = 1.0
"""How long what was killed stays away before the supervisor starts it again."""
UNDISTURBED: Final = "nobody"
_LATEST: Final = 0.85
"""The last moment of a kill, as a part of the time that an undisturbed run takes, or its messages with it."""
_WHILE_JUDGING: Final = 0.7
"""The chance that the kill comes before the end of the run; else it may come until the last message is out."""


Stored = Mapping[str, Any]
"""What a step of ``tests.audit.faults.portfolio`` printed."""


@dataclass(frozen=True, slots=True)
class Round:
    """One run: what was killed and when, how long the run and all its messages took, and what came of it."""

    number: int
    killed: str
    after_seconds: float
    during: str
    run_seconds: float
    took_seconds: float
    systems: int
    differing: Sequence[str]
    doubled: int
    failed_systems: int
    told: Told

    @property
    def is_good(self) -> bool:
        """Whether every system stands as in the twin, no row is doubled, none set aside, and each line told once."""
        return not (self.differing or self.doubled or self.failed_systems or self.told.wrong)

    def describe(self) -> str:
        """Say it in one line."""
        verdict = f"{self.systems} systems same as the twin, {self.told.describe()}" if self.is_good else (
            f"NOT THE SAME: {len(self.differing)} systems differ ({', '.join(self.differing[:5])}), "
            f"{self.doubled} rows doubled, {self.failed_systems} systems failed, "
            f"{len(self.told.wrong)} messages wrong: {'; '.join(self.told.wrong[:5])}"
        )  # fmt: skip
        kill = f"{self.killed:<9} killed after {self.after_seconds:5.1f} s while {self.during:<7}"
        return (
            f"{self.number:2}  {'not disturbed' if self.killed == UNDISTURBED else kill}; "
            f"run ended by itself after {self.run_seconds:5.1f} s, all told after {self.took_seconds:5.1f} s: {verdict}"
        )


def summarise(rounds: Sequence[Round]) -> str:
    """Say what came of all rounds: how many were good, what was killed and when, and what was told."""
    killed = [one for one in rounds if one.killed != UNDISTURBED]
    good = [one for one in killed if one.is_good]
    victims, moments = Counter(one.killed for one in killed), Counter(one.during for one in killed)
    told = Told()
    for one in rounds:
        told.add(one.told)
    return "\n".join(
        (
            f"{len(good)} of {len(killed)} rounds ended as if nothing had happened.",
            "Killed: " + ", ".join(f"{name} {times}" for name, times in sorted(victims.items())),
            "While: " + ", ".join(f"{name} {times}" for name, times in sorted(moments.items())),
            f"Systems that differ: {sum(len(one.differing) for one in rounds)}",
            f"Rows doubled: {sum(one.doubled for one in rounds)}",
            f"Systems set aside: {sum(one.failed_systems for one in rounds)}",
            f"{told.describe()}; wrong: {len(told.wrong)}",
        )
    )


def play(*, on_servers: bool, kills: int, systems: int, seed: int, victims: Sequence[str] = ()) -> list[Round]:
    """Play so many rounds, print each as it ends, and give them; the same seed kills the same at the same moments.

    The first round is not disturbed: it says how long one takes with these workers, and that the twin is a twin.
    """
    folder = Path(tempfile.mkdtemp(prefix="obm-", dir="/tmp"))  # a Unix socket's path is short
    letterbox = Letterbox()
    plant = Supervised(folder, on_servers=on_servers, settings=letterbox.open())
    try:
        plant.begin()
        letterbox.secrets.update(do(plant.twin_environment, "prepare", systems, seed, letterbox.web)["secrets"])
        plant.copy_twin()
        for name in ("worker", "scheduler"):
            plant.start(name)
        plant.mend()
        return _Marathon(plant, letterbox, random.Random(seed)).play(kills, victims)
    except BaseException:
        for log in sorted(folder.glob("*.log")):
            print(f"== {log.name}\n{log.read_text(errors='replace')[-3000:]}", file=sys.stderr)  # noqa: T201 - for people
        raise
    finally:
        plant.end()
        letterbox.close()
        shutil.rmtree(folder, ignore_errors=True)


class _Marathon:
    """The rounds one after the other; what was looked at in one is not looked at again in the next."""

    def __init__(self, plant: Supervised, letterbox: Letterbox, chooser: random.Random) -> None:
        self._plant, self._chooser = plant, chooser
        self._teller = Teller(letterbox)
        self._seen: dict[str, object] = {}
        self._seen_by_twin: dict[str, object] = {}
        self._undisturbed = (0.0, 0.0)

    def play(self, kills: int, victims: Sequence[str]) -> list[Round]:
        """Play an undisturbed round and then so many with a kill, each kind as often as the others."""
        chosen = list(victims)
        while len(chosen) < kills:
            chosen += self._chooser.sample(self._plant.killable, len(self._plant.killable))
        rounds = []
        for number, victim in enumerate([UNDISTURBED, *chosen[:kills]]):
            rounds.append(self._play_round(number, victim))
            print(rounds[-1].describe(), flush=True)  # noqa: T201 - for people, as it goes
        return rounds

    def _play_round(self, number: int, victim: str) -> Round:
        started = do(self._plant.environment, "begin", number)["began"]
        killed_at = time.time()
        if victim != UNDISTURBED:
            span = self._undisturbed[0 if self._chooser.random() < _WHILE_JUDGING else 1]
            moment = started + self._chooser.uniform(0, _LATEST * span)
            time.sleep(max(0.0, moment - killed_at))
            killed_at = time.time()
            self._kill(victim)
        with ThreadPoolExecutor(1) as beside:
            # The twin works while the others wait until what was killed is missed.
            twin_works = beside.submit(
                do, self._plant.twin_environment, "follow", number, json.dumps(self._seen_by_twin)
            )
            here = do(self._plant.environment, "await_end", json.dumps(self._seen))
            twin = twin_works.result()
        if victim == UNDISTURBED:
            self._undisturbed = (here["times"]["ended"] - started, here["times"]["quiet"] - started)
        return self._compare(number, victim, moments=(started, killed_at), here=here, twin=twin)

    def _kill(self, victim: str) -> None:
        self._plant.kill(victim, self._chooser)
        if victim != "child":
            time.sleep(PAUSE_SECONDS)
            self._plant.start(victim)

    def _compare(self, number: int, victim: str, *, moments: tuple[float, float], here: Stored, twin: Stored) -> Round:
        started, killed_at = moments
        self._seen, self._seen_by_twin = here["seen"], twin["seen"]
        systems, expected, times = here["systems"], twin["systems"], here["times"]
        during = "judging" if killed_at < times["ended"] else "telling" if killed_at < times["quiet"] else "idle"
        return Round(
            number=number,
            killed=victim,
            after_seconds=killed_at - started,
            during=during,
            run_seconds=times["ended"] - started,
            took_seconds=times["quiet"] - started,
            systems=len(systems),
            differing=sorted(
                name for name in systems.keys() | expected.keys() if systems.get(name) != expected.get(name)
            ),
            doubled=here["doubled"],
            failed_systems=here["failed"],
            told=self._teller.look(here["letters"], twin["letters"]),
        )


def do(environment: Mapping[str, str], step: str, *arguments: object) -> dict[str, Any]:
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
    given: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
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
    print(summarise(rounds))  # noqa: T201 - for people
    sys.exit(0 if all(one.is_good for one in rounds) else 1)


if __name__ == "__main__":
    main()
