#!/bin/sh
# Lays out the repository of a Hugging Face Space in the folder $1: what the image is built from, with the port and the
# user a Space expects. Commit that folder to the Space and it builds.
set -eu
target=$1
cd "$(dirname "$0")/../.."

mkdir -p "$target"
# What git knows, and what the image is built from.
git ls-files -z --cached --others --exclude-standard -- \
    .dockerignore LICENSE NOTICE deploy/install.sh pyproject.toml src \
    requirements/documents.lock requirements/postgres.lock requirements/server.lock \
    | tr '\0' '\n' | while IFS= read -r file; do
        # What was deleted and not committed yet is still listed.
        [ ! -e "$file" ] || cp --parents --target-directory "$target" "$file"
    done
# The wheel shows the project's README; the page of the Space is its own.
{ cat deploy/space/README.md; echo; sed -n '2,$p' README.md; } > "$target/README.md"
# A Space runs as user 1000 behind a proxy that asks nobody who they are; its addresses are in 10.0.0.0/8.
sed -e 's/^ARG UID=.*/ARG UID=1000/' -e 's/^ARG PORT=.*/ARG PORT=7860/' \
    -e 's/EPICRISIS_REQUIRE_KEY=true/EPICRISIS_REQUIRE_KEY=false/' deploy/Dockerfile > "$target/Dockerfile"
cat >> "$target/Dockerfile" <<'LINES'
ENV EPICRISIS_ALLOW_ANONYMOUS_NETWORK=true \
    EPICRISIS_ENVIRONMENT=space \
    EPICRISIS_TRUSTED_PROXIES='["10.0.0.0/8"]'
LINES
echo "Laid out in $target"
