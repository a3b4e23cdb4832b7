"""The signals by which the register speaks to the rest of the house, which it does not know."""

from django.dispatch import Signal

register_changed = Signal()
"""Sent after commit with ``kind`` (a model's name in lower case, such as ``"aisystem"``) and ``ids``
(the primary keys of the changed rows, as a list of integers). The judgement marks the systems
concerned as dirty; the register knows nothing of that."""

obligation_named = Signal()
"""Sent with ``name`` when a control is to be recorded for an obligation: the register itself knows no law.

Receivers give what is wrong with the name and what would be right, or an empty text.
"""
