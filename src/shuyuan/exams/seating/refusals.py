"""Refusals: what cannot be seated as it was given, in a sentence that names the place and the cure."""

from __future__ import annotations


class Refused(ValueError):
    """The input is wrong, or nobody could seat it."""
