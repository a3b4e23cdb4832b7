"""Where each address leads: the admin for officers, the pages and the API for everyone else."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("governance.api.urls")),
    path("api/", include("audit.api.urls")),
    path("", include("audit.urls")),
]
