#!/usr/bin/env bash
# Takes the steps of the Dockerfile without a container engine, in a clean folder, and uses what comes out as it is used
# there: by a user with no rights and no capabilities, on a root file system that cannot be written to, with no network.
#
#   [EXTRAS="postgres documents"] [PATIENCE=30] deploy/build-steps.sh [FOLDER]
#
# PATIENCE is how many seconds the server has to get ready. Needs root for the confinement (it says what it left out
# otherwise) and a package index for the installation.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD
work=${1:-$(mktemp -d)}
tree=$work/tree venv=$work/opt/epicrisis data=$work/data
uid=$(sed -n 's/^ARG UID=//p' deploy/Dockerfile)
port=$(sed -n 's/^ARG PORT=//p' deploy/Dockerfile)
mkdir -p "$tree" "$data"
chmod 0755 "$work" "$work"/*

# The user of the server must reach the Python below the environment: one in the home of root will not do.
for python in ${PYTHON:-/usr/local/bin/python3 /usr/bin/python3 python3}; do
    "$python" -c 'import pip, venv, sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || continue
    [ "$(id -u)" != 0 ] || setpriv --reuid "$uid" --clear-groups "$python" -c '' 2> /dev/null || continue
    break
done
echo "== FROM $("$python" --version) ($python)"

echo "== COPY: what .dockerignore lets through"
sed -n 's/^!//p' .dockerignore | xargs git ls-files -z --cached --others --exclude-standard -- \
    | while IFS= read -r -d '' file; do
        # What was deleted and not committed yet is still listed.
        [ ! -e "$file" ] || cp --parents --target-directory "$tree" "$file"
    done
chmod -R a-w "$tree"
(cd "$tree" && find . -type f | wc -l | sed 's/$/ files/')

echo "== RUN sh deploy/install.sh ${EXTRAS:=}"
# The build back-end writes nothing into the tree, or it would fail here. Each extra is a word of its own.
# shellcheck disable=SC2086
PYTHON=$python sh "$tree/deploy/install.sh" "$venv" $EXTRAS
chmod -R a+rX "$work/opt"
du -sh "$venv" | cut -f1

# The environment of the image, with the places this machine has for its own.
mapfile -t environment < <(sed -n '/^ENV PATH/,/[^\\]$/{s/^ENV //;s/ *\\$//;s/^ *//;p}' deploy/Dockerfile \
    | sed -e "s|/opt/epicrisis|$venv|" -e "s|\${PATH}|$PATH|" -e "s|\${PORT}|$port|" -e "s|=/data|=$data|")

# Everything from here on runs in a room of its own, where it may have one.
inside=$(cat <<'INSIDE'
set -euo pipefail
here=$1 venv=$2 data=$3 uid=$4 port=$5 confined=$6
shift 6
as_server=(env --ignore-environment "$@")
if [ "$confined" = yes ]; then
    ip link set lo up
    mount -t tmpfs -o "mode=0700,uid=$uid,gid=$uid" tmpfs "$data"
    mount -o remount,bind,ro /
    as_server=(setpriv --reuid "$uid" --regid "$uid" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all
        "${as_server[@]}")
    if "${as_server[@]}" touch "$venv/written" 2> /dev/null; then
        echo "The user of the server can write to the root file system." >&2
        exit 1
    fi
fi
cd "$data"
"${as_server[@]}" epicrisis keys create build-steps > "$data/key" 2> "$data/log" || { cat "$data/log" >&2; exit 1; }
"${as_server[@]}" epicrisis serve 2> "$data/log" &
server=$!
trap 'kill "$server" 2> /dev/null || true' EXIT
EPICRISIS_KEY=$(cat "$data/key") "$venv/bin/python" "$here/deploy/ask.py" "http://127.0.0.1:$port" "${PATIENCE:-30}" || { cat "$data/log" >&2; exit 1; }
grep -E '^(Uid|CapEff|NoNewPrivs|VmHWM|Threads)' "/proc/$server/status"
kill -TERM "$server"
wait "$server"
trap - EXIT
echo "stopped with 0"
INSIDE
)

echo "== ENTRYPOINT epicrisis serve"
if [ "$(id -u)" = 0 ] && unshare --mount --net true 2> /dev/null; then
    echo "as user $uid, read-only root, no network, no capabilities"
    unshare --mount --net bash -c "$inside" inside "$here" "$venv" "$data" "$uid" "$port" yes "${environment[@]}"
else
    echo "as $(id -un), not confined: that takes root and unshare"
    bash -c "$inside" inside "$here" "$venv" "$data" "$uid" "$port" no "${environment[@]}"
fi
echo "All steps are well."
