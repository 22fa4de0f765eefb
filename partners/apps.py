from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = "Partenaires"

    def ready(self) -> None:
        # Its table is shared by the processes that split off after it is made: before the first address is read.
        from partners.api import throttle  # noqa: F401
