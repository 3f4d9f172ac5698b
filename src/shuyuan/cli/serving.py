"""Serving: the site and its worker as two processes that live and end together."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

from django.core.management.base import CommandError
from django.utils.translation import gettext as _t

PAUSE = 1.0  # seconds before a worker that died is started again


def serve(host: str, port: int, *, threads: int = 4, worker: bool = True) -> None:
    """Until Ctrl+C, or until the server ends. A worker that dies is started again; what it had begun is taken up."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1" if host == "0.0.0.0" else host, port)) == 0:  # noqa: S104  (compared, not bound)
            raise CommandError(_t("端口 %(port)s 已被占用；请用 --port 换一个") % {"port": port})
    site = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    site += ["--blocking-threads", str(threads), "--no-access-log", "--log-level", "warning"]
    server = subprocess.Popen([*site, "shuyuan.site.wsgi:application"])
    helper = _worker() if worker else None
    try:
        while server.poll() is None:
            if helper is not None and helper.poll() is not None:
                time.sleep(PAUSE)
                helper = _worker()
            time.sleep(0.2)
        if server.returncode:
            raise CommandError(_t("网站没有启动成功（退出码 %(code)s）") % {"code": server.returncode})
    finally:
        for process in filter(None, (server, helper)):
            _end(process)


def _worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "shuyuan.cli.main", "worker", "--quiet"])


def _end(process: subprocess.Popen[bytes]) -> None:
    """A worker first ends what it is doing; one that does not is stopped, and its work taken up the next time."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
