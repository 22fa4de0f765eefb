"""Django's French sentences about a row that was written, said in words of ours; a release that says them otherwise fails."""

import pytest
from django.utils.html import format_html
from django.utils.safestring import SafeData
from django.utils.translation import gettext

from territories.admin_words import in_our_words

NAMED = {"name": "structure", "obj": format_html('<a href="/x/">{}</a>', "A & « B »")}
WHAT = '«\xa0<a href="/x/">A &amp; « B »</a>\xa0».'


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("The {name} “{obj}” was added successfully.", f"Ajout enregistré\xa0: {WHAT}"),
        (
            "The {name} “{obj}” was added successfully. You may add another {name} below.",
            f"Ajout enregistré\xa0: {WHAT} Vous pouvez en ajouter d’autres ci-dessous.",
        ),
        ("The {name} “{obj}” was changed successfully.", f"Modification enregistrée\xa0: {WHAT}"),
        (
            "The {name} “{obj}” was changed successfully. You may edit it again below.",
            f"Modification enregistrée\xa0: {WHAT} Vous pouvez continuer ci-dessous.",
        ),
        (
            "The {name} “{obj}” was changed successfully. You may add another {name} below.",
            f"Modification enregistrée\xa0: {WHAT} Vous pouvez en ajouter d’autres ci-dessous.",
        ),
    ],
)
def test_a_row_written_is_told_without_objects(theirs, ours):
    told = in_our_words(format_html(gettext(theirs), **NAMED))
    assert told == ours
    assert isinstance(told, SafeData)


def test_a_row_deleted_is_told_so_and_stays_to_be_escaped():
    theirs = gettext("The %(name)s “%(obj)s” was deleted successfully.") % {
        "name": "territoire",
        "obj": "<b>",
    }
    told = in_our_words(theirs)
    assert told == "Suppression enregistrée\xa0: «\xa0<b>\xa0»."
    assert not isinstance(told, SafeData)


def test_other_messages_stay():
    assert in_our_words("3 fiches publiées.") == "3 fiches publiées."
