#!/usr/bin/env bash
# kit.sh [FOLDER]: packs what a machine with a GPU and nothing else needs to try Terrace into FOLDER (default: build/cuda/kit),
# which `bash FOLDER/run.sh` then does there: tests, sweeps beside PyTorch's, trainings. Needs a finished build by the preset
# `cuda`, best with -DTERRACE_NATIVE=OFF, and a host program for the reference trainings (HOST=build/bin/terrace).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${BUILD:-$root/build/cuda}
host=${HOST:-$root/build/bin/terrace}
kit=${1:-$build/kit}
fail() {
  echo "kit.sh: $*" >&2
  exit 1
}

programs=()
for program in bin/terrace test/resnet_device_sweep test/resnet_space test/resnet_objective test/conformance_stages \
  test/conformance_resnet test/resnet_device_training test/resnet_surrogate; do
  [[ -x $build/$program ]] && programs+=("$build/$program")
done
[[ -x $build/bin/terrace ]] || fail "no program in $build: cmake --preset cuda && cmake --build --preset cuda"

staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
mkdir -p "$staging/bin" "$staging/lib/openmpi" "$kit"
for program in "${programs[@]}"; do
  strip -o "$staging/bin/$(basename "$program")" "$program"
done

# Every library but those of the C library, which belong to the machine.
libraries() {
  ldd "$@" 2> /dev/null | awk '$2 == "=>" && $3 ~ /^\// {print $3}' | sort -u |
    grep -vE '/(libc|libm|libdl|librt|libpthread|libresolv|libcuda)\.so'
}
plugins=$(ompi_info --path pkglibdir 2> /dev/null | awk '{print $NF}')
[[ -d $plugins ]] || fail "needs Open MPI's ompi_info and plug-ins"
# Open MPI's plug-ins for one process: none for networks, accelerators and batch systems.
for plugin in "$plugins"/mca_*.so; do
  case $(basename "$plugin") in
  mca_*ofi* | mca_*psm* | mca_*ucx* | mca_*openib* | mca_*usnic* | mca_*slurm* | mca_ras_* | mca_plm_* | mca_*monitoring* | mca_fcoll_vulcan*) ;;
  *) cp "$plugin" "$staging/lib/openmpi/" ;;
  esac
done
while read -r library; do
  cp -L "$library" "$staging/lib/"
done < <(libraries "${programs[@]}" "$staging"/lib/openmpi/*.so)

# The reference: the host's steps and last values of the trainings that the kit does.
reference=$staging/reference
mkdir -p "$reference"
cp "$root/data/peaks.h5" "$here"/kit/*.xml "$reference/"
if [[ -x $host ]]; then
  source "$root/scripts/mpi-environment.sh"
  python3 "$here/kit/images.py" "$staging"
  "$host" data convert "$staging/images-idx3-ubyte" "$reference/images.h5" --label "$staging/labels-idx1-ubyte" \
    --test-share 0.1 > "$reference/host.log"
  for training in training dynamic images; do
    "$host" train "$reference/$training.xml" --output "$reference/run" --force >> "$reference/host.log"
    "$host" history "$reference/run" > "$reference/$training.tsv"
  done
  rm -rf "$reference/run"
else
  echo "kit.sh: without $host there are no reference trainings, and none of images" >&2
fi

XZ_OPT=${XZ_OPT:--8} tar -C "$staging" -cJf "$kit/payload.tar.xz" bin lib reference
cp "$here/kit/run.sh" "$here/kit/table.py" "$here/kit/pytorch_sweeps.py" "$kit/"
size=$(du -sm "$kit" | cut -f1)
echo "kit.sh: $kit, $size MiB: $(cd "$staging/bin" && echo *)"
[[ $size -le 50 ]] || fail "more than 50 MiB"
