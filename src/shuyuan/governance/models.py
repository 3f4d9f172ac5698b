"""The models of the room, each told in its own file."""

from shuyuan.governance.appraisal import Appraisal
from shuyuan.governance.peer_result import PeerResult
from shuyuan.governance.policy import Policy
from shuyuan.governance.population import Population
from shuyuan.governance.target import Target

__all__ = ["Appraisal", "PeerResult", "Policy", "Population", "Target"]
