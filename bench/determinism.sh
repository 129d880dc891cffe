#!/usr/bin/env bash
# Same input, same bytes: trains every recipe of internal/model/released_test.go
# and the self-test of `mlp doctor` wherever this machine can, and compares whole
# model files with the committed ones. Prints a line for each way of running them.
# Other architectures need qemu-user (qemu-aarch64 and so on).
#
#	bench/determinism.sh [quick]
set -uo pipefail
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

# run NAME COMMAND… in the folder of the package whose tests those are
run() {
	local name=$1 start=$SECONDS
	shift
	if (cd internal/model && "$@" -test.run 'Released' >"$dir/log" 2>&1); then
		printf '%-40s same bytes  %3d s\n' "$name" $((SECONDS - start))
	else
		printf '%-40s DIFFERS\n' "$name"
		head -5 "$dir/log"
		failed=1
	fi
}

go test -c -o "$dir/native" ./internal/model || exit 1
for procs in 1 2 3 4 7 8 16 64; do
	run "GOMAXPROCS=$procs" env GOMAXPROCS=$procs "$dir/native"
done
for level in $(go run . doctor --json | sed 's/.*"levels":\[\([^]]*\)\].*/\1/; s/[",]/ /g'); do
	for procs in 1 3; do
		run "MLP_CPU=$level GOMAXPROCS=$procs" env MLP_CPU="$level" GOMAXPROCS=$procs "$dir/native"
	done
done
run "GODEBUG=cpu.fma=off" env GODEBUG=cpu.fma=off MLP_CPU=portable "$dir/native"
run "GODEBUG=cpu.all=off" env GODEBUG=cpu.all=off MLP_CPU=portable "$dir/native"
run "GOGC=off" env GOGC=off "$dir/native"
run "GOGC=5" env GOGC=5 "$dir/native"
[ "${1-}" = quick ] && exit $failed

for flags in "-race" "-tags=purego" "-gcflags=all=-N -l" "-gcflags=all=-d=checkptr"; do
	go test -c "$flags" -o "$dir/other" ./internal/model && run "$flags" "$dir/other" || failed=1
done
for level in v1 v3; do
	GOAMD64=$level go test -c -o "$dir/other" ./internal/model && run "GOAMD64=$level" "$dir/other" || failed=1
done
GOARCH=386 go test -c -o "$dir/other" ./internal/model && run "386" "$dir/other" || failed=1
for pair in arm64:aarch64 riscv64:riscv64 s390x:s390x ppc64le:ppc64le mips64:mips64 loong64:loongarch64; do
	emulator=qemu-${pair#*:}
	if ! command -v "$emulator" >/dev/null; then
		printf '%-40s not run: no %s\n' "${pair%:*}" "$emulator"
		continue
	fi
	GOARCH=${pair%:*} go test -c -o "$dir/other" ./internal/model && run "${pair%:*}, emulated" "$emulator" "$dir/other" || failed=1
done

# Two builds in two folders are one binary.
for folder in one two; do
	mkdir -p "$dir/$folder" && git archive HEAD | tar -x -C "$dir/$folder" &&
		(cd "$dir/$folder" && CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w' -o "$dir/mlp.$folder" .) || failed=1
done
if cmp "$dir/mlp.one" "$dir/mlp.two"; then
	printf '%-40s same binary\n' "two builds in two folders"
else
	failed=1
fi
exit $failed
