"""The models of the engine itself, each told in its own file; the ledgers' models live in their rooms."""

from shuyuan.ledger.closing import Closing
from shuyuan.ledger.evidence import Evidence
from shuyuan.ledger.intake import Intake
from shuyuan.ledger.organisations import Organisations
from shuyuan.ledger.wordings import Wording
from shuyuan.ledger.zero import ZeroReport

__all__ = ["Closing", "Evidence", "Intake", "Organisations", "Wording", "ZeroReport"]
