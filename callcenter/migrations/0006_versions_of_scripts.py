"""Scripts get versions: what stands becomes version 1 and is in use."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


STATES = [("draft", "draft"), ("released", "in use"), ("retired", "retired")]


def first_versions(apps, _schema_editor) -> None:
    """Each script's steps become its first version; «received:yes» becomes what is written and its value."""
    script, version = apps.get_model("callcenter", "Script"), apps.get_model("callcenter", "ScriptVersion")
    step, answer = apps.get_model("callcenter", "ScriptStep"), apps.get_model("callcenter", "ScriptAnswer")
    now = timezone.now()
    for row in script.objects.all():
        first = version.objects.create(script=row, number=1, state="released", created_at=now, released_at=now)
        step.objects.filter(script=row).update(version=first)
    for value in ("yes", "no"):
        answer.objects.filter(writes=f"received:{value}").update(writes="received", value=value)


class Migration(migrations.Migration):
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("callcenter", "0005_promised_time")]

    operations = [
        migrations.CreateModel(
            name="ScriptVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("state", models.CharField(choices=STATES, default="draft", max_length=10)),
                ("created_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                ("retired_at", models.DateTimeField(null=True)),
                ("created_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("released_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("script", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="callcenter.script")),
            ],
            options={
                "verbose_name": "version of a script",
                "ordering": ["script", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("script", "number"), name="script_version_once"),
                    models.UniqueConstraint(condition=models.Q(("state", "released")), fields=("script",), name="one_released_version"),
                    models.UniqueConstraint(condition=models.Q(("state", "draft")), fields=("script",), name="one_draft_version"),
                ],
            },
        ),
        migrations.AddField("scriptstep", "version", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="callcenter.scriptversion")),
        migrations.AddField("scriptstep", "hint", models.CharField(blank=True, max_length=200, verbose_name="hint for the operator")),
        migrations.AddField("scriptanswer", "about", models.CharField(blank=True, max_length=100)),
        migrations.AddField("scriptanswer", "value", models.CharField(blank=True, max_length=300)),
        migrations.RunPython(first_versions, migrations.RunPython.noop),
    ]
