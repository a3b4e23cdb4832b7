"""The screen of users: who may sign in, and in which group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest

if TYPE_CHECKING:
    _UserAdmin = UserAdmin[User]
    _ChosenGroups = forms.ModelMultipleChoiceField[Group]
else:
    _UserAdmin, _ChosenGroups = UserAdmin, forms.ModelMultipleChoiceField

GROUP_TITLES: Final = {
    "officer": "Officer: edits the register",
    "risk_analyst": "Risk analyst: reads all, responds to findings, asks for reports",
    "auditor": "Auditor: reads all, changes nothing",
    "administrator": "Administrator: the register, users and schedules",
}


class _GroupsField(_ChosenGroups):
    def label_from_instance(self, obj: Any) -> str:
        return GROUP_TITLES.get(obj.name, str(obj.name))


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class PersonAdmin(_UserAdmin):
    """People; what they may do comes from their groups alone."""

    list_display = ("username", "first_name", "last_name", "email", "group_names", "is_active")
    list_filter = ("groups", "is_active")
    fieldsets = (
        ("Who it is", {"fields": ("username", "password", "first_name", "last_name", "email")}),
        ("What they may do", {"fields": ("groups", "is_active")}),
        ("When", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        ("Who it is", {"fields": ("username", "first_name", "last_name", "email")}),
        ("How they sign in", {"fields": ("usable_password", "password1", "password2")}),
        ("What they may do", {"fields": ("groups",)}),
    )
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """An administrator does not see, and so cannot take over, the owner's account."""
        people = super().get_queryset(request).prefetch_related("groups")
        return people if request.user.is_superuser else people.filter(is_superuser=False)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whoever is entered here may open these screens; the groups say what for."""
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Offer the groups as checkboxes that say what each may do."""
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **options)
        return _GroupsField(
            Group.objects.order_by("id"), required=False, widget=forms.CheckboxSelectMultiple, label="Groups"
        )

    @admin.display(description="groups")
    def group_names(self, person: User) -> str:
        """The groups by name."""
        return ", ".join(group.name.replace("_", " ") for group in person.groups.all())
