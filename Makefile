# Frank's chores. `make demo` and `make test` do all the set-up they need from
# Go and, for the tests, Node (js/wasm); ssh-keygen is installed by apt-get if it
# is missing, and nothing else system-wide.

GO          ?= go
STATICCHECK  = honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK  = golang.org/x/vuln/cmd/govulncheck@v1.8.0
ENGINES      = . ./prose/... ./variant/... ./codebook ./ledger ./directory ./dispatch ./mark ./gauge ./watch/... ./coverage/... ./trace/... ./bundle ./inquiry ./seal/... ./exchange ./protect ./internal/enc ./internal/derive ./internal/log64 ./internal/merkle ./internal/segments
WASM_EXEC    = $(shell $(GO) env GOROOT)/lib/wasm/go_js_wasm_exec
VERSION      = $(or $(shell git describe --always --dirty 2>/dev/null),development)
FUZZTIME    ?= 3s
CORPUS      ?=

.PHONY: all build demo test check unit kill wasm fuzz vuln calibrate bench clean

all: build

build: bin/frank

bin/frank: FORCE
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-X frank/cmd/frank/cli.Version=$(VERSION)" -o $@ ./cmd/frank

FORCE:

demo: build
	@bin/frank demo

# Everything that lands has passed this.
test: check unit wasm fuzz calibrate

check:
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }
	$(GO) vet ./...
	@for os in windows darwin; do echo "GOOS=$$os $(GO) vet: the command and all that it is made of"; \
		GOOS=$$os CGO_ENABLED=0 $(GO) vet $$(GOOS=$$os $(GO) list -deps ./cmd/frank | grep '^frank') || exit 1; done
	$(GO) run $(STATICCHECK) ./...
	@$(MAKE) --no-print-directory vuln

# OpenSSH's ssh-keygen is what signatures are held against: installed if it is
# missing, and said if it cannot be.
unit:
	@command -v ssh-keygen >/dev/null || apt-get install -y --no-install-recommends openssh-client >/dev/null 2>&1 || \
		echo "ssh-keygen: NOT CHECKED: it is missing, and could not be installed"
	FRANK_NEED_SSH=$$(command -v ssh-keygen >/dev/null && echo 1) $(GO) test -timeout 20m ./...

# The server is killed at random moments, under load: nothing that anybody was
# told may be lost, nothing half issued, and every folder is in order.
KILLS ?= 500
kill:
	$(GO) test -timeout 60m -run '^TestKilled$$' ./cmd/frank -v -args -kills $(KILLS)

# The engines give the same bits in the browser: their golden files are read
# there too.
wasm:
	GOOS=js GOARCH=wasm $(GO) test -timeout 20m -exec "$(WASM_EXEC)" $(ENGINES)

# Every fuzz target, briefly; fails if there is none.
fuzz:
	@$(GO) run ./internal/fuzzall -fuzztime $(FUZZTIME)

# govulncheck needs its database from vuln.go.dev. Where that cannot be reached
# nothing was checked, and this says so; any other failure fails.
vuln:
	@out=$$($(GO) run $(GOVULNCHECK) ./... 2>&1); code=$$?; \
	if [ $$code -ne 0 ] && echo "$$out" | grep -q 'fetching vulnerabilities'; then \
		echo "govulncheck: NOT CHECKED: the vulnerability database cannot be reached from here"; \
	else echo "$$out"; exit $$code; fi

# Innocents named, at the levels of doc/method.md: a short run of the same
# program whose full run is `make calibrate FAMILIES=1000000`.
FAMILIES ?= 20000
calibrate:
	$(GO) run ./bench/calibrate -families $(FAMILIES)

# The benchmark and its golden results. CORPUS is a folder with .jsonl or
# .jsonl.gz files; without it, the small corpus that ships.
bench:
	$(GO) run ./bench/frank-bench $(if $(CORPUS),-corpus $(CORPUS))

clean:
	rm -rf bin
