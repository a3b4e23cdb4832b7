"""Loads the two score packs from their directories."""

from __future__ import annotations

from pathlib import Path

from audit.engine.lock_in.model import LockInModel
from audit.engine.scoring.terms import ScoreModel
from audit.engine.transparency import TransparencyModel
from audit.rulepacks.score_compiling import ScoreFiles, Types, make_lock_in, make_transparency
from audit.rulepacks.yaml_files import hash_content, read_mapping


def load_lock_in(directory: Path, types: Types) -> tuple[LockInModel, str]:
    """Load the lock-in pack: the model and its version with hash. Raises ``PackError`` with every problem."""
    files = _read(directory)
    model = make_lock_in(files, types)
    return model, _identify(files, model.score)


def load_transparency(directory: Path, types: Types) -> tuple[TransparencyModel, str]:
    """Load the transparency pack: the model and its version with hash. Raises ``PackError`` with every problem."""
    files = _read(directory)
    model = make_transparency(files, types)
    return model, _identify(files, model.score)


def _read(directory: Path) -> ScoreFiles:
    files = ScoreFiles(directory.name)
    files.pack = read_mapping(directory / "pack.yaml", files.about)
    files.raw = read_mapping(directory / "model.yaml", files.problems)
    return files


def _identify(files: ScoreFiles, score: ScoreModel) -> str:
    return f"{score.version}+sha256:{hash_content({'pack.yaml': files.pack, 'model.yaml': files.raw})}"
