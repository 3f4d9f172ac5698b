"""Proofreading of any report: its claims, how they hang together, and what cannot be right. No Django in here."""
