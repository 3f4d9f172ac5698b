"""The models of the room, each told in its own file; the register first, as the others speak of its pupils."""

from shuyuan.schooling.pupil import Pupil  # isort: skip
from shuyuan.schooling.enrolment import Enrolment
from shuyuan.schooling.programme import Programme

__all__ = ["Enrolment", "Programme", "Pupil"]
