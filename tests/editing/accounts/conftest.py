import pytest
from post_office.models import Email


@pytest.fixture
def mail_on(settings):
    """Mail is switched on; a function that gives what was queued."""
    settings.MAIL_IS_ON = True
    settings.EMAIL_BACKEND = "apes_directory.mail.QueueBackend"
    settings.SITE_URL = "https://annuaire.exemple.fr"
    settings.DEFAULT_FROM_EMAIL = "annuaire@exemple.fr"
    return lambda: list(Email.objects.order_by("pk"))
