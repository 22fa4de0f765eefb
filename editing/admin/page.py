"""Pages of the back-office that are no model's list or form: same frame, same menu, same rights."""

from typing import Any, ClassVar

from django.views.generic import TemplateView

from editing.rights import has_right, require
from editing.roles import Right

PAGES: list[type["AdminPage"]] = []


class AdminPage(TemplateView):
    """One page under ``/admin/<path>``, named ``admin:<name>``, in the menu for those who have its right.

    Subclass, set the attributes, decorate with :func:`register_page`; the template extends
    ``admin/base_site.html`` and fills ``content``. ``post()`` wraps its writes in ``act(user=request.user)``.
    """

    path: ClassVar[str]
    name: ClassVar[str]
    # Heading of the page and its line in the menu, under ``group`` (see ``apes_directory/admin_site.py``).
    title: ClassVar[str]
    group: ClassVar[str] = "Acteurs"
    rank: ClassVar[int] = 100
    in_menu: ClassVar[bool] = True
    right: ClassVar[Right]
    # Given by the site.
    admin_site = None

    def dispatch(self, request, *args, **kwargs):
        require(request.user, self.right)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(
            **{**self.admin_site.each_context(self.request), "title": self.title, **kwargs}
        )

    @classmethod
    def shown_to(cls, user) -> bool:
        return cls.in_menu and has_right(user, cls.right)


def register_page(page: type[AdminPage]) -> type[AdminPage]:
    PAGES.append(page)
    return page
