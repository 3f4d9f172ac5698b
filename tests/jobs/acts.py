"""Acts for processes that tests begin and kill: `python -m tests.jobs.acts NAME …`. "… halted" stops half-way."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuyuan.site.settings")
django.setup()

from django.apps import apps  # noqa: E402  (after setup)
from django.conf import settings  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from shuyuan.core.codes import Function  # noqa: E402
from shuyuan.core.history import acting, versioned_models  # noqa: E402
from shuyuan.core.models import Organisation  # noqa: E402
from shuyuan.core.proof import verify  # noqa: E402
from shuyuan.jobs import work, worker  # noqa: E402
from shuyuan.jobs.job import Job  # noqa: E402
from shuyuan.ledger import intake, review, sheets  # noqa: E402
from shuyuan.ledger.closing import Closing, closed_through  # noqa: E402
from shuyuan.ledger.intake import Intake, Outcome  # noqa: E402
from shuyuan.ledger.ledger import ledger  # noqa: E402
from shuyuan.report import freezing  # noqa: E402
from shuyuan.report.frozen import Frozen  # noqa: E402
from shuyuan.report.models import Part, Report  # noqa: E402
from tests.county import build as build_county  # noqa: E402
from tests.ledger.suite import workbook  # noqa: E402
from tests.ledger.test_filled import bought  # noqa: E402

FILES, ROWS = 4, 200
BOOK = ledger("procurement")


def halt(*given: Any, **more: Any) -> None:
    """Where the test kills us; what was written by then is not committed."""
    print("half", flush=True)  # noqa: T201
    time.sleep(120)


def office() -> User:
    return User.objects.get(username="bangongshi")


def build() -> str:
    """The tables as the models say, which is quicker than all migrations one after the other."""
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    return str(build_county().office)


def rows(mark: object) -> bytes:
    return workbook(BOOK, [bought(item=f"课桌{mark}-{row}") for row in range(ROWS)])


def hand_in() -> str:
    for number in range(FILES):
        intake.receive(office(), f"{number}.xlsx", rows(number), batch="batch")
    return str(work.start(office(), "intake", "批量导入", batch="batch"))


def worker_halted() -> str:
    become = Intake.become

    def slowly(self: Intake, outcome: Outcome, *given: Any, **facts: Any) -> bool:
        done = become(self, outcome, *given, **facts)
        if outcome == Outcome.TAKEN and self.name == "2.xlsx":
            halt()
        return done

    Intake.become = slowly  # type: ignore[method-assign]
    worker.serve()
    return ""


def look() -> str:
    """The history holds; how many records, versions, and how the jobs stand."""
    assert not [fault for model in versioned_models() for fault in verify(model)]
    states = ",".join(Job.objects.order_by("pk").values_list("state", flat=True))
    return f"{BOOK.objects().count()} {BOOK.model.versions._default_manager.count()} {states}".strip()


def many() -> str:
    return str([work.start(office(), "export", "导出", slug="procurement", parameters={}) for _ in range(30)][-1])


def attempts() -> str:
    """How the tasks ended, and how many workers took each."""
    return " ".join(sorted({f"{one.status} {len(one.worker_ids)}" for one in DBTaskResult.objects.all()}))


def filed() -> str:
    with acting(office(), "导入"):
        return str(sheets.load(sheets.read(BOOK, rows(""))))


def accept() -> str:
    keys = list(BOOK.objects().values_list("pk", flat=True))
    with acting(office(), "审核通过"):
        return str(review.accept(BOOK, review.revisions(BOOK, keys), bulk=True).accepted)


def accept_halted() -> str:
    review._remarks = halt
    return accept()


def states() -> str:
    return " ".join(sorted(set(BOOK.objects().values_list("state", flat=True))))


def close() -> str:
    bureau = Organisation.objects.get(kind=Organisation.Kind.BUREAU)
    section = Organisation.objects.get(duties__function=Function.FINANCE)
    report = Report.objects.filter(year=2012).first()
    with acting(office(), "定稿"):
        if report is None:
            report = Report.objects.create(organisation=bureau, year=2012, title="工作报告", issuer="教育局")
            facts = {"code": "1.1", "order": 1, "chapter": "经费", "section": section, "text": "写好了。"}
            Part.objects.create(report=report, **facts, state=Part.State.ADOPTED)
        freezing.freeze(report, anyway=True)
    return closed()


def close_halted() -> str:
    save = Closing.save

    def slowly(self: Closing, *given: Any, **more: Any) -> None:
        save(self, *given, **more)
        halt()

    Closing.save = slowly  # type: ignore[assignment,method-assign]
    return close()


def closed() -> str:
    return f"{closed_through()} {Frozen.objects.count()}"


ACTS: tuple[Callable[[], str], ...] = (
    build, hand_in, worker_halted, look, many, attempts, filed, accept, accept_halted, states, close, close_halted,
    closed,
)  # fmt: skip

if __name__ == "__main__":
    named = {act.__name__: act for act in ACTS}
    print(" | ".join(named[name]() for name in sys.argv[1:]))  # noqa: T201
