"""The guard in FastAPI, behind uvicorn."""

import asyncio
import os
import socket
from typing import Any

import uvicorn
from fastapi import Depends, FastAPI

from proxima_guard import User
from proxima_guard.fastapi import Guard
from settings import settings, shown

guard = Guard(**settings())
app = FastAPI()
guard.install(app)


@app.get("/public")
async def public() -> dict[str, Any]:
    return {}


@app.get("/user")
async def user(user: User = Depends(guard.current_user)) -> dict[str, Any]:
    return shown(user)


@app.get("/details")
async def details(user: User = Depends(guard.current_user)) -> dict[str, Any]:
    return dict(await guard.fetch_user_async(user))


# Not asynchronous: FastAPI runs it in a thread.
@app.get("/roles/admin")
def administrator(user: User = Depends(guard.require_role("admin"))) -> dict[str, Any]:
    return shown(user)


@app.get("/permissions/reports:read")
async def reader(user: User = Depends(guard.require_permission("reports:read"))) -> dict[str, Any]:
    return shown(user)


@app.get("/factor")
async def factor(user: User = Depends(guard.require_factor())) -> dict[str, Any]:
    return shown(user)


@app.get("/phishing-resistant")
async def phishing_resistant(user: User = Depends(guard.require_factor(phishing_resistant=True))) -> dict[str, Any]:
    return shown(user)


@app.get("/recent")
async def recent(user: User = Depends(guard.require_recent_sign_in(max_age_seconds=600))) -> dict[str, Any]:
    return shown(user)


listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])), backlog=256)
print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
asyncio.run(server.serve(sockets=[listener]))
