# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-3.0-or-later
# For the scripts that source it: where the base lies, and what it stands in for.
base=${SFUMATO_FLATPAK_BASE:-${XDG_CACHE_HOME:-$HOME/.cache}/sfumato-flatpak-base}
manifest=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/io.github.sfumato.Sfumato.json

from_manifest () {
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$manifest" "$1"
}
runtime=$(from_manifest runtime)
sdk=$(from_manifest sdk)
branch=$(from_manifest runtime-version)
arch=$(flatpak --default-arch 2>/dev/null || uname -m)

has_base () {
  [ -d "$base/installation/runtime/$sdk" ]
}

# From here on, flatpak means the base's own installation, which never lies among real runtimes.
use_base () {
  export FLATPAK_USER_DIR=$base/installation
  export XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-$base/run}
  mkdir -p "$XDG_RUNTIME_DIR"
  chmod 700 "$XDG_RUNTIME_DIR"
}
