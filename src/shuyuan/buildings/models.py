"""The models of the room, each told in its own file."""

from shuyuan.buildings.facility import Facility
from shuyuan.buildings.project import Project

__all__ = ["Facility", "Project"]
