"""Where each address leads."""

from django.contrib import admin
from django.urls import path

from config.health import show_health

urlpatterns = [
    path("health/", show_health, name="health"),
    path("admin/", admin.site.urls),
]
