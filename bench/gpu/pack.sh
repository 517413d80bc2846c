#!/usr/bin/env bash
# Puts what a bare x86-64 Linux machine with a GPU and no network lacks into .gpu/ (40 MB, not committed): the Vulkan
# loader, Deno and the npm packages. Started in a checkout, on Debian or Ubuntu. See README.md beside this file.
set -euo pipefail
cd "$(dirname "$0")/../.."
rm -rf .gpu && mkdir -p .gpu/deb
# Lists of its own: this machine may have another processor, or no right to change its lists.
lists=$(mktemp -d)
mkdir -p "$lists/partial"
apt=(-oAPT::Architecture=amd64 -oAPT::Architectures=amd64 -oDir::State::Lists="$lists" -oAPT::Sandbox::User=root)
apt-get "${apt[@]}" update -qq >/dev/null
(cd .gpu/deb && apt-get "${apt[@]}" download -qq libvulkan1 >/dev/null)
rm -rf "$lists"
deno=$(npx -y deno eval 'console.log(Deno.execPath())')
[ "$(uname -sm)" = "Linux x86_64" ] || { echo "Deno here is not of x86-64 Linux: put one into .gpu/deno.xz"; exit 1; }
xz -T0 -1 -c "$deno" > .gpu/deno.xz
# What the commands, the benchmarks and the tests named in measure.sh import.
DENO_DIR="$PWD/.gpu/cache" npx -y deno cache -q pipelines/*.ts bench/*.ts src/setup/*.ts tests/enough_memory.ts \
  tests/kernels/*.ts tests/golden/*.ts
XZ_OPT="-T0 -1" tar -C .gpu -cJf .gpu/cache.tar.xz cache && rm -rf .gpu/cache
du -sh .gpu
