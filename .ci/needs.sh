# shellcheck shell=bash
# Needs: finds out what this machine lacks and installs only that.
#
# Sourced by ./demo and ./check. Works on Debian 12 and 13 and on Ubuntu, as root or with sudo. What it cannot
# install it names exactly and in one list, and stops with exit code 1. It never replaces what is already there.

say() { printf '==> %s\n' "$*"; }

stop() {
  printf '\nCannot go on: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

apt_as_root() { as_root env DEBIAN_FRONTEND=noninteractive apt-get "$@"; }

# may_install: whether packages can be installed at all; sets WHY_NOT. Asks for a password where sudo wants one.
WHY_NOT=""
may_install() {
  if ! command -v apt-get >/dev/null 2>&1; then
    WHY_NOT="this system has no apt-get, and these are Debian packages"
  elif [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
    WHY_NOT="this needs root, and there is no sudo here"
  elif ! apt_as_root --version >/dev/null; then
    WHY_NOT="this needs root, and sudo said no"
  else
    return 0
  fi
  return 1
}

# as_typed PACKAGES: what somebody types as root to install them.
as_typed() {
  if command -v apt-get >/dev/null 2>&1; then
    printf 'apt-get update && apt-get install -y --no-install-recommends %s' "$1"
  else
    printf '%s' "$1"
  fi
}

# Packages are written down while this is yes, for one list, and installed as they are asked for while it is no.
gathering=no
lacking="" # what there is no going on without
wished="" # what can be done without
# Whether what is asked for now can be done without, and whether all that can was tried: then it is not tried again.
wishing=no
wishes_tried=no
apt_is_fresh=no

# apt_install PACKAGE…: installs Debian or Ubuntu packages, without what they only recommend.
apt_install() {
  if [ "$gathering" = yes ]; then
    note "$@"
    return
  fi
  if [ "$wishing" = yes ] && [ "$wishes_tried" = yes ]; then return 1; fi
  may_install || stop "$WHY_NOT. Install as root what is listed here, then start again:" "$(as_typed "$*")"
  apt_refresh || stop "the list of packages cannot be read. When the network is there, type as root:" "$(as_typed "$*")"
  say "installing $*"
  apt_as_root install -y -qq --no-install-recommends "$@" >/dev/null ||
    stop "these packages could not be installed. Install as root what is listed here, then start again:" "$(as_typed "$*")"
}

# note PACKAGE…: writes them down once.
note() {
  local package
  for package in "$@"; do
    case " $lacking " in *" $package "*) continue ;; esac
    if [ "$wishing" = no ]; then
      lacking+="${lacking:+ }$package"
    else
      case " $wished " in *" $package "*) ;; *) wished+="${wished:+ }$package" ;; esac
    fi
  done
}

apt_refresh() {
  [ "$apt_is_fresh" = no ] || return 0
  say "reading the list of packages"
  apt_as_root update -qq || return 1
  apt_is_fresh=yes
}

# gather NEEDS: calls the function NEEDS to write down which packages are missing, installs them together, and calls it
# for the rest. One by one, who has no sudo would be told one command, start again, and be told the next.
gather() {
  written_down "$1"
  if [ -n "$lacking$wished" ]; then
    if may_install; then
      # A list that was never read has no candidates: what is missing is only known after it.
      if apt_refresh; then
        written_down "$1"
        install_gathered
      else
        cannot_install "the list of packages cannot be read"
      fi
    else
      cannot_install "$WHY_NOT"
    fi
  fi
  wishes_tried=yes
  "$1"
}

written_down() {
  lacking="" wished="" gathering=yes
  "$1"
  gathering=no
}

install_gathered() {
  local package
  # Words of their own, every one a package.
  # shellcheck disable=SC2086
  if [ -n "$lacking" ]; then apt_install $lacking; fi
  if [ -n "$wished" ]; then
    say "installing $wished"
    # shellcheck disable=SC2086
    apt_as_root install -y -qq --no-install-recommends $wished >/dev/null && return
    # One that this system does not have takes none of the others with it.
    for package in $wished; do apt_as_root install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 || true; done
  fi
}

# cannot_install WHY: stops where there is no going on, and says otherwise what would make it whole.
cannot_install() {
  local lines=()
  if [ -n "$lacking" ]; then
    lines=("$(as_typed "$lacking")")
    if [ -n "$wished" ]; then lines+=("and for what can be done without:" "$(as_typed "$wished")"); fi
    stop "$1. Install as root what is listed here, then start again:" "${lines[@]}"
  fi
  printf '%s. To have all of it, install as root:\n  %s\n' "$1" "$(as_typed "$wished")" >&2
}

# has_candidate PACKAGE: whether apt could install it. Not by `grep -q`, which hangs up on the first line that fits: with
# pipefail the broken pipe would be the answer.
has_candidate() {
  apt-cache policy "$1" 2>/dev/null | grep 'Candidate: [^(]' >/dev/null
}

# at_least HAVE WANT: compares versions such as 1.95.0 and 1.95.
at_least() {
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

rust_wanted() {
  sed -n 's/^rust-version *= *"\(.*\)"/\1/p' Cargo.toml
}

# rust_here: prints the version of the compiler that would run, or nothing; the older one's of cargo and rustc.
rust_here() {
  local of versions=""
  for of in cargo rustc; do
    versions+=$("$of" --version 2>/dev/null | sed -n "s/^$of \([0-9.]*\).*/\1/p")$'\n'
  done
  # Where one of them is missing there is none.
  if [ "$(printf %s "$versions" | grep -c .)" -eq 2 ]; then printf %s "$versions" | sort -V | head -n 1; fi
}

# A compiler alone is not enough: without libc's headers nothing links.
c_compiler_works() {
  local empty=.ci/empty.$$ answer=1
  if printf '#include <stdlib.h>\nint main(void) { return 0; }\n' | cc -x c - -o "$empty" 2>/dev/null; then answer=0; fi
  rm -f "$empty"
  return "$answer"
}

need_c_compiler() {
  if ! c_compiler_works; then
    apt_install gcc libc6-dev make
    [ "$gathering" = yes ] || c_compiler_works || stop "cc still cannot compile an empty program. Look at:" "cc --version"
  fi
}

# need_rust [PART…]: a Rust that is new enough, with the named parts (clippy, rustfmt).
# shellcheck disable=SC2120
need_rust() {
  local wanted have part
  wanted=$(rust_wanted)
  # `~` is whose house this is also where HOME is not set.
  local of_cargo=${CARGO_HOME:-~/.cargo}
  if [ -f "$of_cargo/env" ]; then
    # shellcheck disable=SC1091
    . "$of_cargo/env"
  fi
  have=$(rust_here)
  if [ "$gathering" = yes ]; then
    if { [ -z "$have" ] || ! at_least "$have" "$wanted"; } && ! command -v rustup >/dev/null 2>&1 && ! command -v curl >/dev/null 2>&1; then
      apt_install curl ca-certificates # to fetch rustup with
    fi
    return
  fi
  if [ -z "$have" ] || ! at_least "$have" "$wanted"; then
    if command -v rustup >/dev/null 2>&1; then
      say "Rust ${have:-is missing}, $wanted is wanted: asking rustup"
      rustup toolchain install stable --profile minimal --no-self-update ||
        stop "rustup could not get a newer Rust. Install Rust $wanted or newer:" "rustup toolchain install stable"
      export RUSTUP_TOOLCHAIN=stable
    else
      say "Rust ${have:-is missing}, $wanted is wanted: fetching rustup"
      command -v curl >/dev/null 2>&1 || apt_install curl ca-certificates
      local script
      script=$(mktemp)
      if ! curl --proto '=https' --tlsv1.2 -sSf --max-time 120 https://sh.rustup.rs -o "$script"; then
        rm -f "$script"
        stop "rustup cannot be fetched from https://sh.rustup.rs." \
          "Install Rust $wanted or newer in any way you like (https://www.rust-lang.org/tools/install)," \
          "so that \`cargo --version\` and \`rustc --version\` say $wanted or more, then start again."
      fi
      sh "$script" -y --profile minimal --no-modify-path || stop "rustup could not be installed; it says why above."
      rm -f "$script"
      # shellcheck disable=SC1091
      . "$of_cargo/env"
    fi
    have=$(rust_here)
    if [ -z "$have" ] || ! at_least "$have" "$wanted"; then
      stop "Rust is ${have:-not there}, $wanted or newer is wanted. Install Rust $wanted:" \
        "https://www.rust-lang.org/tools/install"
    fi
  fi
  for part in "$@"; do
    local command=$part
    [ "$part" = rustfmt ] && command=fmt
    if ! cargo "$command" --version >/dev/null 2>&1; then
      say "adding $part to Rust"
      rustup component add "$part" 2>/dev/null ||
        stop "Rust's $part is missing. Install it:" "rustup component add $part, or your system's package for it"
    fi
  done
  say "Rust $have"
}

# find_chromium: prints the path of a Chromium or Chrome, or nothing.
find_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
      command -v "$name"
      return
    fi
  done
}

need_chromium() {
  if [ -z "$(find_chromium)" ]; then
    if has_candidate chromium; then
      apt_install chromium
    elif has_candidate chromium-browser; then
      # On Ubuntu this package brings the snap.
      apt_install chromium-browser
    elif [ "$gathering" = yes ]; then
      apt_install ca-certificates # so that the list of packages is read
    fi
  fi
  if [ "$gathering" = yes ]; then return; fi
  CHROMIUM=$(find_chromium)
  [ -n "$CHROMIUM" ] || stop "the journeys need a Chromium. Install chromium or Google Chrome, or say where it is:" \
    "CHROMIUM=/path/to/chromium ./check"
  export CHROMIUM
}

# need_firefox: Debian's Firefox, for the journey in which a real one is rung. Without it that journey is skipped by
# its name; with HANDBELL_REQUIRE_TEST_DATA=1 it fails. Ubuntu's is a snap, which reads no profile of ours.
need_firefox() {
  FIREFOX=${FIREFOX:-$(command -v firefox-esr || true)}
  export FIREFOX
  if [ -n "$FIREFOX" ]; then return; fi
  if [ "$gathering" = no ]; then
    say "there is no firefox-esr for this system, or it could not be installed"
  elif has_candidate firefox-esr; then
    noted_as_wish firefox-esr
  else
    noted_as_wish ca-certificates # so that the list of packages is read
  fi
}

NODE_WANTED=18

node_here() {
  node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p'
}

need_node() {
  local have
  command -v node >/dev/null 2>&1 || apt_install nodejs
  command -v npm >/dev/null 2>&1 || apt_install npm
  if [ "$gathering" = yes ]; then return; fi
  have=$(node_here)
  if [ "${have:-0}" -lt "$NODE_WANTED" ]; then
    stop "Node.js is ${have:-missing}, the journeys need $NODE_WANTED or newer." \
      "Install Node.js $NODE_WANTED or newer from https://nodejs.org, then start again."
  fi
}

# need_program PROGRAM PACKAGE
need_program() {
  command -v "$1" >/dev/null 2>&1 || apt_install "$2"
}

# wish WITHOUT NEED…: a need that can be done without. WITHOUT says what happens then.
wish() {
  local without=$1
  shift
  if [ "$gathering" = yes ]; then
    wishing=yes
    "$@"
    wishing=no
  # A subshell, which alone ends where something cannot be installed.
  elif ! (wishing=yes; "$@"); then
    say "going on without: $without"
  fi
}

noted_as_wish() {
  wishing=yes
  note "$@"
  wishing=no
}

# need_file FILE PACKAGE
need_file() {
  [ -f "$1" ] || apt_install "$2"
}

# need_heif [WRITER]: the program that reads HEIC. From Debian 13 on its decoder is a package of its own, and so is the
# one that writes, which tests want.
need_heif() {
  need_program heif-convert libheif-examples || return
  local part
  for part in libheif-plugin-libde265 "$@"; do
    if has_candidate "$part" && ! dpkg -s "$part" >/dev/null 2>&1; then apt_install "$part"; fi
  done
}

# need_x_mod: Debian's Go with the Go project's own code for tiled logs; `go build` fetches nothing.
need_x_mod() {
  need_program go golang-go
  dpkg -s golang-golang-x-mod-dev >/dev/null 2>&1 || apt_install golang-golang-x-mod-dev
}

# need_venv FOLDER MODULE OTHER: what makes a Python in a folder of its own, where that does not hold the module yet and no
# other Python is named.
need_venv() {
  if [ -n "$3" ] || "$1/bin/python" -c "import $2" 2>/dev/null; then return; fi
  # Debian's Python makes no such folder without this package.
  python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3 python3-venv
}

# need_cryptography FOLDER: a Python with PyPI's `cryptography`, new enough for ML-DSA, in a folder of its own; sets HANDBELL_TEST_PYTHON.
need_cryptography() {
  local folder=$1 module=cryptography.hazmat.primitives.asymmetric.mldsa
  if [ "$gathering" = yes ]; then
    need_venv "$folder" "$module" "${HANDBELL_TEST_PYTHON:-}"
    return
  fi
  if [ -z "${HANDBELL_TEST_PYTHON:-}" ]; then
    HANDBELL_TEST_PYTHON=$(cd "$folder/bin" 2>/dev/null && pwd)/python || true
    if ! "$HANDBELL_TEST_PYTHON" -c "import $module" 2>/dev/null; then
      say "fetching cryptography for Python"
      rm -rf "$folder"
      python3 -m venv "$folder"
      "$folder/bin/python" -m pip install --quiet --disable-pip-version-check 'cryptography>=50' ||
        stop "PyPI's cryptography cannot be installed. Name a Python that has it:" "HANDBELL_TEST_PYTHON=/path/to/python ./check"
      HANDBELL_TEST_PYTHON=$(cd "$folder/bin" && pwd)/python
    fi
  fi
  export HANDBELL_TEST_PYTHON
}

# need_s3 FOLDER: a real S3 server, from crates.io, in a folder of its own; sets HANDBELL_TEST_S3. Debian has none that
# starts without a cluster.
need_s3() {
  local folder=$1
  if [ "$gathering" = yes ]; then return; fi # no package
  if [ -z "${HANDBELL_TEST_S3:-}" ]; then
    HANDBELL_TEST_S3=$folder/bin/s3s-fs
    if [ ! -x "$HANDBELL_TEST_S3" ]; then
      say "building s3s-fs, an S3 server over a folder"
      CARGO_TARGET_DIR=$folder/build CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --locked --debug \
        --features binary --root "$folder" --version 0.14.1 s3s-fs ||
        stop "s3s-fs cannot be built. Name a program that is called like it:" "HANDBELL_TEST_S3=/path/to/s3s-fs ./check"
      rm -rf "$folder/build"
    fi
    HANDBELL_TEST_S3=$(cd "$folder/bin" && pwd)/s3s-fs
  fi
  export HANDBELL_TEST_S3
}

# need_tuspy FOLDER: a Python with PyPI's `tuspy`, in a folder of its own; sets HANDBELL_TEST_TUSPY. Without it its
# journey is skipped by its name; with HANDBELL_REQUIRE_TEST_DATA=1 it fails.
need_tuspy() {
  local folder=$1
  if [ "$gathering" = yes ]; then
    need_venv "$folder" tusclient "${HANDBELL_TEST_TUSPY:-}"
    return
  fi
  if [ -z "${HANDBELL_TEST_TUSPY:-}" ]; then
    if ! "$folder/bin/python" -c 'import tusclient' 2>/dev/null; then
      say "fetching tuspy for Python"
      rm -rf "$folder"
      python3 -m venv "$folder"
      "$folder/bin/python" -m pip install --quiet --disable-pip-version-check 'tuspy==1.1.0' || say "tuspy could not be installed"
    fi
    HANDBELL_TEST_TUSPY=$(cd "$folder/bin" && pwd)/python
  fi
  export HANDBELL_TEST_TUSPY
}
