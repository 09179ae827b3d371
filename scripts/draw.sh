#!/usr/bin/env bash
# Draws a run on two-dimensional data: bash scripts/draw.sh RUN DATA [LOWER UPPER]
# writes RUN/decision_regions.png (the network's classes on the square from LOWER to UPPER, default -1.2 1.2, with the
# test samples) and RUN/loss.png (loss and accuracy against work). Needs build/bin/terrace and gnuplot.
set -euo pipefail
if [[ $# -ne 2 && $# -ne 4 ]]; then
  echo "usage: bash scripts/draw.sh RUN DATA [LOWER UPPER]" >&2
  exit 2
fi
run=$1 data=$2 lower=${3:--1.2} upper=${4:-1.2}
scripts=$(dirname "${BASH_SOURCE[0]}")
source "$scripts/mpi-environment.sh"
terrace=$scripts/../build/bin/terrace
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$terrace" data make grid "$work/grid.h5" --lower="$lower,$lower" --upper="$upper,$upper" --points 300 > /dev/null
"$terrace" predict "$run" "$work/grid.h5" "$work/regions.csv" > /dev/null
"$terrace" predict "$run" "$data" "$work/samples.csv" > /dev/null
"$terrace" history "$run" > "$work/history.tsv"

gnuplot -e "work='$work'; run='$run'; lower=$lower; upper=$upper" "$scripts/draw.gp"
