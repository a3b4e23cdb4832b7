"""The screen of subscriptions: who is told, how, of what, and the secret that a webhook's receiver needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.models import Channel, Subscription
from audit.models.deliveries import make_salt
from audit.services.news.signing import derive_secret
from audit.services.news.webhooks import WebhookRefusedError, check_url
from governance.admin.base import FormFieldsMixin, NamedAdmin
from governance.services.recording import record_event


class SubscriptionForm(forms.ModelForm):  # type: ignore[type-arg] # takes its type only in the stubs
    """Who is told what; an address inside is refused at once."""

    url = forms.URLField(
        label="Address of the webhook", required=False, max_length=500, assume_scheme="https", help_text="https://…"
    )
    new_secret = forms.BooleanField(
        required=False,
        label="Make a new secret",
        help_text="The receiver has to be given it; the old one ends at once.",
    )

    class Meta:
        model = Subscription
        fields = (
            "user",
            "channel",
            "address",
            "url",
            "least_rating",
            "scope",
            "legal_entity",
            "system",
            "escalation_level",
            "tells_nothing_moved",
            "is_active",
        )

    def clean_url(self) -> str:
        """An address that Openbook would refuse to post to is refused here, with the reason."""
        url: str = self.cleaned_data["url"]
        if url:
            try:
                check_url(url)
            except WebhookRefusedError as refused:
                raise forms.ValidationError(str(refused)) from refused
        return url


@admin.register(Subscription)
class SubscriptionAdmin(FormFieldsMixin, NamedAdmin):
    """Who is told what moves and what is overdue."""

    form = SubscriptionForm
    list_display = ("user", "channel", "where_to", "least_rating", "scope", "escalation_level", "is_active")
    list_filter = ("channel", "is_active", "scope")
    list_select_related = ("user", "legal_entity", "system")
    search_fields = ("user__username", "address", "url")
    autocomplete_fields = ("system", "legal_entity")
    actions = None
    readonly_fields = ("secret",)
    fieldsets = (
        ("Who and how", {"fields": ("user", "channel", "address", "url", "is_active")}),
        ("Of what", {"fields": ("least_rating", "scope", "legal_entity", "system")}),
        ("And also", {"fields": ("escalation_level", "tells_nothing_moved")}),
        ("Signature of the webhook", {"fields": ("secret", "new_secret"), "classes": ("collapse",)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Subscription | None = None) -> Any:
        """The secret is shown to those who may change the subscription, once there is a webhook."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and obj.channel == Channel.WEBHOOK and self.has_change_permission(request, obj):
            return fieldsets
        return fieldsets[:-1]

    @admin.display(description="to")
    def where_to(self, subscription: Subscription) -> str:
        """The address it goes to."""
        return subscription.url or subscription.address or subscription.user.email

    @admin.display(description="secret")
    def secret(self, subscription: Subscription) -> SafeString:
        """The secret that the receiver checks signatures with; it is stored nowhere."""
        return format_html("<code>{}</code>", derive_secret(subscription))

    def save_model(self, request: HttpRequest, obj: Subscription, form: Any, change: bool) -> None:
        """Save it, and record who changed what."""
        if form.cleaned_data.get("new_secret"):
            obj.salt = make_salt()
            messages.info(request, "The webhook has a new secret; give it to the receiver.")
        before = {name: form.initial.get(name) for name in form.changed_data}
        super().save_model(request, obj, form, change)
        changes = {name: (before[name], str(form.cleaned_data.get(name))) for name in form.changed_data}
        actor = request.user.get_username()
        record_event(actor=actor, action="changed" if change else "created", instance=obj, changes=changes)

    def delete_model(self, request: HttpRequest, obj: Subscription) -> None:
        """Delete it, and record who did."""
        record_event(actor=request.user.get_username(), action="deleted", instance=obj, changes={})
        super().delete_model(request, obj)
