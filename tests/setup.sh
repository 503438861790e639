#!/usr/bin/env bash
# Installs what the tests need besides Rust and a C compiler, from Debian's packages: Chromium with
# its driver, PostgreSQL, poppler (reads PDFs back) and a Japanese font.
# Does nothing where all of it is installed.
set -euo pipefail

packages=(chromium chromium-driver fonts-ipaexfont-gothic poppler-utils postgresql)

installed() {
    [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

missing=()
for package in "${packages[@]}"; do
    installed "$package" || missing+=("$package")
done
if [[ ${#missing[@]} -eq 0 ]]; then
    exit 0
fi

if [[ $EUID -ne 0 ]]; then
    echo "tests/setup.sh: not root, so these packages cannot be installed: ${missing[*]}" >&2
    echo "Install them yourself, or run 'cargo test' without: it says which tests it skips." >&2
    exit 1
fi

echo "tests/setup.sh: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
if ! { apt-get update && apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    echo "tests/setup.sh: the installation failed" >&2
    exit 1
fi
