"""A store in this process that speaks as much of S3 as files of reports need: put, get, head, delete; with ETags."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from config.storage import describe_storage

Objects = dict[str, bytes]


class Handler(BaseHTTPRequestHandler):
    """Answers the four requests; ``objects`` is set by the server that runs it."""

    protocol_version = "HTTP/1.1"
    objects: ClassVar[Objects] = {}

    def do_PUT(self) -> None:
        content = self._read_body()
        self.objects[self._key()] = content
        self._answer(200, b"", {"ETag": _tag(content)})

    def do_GET(self) -> None:
        self._give(with_body=True)

    def do_HEAD(self) -> None:
        self._give(with_body=False)

    def do_DELETE(self) -> None:
        self.objects.pop(self._key(), None)
        self._answer(204, b"")

    def _give(self, *, with_body: bool) -> None:
        content = self.objects.get(self._key())
        if content is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>" if with_body else b"")
            return
        headers = {"ETag": _tag(content), "Last-Modified": "Fri, 20 Nov 2026 10:00:00 GMT"}
        self._answer(200, content, headers, with_body=with_body)

    def _answer(
        self, status: int, body: bytes, headers: Mapping[str, str] | None = None, *, with_body: bool = True
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body and status != 204:
            self.wfile.write(body)

    def _read_body(self) -> bytes:
        """Read the body; boto3 may send it in chunks, each with its length and a last one of none."""
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return content
        plain = b""
        while content:
            head, _, rest = content.partition(b"\r\n")
            size = int(head.partition(b";")[0], 16)
            if size == 0:
                break
            plain, content = plain + rest[:size], rest[size + 2 :]
        return plain

    def _key(self) -> str:
        return self.path.partition("?")[0]

    def log_message(self, *_arguments: object) -> None:
        """Stay silent."""


@contextmanager
def run_store() -> Iterator[tuple[str, Objects]]:
    """Give the store's address and its objects by path; it ends with the block."""
    objects: Objects = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"objects": objects}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", objects
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def use_store(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Objects]:
    """Keep the installation's files in such a store; gives its objects."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with run_store() as (address, objects):
        described = describe_storage(f"s3://bank/openbook?endpoint={address}&region=eu-1")
        settings.STORAGES = {**settings.STORAGES, "default": described}
        yield objects


def _tag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
