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
consume "$source/examples/bratu" # the tests of the tutorials build and run the other examples
consume "$source/test/installed/headers"
"$work/bratu/bratu" "$source/examples/bratu/bratu.xml" 16 | grep "Terminated with Status: Converged"
"$work/bratu/bratu_conformance" --gtest_brief=1
"$prefix/bin/terrace" --version
for file in man/man1/terrace-train.1 bash-completion/completions/terrace zsh/site-functions/_terrace \
  fish/vendor_completions.d/terrace.fish; do
  [[ -s $prefix/share/$file ]] || { echo "share/$file is not installed" >&2; exit 1; }
done

# find_terrace ARGUMENTS [OPTIONS OF CMAKE]: whether find_package(Terrace ARGUMENTS REQUIRED) succeeds.
mkdir -p "$work/found"
find_terrace() {
  printf 'cmake_minimum_required(VERSION 3.25)\nproject(Found LANGUAGES C CXX)\nfind_package(Terrace %s REQUIRED)\n' \
    "$1" > "$work/found/CMakeLists.txt"
  rm -rf "$work/found/build"
  cmake -S "$work/found" -B "$work/found/build" -DCMAKE_PREFIX_PATH="$prefix" "${@:2}" > /dev/null 2>&1
}

# A version or a package that is not there must be refused.
for wanted in "99" "0.1 COMPONENTS nonsense"; do
  if find_terrace "$wanted"; then
    echo "find_package(Terrace $wanted) succeeded" >&2
    exit 1
  fi
done

# GoogleTest is a requirement of the component conformance alone.
if ! find_terrace "0.1 COMPONENTS multilevel" -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON; then
  echo "find_package(Terrace) without GoogleTest failed" >&2
  exit 1
fi
if find_terrace "0.1 COMPONENTS conformance" -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON; then
  echo "find_package(Terrace COMPONENTS conformance) succeeded without GoogleTest" >&2
  exit 1
fi
