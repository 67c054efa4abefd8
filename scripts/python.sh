#!/usr/bin/env bash
# Prints the first Python of 3.11 or newer that really runs (a shim on the PATH may not); $PYTHON is tried before the others.
for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        command -v "$candidate"
        exit 0
    fi
done
echo "riskwarn needs Python 3.11 or newer: install it, or name it: make PYTHON=/path/to/python3.11 ..." >&2
exit 1
