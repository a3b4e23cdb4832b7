"""Lock-in: if we had to leave this model, host or vendor, could we, how long would it take, would we have that long."""

from audit.engine.lock_in.judging import LockInResult, judge_lock_in
from audit.engine.lock_in.many import judge_lock_in_many, judge_lock_in_read
from audit.engine.lock_in.model import LockInModel
from audit.engine.lock_in.outcome import LockInOutcome

__all__ = [
    "LockInModel",
    "LockInOutcome",
    "LockInResult",
    "judge_lock_in",
    "judge_lock_in_many",
    "judge_lock_in_read",
]
