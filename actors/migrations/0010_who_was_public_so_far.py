"""Who was ever public, from what was kept: the present state, the changes told, the mergers, the versions."""

from django.db import migrations
from django.utils import timezone

_PUBLISHED = '"publication": "published"'


def note(apps, schema_editor):
    PublicId = apps.get_model("actors", "PublicId")
    Change = apps.get_model("territories", "Change")
    Version = apps.get_model("reversion", "Version")
    now = timezone.now()
    published = dict(
        PublicId.objects.filter(actor__publication="published").values_list("value", "actor__created_at")
    )
    # A change of an entry that nobody saw was never told.
    times = Change.objects.filter(subject="actor").order_by("-number").values_list("key", "at")
    shown = dict(times)
    merged = apps.get_model("actors", "Merger").objects.filter(was_public=True)
    shown |= dict.fromkeys(set(merged.values_list("merged_id", flat=True)) - shown.keys(), now)
    by_actor = dict(PublicId.objects.filter(actor__isnull=False).values_list("actor_id", "value"))
    by_actor |= dict(apps.get_model("actors", "BinnedActor").objects.values_list("actor_id", "public_id_id"))
    kept = Version.objects.filter(content_type__app_label="actors", content_type__model="actor")
    kept = kept.filter(serialized_data__contains=_PUBLISHED).order_by()
    for pk in kept.values_list("object_id", flat=True).distinct():
        if value := by_actor.get(int(pk)):
            shown.setdefault(value, now)
    rows = []
    for row in PublicId.objects.iterator():
        if row.value not in shown and row.value not in published:
            continue
        rows.append(row)
        row.shown_at = published.get(row.value) or shown[row.value]
        if row.fate == "live" and row.value not in published:
            row.hidden_at = now
    PublicId.objects.bulk_update(rows, ["shown_at", "hidden_at"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("actors", "0009_who_was_public"),
        ("territories", "0001_initial"),
        ("reversion", "0002_add_index_on_version_for_content_type_and_db"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
