FUZZTIME ?= 30s

.PHONY: help build test race lint fuzz bench conformance readme check

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

build: ## the static binary
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o mlp .

test: ## all tests
	go test ./...

race: ## the tests of what runs in parallel, under the race detector
	go test -race ./internal/kernel ./internal/nn ./internal/outfile ./internal/model ./internal/train ./internal/parallel
	go test -race -run 'Block|Column|File|Record' ./internal/data

lint: ## gofmt, vet, staticcheck
	@test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	go vet ./...
	go tool staticcheck ./...

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

conformance: ## compare with the installed Keras
	python3 internal/train/testdata/keras/conformance.py

readme: ## run the README's commands in a fresh clone
	bash .ci/readme

check: lint test race readme ## all of the above that CI runs
