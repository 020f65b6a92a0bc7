#!/bin/sh
# The image runs this once, when its volume is empty. Proxima gets a role that owns its own database and nothing else.
# The password comes from the database URL of Proxima.
set -eu
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres <<'SQL'
\set password `sed 's#^[^:]*://[^:]*:\(.*\)@.*$#\1#' /run/secrets/proxima_database_url`
create role proxima login password :'password';
create database proxima owner proxima;
revoke all on database proxima from public;
SQL
