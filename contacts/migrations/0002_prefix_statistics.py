"""What the planner knows about beginnings of names, numbers and mailboxes: a hundred samples of a million say nothing."""

from django.db import migrations

PREFIXES = [("person", "name_key"), ("personphone", "number"), ("personemail", "address")]
STATISTICS = "".join(
    f"ALTER TABLE contacts_{table} ALTER COLUMN {column} SET STATISTICS {{0}};" for table, column in PREFIXES
)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]
    operations = [
        migrations.RunSQL(STATISTICS.format(1000), STATISTICS.format(-1)),
        migrations.RunSQL(
            "ANALYZE contacts_person, contacts_personphone, contacts_personemail", migrations.RunSQL.noop
        ),
    ]
