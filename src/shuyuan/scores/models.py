"""The models of the room, each told in its own file."""

from shuyuan.scores.exam_result import ExamResult

__all__ = ["ExamResult"]
