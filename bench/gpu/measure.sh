#!/usr/bin/env bash
# Measures this checkout on the GPU of this machine: bash bench/gpu/measure.sh OUT [quick]. What comes first matters most,
# and each part has seconds of its own, so that one that hangs costs no other. OUT/results.jsonl gets a line of JSON for
# each part, OUT/log.txt what it said. See README.md beside this file.
set -u
out=$(mkdir -p "${1:?folder for the results}" && cd "$1" && pwd)
quick=${2:-}
cd "$(dirname "$0")/../.."
if [ -d .gpu ]; then
  bare=$(mktemp -d)
  for package in .gpu/deb/*.deb; do dpkg-deb -x "$package" "$bare"; done
  mkdir -p "$bare/bin" && xz -dc .gpu/deno.xz > "$bare/bin/deno" && chmod +x "$bare/bin/deno"
  tar -xJf .gpu/cache.tar.xz -C "$bare"
  export PATH="$bare/bin:$PATH" DENO_DIR="$bare/cache"
  export LD_LIBRARY_PATH="$bare/usr/lib/x86_64-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
fi
# A container may have NVIDIA's driver where the loader does not look.
nvidia=/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json
[ -z "${VK_DRIVER_FILES:-}" ] && [ -f $nvidia ] && export VK_DRIVER_FILES=$nvidia
export NO_COLOR=1

part() { # seconds, name, command …: a line of results from the last line that it prints
  local limit=$1 name=$2 start code last
  shift 2
  start=$(date +%s)
  printf '\n== %s: %s\n' "$name" "$*" >> "$out/log.txt"
  timeout -k 5 "$limit" "$@" > "$out/said.txt" 2>> "$out/log.txt"
  code=$?
  last=$(tail -n 1 "$out/said.txt")
  case $last in
    '{'*'}') ;;
    *) last=null; cat "$out/said.txt" >> "$out/log.txt" ;;
  esac
  printf '{"part":"%s","exit":%d,"seconds":%d,"result":%s}\n' "$name" $code $(($(date +%s) - start)) "$last" \
    >> "$out/results.jsonl"
  echo "$name: exit $code after $(($(date +%s) - start)) s"
}
step() { # seconds, name, flags …
  local limit=$1 name=$2
  shift 2
  part "$limit" "$name" deno task -q bench-step --json --quiet "$@"
}
doctor() { # name, flags …: its JSON on one line
  local name=$1
  shift
  part 60 "$name" bash -c 'set -o pipefail; deno task -q doctor --json "$@" | tr -d "\n"' doctor "$@"
}
s5="--space s5 --channels 16 --layers 8 --batch 64 --size 32"
nasbench201="--space nasbench201 --channels 16 --layers 15 --batch 64 --size 32"

doctor doctor
step 60 quick-sizes --space s5 --channels 8 --layers 5 --batch 32 --size 28
step 90 s5 $s5
part 180 kernel-tests deno test -q --allow-all --no-check tests/kernels
if [ "$quick" != quick ]; then
  step 90 s5-software-record $s5 --tuning software
  step 60 nasbench201 $nasbench201
  for tf32 in false true; do
    for task in '"space":"s5","layers":8' '"space":"nasbench201","layers":15'; do
      given="{\"kind\":\"weight\",$task,\"channels\":16,\"batch\":64,\"size\":32,\"threads\":8,\"fill\":500,\"most\":50"
      part 60 pytorch sh -c "printf '\n\n\n' | python3 bench/peers/pytorch.py '$given,\"device\":\"cuda\",\"tf32\":$tf32}'"
    done
  done
  step 90 s5-profile $s5 --repeats 1 --profile
  part 60 golden-steps deno test -q --allow-all --no-check tests/golden/step_test.ts tests/golden/hessian_test.ts
  doctor long-submit --long
fi
rm -f "$out/said.txt"
