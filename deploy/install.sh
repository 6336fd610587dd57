#!/bin/sh
# Installs this tree into a new virtual environment at $1, of the Python in $PYTHON (python3): every dependency from the
# hashed lock, and those of the extras named behind it (postgres, documents); epicrisis as a wheel.
# The Dockerfile and build_steps.py both run it, so that what is tried without a container engine is what the image does.
set -eu
target=$1
shift
python=${PYTHON:-python3}
cd "$(dirname "$0")/.."

for extra in "$@"; do
    case $extra in
        postgres | documents) ;;
        *) echo "There is no extra '$extra' for an image; name postgres, documents, or both." >&2 && exit 2 ;;
    esac
done

export PIP_DISABLE_PIP_VERSION_CHECK=1
"$python" -m venv --without-pip "$target"
# The pip of the machine installs into it: what serves notes has no installer of its own.
pip_into() {
    "$python" -m pip --python "$target/bin/python" "$@"
}

for lock in server "$@"; do
    pip_into install --quiet --no-cache-dir --require-hashes --no-deps --requirement "requirements/$lock.lock"
done
wheels=$(mktemp -d)
"$target/bin/python" -m hatchling build --target wheel --directory "$wheels"
pip_into install --quiet --no-cache-dir --no-deps --no-index "$wheels"/epicrisis-*.whl
pip_into uninstall --quiet --yes hatchling pathspec pluggy tomlkit trove-classifiers
rm -r "$wheels"

# What is missing is said here, and not on the first request.
"$target/bin/python" -c 'import epicrisis.api.server, httpx2, joserfc, redis, uvloop'
for extra in "$@"; do
    case $extra in
        postgres) "$target/bin/python" -c 'import alembic, epicrisis.storage.postgres.database, psycopg' ;;
        documents) "$target/bin/python" -c 'import lxml.etree, pyarrow.parquet, pypdf, pypdfium2, reportlab' ;;
    esac
done
"$target/bin/epicrisis" version
