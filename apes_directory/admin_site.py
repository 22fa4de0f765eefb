from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, re_path, reverse
from django.utils.http import urlencode
from django.utils.text import slugify

from actors.mail import mail_is_on
from actors.models import Actor
from editing.home.desk import Desk
from editing.rights import entries_offered, is_whose, readable
from territories.admin_base import LONGEST_SEARCH, DirectoryAdmin

# Headings of the back-office's home, in the order of an editor's day; each admin names its own.
GROUPS = [
    "Saisie",
    "À faire",
    "Acteurs",
    "Lettres",
    "Territoires",
    "Pages du site",
    "Détail des fiches",
    "Comptes",
    "Coulisses (lecture seule)",
]


class LabelledAutocomplete(AutocompleteJsonView):
    """Choices told as their own admin tells them; the number of queries does not grow with them."""

    def process_request(self, request):
        term, *rest = super().process_request(request)
        return term[:LONGEST_SEARCH], *rest

    def get_queryset(self):
        queryset = super().get_queryset()
        if queryset.model is Actor and is_whose(self.source_field):
            offered = entries_offered(self.request.user, self.source_field)
            queryset = queryset.filter(pk__in=offered.order_by().values("pk"))
        if isinstance(self.model_admin, DirectoryAdmin):
            return self.model_admin.for_label(queryset)
        return queryset

    def serialize_result(self, obj, to_field_name):
        result = super().serialize_result(obj, to_field_name)
        if isinstance(self.model_admin, DirectoryAdmin):
            result["text"] = self.model_admin.label(obj)
        return result


class DirectoryAdminSite(AdminSite):
    """The back-office, in French, its models grouped as editors think of them."""

    site_header = "Annuaire de l’économie solidaire"
    site_title = "Administration de l’annuaire"
    index_title = "Tenir l’annuaire à jour"
    site_url = "/"
    enable_nav_sidebar = True

    def index(self, request, extra_context=None):
        """The editors' home; what it asks of the database it asks from the template."""
        return super().index(request, {"desk": Desk(request.user, request.GET), **(extra_context or {})})

    def app_index(self, request, app_label, extra_context=None):
        """Applications are the program's own order: whoever follows Django's trail to one comes home."""
        return redirect("admin:index")

    def login(self, request, extra_context=None):
        """The password; then the second step, for those who have one to take, before they are anybody."""
        from editing.accounts.middleware import at_the_door, step_is_left  # models are loaded by now

        if request.method == "GET" and at_the_door(request):
            return self._second_step(request.GET.get("next", ""))
        response = super().login(request, {"mail_is_on": mail_is_on(), **(extra_context or {})})
        if isinstance(response, HttpResponseRedirect) and step_is_left(request):
            return self._second_step(response.url)
        return response

    @staticmethod
    def _second_step(following: str) -> HttpResponseRedirect:
        """The page that asks the code, which judges itself where one may be led to afterwards."""
        return redirect(f"{reverse('admin:two_steps_code')}?{urlencode({'next': following})}")

    def autocomplete_view(self, request):
        return LabelledAutocomplete.as_view(admin_site=self)(request)

    @staticmethod
    def readable(user, rows):
        """Asked by every admin, of whichever app, for whatever it lists, opens, offers or names."""
        return readable(user, rows)

    def get_urls(self):
        from editing.accounts.urls import patterns
        from editing.admin.page import PAGES  # registered by now, as the models' admins are

        pages = [
            path(page.path, self.admin_view(page.as_view(admin_site=self)), name=page.name) for page in PAGES
        ]
        # « Voir sur le site » leads to the page itself; Django's detour by a number names whatever has that number.
        detour = re_path(r"^r/", self.admin_view(self._no_detour))
        return [*pages, detour, *patterns(self), *super().get_urls()]

    @staticmethod
    def _no_detour(request):
        raise Http404

    def get_app_list(self, request, app_label=None):
        """One entry per group, in the shape Django gives applications; of one application as it is."""
        if app_label:
            return super().get_app_list(request, app_label)
        models = [(model, app) for app in self._build_app_dict(request).values() for model in app["models"]]
        groups = {}
        for model, app in models:
            name = getattr(self._registry[model["model"]], "group", "") or "Comptes"
            group = groups.setdefault(name, {**app, "name": name, "app_label": slugify(name), "models": []})
            menu_name = getattr(self._registry[model["model"]], "menu_name", "")
            rank = getattr(self._registry[model["model"]], "rank", 100)
            group["models"].append({**model, "name": menu_name or model["name"], "rank": rank})
        for page in self._pages(request.user):
            new = {"name": page["group"], "app_label": slugify(page["group"]), "app_url": "", "models": []}
            groups.setdefault(page["group"], new)["models"].append(page)
        for group in groups.values():
            group["models"].sort(key=lambda entry: entry["rank"])
        return [groups[name] for name in GROUPS if name in groups]

    @staticmethod
    def _pages(user) -> list[dict]:
        """Pages that are no model's, as Django's menu takes its entries."""
        from editing.admin.page import PAGES

        return [
            {
                "name": page.title,
                "object_name": page.name,
                "group": page.group,
                "rank": page.rank,
                "admin_url": reverse(f"admin:{page.name}"),
                "add_url": None,
                "view_only": True,
            }
            for page in PAGES
            if page.shown_to(user)
        ]
