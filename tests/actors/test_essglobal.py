"""The mapping to ESSGlobal names codes that exist, for every value that can have one."""

from actors import essglobal
from actors.enums import LegalForm, Sector

# Codes of the schemes of essglobal-linked-open-data/map-sse, vocabs/standard/*.skos, v1.1.
ACTIVITIES_MODIFIED = {f"AM{number}" for number in range(10, 170, 10)}
ORGANISATIONAL_STRUCTURES = {f"OS{number}" for number in (*range(10, 120, 10), 115, *range(120, 250, 10))}
LEGAL_FORMS = {"L1", "L2", "L3", "L4", "L5"}


def test_every_sector_has_an_activity():
    assert set(essglobal.ACTIVITY) == set(Sector)
    assert set(essglobal.ACTIVITY.values()) <= ACTIVITIES_MODIFIED


def test_every_legal_form_told_has_a_structure():
    assert set(essglobal.ORGANISATIONAL_STRUCTURE) == set(LegalForm) - {LegalForm.UNSPECIFIED}
    assert set(essglobal.ORGANISATIONAL_STRUCTURE.values()) <= ORGANISATIONAL_STRUCTURES


def test_legal_forms_agree_with_structures():
    assert set(essglobal.LEGAL_FORM.values()) <= LEGAL_FORMS
    cooperatives = {form for form, code in essglobal.LEGAL_FORM.items() if code == "L2"}
    assert cooperatives == {LegalForm.SCIC, LegalForm.SCOP, LegalForm.COOPERATIVE}
    assert {essglobal.ORGANISATIONAL_STRUCTURE[form] for form in cooperatives} == {"OS100", "OS60", "OS115"}
