"""Puts the modules of the verification together into one program that runs without Openbook."""

from __future__ import annotations

import io
import re
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Final

PROGRAM: Final = "verify_openbook_report.py"
ARCHIVE: Final = "verify_openbook_report.zip"
_HERE: Final = Path(__file__).parent
_AUDIT: Final = _HERE.parents[1]
_MODULES: Final = ("checks", "signature", "signer", "evidence", "verifying", "program")
_OWN_IMPORT: Final = re.compile(r"^from audit\.reports\.verification\.\w+ import (?:\([^)]*\)|[^\n(]*)\n", re.MULTILINE)
_FUTURE: Final = "from __future__ import annotations\n"
_HEAD: Final = '''#!/usr/bin/env python3
"""Verifies a final report of Openbook: signature, signer, embedded evidence, and every outcome.

    python verify_openbook_report.py REPORT.pdf --trust CERTIFICATE.pem

Needs Python 3.11 or later and pyHanko (pip install "pyhanko>=0.38,<0.39"), and no service. When Openbook's folders
audit/engine and audit/rulepacks lie beside this file, and pydantic is installed, every outcome is computed again from
the embedded facts with the embedded rule packs. Ends with 0 when everything that was checked holds, with 1 when the
report is refused, with 2 when it was called wrongly.

What it cannot tell: whether a printed sentence says what the embedded result says. The hashes printed on the signature
page are compared with what is embedded; for the rest of the text the signer answers.
"""

from __future__ import annotations
'''
_TAIL: Final = """

if __name__ == "__main__":
    sys.exit(main())
"""


@lru_cache(maxsize=1)
def build_program() -> str:
    """The program as one file of Python."""
    parts = [_HEAD]
    for name in _MODULES:
        source = (_HERE / f"{name}.py").read_text(encoding="utf-8")
        docstring, _, body = source.partition(_FUTURE)
        parts.append(f"\n# {docstring.strip().strip(chr(34))}\n" + _OWN_IMPORT.sub("", body).rstrip() + "\n")
    return "".join(parts) + _TAIL


@lru_cache(maxsize=1)
def build_archive() -> bytes:
    """The program with the engine and what builds rule packs beside it, as a ZIP; the same bytes every time."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, PROGRAM, build_program())
        for path in sorted([*(_AUDIT / "engine").rglob("*.py"), *(_AUDIT / "rulepacks").glob("*.py")]):
            name = path.relative_to(_AUDIT.parent).as_posix()
            _add(archive, f"{name}", path.read_text(encoding="utf-8"))
    return content.getvalue()


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    archive.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), text)
