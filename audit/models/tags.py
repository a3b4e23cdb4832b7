"""The facts by which each system was judged last as rows of tags, so that they need not be made of its rows again.

They follow from the register and may be emptied at any time: what is missing is made and kept again.
"""

from __future__ import annotations

from django.db import models

from governance.models import AISystem


class TaggedFact(models.Model):
    """What is read of a fact, stored once by its tag (``audit.engine.expressions.tags``)."""

    tag = models.BigIntegerField(primary_key=True)
    key = models.CharField(max_length=100)
    says = models.TextField(help_text="The fact as JSON, as a sheet may hold it, to the letter.")

    def __str__(self) -> str:
        return f"{self.key} {self.says}"


class TaggedSheet(models.Model):
    """The facts and controls of one system; they hold as long as the rows have the fingerprint."""

    system = models.OneToOneField(AISystem, primary_key=True, on_delete=models.CASCADE, related_name="+")
    basis_sha256 = models.CharField(max_length=64)
    tags = models.BinaryField(help_text="Eight bytes for each fact of the vocabulary, in the order of the keys.")
    controls = models.TextField(default="{}", help_text="The controls as JSON, as a sheet holds them.")
    common_sha256 = models.CharField(max_length=64, default="", help_text="The code and the companies it was made by.")

    def __str__(self) -> str:
        return f"Facts of system {self.system_id}"
