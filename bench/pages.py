"""A page of a ledger of a million records at the server, beside Django admin's change list of the same rows."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from bench.county import County, fill, inhabited, settled
from bench.measure import Results, Size, Took, clock, repeated
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Post
from shuyuan.core.roles import Role
from shuyuan.ledger.ledger import Ledger, ledger
from shuyuan.staff.models import Training

BOOK = "training"
SEARCH = "测速第07小学"  # a school's name: one row in sixty
RARE = "培训项目之399"


def run(county: County, size: Size, results: Results) -> None:
    inhabited(county, size)
    book = ledger(BOOK)
    with clock() as elapsed:
        fill(county, book, size.records - book.objects().count())
        settled()
    cache.clear()  # the rows came in behind history's back
    rows = book.objects().count()
    print(f"         {rows:,} records in one ledger, made in {elapsed():.0f} s", flush=True)
    ours, theirs = _client(_office(county)), _client(county.user)
    clerk = _client(_clerk(county))
    school, last = county.schools[7], max(rows // 50, 1)
    deep = min(10_000, last)
    place, period = {"organisation": str(school.pk)}, {"period": "2012"}
    place_there, period_there = {"organisation__id__exact": str(school.pk)}, {"period__code__exact": "2012"}
    dated = f"-{_place(book, 'date')}"
    for what, own, admin in (
        ("no filter, page 1", {}, {}),
        (f"no filter, page {deep:,}", {"page": str(deep)}, {"p": str(deep)}),
        ("one school", place, place_there),
        ("one period", period, period_there),
        ("one school and period", place | period, place_there | period_there),
        ("searched, one row in 60", {"q": SEARCH}, {"q": SEARCH}),
        ("searched, one row in 400", {"q": RARE}, {"q": RARE}),
        ("searched, nothing found", {"q": "查无此项"}, {"q": "查无此项"}),
        ("searched in one period", period | {"q": RARE}, period_there | {"q": RARE}),
        ("sorted by date", {"sort": "-date"}, {"o": dated}),
        ("sorted by school", {"sort": "organisation"}, {"o": f"{_place(book, 'organisation')}"}),
        ("sorted by a number", {"sort": "-attendances"}, {"o": f"-{_place(book, 'attendances')}"}),
        (f"sorted by date, page {deep:,}", {"sort": "-date", "page": str(deep)}, {"o": dated, "p": str(deep)}),
        (
            f"sorted by a number, page {deep:,}",
            {"sort": "-attendances", "page": str(deep)},
            {"o": f"-{_place(book, 'attendances')}", "p": str(deep)},
        ),
    ):  # fmt: skip
        took = _timed(ours, f"{book.url}?{urlencode(own)}", size)
        peer = _timed(theirs, f"/admin/staff/training/?{urlencode(admin)}", size, least=True)
        results.add(
            "pages",
            what,
            took.median,
            best=took.best,
            cpu=took.cpu,
            goal=0.3,
            beside="admin's change list",
            beside_seconds=peer.median,
        )
    took = _timed(clerk, book.url, size)
    results.add("pages", "no filter, as a school's clerk", took.median, best=took.best, cpu=took.cpu, goal=0.3)
    peer = _timed(theirs, "/admin/staff/training/", size, least=True)
    took = _timed(ours, book.url, size, forget=True)
    results.add(
        "pages",
        "no filter, the first after a change: all added up",
        took.median,
        best=took.best,
        cpu=took.cpu,
        beside="admin's change list, which adds up nothing",
        beside_seconds=peer.median,
    )


def _timed(client: Client, address: str, size: Size, *, least: bool = False, forget: bool = False) -> Took:
    """The page asked for as a browser would; a slow peer is asked less often, and what was kept may be forgotten."""

    def ask() -> None:
        if forget:
            cache.clear()
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)

    with clock() as first:
        ask()
    times = size.repeats if first() < 1 else min(size.repeats, 3 if least else 5)
    return repeated(ask, times, warm=False)


def _place(book: Ledger[Training], name: str) -> int:
    """The number by which admin sorts a column."""
    return book.names.index(name) + 1


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _office(county: County) -> User:
    """Somebody of the bureau's office: all schools, but by a post, so that every query is scoped."""
    return _poster(county, "bench-office", county.bureau, Post.Role.OFFICE)


def _clerk(county: County) -> User:
    return _poster(county, "bench-clerk", county.schools[7], Post.Role.CLERK)


def _poster(county: County, name: str, place: Organisation, role: Role) -> User:
    user = User.objects.create_user(name, password="bench")
    with acting(county.user, "测速"):
        Post(user=user, organisation=place, role=role).save()
    return user
