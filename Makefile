FUZZTIME ?= 30s
TARGETS = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: help build test race lint fuzz bench battery networks coverage conformance export-conformance serve-load keras-files browser readme check man completions release

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile

build: ## the static binary
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o mlp .

test: ## all tests
	go test ./...

race: ## the tests of what runs in parallel, under the race detector
	go test -race ./internal/kernel ./internal/nn ./internal/outfile ./internal/model ./internal/train ./internal/crossval ./internal/parallel
	go test -race -run 'Block|Column|File|Record' ./internal/data/...

# Dead is what no program of this module reaches; oracle and recipetest are for tests.
lint: ## gofmt, vet, staticcheck, deadcode
	@test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	@dead=$$(go tool deadcode ./...) || exit 1; ! echo "$$dead" | grep -vE '^(internal/(oracle|recipe/recipetest)/.*)?$$'

# Models and specs are long, and made shorter for minutes if nothing bounds that.
fuzz: ## every fuzz target for FUZZTIME
	@grep -rl --include=*_test.go 'func Fuzz' . | while read -r file; do \
		sed -n 's/^func \(Fuzz[A-Za-z0-9]*\).*/\1/p' "$$file" | while read -r target; do \
			echo "$$(dirname "$$file") $$target"; \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "./$$(dirname "$$file")" || exit 1; \
		done; \
	done

bench: ## Go benchmarks with allocations
	go test -run '^$$' -bench . -benchmem ./internal/kernel ./internal/train

coverage: ## how often intervals hold the truth: of answers, and of the importance of columns
	go test ./internal/predict -run 'TestCoverage$$' -v -timeout 3h -args -tables 400
	go test ./internal/explain -run 'TestCoverage$$' -v -timeout 3h -args -simulations 2000

conformance: ## compare with the installed Keras
	python3 internal/train/testdata/keras/conformance.py

export-conformance: build ## export models of 60 random specs and run them by gcc, node, Python and onnxruntime, as far as they are here
	python3 internal/export/testdata/conformance.py ./mlp 60

keras-files: build ## export models to Keras as .keras, let the installed Keras (torch) answer and go on training
	KERAS_BACKEND=torch python3 internal/export/testdata/keras_files.py ./mlp

battery: ## compare every meeting of loss, last layer and task with the installed Keras (torch)
	@folder=$$(mktemp -d) && KERAS_BACKEND=torch python3 internal/train/testdata/keras/generate.py --out $$folder battery && \
	go test ./internal/train -run TestHeadsAreKeras -count 1 -battery $$folder; status=$$?; rm -rf "$$folder"; exit $$status

serve-load: build ## ten minutes of full load on serve, with reloads and clients that break off
	@folder=$$(mktemp -d) && ./mlp fit -c pima.yaml --epochs 2 -q -o $$folder/m.bin && printf '{"instances":[[6,148,72,35,0,33.6,0.627,50]]}' > $$folder/row.json && \
	{ ./mlp serve $$folder/m.bin --listen 127.0.0.1:8799 2> $$folder/log > $$folder/out & pid=$$!; sleep 2; \
	go run ./bench/serve -url http://127.0.0.1:8799/v1/models/m:predict -body $$folder/row.json -pid $$pid -for 10m -reload -broken 4; status=$$?; kill $$pid; wait $$pid || status=1; rm -rf $$folder; exit $$status; }

networks: ## compare 1000 random networks, as Keras writes them in JSON, with the installed Keras (torch)
	@folder=$$(mktemp -d) && KERAS_BACKEND=torch python3 internal/keras/testdata/generate.py 1000 $$folder/random.json && \
	go test ./internal/keras -run TestPastedNetworksAreKeras -count 1 -models $$folder/random.json; status=$$?; rm -rf "$$folder"; exit $$status

browser: ## look at the pages that the program writes in Chromium
	bash .ci/browser

readme: ## run the README's commands in a fresh clone
	bash .ci/readme

man: ## manual pages, into dist/man
	go run ./tools/man dist/man

completions: build ## completion scripts for four shells, into dist/completions
	mkdir -p dist/completions
	./mlp completion bash > dist/completions/mlp.bash
	./mlp completion zsh > dist/completions/_mlp
	./mlp completion fish > dist/completions/mlp.fish
	./mlp completion powershell > dist/completions/mlp.ps1

release: man completions ## a static binary for each target, with checksums, into dist
	@for target in $(TARGETS); do \
		name=mlp-$$(echo $$target | tr / -); \
		case $$target in windows/*) name=$$name.exe;; esac; \
		echo $$name; \
		CGO_ENABLED=0 GOOS=$${target%/*} GOARCH=$${target#*/} go build -trimpath -ldflags '-s -w' -o dist/$$name . || exit 1; \
	done
	cp LICENSE internal/notices/notices.txt dist
	cd dist && { sha256sum mlp-* 2>/dev/null || shasum -a 256 mlp-*; } > SHA256SUMS

check: lint test race readme ## all of the above that CI runs
