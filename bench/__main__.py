"""python -m bench [--small] [--only report,pages …]: measure, print a table, keep it in bench/results.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")
ORDER = ("register", "workbook", "binding", "returning", "report", "past", "pages", "checks", "load")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a few thousand records: only to see that it runs")
    parser.add_argument("--only", default=",".join(ORDER), help=f"comma-separated: {', '.join(ORDER)}")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are written")
    options = parser.parse_args(arguments)
    chosen = options.only.split(",")
    if unknown := set(chosen) - set(ORDER):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(ORDER)}")

    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    from django.db import connection

    from bench import binding, checks, county, load, pages, past, register, report, returning, workbook
    from bench.measure import SMALL, Results, Size

    size = SMALL if options.small else Size()
    store = _store()
    print(f"-- {store}, {_machine()}", flush=True)
    results = Results(store)
    old = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["MIGRATE"] = not options.small  # the tables are the same, and sooner there
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        place = county.found()
        modules = (register, workbook, binding, returning, report, past, pages, checks, load)
        for name, module in zip(ORDER, modules, strict=True):
            if name in chosen:
                module.run(place, size, results)
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)
    if not options.small or options.results != RESULTS:
        _keep(options.results, results)
    return 0


def _store() -> str:
    from django.db import connection

    if connection.vendor == "sqlite":
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"


def _machine() -> str:
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores{busy}, Python {platform.python_version()}"


def _keep(path: Path, results: object) -> None:
    """Each store's last run, side by side in one file."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    facts = asdict(results)  # type: ignore[call-overload]
    vendor = facts["store"].split()[0]
    known[vendor] = facts | {"machine": _machine(), "at": datetime.now().isoformat(timespec="seconds")}
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
