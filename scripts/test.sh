#!/usr/bin/env bash
# Installs the dependencies, builds everything, checks the formatting and runs all tests. The formatting is that of clang-format
# 14 (Debian bookworm); others disagree with it in places, and check nothing.
# Arguments are passed on to CMake: bash scripts/test.sh -DTERRACE_NATIVE=OFF
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/help.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/.."
started=$SECONDS

bash scripts/install-dependencies.sh --python --tutorials --site
source scripts/mpi-environment.sh

cmake --preset release "$@"
cmake --build --preset release

formatter=$(clang-format --version)
if [[ $formatter != *" version 14."* ]]; then
  echo "Formatting: not checked. It is that of clang-format 14; this is $formatter"
elif git rev-parse --is-inside-work-tree > /dev/null 2>&1; then
  git ls-files -z -- '*.cpp' '*.hpp' | xargs -0 --no-run-if-empty clang-format --dry-run --Werror
fi

ctest --preset release --parallel "$(nproc)"
echo "All tests passed in $((SECONDS - started)) s, build included."
