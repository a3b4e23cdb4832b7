"""What the register does by itself when one of its rows changes."""
