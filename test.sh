#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds Sfumato and runs every test. Then builds the engine and the command line alone, with the address and undefined
# behaviour sanitizers, and runs its tests of files, arithmetic and whole pictures once more.
# On Debian, installs what is missing. Ends in one line: N passed, N failed.
set -eu
cd "$(dirname "$0")"
. ./.ci/debian.sh

give_up () {
  echo "$1"
  echo '0 passed, 1 failed'
  exit 1
}

install_packages build run test || give_up 'The packages could not be installed.'
build build || give_up 'The program could not be built.'
build build-asan -Dapp=disabled -Db_sanitize=address,undefined || give_up 'The engine alone could not be built.'

# What fails is counted at the end.
rm -f build/meson-logs/*.json build-asan/meson-logs/*.json
meson test -C build --no-rebuild --print-errorlogs || true
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
meson test -C build-asan --no-rebuild --print-errorlogs --suite unit --logbase unit || true
# Vulkan drivers leak, so what leaks is not asked where one is loaded.
ASAN_OPTIONS=detect_leaks=0 \
  meson test -C build-asan --no-rebuild --print-errorlogs --suite engine --logbase engine || true
exec python3 tests/tools/count-tests.py build/meson-logs/testlog.json build-asan/meson-logs/unit.json \
  build-asan/meson-logs/engine.json
