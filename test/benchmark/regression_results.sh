#!/usr/bin/env bash
# The tables of doc/regression.md: bash test/benchmark/regression_results.sh FOLDER [TERRACE]
# FOLDER has dcr.h5 and neutron.h5 (made if they are missing); each solver, three seeds, data/decks/regression.xml without
# held-out samples. Prints data set, solver, seed, then work units and test error along the run.
set -euo pipefail
folder=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
terrace=${2:-$here/build/bin/terrace}
source "$here/scripts/mpi-environment.sh"
mkdir -p "$folder"
[[ -f $folder/dcr.h5 ]] || "$terrace" data make diffusion-convection-reaction "$folder/dcr.h5" --train 5000 --test 1000
[[ -f $folder/neutron.h5 ]] || "$terrace" data make neutron-diffusion "$folder/neutron.h5" --train 5000 --test 1000

lbfgs=("General/Secant/Type=Limited-Memory BFGS" "Levels/Number of Levels=1")
declare -A solvers=(
  [ladder]="" [one-level]="Levels/Number of Levels=1"
  [line-search]="Step/Type=Line Search|Step/Line Search/Descent Method/Type=Quasi-Newton Method"
)
for data in dcr neutron; do
  for solver in ladder one-level line-search; do
    for seed in 1 2 3; do
      settings=("Data/File=$folder/$data.h5" "Data/Validation Share=0" "Network/Initial Guess/Seed=$seed" "Data/Seed=$seed"
                "General/Output Level=0" "Output/Metrics Every=5")
      if [[ -n ${solvers[$solver]} ]]; then
        IFS='|' read -ra more <<< "${solvers[$solver]}"
        settings+=("${more[@]}")
        [[ $solver == one-level ]] || settings+=("${lbfgs[@]}")
      fi
      run=$folder/$data-$solver-$seed
      "$terrace" train "$here/data/decks/regression.xml" --force --output "$run" --set "${settings[@]}"
      "$terrace" history "$run" | awk -v head="$data $solver $seed:" '
        NR == 1 { for (i = 1; i <= NF; ++i) column[$i] = i; next }
        $column["level"] == 0 && $column["test_error"] == $column["test_error"] + 0 && $column["test_error"] != "nan" {
          work[++n] = $column["work"]; error[n] = $column["test_error"] }
        END { split("10 25 50 100 150 200", at, " "); k = 1; line = head
              for (j = 1; j <= 6; ++j) { while (k <= n && work[k] < at[j]) ++k
                line = line sprintf("  %s", k > 1 && work[k-1] >= at[j] - 15 ? sprintf("%.4f", error[k-1]) : "-") }
              print line }'
    done
  done
done
