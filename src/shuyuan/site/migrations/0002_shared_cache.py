"""The table of the cache that all processes share: nobody has to know of a command that makes it."""

from django.core.management import call_command
from django.db import migrations


def make(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("site", "0001_accounts")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
