#!/bin/bash
# Runs once, when the PostgreSQL volume is new: a database and an owner each for Airflow's own records and for the case store.
# Neither can see the other's.
set -euo pipefail

create() { # create NAME PASSWORD
    psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --set name="$1" --set password="$2" <<'SQL'
create role :"name" login password :'password' nosuperuser nocreatedb nocreaterole;
create database :"name" owner :"name" encoding 'UTF8' template template0;
revoke all on database :"name" from public;
SQL
}

create airflow "$AIRFLOW_DB_PASSWORD"
create riskwarn "$RISKWARN_DB_PASSWORD"
