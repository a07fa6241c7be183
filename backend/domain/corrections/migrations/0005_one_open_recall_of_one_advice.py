from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("corrections", "0004_fill_what_recalls_are_of")]

    operations = [
        # The column stays for as long as a process of the release before may write it.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="recall", name="correction")]
        ),
        migrations.AddIndex(
            model_name="recall",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["organisation", "-begun_at", "-id"], name="recall_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("howto__isnull", True),
                        ("suggestion__isnull", False),
                        ("step__isnull", True),
                        ("version__isnull", True),
                    ),
                    models.Q(("howto__isnull", False), ("suggestion__isnull", True), ("version__isnull", False)),
                    _connector="OR",
                ),
                name="correction_is_of_one_advice",
            ),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("howto__isnull", True), ("suggestion__isnull", False)),
                    models.Q(("howto__isnull", False), ("suggestion__isnull", True)),
                    _connector="OR",
                ),
                name="recall_is_of_one_advice",
            ),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), ("retired_version__isnull", True)),
                    models.Q(
                        ("howto__isnull", False),
                        ("suggestion__isnull", True),
                        ("retired_version__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="recall_of_what_was_retired_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")), fields=("suggestion",), name="one_open_recall_per_suggestion"
            ),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")), fields=("howto",), name="one_open_recall_per_howto"
            ),
        ),
        migrations.AddConstraint(
            model_name="recallnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("reach__in", ["applied", "viewed"])), name="recall_notice_reach_is_known"
            ),
        ),
    ]
