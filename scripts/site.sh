#!/usr/bin/env bash
# Builds the site: manual, tutorials, references of parameters, commands and the C++ interface, with search. It needs no
# network and opens from the disk. bash scripts/site.sh [FOLDER] (default: build/site)
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/help.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash scripts/install-dependencies.sh --site
source scripts/mpi-environment.sh
terrace=${TERRACE:-build/bin/terrace}
if [[ ! -x $terrace ]]; then
  cmake --preset release
  cmake --build --preset release --target terrace
fi

SITE=$(realpath -m "${1:-build/site}")
WORK=$(realpath -m build/site-work)
VERSION=$("$terrace" --version | cut -d ' ' -f 2)
export SITE WORK VERSION
rm -rf "$SITE" "$WORK"
mkdir -p "$SITE" "$WORK/input"
"$terrace" parameters --format markdown > "$WORK/input/parameters.md"
"$terrace" man --format markdown > "$WORK/input/commands.md"
/usr/bin/python3 doc/site/make_groups.py > "$WORK/input/groups.dox"
doxygen doc/site/Doxyfile

# Everything in a public header is documented. A function that overrides one of ours inherits its comment; one that overrides
# ROL's has ROL's contract.
doxygen doc/site/Doxyfile.headers 2> /dev/null # it has nothing to say but that it writes no pages
grep -v ' override (function) of .* is not documented' "$WORK/warnings-of-headers" >> "$WORK/warnings" || true

if [[ -s $WORK/warnings ]]; then
  cat "$WORK/warnings" >&2
  echo "site.sh: the pages or doc comments above are wrong" >&2
  exit 1
fi

# Pictures of the pages, files that pages link to, and the part of MathJax that draws formulas.
find doc \( -name '*.png' -o -name '*.svg' \) -exec cp {} "$SITE" \;
grep -rhoE 'href="files/[^"#]+' "$SITE" --include='*.html' | sed 's/^href="files\///' | sort -u |
  while read -r file; do
    mkdir -p "$SITE/files/$(dirname "$file")"
    cp -r "$file" "$SITE/files/$file"
  done
mathjax=/usr/share/javascript/mathjax
mkdir -p "$SITE/mathjax/jax/output" "$SITE/mathjax/jax/element"
cp "$mathjax/MathJax.js" "$SITE/mathjax/"
cp -r "$mathjax/config" "$mathjax/extensions" "$SITE/mathjax/"
cp -r "$mathjax/jax/input" "$SITE/mathjax/jax/"
cp -r "$mathjax/jax/element" "$SITE/mathjax/jax/"
mkdir -p "$SITE/mathjax/jax/output/SVG/fonts"
cp -r "$mathjax/jax/output/SVG/"*.js "$mathjax/jax/output/SVG/autoload" "$SITE/mathjax/jax/output/SVG/"
cp -r "$mathjax/jax/output/SVG/fonts/TeX" "$SITE/mathjax/jax/output/SVG/fonts/"

/usr/bin/python3 doc/site/make_search_index.py "$SITE"
cp doc/site/search.js "$SITE/"
cp /usr/share/javascript/lunr/lunr.min.js "$SITE/lunr.js"

/usr/bin/python3 doc/site/check_site.py "$SITE"
/usr/bin/python3 doc/site/check_formulas.py "$SITE"
echo "Site: $SITE/index.html ($(du -sh "$SITE" | cut -f 1))"
