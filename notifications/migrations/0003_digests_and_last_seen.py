from typing import Any

from django.db import migrations, models
from django.db.models import F


def seen_when_registered(apps: Any, _schema_editor: Any) -> None:
    apps.get_model("notifications", "Device").objects.update(last_seen_at=F("registered_at"))


def platform_of_the_device(apps: Any, _schema_editor: Any) -> None:
    deliveries = apps.get_model("notifications", "Delivery").objects
    for device in apps.get_model("notifications", "Device").objects.iterator():
        deliveries.filter(device_id=device.pk).update(platform=device.platform)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_reply_tokens_and_preferences")]

    operations = [
        migrations.AddField("delivery", "platform", models.CharField(blank=True, default="", max_length=8)),
        migrations.AlterField("delivery", "platform", models.CharField(blank=True, max_length=8)),
        migrations.AddField("device", "last_seen_at", models.DateTimeField(null=True)),
        migrations.RunPython(seen_when_registered, migrations.RunPython.noop),
        migrations.RunPython(platform_of_the_device, migrations.RunPython.noop),
        migrations.AlterField("device", "last_seen_at", models.DateTimeField()),
        migrations.AddField("inboxitem", "waits_for_digest", models.BooleanField(default=False)),
        migrations.AddIndex(
            "inboxitem",
            models.Index(
                condition=models.Q(("waits_for_digest", True)),
                fields=["recipient_id"],
                name="inbox_item_for_digest",
            ),
        ),
    ]
