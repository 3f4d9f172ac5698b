"""The models of the room, each told in its own file."""

from shuyuan.staff.discipline import Sanction

__all__ = ["Sanction"]
