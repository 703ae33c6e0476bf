#!/usr/bin/env bash
# Lays a virtual environment from the pinned requirements, installs the project into it and sees to the system
# libraries. Does nothing that is already done.
#
#   tools/setup.sh runtime    .venv/: what `cspaudit` needs to run
#   tools/setup.sh dev        .venv/: that, and what the tests and linters need
#   tools/setup.sh spark      .venv-spark/: what `cspaudit run --engine spark` and its tests need, Java among it
#
# PYTHON names the interpreter to build on (Python 3.11 or later); by default the first fit one on the path.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

kind="${1:?usage: tools/setup.sh runtime|dev|spark}"
case "$kind" in
runtime | dev) venv=.venv ;;
# Spark is large and brings libraries of its own: whoever does without it shall not notice it.
spark) venv=.venv-spark ;;
*)
  echo "set-up: unknown kind '$kind'; it is runtime, dev or spark." >&2
  exit 2
  ;;
esac

say() { printf 'set-up: %s\n' "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# --- Python ---------------------------------------------------------------------------------------------------

fit() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
  local candidate
  for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if fit "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  die "Python 3.11 or later with venv is needed (Debian: apt-get install python3-venv); set PYTHON to its path if it is elsewhere."
}

if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
  python="$(find_python)"
  say "creating $venv with $("$python" --version)"
  "$python" -m venv --clear "$venv"
fi

# --- Python packages ------------------------------------------------------------------------------------------

# A stamp holds what its kind was made from; dev holds all of runtime. It also holds the folder, since an editable
# install and the scripts of a moved environment point to where it was.
recipe() { { pwd && "$venv/bin/python" --version && cat "requirements/$1.txt" pyproject.toml; } | cksum; }
laid() { [ "$(cat "$venv/stamp-$1" 2>/dev/null)" = "$(recipe "$1")" ]; }

if ! laid "$kind" && ! { [ "$kind" = runtime ] && laid dev; }; then
  say "installing requirements/$kind.txt (a few minutes the first time)"
  export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_INPUT=1
  "$venv/bin/python" -m pip install -qq --require-hashes --requirement "requirements/$kind.txt"
  "$venv/bin/python" -m pip install -qq --no-deps --no-build-isolation --editable .
  rm -f "$venv"/stamp-*
  recipe "$kind" >"$venv/stamp-$kind"
fi

# --- system libraries -----------------------------------------------------------------------------------------

has_library() { "$venv/bin/python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null; }
has_command() {
  local name
  for name in "$@"; do command -v "$name" >/dev/null 2>&1 && return 0; done
  return 1
}

# The first Java found is the one that pyspark starts.
has_java() {
  local version
  version="$("${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p;T;q')"
  [ "${version:-0}" -ge 17 ]
}

missing=()
if [ "$kind" = spark ]; then
  has_java || missing+=(default-jre-headless)
else
  has_library libpango-1.0.so.0 || missing+=(libpango-1.0-0)
  has_library libpangoft2-1.0.so.0 || missing+=(libpangoft2-1.0-0)
  has_library libharfbuzz.so.0 || missing+=(libharfbuzz0b)
  has_library libharfbuzz-subset.so.0 || missing+=(libharfbuzz-subset0)
fi
if [ "$kind" = dev ]; then
  has_command chromium chromium-browser google-chrome || missing+=(chromium)
  has_command chromedriver || missing+=(chromium-driver)
  has_command pdftoppm || missing+=(poppler-utils)
fi

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "$@" </dev/null
}

if [ "${#missing[@]}" -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && has_command apt-get; then
    log="$(mktemp)"
    say "installing ${missing[*]}"
    # The lists may be absent (fresh container) or too old: then they are read once, and only then.
    if apt_install "${missing[@]}" >"$log" 2>&1 ||
      { apt-get update --quiet >>"$log" 2>&1 && apt_install "${missing[@]}" >>"$log" 2>&1; }; then
      missing=()
    else
      tail -n 15 "$log" >&2
    fi
    rm -f "$log"
  fi
fi

if [ "$kind" = spark ] && ! has_java; then
  die "Spark needs Java 17 or later: install it (Debian: apt-get install default-jre-headless), or set JAVA_HOME."
fi
if [ "${#missing[@]}" -gt 0 ]; then
  say "these system packages are missing: ${missing[*]}"
  say "install them (Debian names: apt-get install ${missing[*]}). Without libpango and libharfbuzz no PDF is made;"
  say "without chromium, chromium-driver or poppler-utils the tests that look at pages are skipped."
fi
