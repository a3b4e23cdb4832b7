"""A mail server and a receiver of webhooks on this machine that note what arrives; the marathon holds it against rows.

Both answer a moment late, as across a network, so that a kill may fall between what was said and what was heard.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer, StreamRequestHandler, ThreadingTCPServer
from typing import Final

ANSWERS_AFTER_SECONDS: Final = 0.1
_SYSTEMS: Final = re.compile(r"^((?:P\d+-\d{6}|AB-\d{3})) .* \[\w", re.MULTILINE)
_LOCAL: Final = ("127.0.0.1", 0)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it arrived: its key, to whom, whether its signature held, a hash of its body and whom it names."""

    key: str
    to: str
    is_signed: bool
    sha256: str
    systems: tuple[str, ...]


@dataclass
class Letterbox:
    """What arrived, in order. ``secrets`` are those of the webhooks, by their path."""

    secrets: dict[str, str] = field(default_factory=dict)
    mails: list[Letter] = field(default_factory=list)
    posts: list[Letter] = field(default_factory=list)
    _servers: list[BaseServer] = field(default_factory=list)

    def open(self) -> Mapping[str, str]:
        """Listen; gives the settings with which Openbook writes to here."""
        box = self

        class Web(_Web):
            letterbox = box

        class Mail(_Mail):
            letterbox = box

        web, mail = ThreadingHTTPServer(_LOCAL, Web), ThreadingTCPServer(_LOCAL, Mail)
        self._servers = [web, mail]
        for server in (web, mail):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        self.web = f"http://127.0.0.1:{web.server_address[1]}"
        return {
            "OPENBOOK_EMAIL_URL": f"smtp://127.0.0.1:{mail.server_address[1]}",
            "OPENBOOK_WEBHOOK_HTTP": "1",
            "OPENBOOK_WEBHOOK_NETWORKS": "127.0.0.0/8",
        }

    def close(self) -> None:
        """Listen no more."""
        for server in self._servers:
            server.shutdown()
            server.server_close()


class _Web(BaseHTTPRequestHandler):
    letterbox: Letterbox

    def handle(self) -> None:
        with suppress(ConnectionError):  # the sender was killed
            super().handle()

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return  # the sender died in the middle: nothing was posted
        secret = self.letterbox.secrets.get(self.path, "")
        signed = f"{self.headers['Openbook-Timestamp']}.".encode() + body
        signature = "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        content = json.loads(body)
        key = self.headers["Openbook-Delivery"]
        self.letterbox.posts.append(
            Letter(
                key=key,
                to=self.path,
                is_signed=signature == self.headers["Openbook-Signature"] and content["delivery"] == key,
                sha256=hashlib.sha256(body).hexdigest(),
                systems=tuple(row["system"] for row in content["moved"]),
            )
        )
        time.sleep(ANSWERS_AFTER_SECONDS)
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_given: object) -> None:
        """Say nothing."""


class _Mail(StreamRequestHandler):
    """As much of SMTP as a client needs; a message counts once its last line is there, as for any mail server."""

    letterbox: Letterbox

    def handle(self) -> None:
        with suppress(ConnectionError):  # the sender was killed
            self._converse()

    def _converse(self) -> None:
        self._say("220 letterbox")
        to = ""
        while line := self.rfile.readline():
            word = line.strip().upper()
            if word.startswith(b"RCPT TO:"):
                to = line.decode().partition(":")[2].strip().split(" ")[0].strip("<>")
            if word == b"DATA":
                self._say("354 go on")
                if not self._take_in(to):
                    return
                time.sleep(ANSWERS_AFTER_SECONDS)
            self._say("221 bye" if word == b"QUIT" else "250 letterbox")

    def _take_in(self, to: str) -> bool:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False  # the sender died in the middle: no mail server keeps half a message
            lines.append(line.removeprefix(b"."))
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        text = message.get_body(("plain",))
        content = str(text.get_content()).replace("\r\n", "\n") if text else ""
        self.letterbox.mails.append(
            Letter(
                key=str(message["Message-ID"]).strip("<> ").partition("@")[0],
                to=to,
                is_signed=str(message["To"]) == to,
                sha256=hashlib.sha256(content.encode()).hexdigest(),
                systems=tuple(_SYSTEMS.findall(content.partition("\nOverdue findings\n")[0])),
            )
        )
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
