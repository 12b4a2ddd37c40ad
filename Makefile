# Everything that is done to this tree, one line each: make help.

# How long each fuzz target runs, and on how many processors.
FUZZTIME = 60s
FUZZPARALLEL = 2

.POSIX:
.PHONY: help check fmt vet build test race agree bench fuzz update

help: ## list the targets (the default)
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

check: fmt vet build test ## all that must hold before a change is sent: format, linters, three systems, tests

fmt: ## fail if gofmt would change a file
	@files=$$(gofmt -l .) && if [ -n "$$files" ]; then echo "not in the form of gofmt:"; echo "$$files"; exit 1; fi

vet: ## go vet, also as Windows sees the tree, and staticcheck
	go vet ./...
	GOOS=windows go vet ./...
	go tool staticcheck ./...

build: ## build for Linux, macOS and Windows
	GOOS=linux go build ./...
	GOOS=darwin go build ./...
	GOOS=windows go build ./...

test: ## all tests
	go test ./...

race: ## all tests under the race detector, some of them on a part of the catalogue
	go test -race -timeout 40m ./...

agree: ## compare ten thousand generated certificate chains with crypto/x509, and 500, and 500 with CRLs, with openssl
	go test -count=1 -run Against ./verify/pkix -chains 10000

bench: ## measure the ratios that are promised, and the figures; fails if one is over its bound
	go run ./internal/ratios

fuzz: ## run every fuzz target for FUZZTIME=60s
	@out=$$(go test -list '^Fuzz' ./...) || { echo "$$out"; exit 1; }; \
	echo "$$out" | awk '/^Fuzz/ { name[n++] = $$1 } /^ok/ { for (i = 0; i < n; i++) print $$2, name[i]; n = 0 }' | \
	while read -r package target; do \
		echo "$$package $$target"; \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -parallel $(FUZZPARALLEL) "$$package" </dev/null || exit 1; \
	done

update: ## write the golden files of the catalogue anew; then read the difference
	go run ./cmd/mxlab run --update scenarios/catalog
