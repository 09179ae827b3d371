#!/usr/bin/env bash
# Attacks what is promised, in full: what a release needs and CI has no time for. doc/measurements/trust.md says what was found.
#
#   bash scripts/attack.sh [PART ...]      default: all parts, in this order
#
#   sanitizers  all tests by AddressSanitizer and UndefinedBehaviorSanitizer, decisions compared between ranks    hours
#   mpi         communicators, requests, types that are left when MPI ends                                        a minute
#   memcheck    each command under valgrind                                                                       half an hour
#   faults      a file system that fails call by call, memory that ends, clocks that jump, places, long runs      two hours
#   kills       1000 kills at random moments, resumed to the same bits (KILLS=1000)                               an hour
#   properties  5000 random cases of each property of the engine (CASES=5000)                                     a quarter of an hour
#   fuzz        the fuzzers of all readers, SECONDS_EACH=600 each, and the lines that their corpora reach         hours
#   coverage    lines and branches of each package that the tests reach                                           an hour
#   static      clang-tidy over all units, each public header alone                                               hours
#
# Results are in build/attack, a text file a part. The status is 1 if a part found something.
#
# CI (.ci/run) has of these: every 17th call of "faults", 32 allocations, the clocks, "mpi", 8 kills, 60 cases of each property, and a
# test for each finding of the past.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/help.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/mpi-environment.sh

all=(sanitizers mpi memcheck faults kills properties fuzz coverage static)
parts=("$@")
[[ ${#parts[@]} -gt 0 ]] || parts=("${all[@]}")
for part in "${parts[@]}"; do
  [[ " ${all[*]} " == *" $part "* ]] || { echo "There is no part \"$part\"; expected some of: ${all[*]}." >&2; exit 2; }
done

python=/usr/bin/python3
terrace=build/bin/terrace
libraries=build/test/attack
mkdir -p build/attack

build() { # preset, targets
  cmake --preset "$1" > "build/attack/configure-$1.txt"
  cmake --build --preset "$1" ${2:+--target ${@:2}}
}

sanitizers() {
  build asan
  ctest --preset asan --parallel "$(nproc)"
}
mpi() {
  build release terrace attacks
  $python test/attack/mpi_leaks.py $terrace $libraries/libterrace_mpi_leaks.so
  $python test/attack/mpi_leaks.py $terrace $libraries/libterrace_mpi_leaks.so --ranks 3
}
memcheck() {
  build portable
  $python test/attack/memcheck.py build/portable/bin/terrace
}
faults() {
  build release terrace attacks
  $python test/attack/file_faults.py $terrace $libraries/libterrace_faulty_files.so
  $python test/attack/memory_faults.py $terrace $libraries/libterrace_faulty_memory.so
  $python test/attack/places.py $terrace --clock $libraries/libterrace_jumping_clock.so
  $python test/attack/long_run.py $terrace --iterations 1000000
}
kills() {
  build release terrace
  $python test/attack/kill_and_resume.py $terrace --kills "${KILLS:-1000}"
}
properties() {
  build release multilevel_properties
  TERRACE_PROPERTY_CASES=${CASES:-5000} build/test/multilevel_properties
}
fuzz() {
  build fuzz
  $python test/fuzz/run.py build/fuzz --seconds "${SECONDS_EACH:-600}" --corpus build/attack/corpus
  build fuzz-coverage
  $python test/fuzz/coverage.py build/fuzz-coverage build/attack/corpus
}
coverage() {
  build coverage
  ctest --preset coverage --parallel "$(nproc)" || true # what fails says so elsewhere
  $python test/attack/coverage.py build/coverage
}
static() {
  build release
  $python test/static/tidy.py build .
  $python test/static/headers_alone.py build
}

failed=()
for part in "${parts[@]}"; do
  started=$SECONDS
  echo "== $part: build/attack/$part.txt"
  # A function in a condition does not end at its first failure; a shell of its own does.
  set +e
  (set -e; "$part") > "build/attack/$part.txt" 2>&1
  status=$?
  set -e
  tail -n 20 "build/attack/$part.txt"
  [[ $status -eq 0 ]] || failed+=("$part")
  echo "== $part: status $status after $((SECONDS - started)) s"
done
[[ ${#failed[@]} -eq 0 ]] || { echo "Found something: ${failed[*]}"; exit 1; }
