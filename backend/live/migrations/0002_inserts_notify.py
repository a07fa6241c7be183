"""Whoever writes a live event wakes those who watch its thread: in the database, once a thread and statement."""

from django.db import migrations

_CREATE = """
CREATE FUNCTION live_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('live', told.thread_id::text) FROM (SELECT DISTINCT thread_id FROM inserted) AS told;
    RETURN NULL;
END $$;
CREATE TRIGGER live_inserts_notify AFTER INSERT ON live_liveevent
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION live_notify();
"""
_DROP = """
DROP TRIGGER live_inserts_notify ON live_liveevent;
DROP FUNCTION live_notify();
"""


class Migration(migrations.Migration):
    dependencies = [("live", "0001_initial")]

    operations = [migrations.RunSQL(_CREATE, _DROP)]
