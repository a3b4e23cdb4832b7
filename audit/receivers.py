"""What the judgement does when the register changes."""
