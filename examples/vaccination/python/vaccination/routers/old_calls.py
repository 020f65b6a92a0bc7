"""The calls of the old service for vaccinations, for its two front ends. They send the token in the body."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from proxima_guard import Guard, Refusal, User
from pydantic import BaseModel

from ..schemas import old_request_view
from ..services import OldCallsService

_timeout_seconds = 5


class Token(BaseModel):
    token: str


class Approval(Token):
    vaccination_id: int


class OldFailure(Exception):
    """An error in the form of the old service."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def old_app(guard: Guard, accounts_url: str, calls: OldCallsService) -> FastAPI:
    """An app of its own, because its errors and its rules for other origins differ. FastAPI makes the ids of the
    operations from the names of the functions, and the tests of the front ends compare them."""
    app = FastAPI(title="Vaccination, the old calls", docs_url=None, redoc_url=None)
    # Nothing is at risk, because a browser adds no credential by itself. The token is in the body.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_credentials=True,
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
    )

    @app.exception_handler(OldFailure)
    async def answer(_request: Request, error: OldFailure) -> Response:
        body = json.dumps({"detail": {"message": error.message}})
        headers = {"www-authenticate": "Bearer"} if error.status == 401 else {}
        return Response(body, error.status, headers, media_type="application/json")

    @app.post("/create", status_code=201)
    def create_vaccination(body: Token) -> dict[str, Any]:
        user = _caller(guard, body.token)
        calls.create(user.id, _old_user_id(accounts_url, body.token))
        return {"success": True}

    @app.post("/myvaccine", status_code=201)
    def my_vaccine(body: Token) -> list[dict[str, Any]]:
        return [old_request_view(request) for request in calls.list_of(_caller(guard, body.token).id)]

    @app.post("/allvaccines")
    def allvaccine(body: Token) -> list[dict[str, Any]]:
        _require_administrator(_caller(guard, body.token))
        return [old_request_view(request) for request in calls.list_all()]

    @app.post("/approve")
    def approveVaccine(body: Approval) -> dict[str, Any]:
        _require_administrator(_caller(guard, body.token))
        if not 0 < body.vaccination_id < 2**31 or not calls.approve(body.vaccination_id):
            raise OldFailure(404, "There is no such vaccination.")
        return {"success": True}

    return app


def _caller(guard: Guard, token: str) -> User:
    try:
        return guard.check(f"Bearer {token}")
    except Refusal as refusal:
        if refusal.code == "unavailable":
            raise _unavailable() from refusal
        raise OldFailure(401, "Could not authenticate user") from refusal


def _require_administrator(user: User) -> None:
    """The role 2 of the old backend. The status is the old one."""
    if "admin" not in user.roles:
        raise OldFailure(401, "Only administrators may do this.")


def _old_user_id(accounts_url: str, token: str) -> int:
    """The id of the caller in the old backend. Proxima knows it, and its contract `oauth-bearer` tells the user."""
    url = urlsplit(accounts_url)
    connect = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = connect(url.netloc, timeout=_timeout_seconds)
    try:
        connection.request("GET", f"{url.path.rstrip('/')}/profile", headers={"authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        profile = json.loads(answer.read()) if answer.status == 200 else {}
    except (OSError, HTTPException, ValueError) as error:
        raise _unavailable() from error
    finally:
        connection.close()
    if answer.status == 401:
        raise OldFailure(401, "Could not authenticate user")
    user_id = profile.get("id")
    if not isinstance(user_id, int):
        raise _unavailable()
    return user_id


def _unavailable() -> OldFailure:
    return OldFailure(503, "Try Again A Few Moments Later")
