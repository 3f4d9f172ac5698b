"""The models of the room, each told in its own file."""

from shuyuan.outreach.activity import Activity
from shuyuan.outreach.community import Community
from shuyuan.outreach.home_visit import HomeVisit
from shuyuan.outreach.publicity import Publicity

__all__ = ["Activity", "Community", "HomeVisit", "Publicity"]
