"""The screen of components: the dossier of 17 parts, facts with their sources, claims and conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from governance.admin.bill_importing import BillImportingAdmin
from governance.admin.claims import make_claims_field
from governance.admin.conflicts import DecisionsField, name_field
from governance.admin.describing import describe_details, describe_facts, put_in_words, support_of
from governance.admin.fields import CheckedListField, RowForm
from governance.admin.parts import ArtefactInline, HostOfferInline
from governance.admin.rows import RowsField
from governance.admin.sources import shorten, show_source
from governance.choices import LICENCE_FLAGS, MOF_PARTS, ClaimSpeaker, ComponentKind
from governance.models import Component
from governance.services.conflicts import describe_decision, find_decision


class ComponentForm(RowForm):
    """A component; what the catalogue knows beyond its columns is shown, not typed."""

    licence_flags = CheckedListField(label="What the licence says", choices=LICENCE_FLAGS)
    claims = make_claims_field()
    conflict_decisions = DecisionsField(
        label="Conflicts",
        help_text="All sources stay on the page. Say which one counts here only if you looked into it.",
    )

    class Meta:
        model = Component
        exclude = ("facts", "conflicts", "details", "index_answers", "corrected_fields", "catalogue_digest")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        flags = self.fields.get("licence_flags")
        if isinstance(flags, CheckedListField):
            known = dict(LICENCE_FLAGS)
            others = [(flag, flag.replace("_", " ")) for flag in self.instance.licence_flags if flag not in known]
            flags.choices = [*LICENCE_FLAGS, *others]
        if isinstance(claims := self.fields.get("claims"), RowsField):
            claims.stored = self.instance.claims
        if isinstance(decisions := self.fields.get("conflict_decisions"), DecisionsField):
            decisions.widget.conflicts = self.instance.conflicts
            decisions.widget.decisions = self.instance.conflict_decisions

    def clean(self) -> dict[str, Any]:
        """Our own work has no vendor."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("vendor") and data.get("own_work_of"):
            self.add_error("own_work_of", "A component of our own has no vendor; leave one of the two empty.")
        return data


@admin.register(Component)
class ComponentAdmin(BillImportingAdmin):
    """Models, data sets, frameworks, services: what AI systems are made of."""

    form = ComponentForm
    is_catalogued = True
    list_display = ("name", "version", "kind", "vendor", "licence_id", "released_on")
    list_filter = ("kind",)
    list_select_related = ("vendor",)
    search_fields = ("name", "version", "key", "vendor__name", "licence_id")
    autocomplete_fields = ("vendor", "own_work_of")
    readonly_fields = ("dossier", "stated_claims", "stated_conflicts", "known_facts")
    inlines = (ArtefactInline, HostOfferInline)
    fieldsets = (
        ("What it is", {"fields": (("name", "version"), ("kind", "key"), "summary")}),
        ("Whose it is", {"fields": (("vendor", "own_work_of"), ("released_on", "is_hosted_only"))}),
        ("What is open", {"fields": ("dossier", "has_data_information")}),
        ("What is claimed of its openness", {"fields": ("claims",)}),
        ("Where its sources disagree", {"fields": ("conflict_decisions",)}),
        ("What is known of it", {"fields": ("known_facts",)}),
        ("Licence", {"fields": (("licence_raw", "licence_id"), "licence_flags")}),
        ("Another name", {"fields": (("renamed_to", "renamed_on"),), "classes": ("collapse",)}),
    )
    fieldsets_to_read = (
        *fieldsets[:3],
        ("What is claimed of its openness", {"fields": ("stated_claims",)}),
        ("Where its sources disagree", {"fields": ("stated_conflicts",)}),
        *fieldsets[5:],
    )
    add_fieldsets = (
        ("What it is", {"fields": (("name", "version"), ("kind", "key"), "summary")}),
        ("Whose it is", {"fields": (("vendor", "own_work_of"), ("released_on", "is_hosted_only"))}),
        ("Licence", {"fields": (("licence_raw", "licence_id"), "licence_flags")}),
    )
    prepopulated_fields = {"key": ("name", "version")}

    def get_fieldsets(self, request: HttpRequest, obj: Component | None = None) -> Any:
        """A new component has nothing to show yet; who changes nothing reads what others type."""
        if obj is None:
            return self.add_fieldsets
        if self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return self.fieldsets_to_read

    def render_change_form(  # noqa: PLR0917 - Django passes them by position
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Say beside each claim what comes of it."""
        claims = context["adminform"].form.fields.get("claims")
        if obj is not None and isinstance(claims, RowsField):
            claims.widget.remarks = self.describe_claims(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Note who took a decision, and save the component."""
        for decision in obj.conflict_decisions:
            decision.setdefault("by", request.user.get_username())
        super().save_model(request, obj, form, change)

    def get_inlines(self, request: HttpRequest, obj: Component | None) -> Any:
        """Only a model has the 17 parts."""
        has_parts = obj is not None and (obj.kind == ComponentKind.MODEL or obj.artefacts.exists())
        return self.inlines if has_parts else tuple(each for each in self.inlines if each is not ArtefactInline)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Component | None = None) -> Any:
        """Only a new component gets its key from its name."""
        return self.prepopulated_fields if obj is None else {}

    def get_urls(self) -> list[URLPattern]:
        """Add the summary that the page of a system fetches when a component is chosen."""
        view = self.admin_site.admin_view(self.show_summary)
        return [path("<int:component_id>/summary/", view, name="governance_component_summary"), *super().get_urls()]

    def show_summary(self, request: HttpRequest, component_id: int) -> HttpResponse:
        """What the catalogue brings with a component, as a piece of a page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        component = Component.objects.select_related("vendor", "own_work_of").filter(pk=component_id).first()
        if component is None:
            raise Http404(f"There is no component {component_id}.")
        return HttpResponse(self.render_summary(component))

    def render_summary(self, component: Component) -> SafeString:
        """Vendor, licence, status word, facts with sources, and what the sources disagree about."""
        context = {
            "component": component,
            "status_word": self.find_status_word(component),
            "facts": describe_facts(component),
            "disputed": [name_field(conflict["field"]) for conflict in component.conflicts],
        }
        return render_to_string("admin/governance/component/summary.html", context)

    def find_status_word(self, component: Component) -> str:
        """How open the component is, in a word; the register alone does not judge that."""
        del component
        return ""

    def describe_openness(self, component: Component) -> Sequence[tuple[str, str]]:
        """What the dossier comes to, as names and sentences; the register alone does not judge that."""
        del component
        return ()

    def describe_claims(self, component: Component) -> Sequence[str]:
        """What comes of each claim, in their order; the register alone does not judge that."""
        return [""] * len(component.claims)

    @admin.display(description="The 17 parts of the Model Openness Framework")
    def dossier(self, component: Component) -> SafeString:
        """The dossier as a grid; a part nobody has looked at is not known."""
        known = {artefact.part: artefact for artefact in component.artefacts.all()}
        parts = [(part, known.get(part), *support_of(known.get(part))) for part in MOF_PARTS]
        return render_to_string(
            "admin/governance/component/dossier.html",
            {
                "parts": parts,
                "status_word": self.find_status_word(component),
                "judged": [(name, shorten(told)) for name, told in self.describe_openness(component)],
            },
        )

    @admin.display(description="Claims")
    def stated_claims(self, component: Component) -> SafeString:
        """Who claims what, where and when, and what comes of it."""
        speakers = dict(ClaimSpeaker.choices)
        claims = [
            {
                **claim,
                "speaker": speakers.get(claim.get("by", ""), "Somebody"),
                "stands": show_source(claim.get("where") or "", claim.get("on") or ""),
                "remark": remark,
            }
            for claim, remark in zip(component.claims, self.describe_claims(component), strict=True)
        ]
        return render_to_string("admin/governance/component/claims.html", {"claims": claims})

    @admin.display(description="Conflicts")
    def stated_conflicts(self, component: Component) -> SafeString:
        """What the sources say differently, and which of them an officer lets count."""
        conflicts = []
        for conflict in component.conflicts:
            decision = find_decision(conflict, component.conflict_decisions)
            conflicts.append(
                {
                    "field": name_field(conflict["field"]),
                    "values": [
                        {
                            "value": put_in_words(each["value"], str),
                            "source": show_source(each["source"], each.get("on") or "", each.get("read_on") or ""),
                        }
                        for each in conflict["values"]
                    ],
                    "decided": shorten(describe_decision(decision)) if decision else "",
                }
            )
        return render_to_string("admin/governance/component/conflicts.html", {"conflicts": conflicts})

    @admin.display(description="Facts")
    def known_facts(self, component: Component) -> SafeString:
        """What the catalogue says, with its sources."""
        context = {"facts": describe_facts(component), "details": describe_details(component)}
        return render_to_string("admin/governance/component/facts.html", context)
