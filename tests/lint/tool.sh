#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command; where it is not installed, skips the test and says so.
if ! command -v "$1" >/dev/null; then
  echo "$1 is not installed."
  exit 77
fi
exec "$@"
