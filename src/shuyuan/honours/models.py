"""The models of the room, each told in its own file."""

from shuyuan.honours.contest import Contest
from shuyuan.honours.honour import Honour

__all__ = ["Contest", "Honour"]
