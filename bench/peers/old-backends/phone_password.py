"""`phone-password` in small form: Flask, SQLAlchemy, hashes of Werkzeug, tokens of PyJWT."""

import uuid
from datetime import datetime

from flask import Flask, jsonify, request
from sqlalchemy import Boolean, Column, DateTime, String
from werkzeug.security import check_password_hash, generate_password_hash

from storage import Base, Session, engine, sign

app = Flask(__name__)


class User(Base):
    __tablename__ = "users"
    id = Column(String, primary_key=True)
    full_name = Column(String(100), nullable=False)
    phone_number = Column(String(15), nullable=False, unique=True)
    email = Column(String(100), unique=True)
    password_hash = Column(String(128), nullable=False)
    is_verified = Column(Boolean, default=False)
    created_at = Column(DateTime, default=datetime.utcnow)


Base.metadata.create_all(engine)


def view(user: User) -> dict:
    names = ("id", "full_name", "phone_number", "email", "is_verified")
    return {**{name: getattr(user, name) for name in names}, "created_at": user.created_at.isoformat()}


@app.get("/")
def home():
    return jsonify(message="running")


@app.post("/api/users/register")
def register():
    body = request.get_json()
    with Session() as session:
        user = User(
            id=str(uuid.uuid4()),
            full_name=body["full_name"],
            phone_number=body["phone_number"],
            email=body.get("email"),
            password_hash=generate_password_hash(body["password"]),
        )
        session.add(user)
        session.commit()
        return jsonify(view(user)), 201


@app.post("/api/users/login")
def login():
    body = request.get_json()
    with Session() as session:
        user = session.query(User).filter_by(phone_number=body["phone_number"]).first()
        if user is None or not check_password_hash(user.password_hash, body["password"]):
            return jsonify(message="Invalid credentials"), 401
        return jsonify(token=sign({"sub": user.id}, 86_400), user=view(user))
