"""The county that tests of background work stand in, and a worker that drains the queue."""

from collections.abc import Callable

import pytest
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands import db_worker

from shuyuan.jobs import presence, worker
from tests.county import County, build


@pytest.fixture
def county(db: None) -> County:
    return build()


@pytest.fixture
def somebody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are told that there is a worker."""
    monkeypatch.setattr(presence, "anybody", lambda: True)


@pytest.fixture
def drain(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Do what stands in the queue, in this process and on this connection, which is not to be closed."""
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)

    def drain() -> None:
        worker.reap()
        db_worker.Worker(
            queue_names=["*"], interval=0, batch=True, backend_name=DEFAULT_TASK_BACKEND_ALIAS, startup_delay=False,
            max_tasks=None, worker_id="here", excluded_queue_names=[],
        ).run()  # fmt: skip

    return drain
