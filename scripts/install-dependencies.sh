#!/usr/bin/env bash
# Installs what Terrace needs on Debian bookworm, trixie and sid. Quiet and without network when everything is there.
#   --without-tests  nothing that only the tests use: a browser, the formatter
#   --tutorials  also what the tutorials use: Python's HDF5 and plots, notebooks as scripts
#   --python     also what the Python package uses and its tests
#   --site       also what scripts/site.sh uses, and the shells and man pages that are tested
#   --images     also Fashion-MNIST, which scripts/images.sh trains on
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/help.sh"

packages=(
  g++ cmake ninja-build ccache
  libopenmpi-dev openmpi-bin libhdf5-openmpi-dev zlib1g-dev
  libtrilinos-rol-dev libtrilinos-tpetra-dev libtrilinos-teuchos-dev libtrilinos-kokkos-dev
  libtrilinos-kokkos-kernels-dev libtrilinos-belos-dev libtrilinos-ifpack2-dev
  libcli11-dev nlohmann-json3-dev libgtest-dev libmatio-dev libzip-dev libpng-dev libonnx-dev libprotobuf-dev gnuplot-nox
)
tests=(libbenchmark-dev clang-format chromium python3 patch make pkg-config)
for option in "$@"; do
  case $option in
  --without-tests) tests=() ;;
  --python) packages+=(python3-h5py python3-numpy python3-matplotlib python3-pytest) ;;
  --tutorials) packages+=(python3-h5py python3-matplotlib jq) ;;
  --images) packages+=(dataset-fashion-mnist) ;;
  --site) packages+=(doxygen libjs-mathjax libjs-lunr mandoc zsh fish) ;;
  *)
    echo "install-dependencies.sh: \"$option\" is not an option;" \
      "expected --without-tests, --python, --tutorials, --images or --site" >&2
    exit 2
    ;;
  esac
done
packages+=("${tests[@]}")

if ! command -v dpkg-query > /dev/null; then
  echo "install-dependencies.sh: this is not a Debian system; install the equivalents of: ${packages[*]}" >&2
  exit 2
fi

# install_missing PACKAGE...: those that are not installed.
install_missing() {
  local missing=() run=() package status
  for package in "$@"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null || true)
    [[ $status == installed ]] || missing+=("$package")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0

  echo "Installing ${missing[*]}"
  if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo > /dev/null; then
      echo "install-dependencies.sh: needs root or sudo to install ${missing[*]}" >&2
      exit 1
    fi
    run=(sudo)
  fi
  export DEBIAN_FRONTEND=noninteractive
  "${run[@]}" apt-get update -qq
  "${run[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
}
install_missing "${packages[@]}"

# Debian's configuration of Tpetra 13.2 reads Epetra's, but its package does not ask for it. Nothing here uses Epetra.
if grep -qs EpetraConfig.cmake /usr/lib/*/cmake/Tpetra/TpetraConfig.cmake; then
  install_missing libtrilinos-epetra-dev
fi
