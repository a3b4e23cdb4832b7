"""Files lie in a folder, or in a store that speaks S3: put, get, exists, delete through boto3, and a download."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config.environment import VARIABLES
from config.storage import describe_storage
from tests.config.s3_stub import Objects, use_store


@pytest.fixture
def store(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Objects]:
    """A store with the installation's files in it."""
    with use_store(settings, monkeypatch) as objects:
        yield objects


def test_without_an_address_files_lie_in_a_folder() -> None:
    assert describe_storage("") == {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def test_an_address_names_bucket_prefix_endpoint_and_region() -> None:
    options = describe_storage("s3://bank/a/b/?endpoint=https://store.example.org&region=eu-1")["OPTIONS"]
    assert (options["bucket_name"], options["location"]) == ("bank", "a/b")
    assert (options["endpoint_url"], options["region_name"]) == ("https://store.example.org", "eu-1")
    assert "endpoint_url" not in describe_storage("s3://bank")["OPTIONS"]


@pytest.mark.parametrize(
    ("address", "is_right"),
    [
        ("s3://bank", True),
        ("s3://bank/prefix?endpoint=https://store.example.org&region=eu-1", True),
        ("https://bank", False),
        ("s3:///prefix", False),
        ("s3://bank?endpoint=store.example.org", False),
        ("s3://bank?key=secret", False),
    ],
)
def test_a_wrong_address_is_told_at_the_start(address: str, *, is_right: bool) -> None:
    assert (VARIABLES["OPENBOOK_STORAGE_URL"](address) is None) is is_right


@pytest.mark.loopback
def test_a_file_is_put_found_read_written_over_and_deleted(store: Objects) -> None:
    name = default_storage.save("reports/2026/x.pdf", ContentFile(b"%PDF one"))
    assert name == "reports/2026/x.pdf"
    assert store == {"/bank/openbook/reports/2026/x.pdf": b"%PDF one"}
    assert default_storage.exists(name)
    with default_storage.open(name) as file:
        assert file.read() == b"%PDF one"
    assert default_storage.save(name, ContentFile(b"%PDF two")) == name
    assert list(store.values()) == [b"%PDF two"]
    default_storage.delete(name)
    assert not default_storage.exists(name)
    assert store == {}
