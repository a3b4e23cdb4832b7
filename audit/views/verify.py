"""The page where anyone who may read reports drops a report and sees whether it holds. Nothing of it is stored."""

from __future__ import annotations

import io
import threading
from typing import Final

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from audit.reports.signing.keys import SigningKeyError
from audit.reports.verification.standalone import ARCHIVE, PROGRAM, build_archive, build_program
from audit.services.signing import describe_signer, read_certificate_pem
from audit.services.verifying import LARGEST, verify_file
from audit.views.access import needs

CERTIFICATE: Final = "openbook_certificate.pem"
_FORM_AROUND_FILE: Final = 16 * 1024
_WAIT_SECONDS: Final = 5.0
_TURN: Final = threading.BoundedSemaphore()
"""A report on thousands of systems is computed again for many seconds: one at a time in each process, so that some
dropped at once cannot hold every thread of the service."""


class ReportForm(forms.Form):
    """One file."""

    report = forms.FileField(label="Report (PDF)", widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}))


class _InMemory(FileUploadHandler):
    """Keeps an upload in memory alone; how large it may be is checked before it is read."""

    def new_file(  # noqa: PLR0917 # Django's signature
        self,
        field_name: str,
        file_name: str,
        content_type: str,
        content_length: int | None,
        charset: str | None = None,
        content_type_extra: dict[str, bytes] | None = None,
    ) -> None:
        """Begin one file."""
        super().new_file(field_name, file_name, content_type, content_length, charset, content_type_extra)
        self.content = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 # Django's signature
        """Take one piece, and give nothing on to other handlers."""
        self.content.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Give the whole file."""
        self.content.seek(0)
        return InMemoryUploadedFile(
            self.content, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


@csrf_exempt  # the token is checked below, once it is certain that the body is small enough to be read
@needs("audit.view_report")
@require_http_methods(["GET", "HEAD", "POST"])
def show_verification(request: HttpRequest) -> HttpResponse:
    """The form, or the outcome for the file sent with it."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST + _FORM_AROUND_FILE:
        problem = f"The file is larger than {LARGEST // 1024**2} MB; no report is as large as that."
        return render(
            request, "pages/verify.html", {**_what_is_there(), "form": ReportForm(), "problem": problem}, status=413
        )
    request.upload_handlers = [_InMemory(request)]
    return _verify(request)


@csrf_protect
def _verify(request: HttpRequest) -> HttpResponse:
    form = ReportForm(request.POST or None, request.FILES or None)
    context = {**_what_is_there(), "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "pages/verify.html", context)
    if not _TURN.acquire(timeout=_WAIT_SECONDS):
        context |= {"problem": "Another report is being verified; this one was not looked at. Send it again soon."}
        page = render(request, "pages/verify.html", context, status=503)
        page["Retry-After"] = "15"
        return page
    sent = form.cleaned_data["report"]
    context |= {"name": sent.name}
    try:
        context |= {"verification": verify_file(sent.read())}
    except SigningKeyError as error:
        context |= {"problem": f"This installation’s own certificate cannot be read. {error}"}
    finally:
        _TURN.release()
    return render(request, "pages/verify.html", context)


def _what_is_there() -> dict[str, object]:
    """Who signs here, and the programs that verify elsewhere."""
    return {"signer": describe_signer(), "program": PROGRAM, "archive": ARCHIVE}


@needs("audit.view_report")
@require_safe
def download_verifier(_request: HttpRequest, name: str) -> HttpResponse:
    """The stand-alone verifier, alone or with the engine, or the certificate of this installation."""
    if name == PROGRAM:
        content, kind = build_program().encode(), "text/x-python"
    elif name == ARCHIVE:
        content, kind = build_archive(), "application/zip"
    elif name == CERTIFICATE and (pem := read_certificate_pem()):
        content, kind = pem.encode("ascii"), "application/x-pem-file"
    else:
        raise Http404("There is no such file.")
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
