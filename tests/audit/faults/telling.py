"""Holds what arrived at the letterbox against the rows of the installation and of its twin: each line once, by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.audit.faults.letterbox import Letter, Letterbox

_UNCLEAR: Final = "The worker ended while it handed the message to the mail server"

Row = Mapping[str, Any]


@dataclass(slots=True)
class Told:
    """What the receivers of a round, or of all rounds, got; ``wrong``: what is missing, doubled or other words."""

    lines: int = 0
    mails: int = 0
    set_aside: int = 0
    posts: int = 0
    repeated: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Told) -> None:
        """Count another round's."""
        self.lines += other.lines
        self.mails += other.mails
        self.set_aside += other.set_aside
        self.posts += other.posts
        self.repeated += other.repeated
        self.wrong += other.wrong

    def describe(self) -> str:
        """Say it in a few words."""
        return (
            f"{self.lines} lines told once: {self.mails} e-mails, {self.posts} webhooks "
            f"({self.repeated} of them posted twice with one key, {self.set_aside} e-mails set aside as unclear)"
        )


class Teller:
    """Looks at a letterbox after each round; what comes late to an earlier round's key is found in a later one."""

    def __init__(self, letterbox: Letterbox) -> None:
        self.letterbox = letterbox
        self._keys: set[str] = set()
        self._seen = (0, 0)

    def look(self, here: Sequence[Row], twin: Sequence[Row]) -> Told:
        """Hold the deliveries of one round, here and at the twin's, against what came in since the last look."""
        mails, posts = self.letterbox.mails[self._seen[0] :], self.letterbox.posts[self._seen[1] :]
        self._seen = len(self.letterbox.mails), len(self.letterbox.posts)
        told = Told(wrong=list(_compare_rows(here, twin)))
        arrived = _group(mails), _group(posts)
        for row in here:
            is_mail = row["channel"] == "email"
            got = arrived[0 if is_mail else 1].pop(row["key"], [])
            (_look_at_mail if is_mail else _look_at_posts)(row, got, told)
        for letters in arrived:
            for key, got in letters.items():
                late = "came again after its round" if key in self._keys else "belongs to no delivery"
                told.wrong.append(f"{len(got)} with key {key} to {got[0].to}: {late}")
        told.wrong += _find_doubled_lines(here)
        self._keys |= {row["key"] for row in here}
        return told


def _group(letters: Iterable[Letter]) -> dict[str, list[Letter]]:
    grouped: dict[str, list[Letter]] = {}
    for letter in letters:
        grouped.setdefault(letter.key, []).append(letter)
    return grouped


def _compare_rows(here: Sequence[Row], twin: Sequence[Row]) -> Iterable[str]:
    """The same words to the same recipients: none lost, none that the twin would not have said."""
    ours, theirs = (Counter((row["recipient"], row["said"]) for row in rows) for rows in (here, twin))
    for recipient, _ in (theirs - ours).elements():
        yield f"{recipient} was not told what the twin says"
    for recipient, _ in (ours - theirs).elements():
        yield f"{recipient} was told what the twin does not say"


def _find_doubled_lines(here: Sequence[Row]) -> Iterable[str]:
    lines = Counter((row["recipient"], system) for row in here for system in row["systems"])
    for (recipient, system), times in lines.items():
        if times > 1:
            yield f"{recipient} was told of {system} {times} times in one round"


def _look_at_mail(row: Row, got: Sequence[Letter], told: Told) -> None:
    """An e-mail arrives once. One whose worker died while it handed it over is a dead letter: it may have arrived."""
    is_unclear = row["state"] == "failed" and row["error"].startswith(_UNCLEAR)
    told.set_aside += is_unclear
    if len(got) != 1 and not (is_unclear and not got):
        told.wrong.append(f"e-mail {row['key']} to {row['to']} ({row['state']}) arrived {len(got)} times")
    if not is_unclear and row["state"] != "done":
        told.wrong.append(f"e-mail {row['key']} to {row['to']} is {row['state']}: {row['error']}")
    _look_inside(row, got, told)
    told.mails += len(got)
    told.lines += len(row["systems"]) * len(got)


def _look_at_posts(row: Row, got: Sequence[Letter], told: Told) -> None:
    """A webhook arrives under one key, twice at most when a worker died in between, and then with the same body."""
    if row["state"] != "done" or not got:
        told.wrong.append(f"webhook {row['key']} to {row['to']} is {row['state']} and arrived {len(got)} times")
    if len({letter.sha256 for letter in got}) > 1:
        told.wrong.append(f"webhook {row['key']} to {row['to']} came with two bodies")
    _look_inside(row, got, told)
    told.posts += 1
    told.repeated += len(got) > 1
    told.lines += len(row["systems"])


def _look_inside(row: Row, got: Sequence[Letter], told: Told) -> None:
    for letter in got:
        if letter.to != row["to"] or not letter.is_signed or list(letter.systems) != row["systems"]:
            told.wrong.append(f"{row['key']} to {row['to']} did not arrive as it was written")
