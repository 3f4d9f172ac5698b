"""Proofreading in the report room: files of anybody's, our own drafts, old reports adopted."""
