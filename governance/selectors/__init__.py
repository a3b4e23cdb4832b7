"""Read models of the register: plain data in a fixed number of queries."""
