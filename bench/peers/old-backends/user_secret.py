"""`user-secret` in its later form, small: FastAPI, SQLAlchemy, secrets hashed by bcrypt, tokens of PyJWT."""

import secrets
import uuid
from datetime import datetime

import bcrypt
from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel
from sqlalchemy import Column, DateTime, String

from storage import Base, Session, engine, sign, verify

app = FastAPI()


class User(Base):
    __tablename__ = "users"
    id = Column(String(36), primary_key=True)
    username = Column(String(255), unique=True)
    key_id = Column(String(255), unique=True)
    user_secret = Column(String(255), nullable=False)
    created_at = Column(DateTime, default=datetime.utcnow)
    updated_at = Column(DateTime, default=datetime.utcnow)


Base.metadata.create_all(engine)


class Registration(BaseModel):
    username: str


class SignIn(BaseModel):
    user_secret: str


def wrapped(data: dict, message: str) -> dict:
    return {"data": data, "message": message, "error": None}


def view(user: User) -> dict:
    return {name: getattr(user, name) for name in ("id", "username", "created_at", "updated_at")}


# Functions that are not async run in threads, so that a hash does not block the other callers.
@app.post("/v1/auth/register", status_code=201)
def register(body: Registration):
    secret = secrets.token_urlsafe(32)
    with Session() as session:
        user = User(
            id=str(uuid.uuid4()),
            username=body.username,
            key_id=str(uuid.uuid4()),
            user_secret=bcrypt.hashpw(secret.encode(), bcrypt.gensalt(12)).decode(),
        )
        session.add(user)
        session.commit()
        data = {**view(user), "key_id": user.key_id, "user_secret": f"{user.key_id}.{secret}"}
        return wrapped(data, "User registered successfully")


@app.post("/v1/auth/token")
def token(body: SignIn):
    key_id, _, secret = body.user_secret.partition(".")
    with Session() as session:
        user = session.query(User).filter_by(key_id=key_id).first()
        if user is None or not bcrypt.checkpw(secret.encode(), user.user_secret.encode()):
            raise HTTPException(401, "Invalid API key")
        data = {"access_token": sign({"sub": user.id}, 1_800), "token_type": "bearer"}
        return wrapped(data, "Login successful")


@app.get("/v1/auth/me")
def me(authorization: str = Header()):
    claims = verify(authorization.partition(" ")[2])
    with Session() as session:
        return wrapped(view(session.get(User, claims["sub"])), "Current user retrieved successfully")
