"""What can be wrong with rule packs: problems that name file and key, gathered and raised together."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PackProblem:
    """One mistake in a pack: in which file, at which key, and what would be right."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.message}" if self.key else f"{self.file}: {self.message}"


class PackError(ValueError):
    """All that is wrong with the packs, at once."""

    def __init__(self, problems: tuple[PackProblem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(slots=True)
class ProblemList:
    """Gathers the problems of one file while it is read on to its end."""

    file: str
    found: list[PackProblem] = field(default_factory=list)

    def add(self, key: str, message: str) -> None:
        """Note one problem."""
        self.found.append(PackProblem(self.file, key, message))

    def raise_if_any(self) -> None:
        """Raise ``PackError`` with everything found so far, if anything was."""
        if self.found:
            raise PackError(tuple(self.found))
