"""Where files lie: in a folder, or in a store that speaks Amazon's S3, named by one address."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit


def describe_storage(address: str) -> dict[str, Any]:
    """Give Django's entry for the storage at ``s3://bucket/prefix?endpoint=…&region=…``; a folder where there is none.

    The keys are read by boto3 where it always looks: ``AWS_ACCESS_KEY_ID`` and ``AWS_SECRET_ACCESS_KEY``, its
    configuration files, or the machine's role. A name is written over, never given a suffix: the row knows its file.
    """
    if not address:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts = urlsplit(address)
    asked = parse_qs(parts.query)
    options: dict[str, Any] = {
        "bucket_name": parts.hostname,
        "location": parts.path.strip("/"),
        "default_acl": None,
        "file_overwrite": True,
        "querystring_auth": True,
        "signature_version": "s3v4",
    }
    if endpoint := asked.get("endpoint"):
        options |= {"endpoint_url": endpoint[0], "addressing_style": "path"}
    if region := asked.get("region"):
        options["region_name"] = region[0]
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
