"""Accounts: signing in, what guards a session, each person's own page, and the office's book of accounts."""
