"""Bench: what the speed goals of Shuyuan come to on this machine, each beside a floor or a peer of the same run."""
