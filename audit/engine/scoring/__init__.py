"""Interval scores: the best and the worst completion of what is not known, weighed in groups.

A score model is data (``audit/rulepacks/<pack>/model.yaml``). Each fact has a *scale* that turns a
value into a risk from 0 (best) to 1 (worst); weak evidence widens the high end towards the worst.
Every step is monotone in each fact's risk, which is what the invariants of the two models rest on:
a worse fact never lowers an end, learning never widens.
"""
