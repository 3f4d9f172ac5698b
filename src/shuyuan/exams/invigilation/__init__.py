"""Invigilation 监考编排: who stands in which exam room in which session, drawn by rules in order and checked apart.

Pure Python: nothing here knows Django. Read in this order: exam (what is given), rules (what is asked for), drawing.
"""
