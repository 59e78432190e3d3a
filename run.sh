#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds Sfumato and opens its window; without a display, paints a picture on the command line instead.
# On Debian, installs what is missing. Arguments go to the program.
set -eu
cd "$(dirname "$0")"
. ./.ci/debian.sh

install_packages build run
build build

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec build/app/sfumato "$@"
fi

echo 'There is no display, so this paints one picture on the command line.'
exec build/app/cli/sfumato-cli generate --prompt 'a red apple on a blue background' --output build/picture.png "$@"
