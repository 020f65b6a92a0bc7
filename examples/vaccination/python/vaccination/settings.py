"""What the service needs to know when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    host: str
    port: int
    public_url: str
    """Where people reach this service. Certificates name it as their issuer."""
    database_url: str
    secrets_file: str
    accounts_url: str
    """The public URL of the Proxima server."""
    api_key: str
    """An API key with the permission `tokens:introspect`."""
    webhook_secret: str


def read_settings(environment: Mapping[str, str]) -> Settings:
    """:raises SystemExit: if one is missing, so that the service does not start without it"""

    def required(name: str) -> str:
        value = environment.get(name, "")
        if value == "":
            raise SystemExit(f"Set {name}. The README lists the settings.")
        return value

    host, port = environment.get("HOST", "127.0.0.1"), environment.get("PORT", "4200")
    return Settings(
        host=host,
        port=int(port),
        public_url=environment.get("PUBLIC_URL", f"http://{host}:{port}"),
        database_url=required("DATABASE_URL"),
        secrets_file=required("SECRETS_FILE"),
        accounts_url=required("ACCOUNTS_URL"),
        api_key=required("ACCOUNTS_API_KEY"),
        webhook_secret=required("ACCOUNTS_WEBHOOK_SECRET"),
    )
