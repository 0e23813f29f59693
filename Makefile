# The commands are the directories below cmd, each with its manual page.

GO          ?= go
PREFIX      ?= /usr/local
FUZZTIME    ?= 10s
RUNS        ?= 100000
STATICCHECK  = $(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2
COMMANDS     = $(notdir $(wildcard cmd/*))
MANUALS      = $(wildcard cmd/*/*.[15])
PACKAGES     = ./cmd/... ./internal/... ./pkg/...

# What cannot be checked here is said to be left out. In CI that is a failure.
left_out = { echo "$@: LEFT OUT: $(1)" >&2; test -z "$$CI"; }

.PHONY: build demo test lint unit race integration fuzz bench bench-soak install clean

build:
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o bin/ ./cmd/...

demo: build
	@PATH="$(CURDIR)/bin:$$PATH" sh examples/demo-svloop.sh
	@PATH="$(CURDIR)/bin:$$PATH" sh examples/demo.sh

test: lint unit race integration

lint:
	@files=$$(gofmt -l cmd integration internal pkg); test -z "$$files" || { echo "not as gofmt has it:" $$files >&2; exit 1; }
	$(GO) vet ./...
	@if $(STATICCHECK) -version >/dev/null 2>&1; then set -x; $(STATICCHECK) ./...; else $(call left_out,staticcheck cannot be fetched); fi
	@if command -v mandoc >/dev/null; then set -x; mandoc -T lint -W warning $(MANUALS); else $(call left_out,mandoc is missing); fi

unit:
	$(GO) test $(PACKAGES)

race:
	@if command -v gcc >/dev/null; then set -x; CGO_ENABLED=1 $(GO) test -race $(PACKAGES); else $(call left_out,the race detector needs gcc); fi

integration:
	@test $$(id -u) = 0 || $(call left_out,the tests that need root)
	$(GO) test -timeout 12m ./integration/...

fuzz:
	@set -e; for package in $$($(GO) list $(PACKAGES)); do for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
		echo "$$package $$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; done; done

bench:
	$(GO) test -run '^$$' -bench . -benchmem $(PACKAGES)
	$(GO) run ./integration/bench

bench-soak:
	$(GO) run ./integration/bench -soak -runs $(RUNS)

# What is built already is installed as it is: root may have no Go.
install: $(COMMANDS:%=bin/%)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 755 $^ $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(filter %.1,$(MANUALS)) $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 $(filter %.5,$(MANUALS)) $(DESTDIR)$(PREFIX)/share/man/man5
	$(if $(filter 1,$(SIMPLEVISOR_LOOP)),ln -sf svloop $(DESTDIR)$(PREFIX)/bin/simplevisor-loop)

bin/%:
	$(MAKE) build

clean:
	rm -rf bin dist
