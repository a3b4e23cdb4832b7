"""The stand-alone verifier as a program: one file, offered for download; ``standalone`` puts it together."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from audit.reports.verification.checks import Recompute
from audit.reports.verification.signer import read_certificates
from audit.reports.verification.verifying import describe, verify_report


def find_recompute(folder: Path) -> tuple[Recompute | None, str]:
    """The recomputation from the engine that lies in the folder, or why there is none."""
    if not (folder / "audit" / "engine" / "assess.py").is_file():
        return None, "the folders audit/engine and audit/rulepacks do not lie beside this program"
    for name in ("audit", "audit.rulepacks"):
        bare = ModuleType(name)
        bare.__path__ = [str(folder / name.replace(".", "/"))]
        sys.modules[name] = bare
    try:
        module = importlib.import_module("audit.rulepacks.recomputing")
    except ImportError as error:
        return None, f"the engine that lies beside this program cannot be used ({error})"
    found: Recompute = module.recompute
    return found, ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the file named on the command line."""
    parser = argparse.ArgumentParser(description="Verify a final report of Openbook.")
    parser.add_argument("file", type=Path, help="the PDF")
    parser.add_argument(
        "--trust", type=Path, action="append", default=[], metavar="CERT",
        help="a certificate (PEM or DER) of the signer, or of an authority; may be given several times",
    )  # fmt: skip # one argument, one place
    parser.add_argument("--recompute", action="store_true", help="refuse the report if its outcomes cannot be computed")
    given = parser.parse_args(arguments)
    try:
        pdf = given.file.read_bytes()
        trusted = [each for path in given.trust for each in read_certificates(path.read_bytes())]
    except (OSError, ValueError) as error:
        parser.error(str(error))
    recompute, why_not = find_recompute(Path(__file__).resolve().parent)
    verification = verify_report(pdf, trusted, recompute=recompute)
    text = describe(verification)
    if recompute is None:
        text += f"\nThe outcomes were not computed again: {why_not}."
    sys.stdout.write(text + "\n")
    return 0 if verification.holds and (recompute is not None or not given.recompute) else 1
