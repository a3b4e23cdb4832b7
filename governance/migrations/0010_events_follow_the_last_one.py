"""Keep changes as the text that is hashed, and let the database refuse an event that does not follow the last one.

The unique indexes on both hashes cost most of an append: hashes fall anywhere in an index. Triggers that look at the
last row alone refuse a fork as well, and a gap and an event between others with it. On SQLite a change of this table
rebuilds it and drops its triggers: a later migration of it must end by running ``guard_events`` of this one again.
"""

from importlib import import_module

from django.db import migrations, models

import governance.models.canonical
import governance.models.events

TABLE = "governance_auditevent"
MESSAGE = "An event stands after the last one and names its hash."

# The place is counted by who appends; while SQLite has yet to choose one it stands at -1, and the event is refused.
SQLITE = [
    f"""CREATE TRIGGER {TABLE}_follows BEFORE INSERT ON {TABLE}
        WHEN NEW.previous_hash <> COALESCE(
            (SELECT CASE WHEN id < NEW.id THEN hash ELSE 'not the last' END FROM {TABLE} ORDER BY id DESC LIMIT 1), ''
        ) BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"""
]
# One look for each statement, whatever it inserts. The lock lets writers wait for each other until they commit, so
# that the look after it sees what the others wrote. It is the one that ``governance.services.recording`` takes.
POSTGRESQL = [
    f"""CREATE FUNCTION {TABLE}_wait() RETURNS trigger AS $$
        BEGIN PERFORM pg_advisory_xact_lock(1329743190); RETURN NULL; END; $$ LANGUAGE plpgsql""",
    f"""CREATE FUNCTION {TABLE}_follow() RETURNS trigger AS $$
        DECLARE first bigint; many bigint; head text;
        BEGIN
            SELECT min(id), count(*) INTO first, many FROM added;
            SELECT COALESCE((SELECT hash FROM {TABLE} WHERE id < first ORDER BY id DESC LIMIT 1), '') INTO head;
            IF (SELECT count(*) FROM {TABLE} WHERE id >= first) <> many OR EXISTS (
                SELECT 1 FROM (SELECT previous_hash, lag(hash, 1, head) OVER (ORDER BY id) AS before FROM added) AS one
                WHERE previous_hash <> before
            ) THEN RAISE EXCEPTION '{MESSAGE}'; END IF;
            RETURN NULL;
        END; $$ LANGUAGE plpgsql""",
    f"CREATE TRIGGER {TABLE}_waits BEFORE INSERT ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_wait()",
    f"""CREATE TRIGGER {TABLE}_follows AFTER INSERT ON {TABLE} REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_follow()""",
]
UNDO_SQLITE = [f"DROP TRIGGER IF EXISTS {TABLE}_follows"]
UNDO_POSTGRESQL = [
    *(f"DROP TRIGGER IF EXISTS {TABLE}_{name} ON {TABLE}" for name in ("waits", "follows")),
    *(f"DROP FUNCTION IF EXISTS {TABLE}_{name}" for name in ("wait", "follow")),
]

refuse = import_module("governance.migrations.0002_events_append_only")


def guard_events(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    if not is_postgresql:  # the changes above rebuilt the table; PostgreSQL's triggers outlast them
        refuse.allow_changes(apps, schema_editor)
        refuse.refuse_changes(apps, schema_editor)
    for statement in POSTGRESQL if is_postgresql else SQLITE:
        schema_editor.execute(statement)


def free_events(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in UNDO_POSTGRESQL if is_postgresql else UNDO_SQLITE:
        schema_editor.execute(statement)


def refuse_again(apps, schema_editor):
    """Going back rebuilds the table on SQLite as well: what the first migrations refuse is refused again."""
    if schema_editor.connection.vendor != "postgresql":
        refuse.allow_changes(apps, schema_editor)
        refuse.refuse_changes(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("governance", "0009_law_records")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, refuse_again),
        migrations.RemoveConstraint(model_name="auditevent", name="event_chain_has_no_fork"),
        migrations.AlterField(
            model_name="auditevent",
            name="id",
            field=governance.models.events.PlaceField(primary_key=True, serialize=False),
        ),
        migrations.AlterField(model_name="auditevent", name="hash", field=models.CharField(max_length=64)),
        migrations.AlterField(
            model_name="auditevent",
            name="changes",
            field=governance.models.canonical.CanonicalJSONField(default=dict, help_text="{field: [before, after]}"),
        ),
        migrations.RunPython(guard_events, free_events),
    ]
