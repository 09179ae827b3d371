#!/usr/bin/env bash
# in-chroot.sh RELEASE [COMMAND...]: makes a fresh Debian of that release (bookworm, trixie, sid) in a folder, clones this
# checkout into it, and runs the commands there, in the clone. Without one: the two commands of the README. Says what each
# took and how large the folder is. Needs root, and mmdebstrap, which it installs (debootstrap, with one download by apt
# instead of one a package).
#
#   bash scripts/in-chroot.sh trixie
#   bash scripts/in-chroot.sh bookworm "bash scripts/quickstart.sh"
#
#   CHROOT=FOLDER    the folder; default: chroot-RELEASE in ${TERRACE_CACHE:-${XDG_CACHE_HOME:-~/.cache}/terrace}
#   REUSE=1          keep what is there, packages and builds, and bring the clone to the checkout's commit
#   JOBS=N           compilations at a time; default: as many as the build's program starts
#   DEBIAN_MIRROR    where Debian comes from; default: where this system's apt gets it from
#
# Everything runs in namespaces of its own: no mount is ever seen outside, and an interrupt ends all of it. The folder is left; a
# further run replaces it. Uncommitted changes are not in the clone.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/help.sh"

say() { echo "in-chroot.sh: $*"; }
fail() {
  echo "in-chroot.sh: $*" >&2
  exit 1
}

if [[ ${TERRACE_NAMESPACES:-} != own ]]; then
  [[ $# -ge 1 && $1 =~ ^[a-z]+$ ]] || fail "expected a release of Debian: bookworm, trixie or sid, and commands"
  [[ $(id -u) -eq 0 ]] || fail "needs root: mounts, and the owners of a system's files"
  TERRACE_NAMESPACES=own unshare --mount --pid --fork --kill-child bash "${BASH_SOURCE[0]}" "$@" &
  namespaces=$!
  trap 'kill -KILL $namespaces 2> /dev/null || true' EXIT # ends all that runs in them
  trap 'exit 130' INT
  trap 'exit 143' TERM
  wait $namespaces
  exit
fi

release=$1
shift
[[ $# -gt 0 ]] || set -- "bash scripts/quickstart.sh" "bash scripts/test.sh"
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checkout=$(git -C "$scripts" rev-parse --show-toplevel)
root=$(realpath -m "${CHROOT:-${TERRACE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/terrace}/chroot-$release}")
clone=$root/root/terrace

# The proxy and the checks of apt here hold there too.
apt_options() { apt-config dump Acquire | grep -iE '::(proxy|check-|verify-|retries|timeout)' || true; }

make_system() {
  if [[ -e $root && ! -e $root/etc/terrace-chroot && -n $(ls -A "$root") ]]; then
    fail "$root is no system of this script; remove it, or set CHROOT"
  fi
  command -v mmdebstrap > /dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends mmdebstrap; }
  local mirror
  mirror=$(bash "$scripts/debian-mirror.sh")
  rm -rf "$root.part"
  mkdir -p "$root.part"
  apt_options > "$root.apt" # mmdebstrap puts them into the system too
  mmdebstrap --mode=root --variant=minbase --include=git,ca-certificates --aptopt="$root.apt" \
    --keyring=/usr/share/keyrings/debian-archive-keyring.gpg "$release" "$root.part" "$mirror" > "$root.log" 2>&1 ||
    fail "mmdebstrap failed: $root.log"
  touch "$root.part/etc/terrace-chroot"
  rm -rf "$root"
  mv "$root.part" "$root"
}

mount_system() {
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount --rbind /sys "$root/sys"
  mountpoint -q "$root/dev/shm" || mount -t tmpfs tmpfs "$root/dev/shm"
}

clone_checkout() {
  local commit
  commit=$(git -C "$checkout" rev-parse HEAD)
  [[ -z $(git -C "$checkout" status --porcelain) ]] || say "uncommitted changes in $checkout are not in the clone"
  [[ -d $clone ]] || git clone --quiet --no-hardlinks --no-checkout "$checkout" "$clone"
  git -C "$clone" fetch --quiet "$checkout" HEAD
  git -C "$clone" checkout --quiet --force --detach "$commit"
  say "commit $(git -C "$clone" log -1 --format='%h %s')"
}

inside() {
  chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" PATH=/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin \
    ${JOBS:+CMAKE_BUILD_PARALLEL_LEVEL="$JOBS"} bash -c "cd /root/terrace && $1"
}

megabytes() { du -sxm "$1" | cut -f 1; }

started=$SECONDS
if [[ ${REUSE:-} == 1 && -e $root/etc/terrace-chroot ]]; then
  say "uses the system in $root"
else
  make_system
  say "Debian $release in $root: $((SECONDS - started)) s, $(megabytes "$root") MB"
fi
mount_system
clone_checkout
status=0
for command in "$@"; do
  started=$SECONDS
  say "$release: $command"
  inside "$command" < /dev/null || status=$?
  [[ $status -eq 0 ]] || fail "$release: \"$command\" ended with status $status after $((SECONDS - started)) s"
  say "$release: \"$command\" passed in $((SECONDS - started)) s; system $(megabytes "$root") MB, of it the clone $(megabytes "$clone") MB"
done
