from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    """Django's admin with the site of ``apes_directory.admin_site``."""

    default_site = "apes_directory.admin_site.DirectoryAdminSite"
