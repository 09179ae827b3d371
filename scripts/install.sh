#!/usr/bin/env bash
# install.sh [PREFIX [OPTIONS OF CMAKE]]: installs what Terrace needs from Debian, builds program and packages without tests in
# build/install, and installs them under PREFIX (default: /usr/local), which the user must be allowed to write.
#   bash scripts/install.sh ~/terrace -DTERRACE_NATIVE=OFF
# `cmake --build build/install --target uninstall` removes what it installed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/help.sh"
prefix=$(realpath -m "${1:-/usr/local}")
shift || true
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash scripts/install-dependencies.sh --without-tests
cmake -S . -B build/install -G Ninja -DCMAKE_BUILD_TYPE=Release -DTERRACE_TESTS=OFF -DCMAKE_INSTALL_PREFIX="$prefix" "$@"
cmake --build build/install
cmake --install build/install > /dev/null
echo "Installed in $prefix: $("$prefix/bin/terrace" --version)"
