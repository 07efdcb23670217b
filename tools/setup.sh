#!/bin/sh
# Find a Python that the product runs on and let it set everything else up; a second call finds nothing to do.
cd "$(dirname "$0")/.." || exit 1
for python in ${PYTHON:-} python3 python3.12 python3.11 python; do
  if "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' >/dev/null 2>&1; then
    exec "$python" tools/setup.py
  fi
done
echo "Python 3.11 or 3.12 is needed: install it (on Debian: apt-get install python3 python3-venv), or name it in the variable PYTHON." >&2
exit 1
