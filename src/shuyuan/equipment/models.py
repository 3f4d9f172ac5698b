"""The models of the room, each told in its own file."""

from shuyuan.equipment.asset import Asset

__all__ = ["Asset"]
