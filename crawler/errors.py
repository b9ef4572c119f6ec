"""Errors a user may meet. Each says what was expected, what was found and what to do next."""

from __future__ import annotations


class XianzhiError(Exception):
    """Base of every error shown to a user without a stack trace."""


class ConfigurationError(XianzhiError):
    """A setting is missing or makes no sense (exit code 2)."""


class ArchiveError(XianzhiError):
    """The store cannot be read or written as asked."""


class BodyTooLargeError(XianzhiError):
    """A body passed a limit while it was decoded."""


class StateError(XianzhiError):
    """A portal's state file (its frontier) cannot be read or written."""
