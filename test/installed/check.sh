#!/usr/bin/env bash
# check.sh SOURCE BUILD: the installed packages as a user meets them. Fails with the step that failed.
set -euo pipefail
source=$1 build=$2 work=$2/installed
prefix=$work/moved
rm -rf "$work/first" "$prefix"
cmake --install "$build" --prefix "$work/first" > /dev/null
mv "$work/first" "$prefix"

if grep -rlF -e "$source" -e "$work/first" "$prefix"/lib*/cmake "$prefix"/lib*/*/cmake 2> /dev/null; then
  echo "the files above name the build or the first prefix: the package cannot be moved" >&2
  exit 1
fi

# consume FOLDER: builds a project against the moved prefix; without optimisation, to be quick.
consume() {
  local consumer=$work/$(basename "$1")
  cmake -S "$1" -B "$consumer" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_CXX_FLAGS_DEBUG=-O0 ${launcher:+-DCMAKE_CXX_COMPILER_LAUNCHER=$launcher}
  cmake --build "$consumer" --parallel 2
}
launcher=$(command -v ccache || true)
for list in "$source"/examples/*/CMakeLists.txt; do consume "${list%/CMakeLists.txt}"; done
consume "$source/test/installed/headers"
"$work/bratu/bratu" "$source/examples/bratu/bratu.xml" 16 | grep "Terminated with Status: Converged"
"$work/trilinos_application/application" 8 100 | grep "Speed-up: "
"$prefix/bin/terrace" --version

# A version or a package that is not there must be refused.
mkdir -p "$work/refused"
for wanted in "99" "0.1 COMPONENTS nonsense"; do
  printf 'cmake_minimum_required(VERSION 3.25)\nproject(Refused LANGUAGES C CXX)\nfind_package(Terrace %s REQUIRED)\n' \
    "$wanted" > "$work/refused/CMakeLists.txt"
  if cmake -S "$work/refused" -B "$work/refused/build" -DCMAKE_PREFIX_PATH="$prefix" > /dev/null 2>&1; then
    echo "find_package(Terrace $wanted) succeeded" >&2
    exit 1
  fi
done
