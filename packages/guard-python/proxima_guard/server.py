"""Requests to the Proxima server."""

from __future__ import annotations

import http.client
import json
import logging
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .refusal import Refusal

log = logging.getLogger("proxima_guard")

# A request that takes longer says that the server is not there.
_timeout_seconds = 5
# Far more than the keys or an answer about a credential ever have.
_answer_bytes_max = 1_000_000


@dataclass(frozen=True)
class ServerAnswer:
    status: int
    json: Any
    """None if the status is not 200."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    # The credential in a header must reach no other server.
    def redirect_request(self, *_arguments: object, **_more: object) -> None:
        return None


class Server:
    """The Proxima server. Tells the operator when it goes away and comes back."""

    def __init__(self, url: str, api_key: str | None, ssl_context: ssl.SSLContext | None) -> None:
        self._url = url.rstrip("/")
        self.api_key = api_key
        handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
        if ssl_context is not None:
            handlers.append(urllib.request.HTTPSHandler(context=ssl_context))
        self._opener = urllib.request.build_opener(*handlers)
        # The paths that cannot be reached.
        self._away: set[str] = set()

    def ask(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        needs_ok: bool = False,
    ) -> ServerAnswer:
        """The JSON of an answer with status 200. Other statuses are for the caller to judge.

        :param needs_ok: True if any other status means that Proxima is not at this address
        :raises Refusal: `unavailable` if there is no answer, or one that says nothing about the question
        """
        request = self._request(path, {"accept": "application/json", **(headers or {})}, form)
        try:
            status, body = self._send(request)
            if status >= 500 or status == 429 or (needs_ok and status != 200):
                raise ValueError(f"status {status}")
            answer = ServerAnswer(status, json.loads(body) if status == 200 else None)
        # ValueError: the answer is not JSON, or has another status.
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
            self.report(path, str(error) or type(error).__name__)
            raise Refusal("unavailable", f"the server does not answer: {error}") from error
        self.report(path, None)
        return answer

    def open(self, path: str, headers: Mapping[str, str], timeout_seconds: float) -> http.client.HTTPResponse:
        """An answer that is read while it arrives."""
        request = self._request(path, headers, None)
        response: http.client.HTTPResponse = self._opener.open(request, timeout=timeout_seconds)
        return response

    def report(self, path: str, reason: str | None) -> None:
        """Once for each change: a server that is away for an hour must not fill the log."""
        if reason is not None and path not in self._away:
            self._away.add(path)
            log.warning("Proxima does not answer at %s%s: %s.", self._url, path, reason)
        elif reason is None and path in self._away:
            self._away.discard(path)
            log.warning("Proxima answers again at %s%s.", self._url, path)

    def _send(self, request: urllib.request.Request) -> tuple[int, bytes]:
        try:
            with self._opener.open(request, timeout=_timeout_seconds) as response:
                body: bytes = response.read(_answer_bytes_max + 1)
                if len(body) > _answer_bytes_max:
                    raise ValueError("the answer is too long")
                return response.status, body
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, b""

    def _request(
        self, path: str, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> urllib.request.Request:
        data = None if form is None else urlencode(form).encode()
        agent = {"user-agent": "proxima-guard-python"}
        return urllib.request.Request(self._url + path, data=data, headers={**agent, **headers})
