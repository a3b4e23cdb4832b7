"""PostgreSQL tells by numbers in a row that nothing stands between new events, and counts no others.

A count of all from the first new one on is planned once by each connection: on a young table as a look at every row,
which then stays so while the table grows.
"""

from importlib import import_module

from django.db import migrations

before = import_module("governance.migrations.0010_events_follow_the_last_one")
TABLE, MESSAGE = before.TABLE, before.MESSAGE

FOLLOW = f"""CREATE OR REPLACE FUNCTION {TABLE}_follow() RETURNS trigger AS $$
    DECLARE first bigint; last bigint; many bigint; head text;
    BEGIN
        SELECT min(id), max(id), count(*) INTO first, last, many FROM added;
        IF many = 0 THEN RETURN NULL; END IF;
        SELECT COALESCE((SELECT hash FROM {TABLE} WHERE id < first ORDER BY id DESC LIMIT 1), '') INTO head;
        IF last - first + 1 <> many OR (SELECT max(id) FROM {TABLE}) <> last OR EXISTS (
            SELECT 1 FROM (SELECT previous_hash, lag(hash, 1, head) OVER (ORDER BY id) AS before FROM added) AS one
            WHERE previous_hash <> before
        ) THEN RAISE EXCEPTION '{MESSAGE}'; END IF;
        RETURN NULL;
    END; $$ LANGUAGE plpgsql"""


def follow_in_a_row(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FOLLOW)


def follow_by_count(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(before.POSTGRESQL[1].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


class Migration(migrations.Migration):
    dependencies = [("governance", "0010_events_follow_the_last_one")]
    operations = [migrations.RunPython(follow_in_a_row, follow_by_count)]
