"""The models of the room, each told in its own file."""

from shuyuan.finance.debt import DebtRelief
from shuyuan.finance.funds import Funds
from shuyuan.finance.procurement import Procurement

__all__ = ["DebtRelief", "Funds", "Procurement"]
