#!/bin/sh
# Trains a model, measures it, and fails if it is not good enough.
#
#	check.sh [SPEC [DIRECTORY]]
#
# cross-validates SPEC (default: pima_tuned.yaml, which is built in), trains it, and
# evaluates the model on the rows kept apart. Everything is written to DIRECTORY
# (default: ci-out): model.bin, metrics.json, report.md and a JUnit file for each
# step. The exit code is 1 if a gate fails, after all reports are written; any
# other failure ends the script with mlp's own code (`mlp help exit-codes`).
#
# Variables:
#	MLP           the program, if it is not in PATH
#	MIN_ACCURACY  least mean accuracy over the folds (default: 0.70)
#	MIN_AUC       least lower bound of the 95 % interval of the AUC (default: 0.70)
#	BASELINE      metrics.json of an earlier run; the AUC may not be 0.02 worse
#	SUMMARY       file to add the report to: $GITHUB_STEP_SUMMARY
set -eu

mlp=${MLP:-mlp}
spec=${1:-pima_tuned.yaml}
out=${2:-ci-out}
mkdir -p "$out"

failed=0
gated() { # runs mlp; goes on after a gate that fails, and remembers it
	code=0
	"$mlp" "$@" || code=$?
	case $code in
	0) ;;
	1) failed=1 ;;
	*) exit "$code" ;;
	esac
}

gated cv -c "$spec" --folds 5 --min accuracy="${MIN_ACCURACY:-0.70}" \
	--report md="$out/cv.md" --report junit="$out/cv.xml"

"$mlp" fit -c "$spec" -q -o "$out/model.bin"

set -- evaluate "$out/model.bin" --min auc="${MIN_AUC:-0.70}@lower" -o "$out/metrics.json" \
	--report md="$out/evaluate.md" --report junit="$out/evaluate.xml"
if [ -n "${BASELINE:-}" ]; then
	set -- "$@" --baseline "$BASELINE" --max-drop auc=0.02
fi
if [ -n "${SUMMARY:-}" ]; then
	set -- "$@" --report github="$SUMMARY"
fi
gated "$@"

cat "$out/cv.md" "$out/evaluate.md" >"$out/report.md"
exit "$failed"
