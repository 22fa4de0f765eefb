"""The files of tests/editing/import_files, made anew, byte for byte, by ``python -m tests.editing.imports.nasty``.

Each is what somebody really uploads, or somebody malicious would; ``test_nasty_files.py`` tells what each
is answered.
"""

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

FOLDER = Path(__file__).resolve().parents[1] / "import_files"
# Of every part of a workbook: ZIP's first day.
_DAY = (1980, 1, 1, 0, 0, 0)
_MAKERS: dict[str, Callable[[], bytes]] = {}


def makes(name: str):
    def register(maker: Callable[[], bytes]) -> Callable[[], bytes]:
        _MAKERS[name] = maker
        return maker

    return register


def all_files() -> dict[str, bytes]:
    return {name: maker() for name, maker in _MAKERS.items()}


def text(*lines: str, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    return (end.join(lines) + end).encode(encoding)


def workbook(*sheets: tuple[str, list[list]], merge: str = "") -> bytes:
    book = Workbook()
    book.remove(book.active)
    book.properties.created = book.properties.modified = datetime.datetime(2000, 1, 1)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if merge:
            sheet.merge_cells(merge)
    file = io.BytesIO()
    book.save(file)
    return same_day(file.getvalue())


def same_day(archive: bytes, changed: dict[str, bytes] | None = None) -> bytes:
    """The archive with fixed dates, and some of its parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.infolist():
            # In this part the library writes the moment of saving.
            if entry.filename != "docProps/core.xml":
                contents = (changed or {}).get(entry.filename, old.read(entry))
                new.writestr(zipfile.ZipInfo(entry.filename, _DAY), contents)
    return file.getvalue()


# -- ways of writing text ------------------------------------------------------------------------------


@makes("cp1252.csv")
def _() -> bytes:
    return text("Nom;Commune", "L’Écoferme à 10 €;Hénin-Beaumont", encoding="cp1252")


@makes("latin-1-tabulations.txt")
def _() -> bytes:
    return text("Nom\tCommune", "Le Café des Tiers\tCourrières", encoding="latin-1")


@makes("utf-16.csv")
def _() -> bytes:
    return text("Nom\tCommune", "Le Café d’Ostrevent\tCourrières", encoding="utf-16")


@makes("utf-16-sans-marque.csv")
def _() -> bytes:
    return text("Nom;Commune", "Le Café d’Ostrevent;Courrières", encoding="utf-16-le")


@makes("marque-et-points-virgules.csv")
def _() -> bytes:
    return text("Nom;Site web", "La Fabrique, Courrières;fabrique.example", encoding="utf-8-sig")


@makes("virgules-et-guillemets.csv")
def _() -> bytes:
    return text("Nom,Description", '"Les ""Voisins""","Une ligne,', 'puis une autre"', encoding="utf-8")


@makes("caracteres-nuls.csv")
def _() -> bytes:
    return text("Nom;Commune", "La\0 Fabrique\x07;Courrières")


@makes("guillemet-ouvert.csv")
def _() -> bytes:
    return text("Nom;Commune", "La Fabrique;Courrières", '"La Ruche;Carvin', "Le Nid;Carvin")


@makes("octets-quelconques.csv")
def _() -> bytes:
    return bytes(range(128, 256)) * 8


# -- what tables look like -------------------------------------------------------------------------------


@makes("vide.csv")
def _() -> bytes:
    return b"\r\n\r\n"


@makes("sans-lignes.csv")
def _() -> bytes:
    return text("Nom;Commune")


@makes("sans-noms-de-colonnes.csv")
def _() -> bytes:
    return text("La Fabrique;12 rue Haute;03 21 00 00 00", "La Ruche;4 rue Basse;03 21 00 00 01")


@makes("deux-fois-la-meme-colonne.csv")
def _() -> bytes:
    return text("Nom;Raison sociale;Nom", "La Fabrique;SCIC La Fabrique;autre")


@makes("colonnes-inconnues.csv")
def _() -> bytes:
    return text("Nom;Effectif;;Modifié le", "La Fabrique;12;x;2024-01-01")


@makes("300-colonnes.csv")
def _() -> bytes:
    return text(
        ";".join(["Nom", *(f"Colonne {number}" for number in range(299))]), ";".join(["La Fabrique"] * 300)
    )


@makes("lignes-vides.csv")
def _() -> bytes:
    return text("", "Nom;Commune", ";;;", "La Fabrique;Courrières", "", "  ; ", "La Ruche;Carvin")


@makes("cellules-de-trop.csv")
def _() -> bytes:
    return text("Nom;Commune", "La Fabrique;Courrières;oups", "La Ruche")


@makes("lignes-en-double.csv")
def _() -> bytes:
    return text(
        "Nom;SIRET;Commune;Référence",
        "La Fabrique;73282932000074;Courrières;ess : 1",
        "La Fabrique;73282932000074;Courrières;ess : 1",
        "La Fabrique bis;732 829 320 00074;Carvin;ess : 2",
        "Autre chose;;Carvin;ess : 1",
        "La Ruche;;Carvin;",
        "LA RUCHE;;Carvin;ess : 3",
    )


# -- what spreadsheets do to values ----------------------------------------------------------------------


@makes("nombres-d-excel.xlsx")
def _() -> bytes:
    return workbook(
        (
            "Feuil1",
            [
                ["Nom", "SIREN", "Code INSEE", "Téléphone", "Situation", "Année", "Code postal"],
                ["La Fabrique", 732829320.0, 2691, 323000000, "En activité", datetime.date(2022, 6, 1), 2100],
                ["La Ruche", 7.3282932e8, None, None, None, datetime.datetime(2022, 6, 1, 8, 30), None],
            ],
        )
    )


@makes("notation-scientifique.csv")
def _() -> bytes:
    return text("Nom;SIRET;SIREN;Code INSEE", "La Fabrique;7,32829E+13;#N/A;2691")


@makes("formules.csv")
def _() -> bytes:
    return text(
        "Nom;Téléphone;En une ligne",
        "=cmd|' /C calc'!A0;;",
        "'=cmd|' /C calc'!A0;'+33 3 21 00 00 00;'-10 % pour les adhérents",
        "@collectif;+33 3 21 00 00 01;-10 %",
        "La Ruche;=1+1;",
    )


@makes("formules.xlsx")
def _() -> bytes:
    return workbook(
        ("Feuil1", [["Nom", "En une ligne"], ["La Fabrique", '=HYPERLINK("http://x.example","x")']])
    )


@makes("cellules-fusionnees.xlsx")
def _() -> bytes:
    return workbook(
        ("Feuil1", [["Nom", "Commune"], ["La Fabrique", "Courrières"], ["La Ruche", None]]), merge="B2:B3"
    )


@makes("titre-au-dessus.xlsx")
def _() -> bytes:
    return workbook(
        ("Feuil1", [["Liste des adhérents au 1er juin"], [], ["Nom", "Ville"], ["La Fabrique", "Courrières"]])
    )


@makes("plusieurs-feuilles.xlsx")
def _() -> bytes:
    return workbook(
        ("Notice", []),
        ("Structures", [["Nom", "Commune"], ["La Fabrique", "Courrières"]]),
        ("Archives", [["Nom"], ["La Ruche"]]),
    )


@makes("colonne-au-bout.xlsx")
def _() -> bytes:
    book = Workbook()
    book.active["A1"], book.active["A2"] = "Nom", "La Fabrique"
    book.active["XFD2"], book.active["A60000"] = "perdu", "La Ruche"
    file = io.BytesIO()
    book.save(file)
    return same_day(file.getvalue())


# -- what is no table --------------------------------------------------------------------------------------


@makes("pas-un-classeur.xlsx")
def _() -> bytes:
    return b"PK\x03\x04 ceci n'est pas une archive " * 20


@makes("classeur-coupe.xlsx")
def _() -> bytes:
    return workbook(("Feuil1", [["Nom"], ["La Fabrique"]]))[:-400]


@makes("classeur-abime.xlsx")
def _() -> bytes:
    whole = workbook(("Feuil1", [["Nom"], ["La Fabrique"]]))
    return same_day(whole, {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row><c"})


@makes("entites.xlsx")
def _() -> bytes:
    """XML whose entities unfold to a thousand million signs."""
    levels = [b'<!ENTITY a0 "ha">']
    levels += [f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">'.encode() for level in range(1, 10)]
    sheet = (
        b'<?xml version="1.0"?><!DOCTYPE worksheet [' + b"".join(levels) + b"]>"
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Nom&a9;</t></is></c></row></sheetData></worksheet>'
    )
    whole = workbook(("Feuil1", [["Nom"], ["La Fabrique"]]))
    return same_day(whole, {"xl/worksheets/sheet1.xml": sheet})


@makes("bombe.xlsx")
def _() -> bytes:
    """A few kilobytes that unpack to 240 million bytes."""
    file = io.BytesIO(workbook(("Feuil1", [["Nom"], ["La Fabrique"]])))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr(zipfile.ZipInfo("xl/media/image1.bmp", _DAY), bytes(240_000_000), zipfile.ZIP_BZIP2)
    return file.getvalue()


def unfolding(part: str, before: bytes, repeated: bytes, after: bytes) -> bytes:
    """Some kilobytes, of which one part says the same over and over: 20 million bytes, gigabytes once understood."""
    whole = workbook(("Feuil1", [["Nom"], ["La Fabrique"]]))
    file, space = io.BytesIO(), b' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.infolist():
            if entry.filename != part:
                new.writestr(zipfile.ZipInfo(entry.filename, _DAY), old.read(entry))
        contents = before.replace(b">", space + b">", 1) + repeated * (20_000_000 // len(repeated)) + after
        new.writestr(zipfile.ZipInfo(part, _DAY), contents, zipfile.ZIP_BZIP2)
    return file.getvalue()


@makes("formats-sans-fin.xlsx")
def _() -> bytes:
    return unfolding("xl/styles.xml", b"<styleSheet><cellXfs>", b"<xf/>", b"</cellXfs></styleSheet>")


@makes("ligne-sans-fin.xlsx")
def _() -> bytes:
    start, end = b'<worksheet><sheetData><row r="1">', b"</row></sheetData></worksheet>"
    return unfolding("xl/worksheets/sheet1.xml", start, b"<c/>", end)


@makes("separateurs-sans-fin.csv")
def _() -> bytes:
    """Short of what csv takes for a cell, and thousands of columns."""
    return b"Nom" + b";" * 60_000 + b"\r\nLa Fabrique" + b";" * 60_000 + b"x\r\n"


@makes("ancien.xls")
def _() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@makes("page-web.xls")
def _() -> bytes:
    return text("<html><body><table><tr><td>Nom</td></tr><tr><td>La Fabrique</td></tr></table></body></html>")


@makes("document.pdf")
def _() -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


@makes("classeur.ods")
def _() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", _DAY), "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(zipfile.ZipInfo("content.xml", _DAY), "<office:document-content/>")
    return file.getvalue()


# -- values ------------------------------------------------------------------------------------------------


@makes("longues-cellules.csv")
def _() -> bytes:
    return text("Nom;Description", f"{'x' * 10_240};", f"La Fabrique;{'Une phrase. ' * 900}")


@makes("valeurs-inconnues.csv")
def _() -> bytes:
    return text(
        "Nom;Type;Statut;Domaines;Labels;Activités;Situation;Année",
        "La Fabrique;Structure d’insertions;Asociation;Mobilité | Cuisine moléculaire;Tiers lieux;Maraichage bio;En activitée;22",
    )


@makes("communes-inconnues.csv")
def _() -> bytes:
    return text(
        "Nom;Commune;Code INSEE;Code postal;Adresse",
        "La Fabrique;Courière;;;",
        "La Ruche;;99999;;",
        "Le Nid;Carvin;62250;;",
        "Le Pavé;;62710;;1 rue Haute",
        "Le Coron;;;;1 rue Haute",
        "Le Lys;ST QUENTIN Cedex 2;;02100;",
    )


@makes("numeros-faux.csv")
def _() -> bytes:
    return text(
        "Nom;SIREN;SIRET;RNA;Courriel;Téléphone;Site web",
        "La Fabrique;732829321;73282932000075;595001234;contact arobase x.example;03 21;javascript:alert(1)",
        "La Ruche;73282932;;W595001234;Contact@RUCHE.example;0033321000000;WWW.Ruche.example/Accueil",
        "Le Nid;;55200155400012;;;;",
    )


@makes("code-de-page-web.csv")
def _() -> bytes:
    return text(
        "Nom;Description", "La Fabrique;<p>Un <b>lieu</b></p>", "<script>alert(1)</script>;", "A < B & C;x"
    )


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, contents in all_files().items():
        (FOLDER / name).write_bytes(contents)


if __name__ == "__main__":
    main()
