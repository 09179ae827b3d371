#!/usr/bin/env bash
# Compares solvers on peaks and digits at equal work: for each solver the value of the full objective reached after
# given work units, per seed, and the test accuracy at the end. Writes Markdown tables. The tables in
# doc/measurements/first-results.md were made by it: bash test/benchmark/first_results.sh ../shared
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
shared=${1:?the folder with decks/ and data/}
terrace=build/bin/terrace
seeds=(1 2 3)
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT

rol=("General/Secant/Maximum Storage=20" "General/Secant/Use as Hessian=true" "Step/Trust Region/Initial Radius=1.0"
     "Step/Trust Region/Subproblem Solver=Truncated CG" "General/Krylov/Iteration Limit=40")
declare -A solver
names=("multilevel, as the deck says" "nested iteration only" "one level, same secant" "ROL trust region, L-SR1"
       "ROL trust region, L-BFGS" "ROL line search, L-BFGS" "the same, Euclidean metric")
solver["${names[0]}"]=""
solver["${names[1]}"]="Step/Multilevel Trust Region/Recursion=Never"
solver["${names[2]}"]="Levels/Number of Levels=1"
solver["${names[3]}"]="ROL Step/Type=Trust Region|General/Secant/Type=Limited-Memory SR1"
solver["${names[4]}"]="ROL Step/Type=Trust Region|General/Secant/Type=Limited-Memory BFGS"
solver["${names[5]}"]="ROL Step/Type=Line Search|General/Secant/Type=Limited-Memory BFGS"
solver["${names[6]}"]="ROL Step/Type=Line Search|General/Secant/Type=Limited-Memory BFGS|Network/Metric=Euclidean"

# The smallest value on the finest level within the work; a run's last step may overshoot by a unit.
value_at() {
  "$terrace" history "$1" | awk -F'\t' -v limit="$2" '
    NR == 1 { for (i = 1; i <= NF; ++i) column[$i] = i; next }
    $column["level"] == 0 && $column["work"] <= limit + 0.5 && (best == "" || $column["value"] < best) { best = $column["value"] }
    END { if (best == "") print "-"; else printf "%.4f", best }'
}

# compare TITLE "COLUMNS" SETTING...
compare() {
  local title=$1 columns=$2
  shift 2
  printf '\n### %s\n\n| solver |' "$title"
  for column in $columns; do printf ' %s |' "$column"; done
  printf ' test accuracy |\n|---|'
  for column in $columns test; do printf -- '---|'; done
  printf '\n'
  local limit=${columns##* }
  for name in "${names[@]}"; do
    local sets=("$@" "Status Test/Work Limit=$limit" "Status Test/Iteration Limit=100000" "General/Output Level=0")
    local spec=${solver[$name]}
    if [[ $spec == ROL\ * ]]; then
      sets+=("${rol[@]}")
      spec=${spec#ROL }
    fi
    local extra
    IFS='|' read -ra extra <<< "$spec"
    sets+=("${extra[@]}")
    printf '| %s |' "$name"
    for seed in "${seeds[@]}"; do
      "$terrace" train "$shared/decks/peaks.xml" --output "$runs/$seed" --force --set "${sets[@]}" \
        "Network/Initial Guess/Seed=$seed" "Data/Seed=$seed" > /dev/null
    done
    for column in $columns; do
      local cell=()
      for seed in "${seeds[@]}"; do cell+=("$(value_at "$runs/$seed" "$column")"); done
      printf ' %s |' "${cell[*]}"
    done
    local accuracy=()
    for seed in "${seeds[@]}"; do
      accuracy+=("$(sed -n 's/.*"test_accuracy": \([0-9.]*\).*/\1/p' "$runs/$seed/summary.json" | cut -c1-6)")
    done
    printf ' %s |\n' "${accuracy[*]}"
  done
}

compare "peaks.xml (5000 samples, 32 blocks of width 8)" "10 25 50 100"
compare "digits.h5 (1437 samples, 16 blocks of width 64)" "10 25 50 100" "Data/File=$shared/data/digits.h5" \
  "Network/Width=64" "Network/Blocks=16" "Levels/Number of Levels=3" "Levels/Sample Fractions={1.0, 0.5, 0.25}"
