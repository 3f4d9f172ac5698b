"""Load: people who file at the same time against a real server; what reaches them, how long it takes, what is kept."""

from __future__ import annotations

import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from tests.postgres import free_port

from bench.county import County
from bench.measure import Results, Size
from shuyuan.core import tokens
from shuyuan.core.history import acting
from shuyuan.core.models import Post
from shuyuan.core.proof import verify
from shuyuan.finance.models import Procurement

PEOPLE = 20
LIMIT = 0.5  # seconds: what a goal of p95 means
ROW = {"item": "课桌", "purpose": "equipment", "method": "own", "source": "school", "amount": 500}


@dataclass
class Told:
    """What the clients were answered: seconds of each write, and every answer that was none."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.seconds, n=20)[-1] if len(self.seconds) > 1 else 0.0


def run(county: County, size: Size, results: Results) -> None:
    """The clients are threads of this process: on the same two cores they take their share of the time."""
    writes = size.writes
    keys = _people(county, max(PEOPLE, *size.people))
    port = free_port()
    with _server(port):
        _ask(port, "GET", "/api/ledgers/", keys[0][0])  # the first request reads the code
        for people, pause in ((PEOPLE, 0.0), *((level, size.pause) for level in size.people)):
            before = Procurement.objects.count()
            began = time.perf_counter()
            told = _file(port, keys[:people], writes, pause)
            took = time.perf_counter() - began
            lost = people * writes - len(told.failures) - (Procurement.objects.count() - before)
            note = (
                f"{people * writes / took:.0f} writes a second, median {statistics.median(told.seconds):.3f} s, "
                f"slowest {max(told.seconds):.2f} s, refused {len(told.failures)}, lost {lost}"
            )
            for failure in sorted(set(told.failures))[:3]:
                note += f"; {failure}"
            how = f"each a record every {pause:g} s" if pause else "without a pause"
            results.add("load", f"{people} people filing at once, {how}, p95", told.p95, goal=LIMIT, note=note)
            assert not lost, f"{lost} records were acknowledged and are not there"
    assert not verify(Procurement), "the history does not hold"


def _people(county: County, count: int) -> list[tuple[str, str]]:
    """Clerks of the schools, each with a token: (token, name of the school)."""
    made = []
    for number in range(count):
        school = county.schools[number % len(county.schools)]
        user = User.objects.create(username=f"load{number}")
        with acting(county.user, "到任"):
            Post.objects.create(user=user, organisation=school, role=Post.Role.CLERK, since=date(2000, 1, 1))
        made.append((tokens.make(user, "测速", writes=True)[1], school.name))
    return made


class _server:  # noqa: N801  (used as a statement)
    """Granian as `shuyuan serve` starts it, on the database of this run."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __enter__(self) -> None:
        facts = connection.settings_dict
        url = f"sqlite:///{facts['NAME']}" if connection.vendor == "sqlite" else _url(facts)
        env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "shuyuan.site.settings"}
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--blocking-threads", "4", "--no-access-log", "--log-level", "error"]
        self.process = subprocess.Popen([*command, "shuyuan.site.wsgi:application"], env=env)
        for _ in range(300):
            try:
                http.client.HTTPConnection("127.0.0.1", self.port, timeout=5).connect()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def __exit__(self, *given: object) -> None:
        self.process.terminate()
        self.process.wait(30)


def _url(facts: dict[str, Any]) -> str:
    host = str(facts["HOST"]).replace("/", "%2F")
    port = f":{facts['PORT']}" if facts["PORT"] else ""
    return f"postgresql://{facts['USER']}:{facts['PASSWORD']}@{host}{port}/{facts['NAME']}"


def _file(port: int, people: list[tuple[str, str]], writes: int, pause: float) -> Told:
    """Each files so many records one after the other, all of them at once, with pauses of about that length."""
    dice = random.Random(len(people))
    told, gate = Told(), threading.Barrier(len(people))

    def clerk(number: int, token: str, school: str) -> None:
        gate.wait()
        for write in range(writes):
            item = f"课桌{pause}-{len(people)}-{number}-{write}"
            time.sleep(dice.uniform(0, 2 * pause))
            values = ROW | {"organisation": school, "item": item, "date": "2012-03-12"}
            began = time.perf_counter()
            status, text = _ask(port, "POST", "/api/ledgers/procurement/", token, {"reason": "报送", "values": values})
            told.seconds.append(time.perf_counter() - began)
            if status != 201:
                told.failures.append(f"{status} {text[:80]}")

    threads = [threading.Thread(target=clerk, args=(n, *one)) for n, one in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _ask(port: int, method: str, path: str, token: str, body: Any = None) -> tuple[int, str]:
    """One request on a connection of its own, as browsers behind a school's address make them."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        client.request(method, path, None if body is None else json.dumps(body), headers)
        answer = client.getresponse()
        return answer.status, answer.read().decode()
    except OSError as error:
        return 0, type(error).__name__
    finally:
        client.close()
