#!/usr/bin/env bash
# The tables of doc/measurements/regression.md: bash test/benchmark/regression_results.sh FOLDER [TERRACE [SEEDS [SOLVERS]]]
# FOLDER has dcr.h5 and neutron.h5 (made if they are missing); data/decks/regression.xml without held-out samples. Prints
# data set, solver, seed, the test error after so many work units, and the work units to test errors. A run that is there
# already is not repeated.
set -euo pipefail
folder=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
terrace=${2:-$here/build/bin/terrace}
seeds=${3:-1 2 3}
source "$here/scripts/mpi-environment.sh"
mkdir -p "$folder"
[[ -f $folder/dcr.h5 ]] || "$terrace" data make diffusion-convection-reaction "$folder/dcr.h5" --train 5000 --test 1000
[[ -f $folder/neutron.h5 ]] || "$terrace" data make neutron-diffusion "$folder/neutron.h5" --train 5000 --test 1000

ladder="Sampling/Type=Full|Levels/Sample Fractions={1.0, 0.3, 0.1}"
limit() { echo "Status Test/Work Limit=$1"; }
one="Levels/Number of Levels=1|Sampling/Type=Full"
trained="Network/Output Layer=Trained"
lbfgs="$one|Step/Type=Line Search|Step/Line Search/Descent Method/Type=Quasi-Newton Method|General/Secant/Type=Limited-Memory BFGS"
declare -A solvers=(
  [dynamic-25]="$(limit 25)" [dynamic-50]="$(limit 50)" [dynamic-100]="$(limit 100)" [dynamic]="$(limit 200)" # the deck
  [ladder-25]="$ladder|$(limit 25)" [ladder-50]="$ladder|$(limit 50)" [ladder-100]="$ladder|$(limit 100)" [ladder]="$ladder|$(limit 200)"
  [one-level]="$one|$(limit 200)" [line-search]="$lbfgs|$(limit 200)"
  [ladder-trained]="$trained|$ladder|$(limit 200)" [one-level-trained]="$trained|$one|$(limit 200)"
  [line-search-trained]="$trained|$lbfgs|$(limit 600)"
)
names=(dynamic-25 dynamic-50 dynamic-100 dynamic ladder-25 ladder-50 ladder-100 ladder one-level line-search ladder-trained one-level-trained line-search-trained)
for batch in 32 128; do
  for rate in 0.001 0.003 0.01; do
    names+=("adam-$batch-$rate")
    solvers[adam-$batch-$rate]="$trained|$one|Step/Type=Adam|Step/Adam/Batch Size=$batch|Step/Adam/Learning Rate=$rate"
    solvers[adam-$batch-$rate]+="|Step/Adam/Schedule=Cosine|$(limit 200)"
    for units in 25 50 100; do # the schedule is that of the whole run
      names+=("adam-$batch-$rate-$units")
      solvers[adam-$batch-$rate-$units]="${solvers[adam-$batch-$rate]}|$(limit $units)"
    done
  done
done

declare -A normalization=([dcr]=Logarithm [neutron]=Standard)
for seed in $seeds; do
  for data in dcr neutron; do
    for solver in ${4:-${names[@]}}; do
      IFS='|' read -ra settings <<< "${solvers[$solver]}"
      settings+=("Data/File=$folder/$data.h5" "Data/Target Normalization=${normalization[$data]}"
                 "Data/Validation Share=0" "Network/Initial Guess/Seed=$seed" "Data/Seed=$seed"
                 "General/Output Level=0" "Output/Metrics Every=5")
      run=$folder/$data-$solver-$seed
      [[ -f $run/summary.json ]] ||
        "$terrace" train "$here/data/decks/regression.xml" --force --output "$run" --set "${settings[@]}" > "$run.log"
      "$terrace" history "$run" | awk -v head="$data $solver $seed:" '
        NR == 1 { for (i = 1; i <= NF; ++i) column[$i] = i; next }
        $column["level"] == 0 && $column["test_error"] == $column["test_error"] + 0 && $column["test_error"] != "nan" {
          work[++n] = $column["work"]; error[n] = $column["test_error"] }
        END { count = split("25 50 100 150 200 400 600", at, " "); k = 1; line = head
              for (j = 1; j <= count; ++j) { while (k <= n && work[k] < at[j]) ++k
                line = line sprintf("  %s", k > 1 && work[k-1] >= at[j] * 0.9 - 10 ? sprintf("%.4f", error[k-1]) : "-") }
              line = line "  |"; count = split("0.05 0.03 0.02 0.015 0.01", target, " ")
              for (j = 1; j <= count; ++j) { for (k = 1; k <= n && error[k] > target[j]; ++k) {}
                line = line sprintf("  %s", k <= n ? sprintf("%.0f", work[k]) : "-") }
              print line }'
    done
  done
done
