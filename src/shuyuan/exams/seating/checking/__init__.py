"""Checking: is a seating plan right? It shares no code with what draws plans, and needs only Python's own library.

Whoever doubts a draw reads this folder and nothing else: it has its own reading of the files, its own idea of who is
whose neighbour, and its own proof of how few neighbours of one school there can be.
"""
