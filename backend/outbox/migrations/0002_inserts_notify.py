"""Whoever writes to the outbox wakes the relay: in the database, so that no writer forgets it or asks twice."""

from django.db import migrations

_CREATE = """
CREATE FUNCTION outbox_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('outbox', '');
    RETURN NULL;
END $$;
CREATE TRIGGER outbox_inserts_notify AFTER INSERT ON outbox_outboxevent
    FOR EACH STATEMENT EXECUTE FUNCTION outbox_notify();
"""
_DROP = """
DROP TRIGGER outbox_inserts_notify ON outbox_outboxevent;
DROP FUNCTION outbox_notify();
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]

    operations = [migrations.RunSQL(_CREATE, _DROP)]
