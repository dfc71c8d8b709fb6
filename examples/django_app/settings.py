"""The settings: those of any project of Django, and what the library needs."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from reclamation_core.simulation import shipped

FOLDER = Path(os.environ.get("EXAMPLE_FOLDER", str(Path(tempfile.gettempdir()) / "reclamation-example-django")))
FOLDER.mkdir(exist_ok=True)
SECRET_KEY = "of the example"  # noqa: S105  a demonstration
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "examples.django_app.urls"
LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "/reclamations/", "/accounts/login/"
STATIC_URL = "static/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE, TIME_ZONE, USE_TZ = "fr", "Europe/Paris", True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": FOLDER / "register.db",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA secure_delete=ON; PRAGMA journal_mode=WAL;",
            "timeout": 20,
        },
    }
}
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "examples.django_app",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

INSTALLED_APPS += ["reclamation_core.integrations.django"]
MIDDLEWARE += ["reclamation_core.integrations.django.middleware.ReclamationErrorMiddleware"]
RECLAMATION = {
    "SITES": shipped().sites,
    "LINKS": [("Tickets", "/tickets/"), ("Se déconnecter", "/accounts/logout/", True)],
}
