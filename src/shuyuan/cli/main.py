"""`shuyuan`: the one entry point; it also runs Django's own commands."""

import os
import sys

import django
from django.core.management import execute_from_command_line
from django.utils import translation


def main() -> None:
    """Run a command, in Chinese or in the language that SHUYUAN_LANGUAGE names (en)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuyuan.site.settings")
    if language := os.environ.get("SHUYUAN_LANGUAGE"):
        django.setup()
        translation.activate(language)
    execute_from_command_line(["shuyuan", *sys.argv[1:]])


if __name__ == "__main__":
    main()
