"""The one signal by which the register announces changes to the rest of the house."""

from django.dispatch import Signal

register_changed = Signal()
"""Sent after commit with ``kind`` (a model's name in lower case, such as ``"aisystem"``) and ``ids``
(the primary keys of the changed rows, as a list of integers). The judgement marks the systems
concerned as dirty; the register knows nothing of that."""
