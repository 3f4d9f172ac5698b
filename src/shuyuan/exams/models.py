"""The models of the room, each told in its own file."""

from shuyuan.exams.exam_room import ExamRoom
from shuyuan.exams.exam_site import ExamSite

__all__ = ["ExamRoom", "ExamSite"]
