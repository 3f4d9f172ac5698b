"""`shuyuan`: the one entry point; it also runs Django's own commands."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError
from psycopg.errors import UndefinedTable


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuyuan.site.settings")
    try:
        execute_from_command_line(["shuyuan", *sys.argv[1:]])
    except (OperationalError, ProgrammingError) as error:
        if "no such table" not in str(error) and not isinstance(error.__cause__, UndefinedTable):
            raise
        sys.exit("数据库里还没有表；请先运行 shuyuan migrate")


if __name__ == "__main__":
    main()
