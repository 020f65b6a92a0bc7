"""Connects all parts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from proxima_guard.fastapi import Guard

from .certificates import CertificatesService, verify_page
from .database import Database
from .failure import Failure
from .models import NationalIds
from .problems import answer_problems
from .routers import api
from .routers.account_events import account_events_router
from .routers.old_calls import old_app
from .secrets_file import Secrets
from .services import (
    AccountEventsService,
    BookingsService,
    CentresService,
    DosesService,
    OldCallsService,
    Parts,
    PeopleService,
)
from .settings import Settings


def build_app(settings: Settings, secrets: Secrets, database: Database, guard: Guard) -> FastAPI:
    parts = Parts(database, NationalIds(secrets.national_id_key))
    centres, doses = CentresService(parts), DosesService(parts)
    certificates = CertificatesService(parts, doses, secrets.signing_key, settings.public_url)
    page = verify_page(settings.public_url, secrets.signing_key.public_jwk)

    app = FastAPI(openapi_url=None)
    answer_problems(app)
    guard.install(app)

    @app.middleware("http")
    async def protect_answers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        # An answer is for one user. No cache may give it to another.
        response.headers["cache-control"] = "no-store"
        response.headers["x-content-type-options"] = "nosniff"
        return response

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/verify")
    async def verify() -> Response:
        headers = {"content-security-policy": page.content_security_policy}
        return Response(page.html, headers=headers, media_type="text/html")

    app.include_router(api.public_router(centres))
    app.include_router(api.people_router(guard, PeopleService(parts), certificates))
    app.include_router(api.bookings_router(guard, BookingsService(parts)))
    app.include_router(api.doses_router(guard, doses))
    app.include_router(api.centres_router(guard, centres))
    app.include_router(account_events_router(AccountEventsService(parts), settings.webhook_secret))

    @app.api_route("/v1/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def unknown(path: str) -> Response:
        raise Failure(404, "not_found", "There is nothing at this address.")

    # Last, because it gets every path that no route above has.
    app.mount("/", old_app(guard, settings.accounts_url, OldCallsService(parts)))
    return app
