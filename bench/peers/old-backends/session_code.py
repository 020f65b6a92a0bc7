"""`session-code` in small form: Flask, SQLAlchemy, bcrypt of four rounds, and a code that stands for a token."""

import base64
import secrets
import string

import bcrypt
from flask import Flask, jsonify, request
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Text

from storage import Base, Session, engine, sign, verify

app = Flask(__name__)
NETWORKS = ("linkedin", "facebook", "github", "instagram", "twitter", "youtube")
# One code for each process, as in the old program.
CODE = "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(7))


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    username = Column(String(255), unique=True, nullable=False)
    email = Column(String(255), unique=True, nullable=False)
    last_name = Column(String(255), nullable=False)
    first_name = Column(String(255), nullable=False)
    password = Column(String(255), nullable=False)


class SignedIn(Base):
    __tablename__ = "session"
    id = Column(Integer, primary_key=True)
    session_string = Column(String(255))
    jwt = Column(Text, nullable=False)


class Card(Base):
    __tablename__ = "profile_card"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, ForeignKey("users.id"))
    occupation = Column(String(255))
    homeaddress = Column(String(255))
    country = Column(String(255))
    county = Column(String(255))
    image = Column(LargeBinary)


class Links(Base):
    __tablename__ = "social_links"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, ForeignKey("users.id"))
    linkedin = Column(String(255))
    facebook = Column(String(255))
    github = Column(String(255))
    instagram = Column(String(255))
    twitter = Column(String(255))
    youtube = Column(String(255))
    description = Column(Text)


Base.metadata.create_all(engine)


@app.get("/")
def home():
    return "running"


@app.post("/creare-cont")
def sign_up():
    body = request.get_json()
    with Session() as session:
        session.add(
            User(
                username=body["username"],
                email=body["email"],
                last_name=body["lastName"],
                first_name=body["firstName"],
                password=bcrypt.hashpw(body["password"].encode(), bcrypt.gensalt(4)).decode(),
            )
        )
        session.commit()
    return jsonify(message="created"), 201


@app.post("/intra-in-cont")
def sign_in():
    body = request.get_json()
    with Session() as session:
        user = session.query(User).filter_by(email=body["email"]).first()
        if user is None or not bcrypt.checkpw(body["password"].encode(), user.password.encode()):
            return jsonify(message="refused", code="202"), 202
        session.add(SignedIn(session_string=CODE, jwt=sign({"sub": str(user.id)}, 86_400)))
        # Each sign-in added a row of each.
        session.add(Card(user_id=user.id, occupation="Occupation", image=b""))
        session.add(Links(user_id=user.id, **{name: f"https://{name}.com" for name in NETWORKS}))
        session.commit()
    return jsonify(message=CODE, code="200")


@app.get("/get")
def profile():
    code = request.headers["authorization"].split(" ")[1]
    with Session() as session:
        signed_in = session.query(SignedIn).filter_by(session_string=code).first()
        user = session.get(User, int(verify(signed_in.jwt)["sub"]))
        card = session.query(Card).filter_by(user_id=user.id).order_by(Card.id).first()
        links = session.query(Links).filter_by(user_id=user.id).order_by(Links.id).first()
        return jsonify(
            HomeAddress=card.homeaddress,
            Country=card.country,
            County=card.county,
            Occupation=card.occupation,
            Image=base64.b64encode(card.image).decode(),
            FullName=f"{user.first_name} {user.last_name}",
            Email=user.email,
            LinkedIn=links.linkedin,
            FaceBook=links.facebook,
            GitHub=links.github,
            Instagram=links.instagram,
            Twitter=links.twitter,
            Youtube=links.youtube,
            Description=links.description,
        )
