"""The models of the engine itself, each told in its own file; the ledgers' models live in their rooms."""

from shuyuan.ledger.closing import Closing
from shuyuan.ledger.digest import Mailing
from shuyuan.ledger.evidence import Evidence
from shuyuan.ledger.explanations import Explanation
from shuyuan.ledger.intake import Intake
from shuyuan.ledger.notices import Notice
from shuyuan.ledger.once import Answered
from shuyuan.ledger.organisations import Organisations
from shuyuan.ledger.review import Remark
from shuyuan.ledger.rounds import Round, Task
from shuyuan.ledger.unmasking import Unmasking
from shuyuan.ledger.wordings import Wording
from shuyuan.ledger.zero import ZeroReport

__all__ = [
    "Answered",
    "Closing",
    "Evidence",
    "Explanation",
    "Intake",
    "Mailing",
    "Notice",
    "Organisations",
    "Remark",
    "Round",
    "Task",
    "Unmasking",
    "Wording",
    "ZeroReport",
]
