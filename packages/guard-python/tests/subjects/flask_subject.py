"""The guard in Flask, behind the development server of Werkzeug."""

import logging
import os
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from proxima_guard.flask import Guard
from settings import settings, shown

guard = Guard(**settings())
app = Flask(__name__)


@app.get("/public")
def public() -> dict[str, Any]:
    return {}


@app.get("/user")
@guard.require_user
def user() -> dict[str, Any]:
    return shown(guard.user)


@app.get("/details")
@guard.require_user
def details() -> dict[str, Any]:
    return dict(guard.fetch_user(guard.user))


@app.get("/roles/admin")
@guard.require_role("admin")
def administrator() -> dict[str, Any]:
    return shown(guard.user)


@app.get("/permissions/reports:read")
@guard.require_permission("reports:read")
def reader() -> dict[str, Any]:
    return shown(guard.user)


@app.get("/factor")
@guard.require_factor()
def factor() -> dict[str, Any]:
    return shown(guard.user)


@app.get("/phishing-resistant")
@guard.require_factor(phishing_resistant=True)
def phishing_resistant() -> dict[str, Any]:
    return shown(guard.user)


@app.get("/recent")
@guard.require_recent_sign_in(max_age_seconds=600)
def recent() -> dict[str, Any]:
    return shown(guard.user)


logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", int(os.environ["PORT"]), app, threaded=True)
print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
