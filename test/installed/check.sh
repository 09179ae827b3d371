#!/usr/bin/env bash
# check.sh SOURCE BUILD: the installed packages as a user meets them. Fails with the step that failed.
set -euo pipefail
source=$1 build=$2 work=$2/installed
prefix=$work/moved
rm -rf "$work/first" "$prefix"
mkdir -p "$work"

# What the last installation of this build was, for whoever wants to uninstall that.
manifest=$build/install_manifest.txt
if [[ -f $manifest ]]; then cp "$manifest" "$work/manifest"; else rm -f "$work/manifest"; fi
restore_manifest() {
  if [[ -f $work/manifest ]]; then cp "$work/manifest" "$manifest"; else rm -f "$manifest"; fi
}
trap restore_manifest EXIT

# Uninstalling leaves what others put there, and nothing else.
rm -rf "$work/removed"
cmake --install "$build" --prefix "$work/removed" > /dev/null
touch "$work/removed/include/terrace/theirs.hpp"
cmake --build "$build" --target uninstall > "$work/uninstall.log"
left=$(cd "$work/removed" && find . ! -type d)
if [[ $left != ./include/terrace/theirs.hpp || -d $work/removed/lib/cmake/Terrace ]]; then
  echo "uninstall left: $left" >&2
  exit 1
fi
if cmake --build "$build" --target uninstall >> "$work/uninstall.log" 2>&1; then
  echo "uninstall succeeded where nothing was installed" >&2
  exit 1
fi

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

# Makefiles: what pkg-config says is enough to build a program that runs.
export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name terrace.pc)")
mkdir -p "$work/make"
(cd "$work/make" && make --always-make -f "$source/examples/own_objective/Makefile" CXX="${launcher:+$launcher }g++" CXXFLAGS=-O0 \
  one_line > make.log)
"$work/make/one_line" | grep "Status: Converged"
[[ $(pkg-config --modversion terrace) == "$("$prefix/bin/terrace" --version | cut -d ' ' -f 2)" ]]
if pkg-config --exists terrace-pde; then # the component that makefiles without it do not link
  pkg-config --libs terrace-pde | grep -q -- "-lterrace_pde .*-lterrace_multilevel"
fi

# find_terrace ARGUMENTS [OPTIONS OF CMAKE]: whether find_package(Terrace ARGUMENTS REQUIRED) succeeds; what it says is in found.log.
mkdir -p "$work/found"
find_terrace() {
  printf 'cmake_minimum_required(VERSION 3.25)\nproject(Found LANGUAGES C CXX)\nfind_package(Terrace %s REQUIRED)\n' \
    "$1" > "$work/found/CMakeLists.txt"
  rm -rf "$work/found/build"
  cmake -S "$work/found" -B "$work/found/build" -DCMAKE_PREFIX_PATH="$prefix" "${@:2}" > "$work/found.log" 2>&1
}
# refuses WORDS ARGUMENTS [OPTIONS OF CMAKE]: an error that has the words.
refuses() {
  if find_terrace "${@:2}"; then
    echo "find_package(Terrace ${*:2}) succeeded" >&2
    exit 1
  elif ! tr -s ' \n' ' ' < "$work/found.log" | grep -qF "$1"; then
    cat "$work/found.log" >&2
    echo "find_package(Terrace ${*:2}) does not say: $1" >&2
    exit 1
  fi
}
accepts() {
  if ! find_terrace "$@"; then
    cat "$work/found.log" >&2
    echo "find_package(Terrace $*) failed" >&2
    exit 1
  fi
}

refuses 'compatible with requested version "99"' "99"
refuses '"nonsense" is not a component of Terrace. There are: parameters, multilevel,' "0.1 COMPONENTS multilevel nonsense"
accepts "0.1"
accepts "0.1 COMPONENTS multilevel OPTIONAL_COMPONENTS nonsense"

# What a component needs is looked for if it is wanted, and by those that want it alone.
refuses "The component conformance needs GoogleTest" "COMPONENTS conformance" -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON
refuses "The component dataset needs HDF5 with MPI" "COMPONENTS model" -DCMAKE_DISABLE_FIND_PACKAGE_HDF5=ON
accepts "COMPONENTS multilevel resnet" -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON -DCMAKE_DISABLE_FIND_PACKAGE_HDF5=ON
if [[ -f $prefix/include/terrace/pde/ParametricProblem.hpp ]]; then
  refuses "The component pde needs Trilinos' Belos and Ifpack2" "COMPONENTS pde" -DTERRACE_BELOS_INCLUDE_DIR=
else
  refuses "The component pde is not in this installation" "COMPONENTS pde"
fi
