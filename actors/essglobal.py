"""Mapping to ESSGlobal 2.1 (codes of its SKOS schemes), the vocabulary linked data is exported to.

Ours, to be confirmed by the network. ``ORGANISATIONAL_STRUCTURE`` and ``LEGAL_FORM`` leave out what no
source tells; ESSGlobal has no concept for it.
"""

from actors.enums import LegalForm, Sector

# activities-modified
ACTIVITY: dict[Sector, str] = {
    Sector.AGRICULTURE: "AM130",
    Sector.FOOD: "AM60",
    Sector.REUSE: "AM120",
    Sector.MOBILITY: "AM160",
    Sector.EMPLOYMENT: "AM40",
    Sector.EDUCATION: "AM40",
    Sector.CULTURE: "AM10",
    Sector.CITIZENSHIP: "AM30",
    Sector.HEALTH: "AM80",
    Sector.DISABILITY: "AM80",
    Sector.CHILDHOOD: "AM80",
    Sector.EQUALITY: "AM20",
    Sector.HOUSING: "AM90",
    Sector.ENERGY: "AM50",
    Sector.NATURE: "AM110",
    Sector.TOURISM: "AM70",
    Sector.SPORT: "AM10",
    Sector.DIGITAL: "AM70",
    Sector.CRAFTS: "AM70",
    Sector.BUSINESS_SERVICES: "AM70",
    Sector.FINANCE: "AM100",
    Sector.PROJECT_SUPPORT: "AM20",
    Sector.LOCAL_POLICY: "AM20",
    Sector.RESEARCH: "AM40",
}

# organisational-structure
ORGANISATIONAL_STRUCTURE: dict[LegalForm, str] = {
    LegalForm.ASSOCIATION: "OS20",
    LegalForm.SCIC: "OS100",
    LegalForm.SCOP: "OS60",
    LegalForm.COOPERATIVE: "OS115",
    LegalForm.MUTUAL: "OS170",
    LegalForm.FOUNDATION: "OS40",
    LegalForm.ENDOWMENT_FUND: "OS40",
    LegalForm.COMPANY: "OS50",
    LegalForm.SOLE_TRADER: "OS150",
    LegalForm.MUNICIPALITY: "OS220",
    LegalForm.EPCI: "OS220",
    LegalForm.DEPARTMENT: "OS220",
    LegalForm.REGION: "OS220",
    LegalForm.STATE: "OS220",
    LegalForm.MIXED_SYNDICATE: "OS220",
    LegalForm.PUBLIC_ESTABLISHMENT: "OS220",
    LegalForm.CONSULAR: "OS220",
    LegalForm.INFORMAL: "OS10",
}

# legal-form
LEGAL_FORM: dict[LegalForm, str] = {
    LegalForm.ASSOCIATION: "L4",
    LegalForm.SCIC: "L2",
    LegalForm.SCOP: "L2",
    LegalForm.COOPERATIVE: "L2",
    LegalForm.COMPANY: "L3",
    LegalForm.INFORMAL: "L1",
}
