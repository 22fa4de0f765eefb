"""What no copy brings back, not for a moment: who was logged in, and mail that had not left."""

from django.contrib.sessions.models import Session
from post_office.models import STATUS, Email

# Table -> which of its rows, as SQL.
WAITING = {
    Session._meta.db_table: "TRUE",
    Email._meta.db_table: f"status IN ({STATUS.queued:d}, {STATUS.requeued:d})",
}
