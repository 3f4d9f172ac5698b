"""The models of the room, each told in its own file."""

from shuyuan.inspection.accreditation import Accreditation
from shuyuan.inspection.inspection import Inspection

__all__ = ["Accreditation", "Inspection"]
