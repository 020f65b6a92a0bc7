"""Answers every error as a problem (RFC 9457), as the guard and Proxima do."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from .failure import Failure


def answer_problems(app: FastAPI) -> None:
    async def failure(_request: Request, error: Exception) -> Response:
        assert isinstance(error, Failure)
        return _problem(error.status, error.code, error.detail)

    async def invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = error.errors()
        if any("json" in str(each["type"]) for each in errors):
            return _problem(400, "malformed_request", "The request cannot be read. Send JSON in UTF-8.")
        shown = [{"pointer": _pointer(each["loc"]), "detail": f"{each['msg']}."} for each in errors]
        return _problem(422, "validation_failed", 'Some fields are not valid. See "errors".', errors=shown)

    async def refusal(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404:
            return _problem(404, "not_found", "There is nothing at this address.")
        return _problem(error.status_code, "refused", str(error.detail))

    async def unexpected(_request: Request, _error: Exception) -> Response:
        return _problem(500, "internal_error", "Something went wrong. Try again later.")

    app.add_exception_handler(Failure, failure)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, refusal)
    # The cause goes to the log, never to the caller.
    app.add_exception_handler(Exception, unexpected)


def _pointer(location: Any) -> str:
    return "".join(f"/{part}" for part in location[1:])


def _problem(status: int, code: str, detail: str, **members: object) -> Response:
    problem = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code}
    body = json.dumps({**problem, "detail": detail, **members})
    return Response(body, status, media_type="application/problem+json")
