#!/usr/bin/env bash
# Types the commands that a pack's page shows for its list and its log part, as they stand there, and nothing else.
#
#   commands.sh PACK
set -eu
cd "$1"
for block in list log; do
  # Between the two tags of the block, as a browser shows it.
  commands=$(sed -n "/<pre id=\"$block\">/,/<\/pre>/p" READ-ME-FIRST.html |
    sed -e 's/<[^>]*>//g' -e 's/&lt;/</g' -e 's/&gt;/>/g' -e 's/&quot;/"/g' -e 's/&amp;/\&/g')
  [ -n "$commands" ] || { echo "the page shows no commands"; exit 3; }
  printf '%s\n' "$commands" | bash
done
