"""Collect what is to be translated and compile the translations: `python tools/messages.py` (needs GNU gettext).

Chinese is what the source is written in; src/shuyuan/locale/en/LC_MESSAGES/django.po holds the English. Run it after
adding a string, fill the empty `msgstr`s, run it again; it says how many are still empty. Titles, units and notes of
figures and the units of fields are plain strings in the declarations: they are collected from there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
SOURCE = HERE / "src/shuyuan"
BOOK = SOURCE / "locale/en/LC_MESSAGES/django.po"


def declared() -> Iterator[str]:
    """What people read of figures, wherever they are declared, and the names of the kinds of report."""
    from shuyuan.figures.registry import all_figures
    from shuyuan.report.outlines import kinds

    yield from (outline.name for outline in kinds())
    for figure in all_figures():
        yield from filter(None, (figure.title, figure.note))


def units() -> Iterator[str]:
    """The units of figures and of fields; in English they have a plural."""
    from shuyuan.core.units import CLOSE
    from shuyuan.figures.foot import PER_RECORD
    from shuyuan.figures.registry import all_figures
    from shuyuan.ledger.fields import Measured
    from shuyuan.ledger.ledger import ledgers

    yield PER_RECORD
    fields = [field for book in ledgers() for field in book.model._meta.concrete_fields]
    yield from (field.unit for field in fields if isinstance(field, Measured) and field.unit not in CLOSE)
    for figure in all_figures():
        yield from (unit for unit in (figure.unit, figure.shown_in) if unit not in CLOSE)


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuyuan.site.settings")
    os.chdir(SOURCE)  # makemessages reads the folder it stands in
    import django
    import polib
    from django.core.management import call_command
    from django.core.management.commands.makemessages import Command

    class Collect(Command):
        xgettext_options = [
            *Command.xgettext_options,
            "--keyword=_t",
        ]  # our short name of gettext, beside _ the lazy one
        msgmerge_options = [*Command.msgmerge_options, "--no-fuzzy-matching"]  # a guess is worse than a gap

    django.setup()
    BOOK.parent.mkdir(parents=True, exist_ok=True)
    before = polib.pofile(str(BOOK)) if BOOK.exists() else polib.POFile()
    call_command(
        Collect(),
        locale=["en"],
        ignore_patterns=["*/migrations/*", "*/static/*", "*sample*"],
        no_location=True,
        no_wrap=True,
        no_obsolete=True,
        verbosity=0,
    )
    book = polib.pofile(str(BOOK), wrapwidth=0)
    known = {entry.msgid for entry in book if not entry.msgctxt}
    for text in dict.fromkeys(units()):
        kept = before.find(text, msgctxt="unit")
        forms = kept.msgstr_plural if kept else {0: "", 1: ""}
        book.append(polib.POEntry(msgctxt="unit", msgid=text, msgid_plural=text, msgstr_plural=forms))
    for text in dict.fromkeys(declared()):
        if text not in known:
            kept = before.find(text)
            book.append(polib.POEntry(msgid=text, msgstr=kept.msgstr if kept else ""))
    book.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))  # one place for each: branches merge in peace
    book.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "en",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    book.header = "English of Shuyuan, made by tools/messages.py."
    book.metadata_is_fuzzy = False
    book.save()
    book.save_as_mofile(str(BOOK.with_suffix(".mo")))
    empty = [entry.msgid for entry in book if not entry.translated()]
    sys.stdout.write(f"{len(book)} strings, {len(empty)} still without English\n")
    sys.stdout.writelines(f"  {msgid}\n" for msgid in empty)
    return 1 if empty else 0


if __name__ == "__main__":
    raise SystemExit(main())
