"""Signed events of Proxima (Standard Webhooks)."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from time import time

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from ..failure import Failure
from ..services import AccountEventsService

# After `user.deleted`, the user cannot sign in. After `user.erased`, they cannot come back either. The second also
# reaches data that a call wrote while the first was handled.
_handled_types = ("user.deleted", "user.erased")
_tolerance_seconds = 5 * 60


def account_events_router(account_events: AccountEventsService, webhook_secret: str) -> APIRouter:
    router = APIRouter()
    key = b64decode(webhook_secret.removeprefix("whsec_"))

    @router.post("/webhooks/proxima")
    async def receive(request: Request) -> Response:
        # The signature covers the bytes that were sent, so it is checked before anything reads them.
        body = await request.body()
        if not is_signed(request.headers, body, key):
            raise Failure(400, "bad_signature", "The signature of the event is not valid.")
        event = json.loads(body)
        if event.get("type") in _handled_types:
            await run_in_threadpool(account_events.anonymise, event["id"], event["data"]["user_id"])
        # The others too, such as a ping: Proxima must not send them again.
        return Response(status_code=204)

    return router


def is_signed(headers: Mapping[str, str], body: bytes, key: bytes) -> bool:
    """False also for an event that was signed more than five minutes ago."""
    event_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isascii() or not timestamp.isdigit() or abs(time() - int(timestamp)) > _tolerance_seconds:
        return False
    signed = f"{event_id}.{timestamp}.".encode() + body
    expected = f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}".encode()
    # Several, while the secret changes.
    given = headers.get("webhook-signature", "").encode().split(b" ")
    return any(hmac.compare_digest(expected, each) for each in given)
