#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# For run.sh and test.sh, which source it: Debian 12's packages and a configured, compiled build directory.

# Debian's programs before others of the same name: a Python without its modules, a newer meson.
PATH=/usr/bin:/bin:$PATH
export PATH

packages_for () {
  case $1 in
    build)
      echo gcc libc6-dev meson ninja-build pkg-config python3 gettext desktop-file-utils glslc spirv-tools \
        libglib2.0-dev libjson-glib-dev libpng-dev libsqlite3-dev libvulkan-dev libgtk-4-dev \
        libadwaita-1-dev libsoup-3.0-dev
      ;;
    run)
      echo mesa-vulkan-drivers adwaita-icon-theme librsvg2-common fonts-cantarell dbus dbus-x11
      ;;
    test)
      echo vulkan-validationlayers clang-format appstream shellcheck libxml2-utils mandoc \
        xvfb xauth at-spi2-core xdotool imagemagick \
        python3-numpy python3-pil python3-gi python3-pyatspi gir1.2-atspi-2.0
      ;;
  esac
}

# install_packages build|run|test...: those that are missing. On other systems configuring says what is missing.
install_packages () {
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || return 0

  missing=
  for purpose in "$@"; do
    for package in $(packages_for "$purpose"); do
      case $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) in
        ii*) ;;
        *) missing="$missing $package" ;;
      esac
    done
  done
  [ -n "$missing" ] || return 0

  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "These packages are missing and only root can install them:$missing" >&2
      return 1
    fi
    as_root=sudo
  fi

  echo "Installing:$missing"
  log=$(mktemp)
  # shellcheck disable=SC2086 # a list of words, and a word that may be none
  if $as_root apt-get -q -o DPkg::Lock::Timeout=600 update </dev/null >"$log" 2>&1 &&
     $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
       -o DPkg::Lock::Timeout=600 install $missing </dev/null >>"$log" 2>&1; then
    rm -f "$log"
  else
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
}

# build DIRECTORY [MESON OPTION...]: configures it once, then compiles what has changed.
build () {
  directory=$1
  shift
  [ -f "$directory/build.ninja" ] || meson setup "$directory" "$@" || return 1
  ninja -C "$directory"
}
