#!/usr/bin/env bash
# Prints where this system's apt gets Debian from, out of its own lists of sources; DEBIAN_MIRROR, where it is set, instead.
set -euo pipefail
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' | awk '!/security/ && !found++')}
if [[ -z $mirror ]]; then
  echo "debian-mirror.sh: finds no mirror in the system's lists of sources; run apt-get update, or set DEBIAN_MIRROR" >&2
  exit 1
fi
echo "$mirror"
