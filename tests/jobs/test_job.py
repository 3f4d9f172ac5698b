"""Jobs: work in its owner's name and language, its progress, its end, its file; nobody else's business."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from shuyuan.core.history import acting, current_act
from shuyuan.jobs import work, worker
from shuyuan.jobs.job import KEPT, Job
from shuyuan.jobs.presence import Presence
from shuyuan.ledger import background
from shuyuan.ledger.intake import Intake
from shuyuan.ledger.ledger import ledger
from tests.county import HOME, OTHER, County, browser_of
from tests.ledger.filed import purchase
from tests.ledger.suite import workbook
from tests.ledger.test_filled import bought

Drain = Callable[[], None]
State = Job.State


@pytest.fixture
def trying() -> Iterator[list[Any]]:
    """A work of the test's own: what is put into the list is done, in turn."""
    steps: list[Any] = []

    @work.work("trying")
    def try_it(doing: work.Doing, n: int) -> None:
        steps.pop(0)(doing, n)

    yield steps
    del work._works["trying"]


def files(county: County, count: int, school: str = HOME) -> dict[str, Any]:
    made = []
    for number in range(count):
        file = BytesIO(workbook(ledger("procurement"), [bought(organisation=school, item=f"课桌{number}")]))
        file.name = f"{school}采购{number}.xlsx"
        made.append(file)
    return {"files": made}


def test_work_is_done_in_its_owners_name_reason_and_language(county: County, trying: list[Any], drain: Drain) -> None:
    seen: list[Any] = []

    def look(doing: work.Doing, n: int) -> None:
        act = current_act()
        seen.append((act.actor, act.reason, translation.get_language(), n))
        doing.told, doing.url = ["done"], "/"

    trying.append(look)
    with translation.override("en"):
        job = work.start(county.clerk, "trying", "试一试", reason="年底清理", n=7)
    drain()
    job.refresh_from_db()
    assert seen == [(county.clerk, "年底清理", "en", 7)]
    assert (job.state, job.told, job.error, job.unended) == (State.DONE, ["done"], "", False)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValidationError("缺文号，请补上"), "缺文号，请补上"),
        (OSError(28, "No space left on device"), "服务器磁盘已满"),
        (ZeroDivisionError(), "处理时出错（ZeroDivisionError）"),
    ],
)
def test_what_goes_wrong_is_told_with_its_cure(
    county: County, trying: list[Any], drain: Drain, error: Exception, told: str
) -> None:
    def fail(doing: work.Doing, n: int) -> None:
        raise error

    trying.append(fail)
    job = work.start(county.clerk, "trying", "试一试", n=0)
    drain()
    page = browser_of(county.clerk).get(job.get_absolute_url()).content.decode()
    assert told in page
    assert "没有完成" in page
    assert "重新开始" in page


def test_a_job_that_failed_is_begun_again_by_one_click(county: County, trying: list[Any], drain: Drain) -> None:
    def fail(doing: work.Doing, n: int) -> None:
        raise ValueError("网络断了")

    trying += [fail, lambda doing, n: doing.told.append(f"第 {n} 件")]
    job, client = work.start(county.clerk, "trying", "试一试", n=3), browser_of(county.clerk)
    drain()
    answer = client.post(reverse("job-again", args=[job.pk]))
    drain()
    assert "第 3 件" in client.get(answer.headers["Location"]).content.decode()
    assert Job.objects.count() == 2


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(
    county: County, trying: list[Any], drain: Drain
) -> None:
    client, done = browser_of(county.clerk), []

    def steps(doing: work.Doing, n: int) -> None:
        for number in range(n):
            doing._noted = 0
            doing.step(number, n)
            done.append(number)
            if number == 2:
                client.post(reverse("job-cancel", args=[doing.job.pk]))

    waiting = work.start(county.clerk, "trying", "等着的", n=9)
    client.post(reverse("job-cancel", args=[waiting.pk]))
    trying.append(steps)
    running = work.start(county.clerk, "trying", "做着的", n=9)
    drain()
    for job in (waiting, running):
        job.refresh_from_db()
        assert job.state == State.CANCELLED
    assert done == [0, 1, 2]
    assert (running.done, running.total) == (3, 9) or running.done == 2


def test_nobody_else_sees_stops_or_fetches_it(county: County, trying: list[Any], drain: Drain) -> None:
    trying.append(lambda doing, n: doing.keep("名单.txt", [b"a", b"b"]))
    job = work.start(county.clerk, "trying", "试一试", n=0)
    drain()
    own, other = browser_of(county.clerk), browser_of(county.superuser)
    answer = own.get(reverse("job-file", args=[job.pk]))
    assert b"".join(answer.streaming_content) == b"ab"  # type: ignore[attr-defined]
    for name, method in (("job", "get"), ("job-cancel", "post"), ("job-again", "post"), ("job-file", "get")):
        assert getattr(other, method)(reverse(name, args=[job.pk])).status_code == 404
    assert "试一试" not in other.get(reverse("jobs")).content.decode()
    assert "试一试" in own.get(reverse("jobs")).content.decode()


def test_whoever_has_lost_their_account_has_nothing_done(county: County, trying: list[Any], drain: Drain) -> None:
    trying.append(lambda doing, n: pytest.fail("done all the same"))
    job = work.start(county.clerk, "trying", "试一试", n=0)
    county.clerk.is_active = False
    county.clerk.save()
    drain()
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, "账号已停用，没有处理。")


def test_sixty_workbooks_are_read_by_a_worker_and_the_page_shows_how_far_it_is(
    county: County, somebody_works: None, drain: Drain
) -> None:
    client = browser_of(county.office)
    answer = client.post(reverse("intake"), files(county, 60))
    address = answer.headers["Location"]
    page = client.get(address).content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert "后台正在读取" in page
    assert "0 / 60" in page
    job = Job.objects.get()
    drain()
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.told) == (State.DONE, 60, 60, ["已导入 60"])
    assert ledger("procurement").objects().count() == 60
    assert "60 / 60" in client.get(address).content.decode()
    assert ledger("procurement").objects().first().history().get().written_by == county.office


def test_a_batch_taken_up_again_takes_nothing_twice(county: County, somebody_works: None, drain: Drain) -> None:
    browser_of(county.office).post(reverse("intake"), files(county, 3))
    drain()
    job = Job.objects.get()
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING)  # as if the worker had died before it could say so
    DBTaskResult.objects.update(status="RUNNING", worker_ids=["gone"])
    drain()
    job.refresh_from_db()
    assert job.state == State.DONE
    assert ledger("procurement").objects().count() == 3


def test_without_a_worker_the_page_reads_file_by_file_itself(county: County) -> None:
    client = browser_of(county.office)
    address = client.post(reverse("intake"), files(county, 2)).headers["Location"]
    assert not Job.objects.exists()
    assert 'hx-trigger="load"' in client.get(address).content.decode()
    batch = Intake.objects.values_list("batch", flat=True).distinct().get()
    for _ in range(2):
        client.post(reverse("intake-next", args=[batch]))
    assert ledger("procurement").objects().count() == 2


def test_a_school_s_batch_is_read_with_the_rights_it_has_then(
    county: County, somebody_works: None, drain: Drain
) -> None:
    browser_of(county.clerk).post(reverse("intake"), files(county, 1, OTHER))
    drain()
    assert ledger("procurement").objects().count() == 0
    assert Intake.objects.get().outcome == "refused"


def test_a_large_export_is_made_by_a_worker_and_holds_what_its_owner_may_see(
    county: County, somebody_works: None, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "LARGE", 1)
    for n in range(3):
        purchase(county, f"课桌{n}")
    purchase(county, "别校的", organisation=county[OTHER])
    client = browser_of(county.clerk)
    answer = client.get(reverse("ledger-export", args=["procurement"]), {"q": "课桌"})
    drain()
    page = client.get(answer.headers["Location"]).content.decode()
    assert "共 3 条记录" in page
    content = b"".join(client.get(reverse("job-file", args=[Job.objects.get().pk])).streaming_content)  # type: ignore[attr-defined]
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    assert sheet.max_row == 4


def test_work_of_a_worker_that_is_gone_is_taken_up_and_that_of_one_that_lives_is_not(
    county: County, trying: list[Any], drain: Drain
) -> None:
    trying.append(lambda doing, n: doing.told.append("又做了一遍"))
    job = work.start(county.clerk, "trying", "试一试", n=0)
    alive = Presence("alive")
    alive.keep()
    try:
        DBTaskResult.objects.update(status="RUNNING", worker_ids=["alive"])
        assert worker.reap() == 0
    finally:
        alive.leave()
    DBTaskResult.objects.update(worker_ids=["gone"])
    assert worker.reap() == 1
    drain()
    job.refresh_from_db()
    assert (job.state, job.told) == (State.DONE, ["又做了一遍"])


def test_work_that_ends_its_worker_three_times_is_given_up_and_told(county: County, trying: list[Any]) -> None:
    job = work.start(county.clerk, "trying", "试一试", n=0)
    DBTaskResult.objects.update(status="RUNNING", worker_ids=["one", "two", "three"])
    assert worker.reap() == 0
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "中断了 3 次" in job.error


def test_a_job_whose_task_was_lost_is_put_into_the_queue_again(county: County, trying: list[Any], drain: Drain) -> None:
    trying.append(lambda doing, n: None)
    job = work.start(county.clerk, "trying", "试一试", n=0)
    DBTaskResult.objects.all().delete()
    assert worker.recover() == 1
    assert worker.recover() == 0
    drain()
    job.refresh_from_db()
    assert job.state == State.DONE


def test_work_that_nobody_declared_is_refused_where_it_is_started(county: County) -> None:
    with pytest.raises(LookupError, match=r"no work is called 'nothing'; there are .*intake"):
        work.start(county.clerk, "nothing", "没有")


def test_old_files_are_forgotten(county: County, trying: list[Any], drain: Drain) -> None:
    trying.append(lambda doing, n: doing.keep("名单.txt", [b"a"]))
    job = work.start(county.clerk, "trying", "试一试", n=0)
    drain()
    worker.tidy()
    job.refresh_from_db()
    assert job.file
    Job.objects.update(ended=job.at - 2 * KEPT)
    DBTaskResult.objects.update(finished_at=job.at - 2 * KEPT)
    worker.tidy()
    job.refresh_from_db()
    assert not job.file
    assert not DBTaskResult.objects.exists()
    with acting(county.system, "x"):
        assert browser_of(county.clerk).get(reverse("job-file", args=[job.pk])).status_code == 404
