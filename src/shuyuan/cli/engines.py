"""Engines: the parts of `shuyuan exam`, which work on files alone; each has `add_to`, `run` and its `REFUSALS`."""

from shuyuan.exams.invigilation import command as invigilation

EXAM = (invigilation,)
