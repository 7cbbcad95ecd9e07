#!/bin/sh
# Makes a checkout ready: Node version, packages, .env, and a first look at both databases.
set -eu

usage() {
  cat <<'TEXT'
Usage: scripts/setup.sh [--no-check] [--help]

Checks the Node version, installs the packages where they are missing or outdated,
writes .env from .env.example (readable by you only) where there is none,
and tries both connections with "cutover check --connections".

  --no-check  leave the connections out
  --help      show this help

Example:
  scripts/setup.sh --no-check
TEXT
}

check=yes
for argument in "$@"; do
  case "$argument" in
    --no-check) check=no ;;
    --help | -h)
      usage
      exit 0
      ;;
    *)
      echo "error  USAGE  unknown option $argument" >&2
      usage >&2
      exit 64
      ;;
  esac
done

cd "$(dirname "$0")/.."

if ! command -v node >/dev/null 2>&1; then
  echo "error  Node is not installed; version 20.19 or later is needed" >&2
  exit 69
fi
if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
  echo "error  Node $(node --version) is too old; version 20.19 or later is needed" >&2
  exit 69
fi
echo "Node $(node --version)"

# npm writes this file at the end of an installation; an older one than the lock file belongs to other versions.
installed=node_modules/.package-lock.json
if [ ! -f "$installed" ] || [ package-lock.json -nt "$installed" ]; then
  npm ci --no-audit --no-fund
else
  echo "Packages are installed"
fi

if [ -f .env ]; then
  echo ".env is there and stays as it is"
else
  (umask 077 && cp .env.example .env)
  chmod 600 .env
  echo "Wrote .env: fill it in, then run scripts/setup.sh again"
  check=no
fi

if [ "$check" = yes ]; then
  npm run --silent cutover -- check --connections
fi
