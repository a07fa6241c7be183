from django.db import migrations

# That somebody saw a how-to was kept here, and that they opened it beside its collections. It is one record now.
MOVE = """
    INSERT INTO howtos_howtoopening (id, organisation_id, howto_id, person_id, opened_at, last_opened_at)
    SELECT view.id, view.organisation_id, howto.id, view.person_id, view.first_at, view.last_at
    FROM corrections_adviceview AS view
    JOIN howtos_howto AS howto ON howto.id = view.advice_id AND howto.organisation_id = view.organisation_id
    WHERE view.kind = 'howto'
    ON CONFLICT (howto_id, person_id) DO UPDATE SET
        opened_at = LEAST(howtos_howtoopening.opened_at, EXCLUDED.opened_at),
        last_opened_at = GREATEST(howtos_howtoopening.last_opened_at, EXCLUDED.last_opened_at);
    DELETE FROM corrections_adviceview WHERE kind = 'howto'
"""
COPY_BACK = """
    INSERT INTO corrections_adviceview (id, organisation_id, person_id, kind, advice_id, first_at, last_at)
    SELECT id, organisation_id, person_id, 'howto', howto_id, opened_at, COALESCE(last_opened_at, opened_at)
    FROM howtos_howtoopening
    ON CONFLICT (person_id, advice_id) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("corrections", "0005_one_open_recall_of_one_advice"),
        ("howtos", "0005_last_opening"),
    ]
    operations = [migrations.RunSQL(MOVE, COPY_BACK)]
