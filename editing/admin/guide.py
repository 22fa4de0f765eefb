"""« Guide »: how to keep the directory, for someone who has never seen a back-office."""

from typing import Any

from editing.admin.page import AdminPage, register_page
from editing.guide import guide
from editing.roles import Right


@register_page
class GuidePage(AdminPage):
    path = "guide/"
    name = "guide"
    title = "Guide"
    group = "Saisie"
    rank = 200
    right = Right.READ
    template_name = "admin/editing/guide.html"

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        text = guide()
        return super().get_context_data(guide=text, **{**kwargs, "title": text.title})
