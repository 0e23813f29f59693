# The commands are the directories below cmd, each with its manual page.

GO          ?= go
PREFIX      ?= /usr/local
BIN         ?= bin
VERSION     ?=
FORMATS     ?= deb rpm apk
ARCHES      ?= amd64 arm64
FUZZTIME    ?= 10s
RUNS        ?= 100000
NFPM        ?= $(GO) run github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.4
STATICCHECK  = $(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2
ERRORLINT    = $(GO) run codeberg.org/polyfloyd/go-errorlint@v1.9.1
UNPARAM      = $(GO) run mvdan.cc/unparam@v0.0.0-20260823230713-2fa3d841b0c8
VULNCHECK    = $(GO) run golang.org/x/vuln/cmd/govulncheck@v1.1.4
COMMANDS     = $(notdir $(wildcard cmd/*))
MANUALS      = $(wildcard cmd/*/*.[157])
COMPLETIONS  = cmd/svctl/completion
VERSION_VAR  = github.com/svloop/svloop/internal/version.release
PACKAGES     = ./cmd/... ./internal/... ./pkg/...

# Checks that cannot run here print that they are skipped. In CI that is a failure.
skipped = { echo "$@: SKIPPED: $(1)" >&2; test -z "$$CI"; }

.PHONY: build demo test lint vulncheck unit race integration fuzz bench bench-soak manuals install dist clean

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w $(VERSION:%=-X $(VERSION_VAR)=%)' -o $(BIN)/ ./cmd/...

demo: build
	@PATH="$(abspath $(BIN)):$$PATH" sh examples/demo-svloop.sh
	@PATH="$(abspath $(BIN)):$$PATH" sh examples/demo.sh
	@PATH="$(abspath $(BIN)):$$PATH" sh examples/demo-supervise.sh

test: lint unit race integration

lint:
	@files=$$(gofmt -l cmd integration internal pkg); test -z "$$files" || { echo "not formatted with gofmt:" $$files >&2; exit 1; }
	$(GO) vet ./...
	GOARCH=arm64 $(GO) build ./...
	GOARCH=arm64 $(GO) vet ./...
	@if $(STATICCHECK) -version >/dev/null 2>&1; then set -x; $(STATICCHECK) ./...; else $(call skipped,staticcheck cannot be fetched); fi
	@if $(ERRORLINT) -V=full >/dev/null 2>&1; then set -x; $(ERRORLINT) ./...; else $(call skipped,errorlint cannot be fetched); fi
	@if $(UNPARAM) -h 2>&1 | grep -q exported; then set -x; $(UNPARAM) ./...; else $(call skipped,unparam cannot be fetched); fi
	@if command -v mandoc >/dev/null; then set -x; mandoc -T lint -W warning $(MANUALS); else $(call skipped,mandoc is missing); fi

# Known vulnerabilities of the modules. It asks vuln.go.dev, so it is no part of the tests.
vulncheck:
	$(VULNCHECK) ./...

unit:
	$(GO) test $(PACKAGES)

race:
	@if command -v gcc >/dev/null; then set -x; CGO_ENABLED=1 $(GO) test -race $(PACKAGES); else $(call skipped,the race detector needs gcc); fi

integration:
	@test $$(id -u) = 0 || $(call skipped,the tests that need root)
	$(GO) test -count=1 -timeout 30m ./integration/...
	$(GO) test -count=1 -v -run 'TestExportedUnitsSecurity$$' ./integration

fuzz:
	@set -e; for package in $$($(GO) list $(PACKAGES)); do for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
		echo "$$package $$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; done; done

bench:
	$(GO) test -run '^$$' -bench . -benchmem $(PACKAGES)
	$(GO) run ./integration/bench

bench-soak:
	$(GO) run ./integration/bench -soak -runs $(RUNS)

# Renders the texts for --manual after a change of a page.
manuals:
	for page in $(foreach c,$(COMMANDS),cmd/$(c)/$(c).1) cmd/svctl/svctl-simplevisor.1 cmd/svctl/svctl-supervise.1; do \
		mandoc -T ascii -O width=78 $$page >$$page.txt || exit; done

# Existing binaries are installed without a build, because root may have no Go.
install: $(COMMANDS:%=$(BIN)/%)
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin share/man/man1 share/man/man5 share/man/man7 share/bash-completion/completions \
		share/zsh/site-functions share/fish/vendor_completions.d)
	install -m 755 $^ $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(filter %.1,$(MANUALS)) $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(filter %.5,$(MANUALS)) $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 $(filter %.7,$(MANUALS)) $(DESTDIR)$(PREFIX)/share/man/man7
	for c in $(COMMANDS); do \
		install -m 644 $(COMPLETIONS)/$$c.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$c && \
		install -m 644 $(COMPLETIONS)/$$c.zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_$$c && \
		install -m 644 $(COMPLETIONS)/$$c.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/$$c.fish || exit; done
	install -d $(DESTDIR)$(PREFIX)/lib/svloop
	install -m 755 packaging/simplevisor-control $(DESTDIR)$(PREFIX)/lib/svloop
	$(if $(filter 1,$(SIMPLEVISOR_LOOP)),ln -sf svloop $(DESTDIR)$(PREFIX)/bin/simplevisor-loop)
	$(if $(filter 1,$(SIMPLEVISOR)),ln -sf svctl $(DESTDIR)$(PREFIX)/bin/simplevisor)
	$(if $(filter 1,$(SIMPLEVISOR)),ln -sf ../lib/svloop/simplevisor-control $(DESTDIR)$(PREFIX)/bin/simplevisor-control)
	$(if $(filter 1,$(SIMPLEVISOR)),ln -sf svctl-simplevisor.1 $(DESTDIR)$(PREFIX)/share/man/man1/simplevisor.1)

$(BIN)/%:
	$(MAKE) build

# Packages in dist, the same from every checkout of a commit. VERSION is that of
# the last tag; FORMATS and ARCHES may be fewer.
dist:
	@GO='$(GO)' NFPM='$(NFPM)' VERSION='$(VERSION)' FORMATS='$(FORMATS)' ARCHES='$(ARCHES)' sh packaging/dist.sh

clean:
	rm -rf $(BIN) dist
