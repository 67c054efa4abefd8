#!/usr/bin/env bash
# Rewrites requirements/*.txt from pyproject.toml: every version pinned, every file hashed, for every platform.
# `scripts/lock.sh` keeps what is pinned where it still fits; `scripts/lock.sh --upgrade` takes the newest that fits.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-uv}

compile() { # compile OUTPUT ARGUMENTS...
    local output=$1
    shift
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
        --custom-compile-command "make lock" --output-file "requirements/$output" "$@" >/dev/null
    echo "requirements/$output: $(grep -c '==' "requirements/$output") packages"
}

# The largest set first; the smaller ones are held to its versions, so that one environment can grow from the other.
compile dev.txt pyproject.toml --extra airflow --extra postgres --group dev "$@"
compile server.txt pyproject.toml --extra airflow --extra server --extra postgres --constraint requirements/dev.txt
compile base.txt pyproject.toml --constraint requirements/dev.txt
compile build.txt --group build --constraint requirements/dev.txt
echo "uv" | compile uv.txt - "$@"
