#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds Sfumato's Flatpak and installs it for this user.
#
#   build.sh [--devel] [--bundle FILE.flatpak]
#
#   --devel    the development version, which runs its tests in the sandbox
#   --bundle   also writes a file that can be given away and installed with "flatpak install --user FILE.flatpak"
#
# Against Flathub's runtime; or, where base/make-base.sh has made one, against the stand-in, in an installation of its own.
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=flatpak/base/settings.sh
. ./base/settings.sh

id=io.github.sfumato.Sfumato
bundle=
while [ $# -gt 0 ]; do
  case $1 in
    --devel) id=io.github.sfumato.Sfumato.Devel ;;
    --bundle) bundle=$(realpath "$2"); shift ;;
    *) echo "build.sh: unknown argument $1" >&2; exit 2 ;;
  esac
  shift
done

if has_base; then
  use_base
  state=$base/builder
  from=()
else
  state=../.flatpak-builder
  from=(--install-deps-from=flathub)
fi
# A bus of its own where there is none; flatpak-builder asks one about the session.
run=()
[ -n "${DBUS_SESSION_BUS_ADDRESS-}" ] || run=(dbus-run-session --)

"${run[@]}" flatpak-builder --user --install --force-clean --ccache --disable-rofiles-fuse "${from[@]}" \
  --state-dir="$state" --repo="$state/repository" "$state/app-$id" "$id.json"
if [ -n "$bundle" ]; then
  flatpak build-bundle "$state/repository" "$bundle" "$id"
  du -b "$bundle"
fi
