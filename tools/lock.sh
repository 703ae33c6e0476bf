#!/usr/bin/env bash
# Pins every requirement, with the hashes of all its files (so any machine type can install), in requirements/.
# The files name no package index: each machine uses its own.
#
#   tools/lock.sh               the newest allowed versions
#   tools/lock.sh --no-upgrade  keep what is pinned, add only what pyproject.toml or the .in files ask for now
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

upgrade=--upgrade
[ "${1:-}" = --no-upgrade ] && upgrade=--no-upgrade

compile() { # compile <name> <sources...>
  local name="$1" file="requirements/$1.txt" body
  shift
  # Written aside with what is pinned now as the starting point, so a failure leaves the old file whole.
  body="$(mktemp)"
  [ -f "$file" ] && cp "$file" "$body"
  .venv/bin/pip-compile --quiet "$upgrade" --generate-hashes --allow-unsafe --strip-extras --no-header \
    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
    --output-file "$body" "$@"
  {
    echo "# Pinned by tools/lock.sh ($name); change pyproject.toml or the .in files, not this file."
    sed '/^# Pinned by /d' "$body"
  } >"$file"
  rm -f "$body"
}

compile runtime pyproject.toml requirements/build.in
# The same versions as at run time: the tests judge what the demo runs.
compile dev --constraint requirements/runtime.txt pyproject.toml requirements/build.in requirements/dev.in
# Of the tests' libraries only those that the Spark suite imports, in the versions of the other tests.
compile spark --constraint requirements/dev.txt --extra spark pyproject.toml requirements/build.in requirements/spark.in
