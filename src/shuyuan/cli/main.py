"""`shuyuan`: the one entry point; it also runs Django's own commands."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuyuan.site.settings")
    execute_from_command_line(["shuyuan", *sys.argv[1:]])


if __name__ == "__main__":
    main()
