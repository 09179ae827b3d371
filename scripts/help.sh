# shellcheck shell=bash
# For the other scripts to source with their arguments: with --help or -h as the first one, prints the comment at
# the head of the script and ends it.
if [[ ${1:-} == --help || ${1:-} == -h ]]; then
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[1]}"
  exit 0
fi
