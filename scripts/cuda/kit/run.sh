#!/usr/bin/env bash
# run.sh [RESULTS]: on a machine with a GPU runs the tests of this folder's programs, times sweeps beside PyTorch's where
# there is one, trains and compares with the host; leaves JSON and logs in RESULTS (default: results/ here), prints a table.
# Less than five minutes. PARTS names what to do: "tests sanitizer sweeps training large pytorch" by default.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "${1:-$here/results}"
results=$(cd "${1:-$here/results}" && pwd)
parts=" ${PARTS:-tests sanitizer sweeps training large pytorch} "
wants() { [[ $parts == *" $1 "* ]]; }

payload=$here/payload
if [[ ! -d $payload ]]; then
  mkdir "$payload.part"
  tar -C "$payload.part" -xJf "$here/payload.tar.xz" && mv "$payload.part" "$payload"
fi
export PATH=$payload/bin:$PATH LD_LIBRARY_PATH=$payload/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export OMPI_MCA_mca_base_component_path=$payload/lib/openmpi OMPI_MCA_ess_singleton_isolated=1 OMPI_MCA_btl=self
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_orte_base_help_aggregate=0

if ! terrace --version > "$results/version.txt" 2>&1; then
  echo "run.sh: the program does not start here; is there a CUDA device? It says:" >&2
  cat "$results/version.txt" >&2
  exit 3
fi
{
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2> /dev/null || echo "unknown device"
  date -u +%F
} > "$results/device.txt"
cat "$results/device.txt"

note() { echo "run.sh: $((SECONDS)) s: $*"; }

if wants tests; then
  for test in resnet_device_sweep conformance_stages resnet_space conformance_resnet resnet_objective resnet_device_training \
    resnet_surrogate; do
    [[ -x $payload/bin/$test ]] || continue
    timeout "${TEST_SECONDS:-60}" "$test" > "$results/$test.log" 2>&1
    status=$?
    echo "{\"test\": \"$test\", \"status\": $status, \"passed\": $(grep -c '^\[       OK' "$results/$test.log")," \
      "\"failed\": $(grep -c '^\[  FAILED.*ms)$' "$results/$test.log")}" >> "$results/tests.jsonl"
    note "$(tail -1 "$results/tests.jsonl")"
  done
fi

if wants sanitizer && command -v compute-sanitizer > /dev/null; then
  for tool in memcheck racecheck; do
    # Kokkos' own reductions are written without barriers inside a warp, which racecheck reports.
    timeout 60 compute-sanitizer --tool "$tool" --error-exitcode 9 --kernel-name-exclude kernel_substring=differences \
      "$payload/bin/resnet_device_sweep" --gtest_filter="${SANITIZED:-*/0.*DeepNetworks:*InputsAndOutputs*:FusedSweep*:DeviceImageTest/0.*GroupsOfChannels}" \
      > "$results/$tool.log" 2>&1
    echo "{\"test\": \"$tool\", \"status\": $?}" >> "$results/tests.jsonl"
    note "$(tail -1 "$results/tests.jsonl")"
  done
fi

# Width, blocks, samples, scalar; of convolutions also the pixels of a side and the block, as in `terrace benchmark sweep`.
sizes=()
for scalar in double float; do
  for width in 8 16 32 64; do sizes+=("$width,64,60000,$scalar"); done
  for width in 128 256 512; do sizes+=("$width,16,60000,$scalar"); done
done
for samples in 5000 1000000; do
  for width in 8 64; do sizes+=("$width,64,$samples,double"); done
done
for scalar in double float; do
  for image in 8,4,2048,$scalar,32,Single 16,4,2048,$scalar,32,Single 32,4,2048,$scalar,16,Single 64,4,2048,$scalar,8,Single \
    16,4,2048,$scalar,32,Symmetric 16,4,2048,$scalar,32,Basic; do
    sizes+=("$image")
  done
done
sizes=(${SIZES:-${sizes[@]}})

if wants sweeps; then
  for size in "${sizes[@]}"; do
    IFS=, read -r width blocks samples scalar image block <<< "$size"
    images=(${image:+--image "$image" --block "$block"})
    timeout 40 terrace benchmark sweep --width "$width" --blocks "$blocks" --samples "$samples" --scalar "$scalar" "${images[@]}" \
      >> "$results/sweeps.jsonl" 2>> "$results/sweeps.log" || echo "$size failed" >> "$results/sweeps.log"
  done
  note "sweeps"
fi

if wants training; then
  for training in training dynamic images; do
    [[ -f $payload/reference/$training.tsv ]] || continue
    timeout 60 terrace train "$payload/reference/$training.xml" --output "$results/$training" --force > "$results/$training.log" 2>&1
    terrace history "$results/$training" > "$results/$training.tsv" 2>> "$results/$training.log"
    cp "$payload/reference/$training.tsv" "$results/$training-host.tsv"
  done
  note "trainings"
fi

if wants large; then
  {
    terrace data make peaks "$results/large.h5" --train 1000000 --test 10000
    timeout 60 terrace train "$payload/reference/training.xml" --set "Data/File=$results/large.h5" \
      --set "Status Test/Work Limit=10" --output "$results/large" --force
  } > "$results/large.log" 2>&1
  terrace history "$results/large" > "$results/large.tsv" 2>> "$results/large.log"
  rm -rf "$results/large" "$results/large.h5"
  note "training with 1000000 samples"
fi

if wants pytorch && python3 -c 'import torch; assert torch.cuda.is_available()' 2> /dev/null; then
  timeout 150 python3 "$here/pytorch_sweeps.py" --seconds "${PYTORCH_SECONDS:-100}" "${sizes[@]}" \
    > "$results/pytorch.jsonl" 2> "$results/pytorch.log"
  note "PyTorch"
fi

if command -v python3 > /dev/null; then
  python3 "$here/table.py" "$results" | tee "$results/table.md"
else
  cat "$results"/*.jsonl
fi
