from django.contrib.admin import AdminSite


class DirectoryAdminSite(AdminSite):
    """The back-office, named in French."""

    site_header = "Annuaire de l’économie solidaire"
    site_title = "Administration de l’annuaire"
    index_title = "Tenir l’annuaire à jour"
    site_url = "/"
    enable_nav_sidebar = True
