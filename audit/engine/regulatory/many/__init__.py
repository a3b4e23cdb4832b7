"""The law for many systems at once: what ``judge_regulation`` gives for each, without explanations."""

from audit.engine.regulatory.many.judging import gist_read, judge_many, judge_with_gists

__all__ = ["gist_read", "judge_many", "judge_with_gists"]
