"""Errors that mean something to a user."""


class RuleViolation(Exception):
    """A verb refuses: the message is a sentence for the user, and nothing has been changed."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message
