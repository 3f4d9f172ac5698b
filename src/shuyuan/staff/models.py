"""The models of the room, each told in its own file; the register first, as the others speak of its people."""

from shuyuan.staff.register import Staff  # isort: skip
from shuyuan.staff.discipline import Sanction
from shuyuan.staff.training import Training

__all__ = ["Sanction", "Staff", "Training"]
