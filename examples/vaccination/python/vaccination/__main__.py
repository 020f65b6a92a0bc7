"""Starts the service: `python3 -m vaccination`."""

from __future__ import annotations

import os

import uvicorn
from proxima_guard.fastapi import Guard

from .app import build_app
from .database import open_database
from .secrets_file import load_secrets
from .settings import read_settings

settings = read_settings(os.environ)
secrets = load_secrets(settings.secrets_file)
database = open_database(settings.database_url)
guard = Guard(settings.accounts_url, api_key=settings.api_key)
guard.start()
app = build_app(settings, secrets, database, guard)
# Open requests get their answers first.
uvicorn.run(app, host=settings.host, port=settings.port)
guard.close()
database.close()
