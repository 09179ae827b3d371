#!/usr/bin/env bash
# Tutorial 2: stands for your instrument. Prints a table of N seeds of three kinds of wheat, made up: table.sh N
set -euo pipefail
awk -v n="${1:-300}" 'BEGIN {
  print "length,width,weight,kind"
  for (k = 1; k <= n; ++k) {
    u = k * 0.7548776662 % 1; v = k * 0.5698402910 % 1; w = k * 0.3247179572 % 1; kind = k % 3
    length_ = 5 + 1.2 * u + 0.5 * (kind == 1); width = 2.9 + 0.5 * v + 0.35 * (kind == 2)
    printf "%.3f,%.3f,%.2f,%s\n", length_, width, 1.9 * length_ * width * (0.95 + 0.1 * w) - 8 + 3 * (kind == 0),
      kind == 0 ? "Kama" : kind == 1 ? "Rosa" : "Canadian"
  }
}'
