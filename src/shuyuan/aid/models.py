"""The models of the room, each told in its own file."""

from shuyuan.aid.aid import Aid

__all__ = ["Aid"]
