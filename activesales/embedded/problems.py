"""What stops a start, said to the person at the console."""


class Problem(Exception):
    """One sentence that says what to do; it is printed alone, without a stack trace."""
