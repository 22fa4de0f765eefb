"""What « Comment sont-ils liés ? » asks."""

from django.core.exceptions import ValidationError

from actors.filters.fields import ChecksField, SeveralField, named_actor
from actors.filters.strict import StrictForm
from actors.models import Actor
from actors.network.chains import FEWEST, MOST, Through


class ActorsField(SeveralField):
    """Two to five actors by address or name; cleans to a tuple, empty without a value (1 query each, 2 for an error)."""

    most = MOST
    too_many = "Pas plus de %(most)d acteurs à la fois."
    longest = 250

    def read(self, given: list[str]) -> tuple[Actor, ...]:
        faults, found = [], []
        for text in given:
            try:
                found.append(named_actor(text))
            except ValidationError as error:
                faults.append(error)
        if faults:
            raise ValidationError(faults)
        distinct = tuple(dict.fromkeys(found))
        if given and len(distinct) < len(found):
            raise ValidationError("Le même acteur est nommé deux fois : donnez-en un autre.", code="twice")
        if given and len(distinct) < FEWEST:
            raise ValidationError("Donnez au moins deux acteurs.", code="too_few")
        return distinct


class ChainForm(StrictForm):
    """« Comment sont-ils liés ? »: two to five actors, and what chains may pass through."""

    acteur = ActorsField(label="Acteurs", required=False)
    inclure = ChecksField(
        label="Passer aussi par",
        required=False,
        choices=[
            ("tres-relies", "les acteurs très reliés"),
            ("deduits", "les liens déduits"),
            ("personnes", "une personne en commun"),
        ],
    )

    @property
    def through(self) -> Through:
        asked = self.cleaned_data["inclure"]
        return Through(hubs="tres-relies" in asked, inferred="deduits" in asked, persons="personnes" in asked)
