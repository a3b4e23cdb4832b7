"""Lock-in: if we had to leave this model, host or vendor, could we, how long would it take, would we have that long."""

from audit.engine.lock_in.judging import LockInResult, judge_lock_in
from audit.engine.lock_in.model import LockInModel

__all__ = ["LockInModel", "LockInResult", "judge_lock_in"]
