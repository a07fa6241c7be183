from django.db import migrations, models

import api_schema.ids


class Migration(migrations.Migration):
    dependencies = [
        ("threads", "0002_replies_and_hold_checks"),
    ]

    operations = [
        migrations.RemoveField(model_name="reply", name="ask_id"),
        migrations.RemoveField(model_name="reply", name="refers_to"),
        migrations.AddField(
            model_name="reply",
            name="push_id",
            field=models.UUIDField(default=api_schema.ids.uuid7),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="reply",
            name="refer_to_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name="reply",
            name="device_id",
            field=models.UUIDField(),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "result__in",
                        [
                            "answered",
                            "kept",
                            "claimed",
                            "call_requested",
                            "passed",
                            "busy",
                            "not_my_kit",
                            "referred",
                            "not_referred",
                            "noted",
                            "reopened",
                            "not_needed",
                        ],
                    )
                ),
                name="reply_result_is_known",
            ),
        ),
    ]
