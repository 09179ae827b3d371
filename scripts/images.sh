#!/usr/bin/env bash
# From a fresh checkout to a convolutional network trained on real images: installs, builds the program, converts 70000
# images of clothes (Debian's dataset-fashion-mnist), trains on 8192 of them on all cores for at most three minutes, and
# writes a page about it. Leaves runs/images/.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/help.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash scripts/install-dependencies.sh --images
source scripts/mpi-environment.sh

cmake --preset release
cmake --build --preset release --target terrace

terrace=build/bin/terrace
run=runs/images
data=runs/fashion-images.h5
source=/usr/share/datasets/fashion-mnist

[[ -f $data ]] || "$terrace" data convert "$source/train-images-idx3-ubyte.gz" "$data" \
  --test "$source/t10k-images-idx3-ubyte.gz" \
  --class-names "T-shirt,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot"
mpiexec -n "$(nproc)" "$terrace" train data/decks/images.xml --force --output "$run" --set "Data/File=$data" \
  --set "Data/Training Samples=8192" --set "Network/Sweep Precision=Single" --set "Status Test/Work Limit=20" \
  --set "Status Test/Time Limit=180" --set "Output/Metrics Every=4"
"$terrace" evaluate "$run/model.h5" "$data"
"$terrace" report "$run" --output "$run/report.html"
echo "Page: $run/report.html"
