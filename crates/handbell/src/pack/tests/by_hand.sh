#!/usr/bin/env bash
# Checks a pack with sha256sum, openssl and a shell, and nothing of Handbell's, as docs/formats/pack.md says it can be.
#
#   by_hand.sh PACK KEY [ROOTS]     KEY: the log's verifier key; ROOTS: the certificates of whoever stamps
set -eu -o pipefail
key=$2 roots=${3:-}
cd "$1"
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT

no() { printf 'NO: %s\n' "$*"; exit 1; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
raw() { printf "$(sed 's/../\\x&/g' <<<"$1")"; }
sha() { sha256sum | cut -d ' ' -f 1; }
mac() { openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(cat "$1")" | sed 's/.*= //'; }

sha256sum --quiet -c SHA256SUMS || no "a file was changed"

# A verifier key is NAME+ID+BASE64, the last part 01 and 32 bytes of Ed25519. openssl wants them behind a DER head.
name=${key%%+*} rest=${key#*+}
public=$(base64 -d <<<"${rest#*+}" | hex)
[ "${public:0:2}" = 01 ] || no "not an Ed25519 key"
raw "302a300506032b6570032100${public:2}" >"$new/key"

# entry FOLDER: the payload is what the leaf commits to, and the leaf is in a tree that the log signed.
entry() {
  local leaf index size root here fn sn sibling
  leaf=$(hex <"$1/leaf")
  [ "$({ printf 'handbell/commit/v1\0'; raw "${leaf:16:34}"; cat "$1/payload"; } | mac "$1/salt")" = "${leaf:50}" ] || no "$1: payload"
  sed '/^$/q' "$1/proof.tlog-proof" >"$new/head"
  sed '1,/^$/d' "$1/proof.tlog-proof" >"$new/note"
  sed '/^$/,$d' "$new/note" >"$new/text"
  grep -F "— $name " "$new/note" | head -n 1 | cut -d ' ' -f 3 | base64 -d | tail -c +5 >"$new/signature"
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$new/key" -rawin -in "$new/text" -sigfile "$new/signature" >/dev/null || no "$1: signature"
  [ "$(sed -n 1p "$new/text")" = "$name" ] || no "$1: another log"
  size=$(sed -n 2p "$new/text") root=$(sed -n 3p "$new/text" | base64 -d | hex) index=$(sed -n 's/^index //p' "$new/head")
  # RFC 9162, section 2.1.3.2
  fn=$index sn=$((size - 1)) here=$(raw "00$leaf" | sha)
  while IFS= read -r sibling; do
    [ "$sn" -gt 0 ] || no "$1: path too long"
    sibling=$(base64 -d <<<"$sibling" | hex)
    if [ $((fn % 2)) = 1 ] || [ "$fn" = "$sn" ]; then
      here=$(raw "01$sibling$here" | sha)
      while [ $((fn % 2)) = 0 ] && [ "$fn" -gt 0 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
    else
      here=$(raw "01$here$sibling" | sha)
    fi
    fn=$((fn / 2)) sn=$((sn / 2))
  done < <(sed -n '/^index /,/^$/{/^index /d;/^$/d;p}' "$new/head")
  [ "$sn" = 0 ] && [ "$here" = "$root" ] || no "$1: not in the tree"
}

# The custody chain, line by line; heads[n] is the head of the first n lines.
before=$(printf %064d 0) n=0
heads=("$before")
while read -r word number prior said more; do
  [ "$word $number $prior$more" = "handbell-custody@v1 $n $before" ] || no "line $n does not follow"
  if [ -f "custody/said/$n.json" ]; then [ "$(sha <"custody/said/$n.json")" = "$said" ] || no "statement $n"; fi
  before=$(printf '%s %s %s %s\n' "$word" "$number" "$prior" "$said" | sha) n=$((n + 1))
  heads+=("$before")
done <custody/lines

for item in items/*; do
  sum=$(sed 's/.*"sha256":"\([0-9a-f]*\)".*/\1/' "$item/opening.json")
  for original in "$item"/original.*; do
    case $original in
    *.age | *'*') ;;
    *) [ "$(sha <"$original")" = "$sum" ] || no "$original is another file" ;;
    esac
  done
  if [ -d "$item/log" ]; then
    entry "$item/log"
    grep -qF "\"commitment\":\"$(mac "$item/inner-salt" <"$item/opening.json")\"" "$item/log/payload" || no "$item: mark"
  fi
done

stamped=0
for day in heads/*; do
  [ -d "$day" ] || continue
  n=${day#heads/}
  entry "$day"
  grep -qF "\"head\":\"${heads[$n]}\",\"lines\":$n," "$day/payload" || no "$day: another head"
  if [ -f "$day/stamp.tsr" ] && [ -n "$roots" ]; then
    openssl ts -verify -digest "${heads[$n]}" -in "$day/stamp.tsr" -CAfile "$roots" >/dev/null 2>&1 || no "$day: stamp"
    stamped=$((stamped + 1))
  fi
done
printf 'holds: %s lines, %s heads, %s stamps\n' "$((${#heads[@]} - 1))" "$(find heads -mindepth 1 -maxdepth 1 | wc -l)" "$stamped"
