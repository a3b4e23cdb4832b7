"""The timestamp server is asked over HTTP; where it gives nothing, nothing is signed and the reason is named."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from asn1crypto import tsp

from audit.reports.signing.pades import SigningError, make_timestamper, sign_pdf
from audit.reports.verification.verifying import verify_report
from tests.audit.reports.verification.chains import Chain, make_chain
from tests.audit.reports.verification.chains import make_timestamper as make_stamping
from tests.audit.reports.verification.signed import render_computed

pytestmark = pytest.mark.loopback


@pytest.fixture(scope="module")
def chain() -> Chain:
    return make_chain()


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    return render_computed()


@pytest.fixture(scope="module")
def server(chain: Chain) -> Iterator[HTTPServer]:
    """A timestamp server of RFC 3161 on this machine; any other address than /stamp answers 500."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name http.server asks for
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = make_stamping(chain).request_tsa_response(asked).dump() if self.path == "/stamp" else b""
            self.send_response(200 if answer else 500)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            pass

    serving = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield serving
    serving.shutdown()
    serving.server_close()


def test_a_timestamp_is_fetched_and_verifies(server: HTTPServer, chain: Chain, unsigned: bytes) -> None:
    stamper = make_timestamper(f"http://127.0.0.1:{server.server_port}/stamp")
    verification = verify_report(sign_pdf(unsigned, chain.signatory, timestamper=stamper), chain.trusted)
    assert verification.holds
    assert "signed before 2026-11-20 10:05:00 UTC, says Example Time Server" in verification.checks[1].says


def test_a_server_that_refuses_or_is_not_there_is_named_as_the_reason(
    server: HTTPServer, chain: Chain, unsigned: bytes
) -> None:
    closed = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    closed.server_close()
    for port, path in ((server.server_port, "other"), (closed.server_port, "stamp")):
        with pytest.raises(SigningError, match=r"The timestamp server gave no timestamp .* The report is not signed"):
            sign_pdf(unsigned, chain.signatory, timestamper=make_timestamper(f"http://127.0.0.1:{port}/{path}"))


def test_without_an_address_there_is_no_timestamp() -> None:
    assert make_timestamper("") is None
