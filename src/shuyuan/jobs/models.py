"""The model of background work, told in its own file."""

from shuyuan.jobs.job import Job

__all__ = ["Job"]
