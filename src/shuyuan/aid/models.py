"""The models of the room, each told in its own file."""

from shuyuan.aid.aid import Aid
from shuyuan.aid.hardship import Hardship

__all__ = ["Aid", "Hardship"]
