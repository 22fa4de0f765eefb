"""Columns of tables: their names and order, once published, never change; new ones are added at the end.

The tables, the table schemas and the page « Données » all read from here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

SEPARATOR = " | "
LICENCE_NAME = "Licence Ouverte 2.0"

Value = str | int | float | bool | None


@dataclass(frozen=True)
class Column:
    """``value``: of a record. ``kind``: a type of Frictionless' table schema."""

    name: str
    about: str
    value: Callable[[dict], Value]
    kind: str = "string"


def several(values: Sequence[str]) -> str:
    return SEPARATOR.join(values)


def _key(name: str, key: str, about: str, kind: str = "string") -> Column:
    return Column(name, about, lambda record: record[key], kind)


def _french(name: str, key: str, about: str) -> Column:
    return Column(name, about, lambda record: record["french"][key])


def _list(name: str, key: str, about: str) -> Column:
    return Column(name, f"{about} ; séparés par « | »", lambda record: several(record[key]))


def _of(key: str, inner: str) -> Callable[[dict], Value]:
    return lambda record: record[key][inner] if record[key] else None


def sources_cell(record: dict) -> str:
    """« lettre-71#dechets | https://… »: what a source is found by."""
    return several(
        list(
            dict.fromkeys(
                f"{source['letter']}#{source['article']}"
                if source["letter"]
                else source["url"] or source["title"]
                for source in record["sources"]
            )
        )
    )


ACTORS: tuple[Column, ...] = (
    _key("identifiant", "id", "Identifiant permanent : huit signes, qui ne changent jamais"),
    _key("nom", "name", "Nom"),
    _key("precision", "precision", "Précision montrée après un nom courant"),
    _list("autres_noms", "aliases", "Sigles, anciens noms et autres noms"),
    _french("nature", "nature", "Structure, initiative ou PTCE"),
    _key("nature_code", "nature", "La même en code : organisation, initiative, ptce"),
    _french("type", "kind", "Type de structure ou d’initiative"),
    _key("type_code", "kind", "Le même en code"),
    _french("famille", "sphere", "Famille : économie sociale et solidaire, publique, hors ESS, mixte, non précisée"),
    _key("famille_code", "sphere", "La même en code"),
    _french("statut_juridique", "legal_form", "Statut juridique ; vide pour une initiative"),
    _key("statut_juridique_code", "legal_form", "Le même en code"),
    _key("categorie_juridique", "legal_category", "Catégorie juridique de l’Insee, un ou deux chiffres"),
    _key("siren", "siren", "SIREN ; voir « etat_numeros »"),
    _key("siret", "siret", "SIRET"),
    _key("rna", "rna", "Numéro au répertoire national des associations"),
    _key("etat_numeros", "registry_state", "Confiance dans ces numéros : absent, proposed (à vérifier), verified"),
    Column("domaines", "Domaines d’activité, le principal d’abord ; séparés par « | »", lambda record: several(record["french"]["sectors"])),
    _list("domaines_codes", "sectors", "Les mêmes en codes"),
    Column("activites", "Activités ; séparées par « | »", lambda record: several(record["french"]["activities"])),
    Column("agrements", "Agréments, labels et dispositifs ; séparés par « | »", lambda record: several(record["french"]["approvals"])),
    Column("lieu", "Siège, à défaut premier lieu connu : la commune, ou le niveau que dit la source", _of("seat", "name")),
    Column("lieu_code", "Code Insee de la commune, SIREN de l’intercommunalité, ou mot de l’annuaire", _of("seat", "code")),
    Column("lieu_niveau", "Niveau de ce lieu : commune, epci, department…", _of("seat", "kind")),
    Column("latitude", "Latitude, en degrés (WGS 84)", _of("location", "latitude"), "number"),
    Column("longitude", "Longitude, en degrés (WGS 84)", _of("location", "longitude"), "number"),
    Column("point_precision", "Le point est celui de l’adresse (address) ou de la commune (commune)", _of("location", "precision")),
    _list("sites_web", "websites", "Sites web"),
    _list("courriels", "emails", "Courriels de la structure, jamais de personnes"),
    _list("telephones", "phones", "Téléphones de la structure, jamais de personnes"),
    _list("reseaux_sociaux", "social", "Comptes sur les réseaux sociaux, tels qu’imprimés"),
    _list("adresses_postales", "postal_addresses", "Adresses postales"),
    _key("resume", "summary", "Ce que fait l’acteur, en une ligne"),
    _key("description", "description", "Description"),
    _french("situation", "life_status", "Situation, vraie l’année qui suit"),
    _key("situation_code", "life_status", "La même en code"),
    _key("situation_annee", "life_status_year", "Année où cette situation était vraie", "year"),
    _key("creation", "founded", "Date de création, aussi précise que la source (EDTF : 2018, 2018~, ../2004)"),
    _key("fin", "closed", "Date de fin, de même"),
    _key("ptce_possible", "potential_ptce", "Initiative qui peut devenir un PTCE", "boolean"),
    Column("administre", "Code du territoire que cet acteur public administre", _of("administers", "code")),
    _key("verifie_le", "last_confirmed_on", "Jour où la fiche a été vérifiée", "date"),
    _key("information_de", "as_of", "Date de la dernière source : année, mois ou jour"),
    _key("modifie_le", "updated_at", "Dernière modification de la fiche", "datetime"),
    Column("sources", "Sources, la plus récente d’abord : lettre#article, ou adresse ; séparées par « | »", sources_cell),
    _key("page", "url", "Adresse de la page"),
    _key("adresse_permanente", "uri", "Adresse qui ne change pas"),
)  # fmt: skip

# The first ones are named as Gephi expects the columns of edges.
COOPERATIONS: tuple[Column, ...] = (
    Column("Source", "Identifiant permanent de l’acteur d’où part le lien", _of("source", "id")),
    Column("Target", "Identifiant permanent de l’acteur vers qui il va", _of("target", "id")),
    Column("Type", "« Undirected » d’un lien qui se lit dans les deux sens, « Directed » sinon", lambda record: "Undirected" if record["symmetric"] else "Directed"),
    _key("Id", "id", "Identifiant permanent du lien"),
    _french("Label", "kind", "Type de lien"),
    Column("source_nom", "Nom du premier acteur", _of("source", "name")),
    Column("cible_nom", "Nom du second", _of("target", "name")),
    _key("type_code", "kind", "Type de lien, en code"),
    _key("phrase", "sentence", "Le lien en une phrase"),
    _french("etat", "status", "État : envisagé, décidé, en cours, terminé"),
    _key("etat_code", "status", "Le même en code"),
    _key("certitude", "certainty", "Énoncé par une source (stated) ou déduit par la rédaction (inferred)"),
    _key("raison", "reason", "D’un lien déduit : de quoi"),
    _key("depuis", "since", "Depuis quand, quand une source le dit (EDTF)"),
    _key("jusqu_a", "until", "Jusqu’à quand"),
    Column("annees_attestees", "Années des sources qui l’attestent ; séparées par « | »", lambda record: several([str(year) for year in record["attested_years"]])),
    _key("information_de", "as_of", "Date de la dernière de ces sources"),
    Column("sources", "Sources, la plus récente d’abord : lettre#article, ou adresse ; séparées par « | »", sources_cell),
    _key("adresse_permanente", "uri", "Adresse qui ne change pas"),
)  # fmt: skip

NODES: tuple[Column, ...] = (
    _key("Id", "id", "Identifiant permanent de l’acteur"),
    _key("Label", "full_name", "Nom, suivi de sa précision"),
    _key("nature", "nature", "Nature, en code : organisation, initiative, ptce"),
    _key("type", "kind", "Type, en code"),
    _key("famille", "sphere", "Famille, en code : ess, public, business, mixed, unknown"),
    _list("domaines", "sectors", "Domaines d’activité, en codes"),
    Column("lieu", "Siège, à défaut premier lieu connu", _of("seat", "name")),
    Column("lieu_code", "Code de ce lieu", _of("seat", "code")),
    Column("latitude", "Latitude, en degrés (WGS 84)", _of("location", "latitude"), "number"),
    Column("longitude", "Longitude, en degrés (WGS 84)", _of("location", "longitude"), "number"),
    _key("situation", "life_status", "Situation, en code"),
    _key("page", "url", "Adresse de la page"),
    _key("adresse_permanente", "uri", "Adresse qui ne change pas"),
)  # fmt: skip

TERRITORIES: tuple[Column, ...] = (
    _key("identifiant", "id", "Identifiant permanent, fait du code officiel"),
    _key("code", "code", "Code Insee ; SIREN d’une intercommunalité ; mot de l’annuaire pour les autres"),
    _french("niveau", "kind", "Niveau"),
    _key("niveau_code", "kind", "Le même en code"),
    _key("nom", "name", "Nom"),
    _list("autres_noms", "aliases", "Anciens noms et noms courts"),
    Column("contenu_dans", "Identifiants de ce qui le contient en entier, le plus large d’abord ; séparés par « | »", lambda record: several([each["id"] for each in record["containers"] if each["whole"]])),
    Column("en_partie_dans", "Identifiants de ce qui le contient en partie ; séparés par « | »", lambda record: several([each["id"] for each in record["containers"] if not each["whole"]])),
    Column("succede_a", "Identifiants de ceux à qui il succède ; séparés par « | »", lambda record: several([each["id"] for each in record["predecessors"]])),
    Column("remplace_par", "Identifiants de ceux qui lui succèdent ; séparés par « | »", lambda record: several([each["id"] for each in record["successors"]])),
    _list("codes_postaux", "postal_codes", "Codes postaux"),
    _key("siren", "siren", "SIREN"),
    _key("population", "population", "Population municipale", "integer"),
    _key("population_annee", "population_year", "Année de cette population", "year"),
    Column("latitude", "Latitude d’un point à l’intérieur", _of("location", "latitude"), "number"),
    Column("longitude", "Longitude de ce point", _of("location", "longitude"), "number"),
    _key("acteurs", "actor_count", "Nombre d’acteurs qui y sont", "integer"),
    _key("page", "url", "Adresse de la page"),
    _key("adresse_permanente", "uri", "Adresse qui ne change pas"),
)  # fmt: skip

LETTERS: tuple[Column, ...] = (
    _key("identifiant", "id", "Identifiant permanent"),
    _french("type", "kind", "Lettre ou supplément territorial"),
    _key("numero", "number", "Numéro"),
    _key("titre", "title", "Titre"),
    _key("date", "date", "Date de parution, aussi précise qu’on la connaît"),
    _key("au_plus_tot", "earliest", "Parue au plus tôt ce jour", "date"),
    _key("au_plus_tard", "latest", "Parue au plus tard ce jour", "date"),
    _key("date_raison", "date_reason", "D’où vient la date"),
    _key("editeur", "publisher", "Éditeur"),
    _key("articles", "article_count", "Nombre d’articles", "integer"),
    _key("page", "url", "Adresse de la page"),
    _key("adresse_permanente", "uri", "Adresse qui ne change pas"),
)  # fmt: skip

# At the end of every row: whoever cuts a table in two still knows what he has.
CLOSING: tuple[tuple[str, str], ...] = (
    ("licence", "Licence de ces données : Licence Ouverte 2.0"),
    ("extrait_le", "Jour où le fichier a été fait"),
)
