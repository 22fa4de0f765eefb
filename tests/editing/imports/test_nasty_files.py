"""What each file of tests/editing/import_files is answered: a clear refusal, or the fate of each line."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from actors.models import Actor
from editing.exchange import steps
from editing.exchange.jobs import work_off
from editing.exchange.reading import FileRefused
from editing.import_models import ImportBatch, ImportRow
from tests.editing.imports.nasty import FOLDER, all_files
from tests.factories.editors import make_user
from tests.factories.territories import make_territory

pytestmark = pytest.mark.django_db

DAMAGED = (
    "Ce fichier n’est pas un classeur .xlsx, ou il est abîmé. Ouvrez-le dans votre tableur et enregistrez-le "
    "de nouveau au format .xlsx ou CSV."
)
TOO_HEAVY = (
    "Ce classeur est trop lourd à lire. Copiez les colonnes utiles dans un classeur neuf, sans mise en forme,"
)
NO_NAMES = "Aucune colonne connue : la première ligne du tableau doit donner le nom des colonnes"
REFUSED = {
    "300-colonnes.csv": "Ce tableau a plus de 200 colonnes. Retirez celles qui ne servent pas.",
    "ancien.xls": "C’est un ancien classeur Excel (.xls), ou un classeur protégé par un mot de passe. "
    "Enregistrez-le sans mot de passe au format .xlsx ou CSV.",
    "bombe.xlsx": "Ce classeur est trop grand une fois déplié (plus de 200 Mo) : il n’est pas lu.",
    "classeur-abime.xlsx": DAMAGED,
    "classeur-coupe.xlsx": DAMAGED,
    "classeur.ods": "C’est un classeur LibreOffice. Enregistrez-le au format .xlsx ou CSV.",
    "document.pdf": "C’est un document PDF. Il faut un classeur .xlsx ou un fichier CSV.",
    "entites.xlsx": DAMAGED,
    "formats-sans-fin.xlsx": TOO_HEAVY,
    "guillemet-ouvert.csv": "Le fichier ne se lit plus à partir de la ligne 3 : un guillemet y est ouvert et n’est "
    "pas fermé, ou une cellule est trop longue.",
    "ligne-sans-fin.xlsx": TOO_HEAVY,
    "octets-quelconques.csv": NO_NAMES,
    "page-web.xls": "C’est une page web ou un fichier de données, pas un tableau. Il faut un classeur .xlsx ou un "
    "fichier CSV.",
    "pas-un-classeur.xlsx": DAMAGED,
    "sans-lignes.csv": "Ce tableau n’a aucune ligne sous le nom de ses colonnes.",
    "sans-noms-de-colonnes.csv": NO_NAMES,
    "vide.csv": "Ce fichier est vide.",
}
WINDOWS = (
    "Ce fichier n’est pas en UTF-8 : il est lu comme un ancien fichier de Windows. Vérifiez les accents."
)
NEW = ("create", [])
WRONG_SUM = "ses chiffres ne vont pas ensemble, l’un d’eux est sans doute faux."
TWICE = ("error", ["La ligne répète la ligne 2 : même fiche ou même identifiant."])
ZERO = "le zéro du début, perdu par le tableur, est rétabli."
# Name -> what is said of the file, then of each line by its number.
READ = {
    "caracteres-nuls.csv": ([], {2: NEW}),
    "cellules-de-trop.csv": (
        [],
        {
            2: (
                "error",
                [
                    "La ligne a plus de cellules que le tableau n’a de colonnes : un séparateur y est sans doute de "
                    "trop."
                ],
            ),
            3: NEW,
        },
    ),
    "cellules-fusionnees.xlsx": (
        [
            "Des cellules sont fusionnées : seule la première de chaque groupe a une valeur, les autres sont vides."
        ],
        {2: NEW, 3: NEW},
    ),
    "code-de-page-web.csv": (
        [],
        {
            2: ("error", ["Description : la cellule contient du code de page web (<p>) : mettez du texte."]),
            3: ("error", ["Nom : la cellule contient du code de page web (<script>) : mettez du texte."]),
            4: NEW,
        },
    ),
    "colonne-au-bout.xlsx": ([], {2: NEW, 60000: NEW}),
    "colonnes-inconnues.csv": (
        [
            "Colonnes inconnues, qui ne seront pas reprises sans votre choix : « Effectif ».",
            "Colonnes que l’annuaire calcule lui-même et ne reprend pas : « Modifié le ».",
            "Une colonne n’a pas de nom : elle n’est pas reprise.",
        ],
        {2: NEW},
    ),
    "communes-inconnues.csv": (
        [],
        {
            2: (
                "error",
                ["Commune du siège : commune inconnue : « Courière ». Vouliez-vous dire « Courrières » ?"],
            ),
            3: ("error", ["Code INSEE du siège : aucune commune n’a le code INSEE « 99999 »."]),
            4: (
                "error",
                ["Code INSEE du siège : le code INSEE 62250 est celui de Courrières, non de « Carvin »."],
            ),
            5: (
                "error",
                ["Code INSEE du siège : aucune commune n’a le code INSEE « 62710 ». C’est un code postal."],
            ),
            6: ("error", ["Commune du siège : une adresse va avec sa commune."]),
            7: NEW,
        },
    ),
    "cp1252.csv": ([WINDOWS], {2: NEW}),
    "deux-fois-la-meme-colonne.csv": (
        [
            "Deux colonnes disent la même chose (Nom) : la première est reprise, « Raison sociale » ne l’est pas.",
            "Deux colonnes disent la même chose (Nom) : la première est reprise, « Nom » ne l’est pas.",
        ],
        {2: NEW},
    ),
    "formules.csv": (
        [],
        {
            2: ("error", ["Nom : « =cmd|' /C calc'!A0 » est une formule : mettez-y sa valeur."]),
            3: NEW,
            4: NEW,
            5: ("error", ["Téléphones : « =1+1 » est une formule : mettez-y sa valeur."]),
        },
    ),
    "formules.xlsx": (
        [
            "Des cellules contiennent des formules : leur dernier résultat enregistré est lu, rien s’il n’y en a pas."
        ],
        {2: NEW},
    ),
    "latin-1-tabulations.txt": ([WINDOWS], {2: NEW}),
    "lignes-en-double.csv": (
        [],
        {2: NEW, 3: TWICE, 4: TWICE, 5: TWICE, 6: NEW, 7: ("twin", ["Même nom que la ligne 6."])},
    ),
    "lignes-vides.csv": ([], {4: NEW, 7: NEW}),
    "longues-cellules.csv": (
        [],
        {
            2: (
                "error",
                ["Nom : Assurez-vous que cette valeur comporte au plus 200 caractères (actuellement 10240)."],
            ),
            3: NEW,
        },
    ),
    "marque-et-points-virgules.csv": ([], {2: NEW}),
    "nombres-d-excel.xlsx": ([], {2: NEW, 3: NEW}),
    "notation-scientifique.csv": (
        [],
        {
            2: (
                "error",
                [
                    "SIRET : « 7,32829E+13 » est un nombre arrondi par le tableur : mettez la colonne au format "
                    "« texte ».",
                    "SIREN : la cellule contient l’erreur « #N/A » du tableur.",
                ],
            )
        },
    ),
    "numeros-faux.csv": (
        [],
        {
            2: (
                "error",
                [
                    f"SIREN : « 732829321 » n’est pas un SIREN : {WRONG_SUM}",
                    f"SIRET : « 73282932000075 » n’est pas un SIRET : {WRONG_SUM}",
                    "RNA : « 595001234 » n’est pas un numéro RNA : un W suivi de neuf signes.",
                    "Courriels : « contact arobase x.example » n’est pas une adresse de courriel.",
                    "Téléphones : « 03 21 » n’est pas un numéro de téléphone : écrivez dix chiffres, ou + et "
                    "l’indicatif du pays.",
                    "Sites web : « javascript:alert(1) » n’est pas une adresse de site web.",
                ],
            ),
            3: ("error", ["SIREN : « 73282932 » n’est pas un SIREN : il en faut neuf chiffres."]),
            4: ("error", [f"SIRET : « 55200155400012 » n’est pas un SIRET : {WRONG_SUM}"]),
        },
    ),
    "plusieurs-feuilles.xlsx": (
        [
            "Ce classeur a plusieurs feuilles (« Structures », « Archives ») : seule « Structures » est lue. "
            "Pour une autre, déposez-le de nouveau en donnant son nom."
        ],
        {2: NEW},
    ),
    "separateurs-sans-fin.csv": ([], {2: NEW}),
    "titre-au-dessus.xlsx": (
        ["Les noms des colonnes sont à la ligne 3 : ce qui précède n’est pas lu."],
        {4: NEW},
    ),
    "utf-16-sans-marque.csv": ([], {2: NEW}),
    "utf-16.csv": ([], {2: NEW}),
    "valeurs-inconnues.csv": (
        [],
        {
            2: (
                "error",
                [
                    "Type : « Structure d’insertions » n’est pas dans la liste : vouliez-vous dire « Structure "
                    "d’insertion » ?",
                    "Statut juridique : « Asociation » n’est pas dans la liste : vouliez-vous dire « Association » ?",
                    "Domaines : « Mobilité » n’est pas dans la liste : vouliez-vous dire « Mobilités » ?",
                    "Labels : « Tiers lieux » n’est pas dans la liste : vouliez-vous dire « Tiers-lieu » ?",
                    "Activités : « Maraichage bio » n’est pas dans la liste : voyez les valeurs admises dans la "
                    "documentation de l’import.",
                    "Situation : « En activitée » n’est pas dans la liste : vouliez-vous dire « En activité » ?",
                    "Année de la situation : « 22 » n’est pas une année passée, de quatre chiffres.",
                ],
            )
        },
    ),
    "virgules-et-guillemets.csv": ([], {2: NEW}),
}


def test_the_files_are_those_the_program_makes():
    made = all_files()
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(made)
    assert [name for name, contents in made.items() if (FOLDER / name).read_bytes() != contents] == []


def test_each_file_is_told_here():
    assert sorted([*REFUSED, *READ]) == sorted(path.name for path in FOLDER.iterdir())


@pytest.fixture
def communes():
    make_territory(code="62250", name="Courrières", postal_codes=("62710",))
    make_territory(code="62215", name="Carvin", postal_codes=("62220",))
    make_territory(code="62427", name="Hénin-Beaumont", postal_codes=("62110",))
    make_territory(code="02691", name="Saint-Quentin", postal_codes=("02100",))


def upload(name):
    file = SimpleUploadedFile(name, (FOLDER / name).read_bytes())
    return steps.stage(file=file, sheet="", user=make_user())


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_table_is_refused_and_leaves_nothing(name):
    with pytest.raises(FileRefused) as refused:
        upload(name)
    assert str(refused.value).startswith(REFUSED[name])
    assert (ImportBatch.objects.count(), ImportRow.objects.count()) == (0, 0)


@pytest.mark.parametrize("name", READ)
def test_every_line_of_the_others_is_sorted_and_no_entry_written(name, communes):
    batch = upload(name)
    steps.ask_to_sort(batch, mapping=batch.mapping, scheme="", nature="organisation")
    assert work_off() is True
    batch.refresh_from_db()
    told = {row.line: (row.outcome, row.reasons) for row in batch.rows.all()}
    assert (batch.state, batch.problems, batch.done) == ("sorted", [], batch.total)
    assert (batch.notices, told) == READ[name]
    assert not Actor.objects.exists()


def values(name, line):
    batch = upload(name)
    steps.ask_to_sort(batch, mapping=batch.mapping, scheme="", nature="organisation")
    work_off()
    row = batch.rows.get(line=line)
    return {label: after for label, _, after in row.changes}, row.notes


def test_what_a_spreadsheet_did_to_numbers_is_undone_and_told(communes):
    assert values("nombres-d-excel.xlsx", 2) == (
        {
            "Nom": "La Fabrique",
            "SIREN": "732829320",
            "Code INSEE du siège": "02691",
            "Code postal du siège": "02100",
            "Téléphones": "03 23 00 00 00",
            "Situation": "En activité",
            "Année de la situation": "2022",
        },
        [f"Code INSEE du siège : {ZERO}", f"Téléphones : {ZERO}", f"Code postal du siège : {ZERO}"],
    )


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("cp1252.csv", 2, "L’Écoferme à 10 €"),
        ("latin-1-tabulations.txt", 2, "Le Café des Tiers"),
        ("utf-16.csv", 2, "Le Café d’Ostrevent"),
        ("utf-16-sans-marque.csv", 2, "Le Café d’Ostrevent"),
        ("caracteres-nuls.csv", 2, "La Fabrique"),
        ("virgules-et-guillemets.csv", 2, 'Les "Voisins"'),
        ("formules.csv", 3, "=cmd|' /C calc'!A0"),
        ("formules.csv", 4, "@collectif"),
        ("code-de-page-web.csv", 4, "A < B & C"),
    ],
)
def test_names_are_read_as_they_were_meant(name, line, expected, communes):
    assert values(name, line)[0]["Nom"] == expected


def test_another_sheet_is_read_when_it_is_named():
    file = SimpleUploadedFile("x.xlsx", (FOLDER / "plusieurs-feuilles.xlsx").read_bytes())
    batch = steps.stage(file=file, sheet="archives", user=make_user())
    assert [row.cells for row in batch.rows.all()] == [["La Ruche"]]
    with pytest.raises(
        FileRefused, match=r"pas de feuille « Autre »\. Il a : « Structures », « Archives »\."
    ):
        steps.stage(file=file, sheet="Autre", user=batch.created_by)
