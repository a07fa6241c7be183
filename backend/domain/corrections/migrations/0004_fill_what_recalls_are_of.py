from typing import Any

from django.db import migrations

JOINED = "Joined with an earlier recall of the same answer, which says so, too."


def fill(apps: Any, _schema_editor: Any) -> None:
    """Have each recall name its suggestion, and each unsafe correction its recall; of an answer only one stays open."""
    recalls = apps.get_model("corrections", "Recall")._default_manager
    open_of: dict[Any, Any] = {}
    for recall in recalls.select_related("correction").order_by("begun_at", "pk"):
        correction = recall.correction
        recall.suggestion_id = correction.suggestion_id
        first = open_of.get(correction.suggestion_id)
        correction.recall = first or recall
        correction.save(update_fields=["recall"])
        if recall.status == "open" and first is None:
            open_of[correction.suggestion_id] = recall
        elif recall.status == "open":
            # Its people applied the same answer, and stand in the earlier one's list.
            recall.status, recall.closed_at, recall.closed_by_id = "closed", recall.begun_at, correction.author_id
            recall.close_reason = JOINED
            recall.notices.update(remind_at=None)
        recall.save()


def unfill(_apps: Any, _schema_editor: Any) -> None:
    """Nothing: the old column kept what it held."""


class Migration(migrations.Migration):
    dependencies = [("corrections", "0003_how_tos_reach_and_views")]
    operations = [migrations.RunPython(fill, unfill)]
