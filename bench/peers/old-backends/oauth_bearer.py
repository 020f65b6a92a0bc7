"""`oauth-bearer` in small form: FastAPI, SQLAlchemy, bcrypt of Passlib, tokens of PyJWT."""

from datetime import datetime
from typing import Optional

from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.security import OAuth2PasswordRequestForm
from passlib.context import CryptContext
from pydantic import BaseModel
from sqlalchemy import Boolean, Column, DateTime, Integer, String

from storage import Base, Session, engine, sign, verify

app = FastAPI()
context = CryptContext(schemes=["bcrypt"])


class User(Base):
    __tablename__ = "user_table"
    id = Column(Integer, primary_key=True)
    name = Column(String, nullable=False)
    email = Column(String, nullable=False, unique=True)
    password = Column(String, nullable=False)
    role_id = Column(Integer, nullable=False)
    address = Column(String)
    nid = Column(String, nullable=False)
    phone_number = Column(String, nullable=False)
    verified = Column(Boolean, nullable=False, default=True)
    created_at = Column(DateTime, default=datetime.utcnow)


Base.metadata.create_all(engine)


class Registration(BaseModel):
    name: str
    email: str
    password: str
    nid: str
    phone_number: str
    role_id: int = 1
    address: Optional[str] = None


@app.get("/")
def home():
    return {"message": "Hello"}


# Functions that are not async run in threads, so that a hash does not block the other callers.
@app.post("/create")
def create(body: Registration):
    with Session() as session:
        user = User(**{**body.dict(), "password": context.hash(body.password)})
        session.add(user)
        session.commit()
        return [{column.name: getattr(user, column.name) for column in User.__table__.columns}]


@app.post("/login")
def login(form: OAuth2PasswordRequestForm = Depends()):
    with Session() as session:
        user = session.query(User).filter_by(email=form.username).first()
        if user is None or not context.verify(form.password, user.password):
            raise HTTPException(400, "User not found")
        token = sign({"id": user.id, "role_id": user.role_id}, 604_800)
        return {"access_token": token, "token_type": "Bearer"}


@app.get("/profile")
def profile(authorization: str = Header()):
    claims = verify(authorization.partition(" ")[2])
    with Session() as session:
        user = session.get(User, claims["id"])
        return {name: getattr(user, name) for name in ("id", "name", "email", "role_id", "nid", "verified")}
