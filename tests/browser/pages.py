"""Every kind of page of the site, with the address of one of its kind in the committed data.

The tests of what holds on every page go through it, as do the screenshots. ``test_pages.py`` fails
when a public address has no row here.
"""

from typing import NamedTuple

from tests.browser.links import EDITION, entry_token, follow_token, stop_token
from tests.browser.site import DELETED


class PageKind(NamedTuple):
    """``shown``: in the screenshots. ``status``: what the address answers. ``staff``: for editors only.

    ``ends``: what its form does ends what other pages of the site show.
    """

    name: str
    path: str
    shown: bool = False
    status: int = 200
    staff: bool = False
    ends: bool = False


PAGES = [
    PageKind("accueil", "/", shown=True),
    PageKind("liste", "/acteurs/", shown=True),
    PageKind("liste-filtree", "/acteurs/?territoire=62&secteur=culture", shown=True),
    PageKind("liste-autour", "/acteurs/?autour=59350&rayon=20"),
    PageKind("liste-vide", "/acteurs/?territoire=02&secteur=sport&famille=mixte", shown=True),
    PageKind("liste-page-2", "/acteurs/?page=2"),
    PageKind("liste-fautive", "/acteurs/?territoire=nulle-part"),
    PageKind("recherche", "/acteurs/?q=insertion", shown=True),
    PageKind("recherche-corrigee", "/acteurs/?q=resourcerie"),
    PageKind("recherche-vaine", "/acteurs/?q=zzyzx"),
    PageKind("liste-imprimee", "/acteurs/imprimer/?territoire=62", shown=True),
    PageKind("acteur-riche", "/acteurs/apes/", shown=True),
    PageKind("acteur-initiative", "/acteurs/ecole-buissonniere/", shown=True),
    PageKind("acteur-pauvre", "/acteurs/amaps/", shown=True),
    PageKind("acteur-public", "/acteurs/agglomeration-henin-carvin/"),
    PageKind("ptce", "/acteurs/emergence-henin-carvin/", shown=True),
    PageKind("ptce-liste", "/ptce/", shown=True),
    PageKind("territoires", "/territoires/", shown=True),
    PageKind("region", "/territoires/hauts-de-france/", shown=True),
    PageKind("departement", "/territoires/pas-de-calais/", shown=True),
    PageKind("intercommunalite", "/territoires/agglomeration-henin-carvin/", shown=True),
    PageKind("commune", "/territoires/henin-beaumont/", shown=True),
    PageKind("commune-sans-acteur", "/territoires/abancourt-59/"),
    PageKind("commune-associee", "/territoires/berguette/"),
    PageKind("commune-deleguee", "/territoires/amfroipret/"),
    PageKind("quartier", "/territoires/quartier-sabatier-raismes/"),
    PageKind("territoire-vecu", "/territoires/bassin-minier/", shown=True),
    PageKind("ancien-territoire", "/territoires/ainval-septoutre/"),
    PageKind("autre-region", "/territoires/bretagne/"),
    PageKind("pays", "/territoires/france/"),
    PageKind("lettres", "/lettres/", shown=True),
    PageKind("lettre", "/lettres/71/", shown=True),
    PageKind("supplement", "/lettres/supplement-henin-carvin/"),
    PageKind("cooperations", "/cooperations/", shown=True),
    PageKind("cooperations-filtrees", "/cooperations/?type=accompagne"),
    PageKind("reseau", "/cooperations/reseau/", shown=True),
    PageKind("reseau-acteur", "/cooperations/reseau/?acteur=franche-connexion&pas=2"),
    PageKind("liens", "/cooperations/comment-sont-ils-lies/", shown=True),
    PageKind(
        "liens-trouves",
        "/cooperations/comment-sont-ils-lies/?acteur=l-escapade&acteur=meltingpotch&acteur=ose-arts",
    ),
    PageKind("liens-aucun", "/cooperations/comment-sont-ils-lies/?acteur=phare&acteur=afeji"),
    PageKind("carte", "/carte/", shown=True),
    PageKind("carte-filtree", "/carte/?territoire=62&secteur=culture"),
    PageKind("page-du-site", "/accessibilite/", shown=True),
    PageKind("page-du-site-courte", "/mentions-legales/"),
    PageKind("suivre", "/suivre/?territoire=62427", shown=True),
    PageKind("suivre-fautif", "/suivre/?territoire=nulle-part", status=400),
    PageKind("suivre-demande", "/suivre/verifiez/"),
    PageKind(
        "suivre-confirmer", f"/suivre/confirmer/{follow_token('confirm', confirmed=False)}/", shown=True
    ),
    PageKind("suivre-confirme", f"/suivre/confirmer/{follow_token('confirm')}/"),
    PageKind("suivre-arreter", f"/suivre/arreter/{follow_token('end')}/", ends=True),
    PageKind("mes-suivis", f"/suivre/mes-suivis/{follow_token('mine')}/", shown=True, ends=True),
    PageKind("donnees", "/donnees/", shown=True),
    PageKind("telecharger", "/donnees/telecharger/?territoire=62427&depuis=2020", shown=True),
    PageKind("telecharger-liens", "/donnees/telecharger/cooperations/?certitude=enonce"),
    PageKind("telechargement-fautif", "/donnees/acteurs.csv?depuis=hier&secteur=culture", status=400),
    PageKind("edition", f"/donnees/editions/{EDITION}/", shown=True),
    PageKind("plan-du-site", "/plan-du-site/", shown=True),
    PageKind("proposer", "/proposer/?territoire=59350", shown=True),
    PageKind("corriger", "/proposer/correction/la-locomotive/", shown=True),
    PageKind("ecrire", "/proposer/message/"),
    PageKind("mes-donnees", "/mes-donnees/", shown=True),
    PageKind("mes-donnees-suivi", "/mes-donnees/ASKED234/"),
    PageKind("fiche-a-jour", f"/fiche/{entry_token()}/", shown=True),
    PageKind("fiche-fermeture", f"/fiche/{entry_token()}/fermeture/"),
    PageKind("fiche-lien-incomplet", "/fiche/incomplet/", status=404),
    PageKind("ne-plus-ecrire", f"/fiche/ne-plus-ecrire/{stop_token()}/"),
    PageKind("api", "/api/", shown=True),
    PageKind("integration", "/integration/", shown=True),
    PageKind("integration-fautive", "/integration/?couleur=ffff00&hauteur=9"),
    PageKind("integration-carte", "/integration/?forme=carte&territoire=62427"),
    PageKind("integration-reseau", "/integration/?forme=reseau"),
    PageKind("integration-fiche", "/integration/?forme=acteur&fiche=apes"),
    PageKind("integration-technique", "/integration/fiche-technique/", shown=True),
    PageKind("cadre-liste", "/integration/v1/liste/?territoire=246200299&nombre=5"),
    PageKind("cadre-carte", "/integration/v1/carte/?territoire=246200299"),
    PageKind("cadre-reseau", "/integration/v1/reseau/?acteur=franche-connexion"),
    PageKind("cadre-reseau-entier", "/integration/v1/reseau/"),
    PageKind("cadre-fiche", "/integration/v1/acteur/apes/"),
    PageKind("cadre-couleurs", "/integration/v1/acteur/apes/?fond=203040&couleur=ffcc66"),
    PageKind("cadre-fautif", "/integration/v1/liste/?foo=1", status=400),
    PageKind("cadre-supprime", f"/integration/v1/acteur/{DELETED}/", status=410),
    PageKind("cadre-absent", "/integration/v1/zzz/", status=404),
    PageKind("composants", "/styleguide/", staff=True),
    PageKind("introuvable", "/nulle-part/", status=404, shown=True),
    PageKind("supprime", f"/id/{DELETED}/", status=410),
    PageKind("admin-connexion", "/admin/login/"),
    PageKind("admin-deux-etapes", "/admin/deux-etapes/", staff=True),
    PageKind("admin-deux-etapes-activer", "/admin/deux-etapes/activer/", staff=True, shown=True),
    PageKind("admin-mauvais-mots-de-passe", "/admin/axes/accessattempt/", staff=True),
    PageKind("admin-accueil", "/admin/", staff=True, shown=True),
    PageKind("admin-a-faire", "/admin/a-faire/sans-contact/", staff=True, shown=True),
    PageKind("admin-reportees", "/admin/a-faire/sans-contact/?reportees=oui", staff=True),
    PageKind("admin-a-raconter", "/admin/a-raconter/territoires/", staff=True),
    PageKind("admin-changements", "/admin/changements/", staff=True),
    PageKind("admin-completude", "/admin/completude/?tri=-fiches", staff=True, shown=True),
    PageKind("admin-savons-acteur", "/admin/fiches/1/ce-que-nous-savons/", staff=True),
    PageKind("admin-savons-territoire", "/admin/territoires/1/ce-que-nous-savons/", staff=True),
    PageKind("admin-page-du-site", "/admin/pages/editorialpage/1/change/", staff=True),
    PageKind("admin-liste", "/admin/actors/organisation/", staff=True, shown=True),
    PageKind("admin-ajout", "/admin/actors/organisation/add/", staff=True),
    PageKind("admin-propositions", "/admin/propositions/", staff=True),
    PageKind("admin-demandes", "/admin/demandes/", staff=True),
    PageKind("admin-demande", "/admin/demandes/1/", staff=True, shown=True),
    PageKind("admin-usages", "/admin/partners/usagecount/", staff=True),
    PageKind("admin-acteur", "/admin/actors/organisation/1/change/", staff=True, shown=True),
    PageKind("admin-guide", "/admin/guide/", staff=True, shown=True),
    PageKind("admin-historique", "/admin/fiches/1/historique/", staff=True),
    PageKind("admin-suppression", "/admin/actors/organisation/1/delete/", staff=True),
    PageKind("admin-corbeille", "/admin/actors/binnedactor/", staff=True),
    PageKind("admin-doublons", "/admin/doublons/", staff=True),
    PageKind("admin-ecartes", "/admin/doublons/ecartes/", staff=True),
    PageKind("admin-reunir", "/admin/doublons/1/2/reunir/", staff=True, shown=True),
    PageKind("admin-reunions", "/admin/reunions/", staff=True),
    PageKind("admin-liens-morts", "/admin/liens-morts/", staff=True, shown=True),
    PageKind("admin-a-confirmer", "/admin/a-faire/a-confirmer/", staff=True),
    PageKind("admin-imports", "/admin/imports/", staff=True),
    PageKind("admin-lettres", "/admin/saisie/", staff=True),
    PageKind("admin-lettre", "/admin/saisie/lettres/71/", staff=True),
    PageKind("admin-lettre-nouvelle", "/admin/saisie/nouvelle-lettre/", staff=True),
    PageKind("admin-article", "/admin/saisie/lettres/71/articles/15/", staff=True, shown=True),
    PageKind("admin-parution", "/admin/saisie/lettres/71/parution/", staff=True),
    PageKind("admin-code", "/admin/saisie/lettres/71/code-qr/", staff=True),
    PageKind("admin-verifier-choix", "/admin/verifier/", staff=True),
    PageKind("admin-verifier", "/admin/saisie/lettres/71/verifier/", staff=True),
]
