from django.db import migrations

# Until now every try was on its thread's machine, and every moment was in the clip of the question.
TRIES = """
UPDATE threads_try SET asset_id = threads_thread.asset_id
FROM threads_thread WHERE threads_thread.id = threads_try.thread_id AND threads_try.asset_id IS NULL
"""
MOMENTS = """
UPDATE threads_suggestion SET moment_clip_id = threads_thread.ask_clip_id
FROM threads_thread
WHERE threads_thread.id = threads_suggestion.thread_id
  AND threads_suggestion.moment_start_ms IS NOT NULL AND threads_suggestion.moment_clip_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("threads", "0005_tries_moments_and_deflections"),
    ]

    operations = [
        migrations.RunSQL(TRIES, migrations.RunSQL.noop),
        migrations.RunSQL(MOMENTS, migrations.RunSQL.noop),
    ]
