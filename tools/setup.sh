#!/usr/bin/env bash
# Make this checkout ready to run: Debian packages that are missing, a virtual
# environment in .venv, and the package in it with its engine compiled.
#
# Does nothing when nothing changed: a stamp in .venv holds the hash of what
# the installation was made from. PYTHON names another interpreter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PYTHON=${PYTHON:-python3}
VENV=.venv
STAMP=$VENV/.boardivr-setup
PLACE=$VENV/.boardivr-place

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# The hash of everything that an installation depends on.
sources_hash() {
    {
        pwd
        local file
        for file in pyproject.toml setup.py boardivr/media/_build.py \
            boardivr/media/src/* boardivr/media/decl/*; do
            [ -f "$file" ] || continue
            echo "$file"
            cat "$file"
        done
    } | sha256sum | cut -d' ' -f1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "need root or sudo for: $*"
    fi
}

has_package() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Debian packages that aren't there yet, one a line.
missing_packages() {
    local package
    for package in gcc libc6-dev libspandsp-dev libtiff-dev espeak-ng fonts-wqy-microhei; do
        has_package "$package" || echo "$package"
    done
    command -v "$PYTHON" >/dev/null || { echo python3; echo python3-venv; echo python3-dev; return; }
    # An interpreter that isn't Debian's brings its own.
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    "$PYTHON" - <<'END' || echo python3-dev
import pathlib, sys, sysconfig
sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists())
END
}

install_packages() {
    local missing log
    missing=$(missing_packages | tr '\n' ' ')
    [ -n "${missing// /}" ] || return 0
    say "installing $missing"
    log=$(mktemp)
    # Through env: sudo drops the variable.
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends)
    # shellcheck disable=SC2086  # a list of words is meant
    if ! as_root "${apt[@]}" $missing >"$log" 2>&1 </dev/null; then
        # Most often the lists of packages are missing or old.
        if ! { as_root apt-get update -q && as_root "${apt[@]}" $missing; } >"$log" 2>&1 </dev/null; then
            cat "$log" >&2
            rm -f "$log"
            fail "could not install: $missing"
        fi
    fi
    rm -f "$log"
}

check_python() {
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "need Python 3.11 or newer, found $("$PYTHON" --version 2>&1); set PYTHON=..."
}

make_venv() {
    # A virtual environment can't be moved: its scripts hold its path.
    local here
    here="$(pwd) $("$PYTHON" --version)"
    [ -x $VENV/bin/python ] && [ "$(cat $PLACE 2>/dev/null)" = "$here" ] && return
    say "creating $VENV"
    "$PYTHON" -m venv --clear $VENV
    echo "$here" >$PLACE
}

install_package() {
    local pip=($VENV/bin/python -m pip install -qq --disable-pip-version-check)
    say "installing the package and compiling its engine"
    # The build tools go into the environment, so that a rebuild after a change
    # in C needs no network. Headers aren't followed by build_ext: start anew.
    rm -f boardivr/media/_engine*.so boardivr/media/_engine.c
    "${pip[@]}" 'setuptools>=70.1' 'cffi>=1.16'
    "${pip[@]}" --no-build-isolation --editable '.[dev,speech]'
}

main() {
    local hash
    hash=$(sources_hash)
    if [ -x $VENV/bin/python ] && [ "$(cat $STAMP 2>/dev/null)" = "$hash" ]; then
        return
    fi
    if command -v dpkg-query >/dev/null; then
        install_packages
    else
        say "not a Debian system: a C compiler, libspandsp, libtiff and espeak-ng must be there"
    fi
    check_python
    make_venv
    rm -f $STAMP
    install_package
    echo "$hash" >$STAMP
    say "ready"
}

main
