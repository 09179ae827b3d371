#!/usr/bin/env bash
# From a fresh checkout to a trained network: installs, builds the program, makes the spiral data, trains a
# 64-block network on all cores, draws what it learned and writes a page about it. Leaves runs/quickstart/.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/help.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash scripts/install-dependencies.sh
source scripts/mpi-environment.sh

cmake --preset release
cmake --build --preset release --target terrace

terrace=build/bin/terrace
run=runs/quickstart
data=runs/spiral.h5

"$terrace" data make spiral "$data"
mpiexec -n "$(nproc)" "$terrace" train data/decks/quickstart.xml --force --output "$run" \
  --set "Data/File=$data"

bash scripts/draw.sh "$run" "$data"
"$terrace" report "$run" --output "$run/report.html"
echo "Pictures: $run/decision_regions.png, $run/loss.png; page: $run/report.html"
