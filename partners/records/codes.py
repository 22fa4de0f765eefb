"""Official codes of the closed lists."""

from actors.enums import LegalForm

# Insee, catégories juridiques (version of September 2022): level II where our form has one, else level I; forms that
# cover several of them have none. Ours, to be confirmed by the network, like ``actors/essglobal.py``.
LEGAL_CATEGORY: dict[LegalForm, str] = {
    LegalForm.SOLE_TRADER: "10",
    LegalForm.SCIC: "5",
    LegalForm.SCOP: "5",
    LegalForm.COMPANY: "5",
    LegalForm.STATE: "71",
    LegalForm.MUNICIPALITY: "72",
    LegalForm.DEPARTMENT: "72",
    LegalForm.REGION: "72",
    LegalForm.EPCI: "73",
    LegalForm.MIXED_SYNDICATE: "73",
    LegalForm.CONSULAR: "73",
    LegalForm.MUTUAL: "82",
    LegalForm.ASSOCIATION: "92",
    LegalForm.FOUNDATION: "93",
    LegalForm.ENDOWMENT_FUND: "93",
}
