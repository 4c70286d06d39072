# The face of the project: `make help` says what it can do.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
# Seconds that the demo lasts; until Ctrl-C if empty.
DEMO_SECONDS ?=
# Seconds for each fuzz target.
FUZZ_SECONDS ?= 60
# Options of the benchmark, such as `--rounds 3 --peers haproxy,nginx`; `make bench BENCH=--help` lists them.
BENCH ?=
# Options of `swift test`, such as `--filter Routing`.
TEST ?=

# Tests that start programs and count on time, or that keep every core busy: one after another.
starting := IntegrationTests|FaultTests|HostileTests|LabTests|PortScannerLabTests|HypervisorTests|RegionTests|Differential
apart := $(starting)|LinkTests

# Without TEST, the sanitizers run what starts no other programs: those they do not see, and the time limits of the tests
# that do are not made for their slowness.
unbound := --skip '$(starting)|ApusTests|ArchitectureTests'

# Crashes end at once instead of being symbolicated, which the tests that provoke them would wait for.
export SWIFT_BACKTRACE ?= enable=no

sources := Package.swift $(wildcard Sources Plugins Tests Fuzz Benchmarks)
apus := .build/release/apus

.DEFAULT_GOAL := help
.PHONY: help demo build test bench bench-dhcp bench-hypervisor bench-link bench-scan bench-wire hostile crowd fuzz sanitize format lint \
	docs install uninstall clean

help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) DEMO_SECONDS=$(DEMO_SECONDS) FUZZ_SECONDS=$(FUZZ_SECONDS) TEST=$(TEST) BENCH=$(BENCH)"

demo: ## Show a load balancer at work, live, until Ctrl-C or for DEMO_SECONDS
	@scripts/bootstrap demo
	$(SWIFT) build -c release --product apus
	@$(apus) lab demo $(if $(DEMO_SECONDS),--seconds $(DEMO_SECONDS))

build: ## Build everything for release, tests too
	@scripts/bootstrap build
	$(SWIFT) build -c release --build-tests

test: ## Build and run every test
	@scripts/bootstrap test
	$(SWIFT) build -c release --build-tests
ifeq ($(TEST),)
	$(SWIFT) test -c release --skip-build --skip '$(apart)'
	@# With real programs at the ends, and times between them: one after another.
	$(SWIFT) test -c release --skip-build --filter '$(apart)' --no-parallel
else
	$(SWIFT) test -c release --skip-build $(TEST)
endif

bench: ## Measure beside HAProxy, nginx, Envoy, Caddy and Traefik; options in BENCH
	@scripts/bootstrap bench
	APUS_BENCH=1 $(SWIFT) build -c release
	.build/release/apus-bench --apus $(apus) $(BENCH)

bench-wire: ## Measure what reading a header costs, beside gopacket and scapy
	@scripts/bootstrap bench
	APUS_BENCH=1 $(SWIFT) build -c release --product wire-bench
	@Benchmarks/WirePeers/run .build/release/wire-bench $(BENCH)

bench-link: ## Measure frames per second on a veth pair, beside C and tcpdump; needs root
	@scripts/bootstrap bench
	APUS_BENCH=1 $(SWIFT) build -c release --product LinkBench
	@.build/release/LinkBench $(BENCH)

bench-dhcp: ## Measure the DHCP server beside Kea, dnsmasq and dhcpd; options in BENCH
	@scripts/bootstrap bench
	APUS_BENCH=1 $(SWIFT) build -c release
	.build/release/dhcp-bench --apus $(apus) $(BENCH)

bench-scan: ## Measure the port scanner beside nmap, masscan and zmap, in namespaces; needs root
	@scripts/bootstrap bench
	APUS_BENCH=1 $(SWIFT) build -c release --product apus
	APUS_BENCH=1 $(SWIFT) build -c release --product scan-bench
	.build/release/scan-bench $(apus) $(BENCH)

bench-hypervisor: ## Measure hvflowd beside ovs-ofctl, and hvaddrd beside dnsmasq; needs root
	@scripts/bootstrap bench
	$(SWIFT) build -c release --product apus
	@Benchmarks/HVFlow/flows $(apus)
	@echo
	@Benchmarks/HVFlow/address $(apus)

hostile: ## Send the hostile corpus through Apus and its peers, and print who breaks which rule
	@scripts/bootstrap bench
	APUS_BENCH=1 $(SWIFT) build -c release
	.build/release/apus-hostile --apus $(apus)

crowd: ## Measure what thousands of idle and slow clients cost the others; options in BENCH
	@scripts/bootstrap bench
	APUS_BENCH=1 $(SWIFT) build -c release
	.build/release/apus-bench crowd --apus $(apus) $(BENCH)

fuzz: ## Fuzz every target for FUZZ_SECONDS
	@scripts/bootstrap build
	scripts/fuzz $(FUZZ_SECONDS)

sanitize: ## Run the tests under AddressSanitizer, then ThreadSanitizer
	@scripts/bootstrap test
	LSAN_OPTIONS=suppressions=$(CURDIR)/scripts/leaks.txt $(SWIFT) test --sanitize=address --scratch-path .build-address $(or $(TEST),$(unbound))
	$(SWIFT) test --sanitize=thread --scratch-path .build-thread $(or $(TEST),$(unbound))

format: ## Format the sources in place
	$(SWIFT) format format --in-place --parallel --recursive $(sources)

lint: ## Check the sources' style
	$(SWIFT) format lint --strict --parallel --recursive $(sources)

docs: ## Write the configuration's reference page and the man pages
	@scripts/bootstrap build
	$(SWIFT) build -c release --product apus
	scripts/docs

install: ## Install the binary, its man pages, completions and systemd unit under DESTDIR and PREFIX
	@scripts/bootstrap build
	$(SWIFT) build -c release --product apus
	scripts/link-static .build/static/apus
	scripts/install --prefix "$(PREFIX)" --root "$(DESTDIR)" .build/static/apus

uninstall: ## Remove what install placed
	scripts/install --prefix "$(PREFIX)" --root "$(DESTDIR)" --remove

clean: ## Remove everything built
	rm -rf .build .build-*
