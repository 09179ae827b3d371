#!/usr/bin/env bash
# What the images do (Dockerfile, terrace.def), as root in a fresh Debian with this checkout: installs Terrace in /usr/local, for any
# processor of the architecture; a short training on two ranks with what is installed; leaves nothing that the image does not need.
# Without a daemon: bash scripts/in-chroot.sh trixie "bash scripts/containers/build.sh"
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

bash scripts/install.sh /usr/local -DTERRACE_NATIVE=OFF
rm -rf build/install
apt-get clean
rm -rf /var/lib/apt/lists/* /root/.cache

source scripts/mpi-environment.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
terrace data make spiral "$work/spiral.h5"
mpiexec -n 2 terrace train data/decks/quickstart.xml --output "$work/run" --set "Data/File=$work/spiral.h5" \
  --set "Status Test/Work Limit=5"
terrace report "$work/run" --output "$work/report.html"
