#!/usr/bin/env bash
# From a built program to a network trained on 60000 images: installs Debian's package of Fashion-MNIST, converts it,
# trains. Arguments go to `terrace train`: bash examples/real_data/run.sh --set "Status Test/Work Limit=5"
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
terrace=${TERRACE:-build/bin/terrace}

missing=()
for package in dataset-fashion-mnist python3-h5py; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
if [[ ${#missing[@]} -gt 0 ]]; then
  echo "Installing ${missing[*]}"
  run=()
  [[ $(id -u) -eq 0 ]] || run=(sudo)
  "${run[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

mkdir -p runs
[[ -f runs/fashion.h5 ]] || /usr/bin/python3 examples/real_data/convert.py runs/fashion.h5
"$terrace" train examples/real_data/fashion.xml --output runs/fashion --force "$@"
