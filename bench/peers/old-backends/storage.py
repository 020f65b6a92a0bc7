"""What the four programs share: tables in a file of SQLite, and tokens of PyJWT."""

import os
import time

import jwt
from sqlalchemy import create_engine
from sqlalchemy.orm import declarative_base, sessionmaker

KEY = "only-for-benchmarks-0123456789abcdef"
Base = declarative_base()
# Several processes write to the file, so each waits for its turn.
engine = create_engine(
    f"sqlite:///{os.environ['BENCH_SQLITE_PATH']}",
    connect_args={"check_same_thread": False, "timeout": 30},
)
Session = sessionmaker(bind=engine)


def sign(claims: dict, lifetime_seconds: int) -> str:
    return jwt.encode({**claims, "exp": int(time.time()) + lifetime_seconds}, KEY, algorithm="HS256")


def verify(token: str) -> dict:
    return jwt.decode(token, KEY, algorithms=["HS256"])
