#!/bin/sh
# Speaks every text of texts.json into NAME.ulaw (8 kHz, mono, G.711 mu-law, no header). Needs espeak-ng, sox and node.
set -eu
spoken=$(mktemp --suffix=.wav)
cd "$(dirname "$0")"
node -e 'for (const row of Object.entries(JSON.parse(require("fs").readFileSync("texts.json")))) console.log(row.join("\t"))' |
  while IFS="$(printf '\t')" read -r name text; do
    espeak-ng -v en-us -s 150 -w "$spoken" "$text"
    sox "$spoken" -r 8000 -c 1 -e mu-law -t raw "$name.ulaw" gain -n -6 highpass 250 lowpass 3400 pad 0.1 0.3
    rm "$spoken"
  done
