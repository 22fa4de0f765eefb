"""Outgoing mail waits in the database: no visitor waits for a mail server, and none is lost when it is down.

Code sends with ``actors.mail.send()`` or plain ``django.core.mail``; the runner of jobs does the rest.
"""

import datetime
import logging

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from post_office.mail import get_queued, send_queued
from post_office.models import PRIORITY, STATUS, Email

from actors.mail import one_address

# Mail holds addresses and what people wrote: kept only while somebody may ask whether it left.
KEPT_SENT = datetime.timedelta(days=7)
KEPT_FAILED = datetime.timedelta(days=30)
# An answer that comes later than this helps nobody.
WAITS_AT_MOST = datetime.timedelta(days=5)

logger = logging.getLogger(__name__)


class QueueBackend(BaseEmailBackend):
    """Puts messages into the queue, as they are (1 query).

    post_office's own backend would render their text as a template, and texts hold what visitors typed.
    Plain text alone: nothing of ours has a second form or an attachment.
    """

    def send_messages(self, email_messages):
        """How many were taken; raises ValueError for one with attachments or another form, or to what is no address."""
        now = timezone.now()
        rows = []
        for message in email_messages:
            if message.attachments or getattr(message, "alternatives", None):
                raise ValueError("Mail of the directory is plain text without attachments.")
            headers = dict(message.extra_headers)
            if message.reply_to:
                headers["Reply-To"] = ", ".join(message.reply_to)
            # Raises BadHeaderError now rather than in the job: a line break would add a header.
            message.message()
            rows.append(
                Email(
                    from_email=message.from_email,
                    to=[one_address(each) for each in message.to],
                    cc=[one_address(each) for each in message.cc],
                    bcc=[one_address(each) for each in message.bcc],
                    subject=message.subject,
                    message=message.body,
                    headers=headers or None,
                    status=STATUS.queued,
                    priority=PRIORITY.medium,
                    expires_at=now + WAITS_AT_MOST,
                )
            )
        Email.objects.bulk_create(rows)
        return len(rows)


def send_due() -> bool:
    """The job that sends what waits, ten at a time; whether there was any.

    What fails is tried again every hour for two days (``settings.POST_OFFICE``). While mail is off nothing
    leaves, what an earlier configuration queued included.
    """
    if not settings.MAIL_IS_ON or not get_queued().exists():
        return False
    send_queued(processes=1)
    return True


def forget_old() -> bool:
    """The job that deletes mail once nobody needs it, sent or not; whether there was any (1 query when none)."""
    now = timezone.now()
    old = Email.objects.filter(
        Q(status=STATUS.sent, last_updated__lt=now - KEPT_SENT) | Q(created__lt=now - KEPT_FAILED)
    )
    if not old.exists():
        return False
    with transaction.atomic():
        old.delete()
    return True
