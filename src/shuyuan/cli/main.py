"""`shuyuan`: the one entry point; it also runs Django's own commands."""

import os
import sys


def main() -> None:
    """Run a command, in Chinese or in the language that SHUYUAN_LANGUAGE names (en)."""
    if sys.argv[1:2] == ["exam"]:  # works on files alone: no need to wait two seconds for the site
        from shuyuan.cli.engines import exam

        sys.exit(exam(sys.argv[2:]))
    _site()


def _site() -> None:
    import django
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, ProgrammingError
    from django.utils import translation
    from django.utils.translation import gettext as _t
    from psycopg.errors import UndefinedTable

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuyuan.site.settings")
    if language := os.environ.get("SHUYUAN_LANGUAGE"):
        django.setup()
        translation.activate(language)
    try:
        execute_from_command_line(["shuyuan", *sys.argv[1:]])
    except (OperationalError, ProgrammingError) as error:
        if "no such table" not in str(error) and not isinstance(error.__cause__, UndefinedTable):
            raise
        sys.exit(_t("数据库里还没有表；请先运行 shuyuan migrate"))


if __name__ == "__main__":
    main()
