# The hotfix hook suite: `make help` lists what can be made.

VERSION := 0.1.0
CC ?= cc
AR ?= ar
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g
PREFIX ?= /usr/local
BUILD ?= build
DESTDIR ?=

# `make V=1` shows the commands.
ifeq ($(V)$(findstring s,$(firstword -$(MAKEFLAGS))),)
QUIET := @
endif
SAY = $(if $(QUIET),@echo "  $(1)  $(patsubst $(BUILD)/%,%,$(2))")

ROOMS := base rules adapters flow
LIBRARIES := libgit2 libcurl inih sqlite3 jansson libcrypto

# What a goal that compiles nothing need not have: libraries, a compiler.
BARE := clean help deps test attacks coverage fuzz lint analyze tags uninstall asan valgrind bench-page
GOALS := $(or $(MAKECMDGOALS),all)

.PHONY: all programs tests help linkage install uninstall clean test layers headers lint analyze asan valgrind deps tags attacks bench bench-matrix bench-page bench-signatures model crash torture faults aborts bench-delivery bench-replay instructions coverage fuzz fuzzers diff-trailers
all: programs
	@$(SAY_LINKAGE)

# Flags

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion -Wno-sign-conversion -Wvla
ifneq ($(CI)$(WERROR),)
WARNINGS += -Werror
endif

MACHINE := $(shell uname -m)
CONTROL_FLOW := $(if $(filter x86_64 i%86,$(MACHINE)),-fcf-protection)
ifdef SANITIZE
HARDENING := -fPIE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK_HARDENING := -pie -fsanitize=address,undefined
else
HARDENING := -fPIE -fstack-protector-strong -fstack-clash-protection $(CONTROL_FLOW) \
	-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
LINK_HARDENING := -pie -Wl,-z,relro,-z,now,-z,noexecstack
endif

COMPILE = $(CC) -std=c11 -D_GNU_SOURCE -DHOTFIX_VERSION='"$(VERSION)"' -DHOTFIX_BINDIR='"$(PREFIX)/bin"' \
	-Icommon $(CPPFLAGS) $(LIBRARY_CFLAGS) \
	$(WARNINGS) $(HARDENING) -ffunction-sections -fdata-sections $(CFLAGS)
LINK = $(CC) $(HARDENING) $(CFLAGS) $(LINK_HARDENING) -Wl,--gc-sections -Wl,--as-needed $(LDFLAGS)

# Libraries
#
# The hooks link libgit2 and what it needs statically where the archives fit common/adapters/libgit2_stubs.c, and the C
# library too where that goes (libc_stubs.c); these files say why. A trial decides once per build folder:
#
#	static    everything, the hooks alone; hotfixctl and the tests link as with archives
#	archives  all libraries but the C library
#	dynamic   nothing
#
# LINKAGE=... on the command line overrides. valgrind sees more of LINKAGE=archives.

comma := ,
ARCHIVES := -l:libgit2.a -l:libpcre2-8.a -l:libz.a -l:libsqlite3.a -lm -l:libinih.a -l:libjansson.a
STUBS := common/adapters/libgit2_stubs.c common/adapters/libc_stubs.c
WRAPPED := $(addprefix -Wl$(comma)--wrap=,dlopen dlsym dlclose dlerror getaddrinfo getpwuid_r)

ifneq ($(filter-out $(BARE),$(GOALS)),)
ABSENT := $(shell for l in $(LIBRARIES); do $(PKG_CONFIG) --exists $$l || echo $$l; done)
ifneq ($(ABSENT),)
$(error pkg-config does not find $(ABSENT): install what is missing with `make deps`)
endif
AMQP ?= $(shell $(PKG_CONFIG) --exists librabbitmq libssl && echo yes || echo no)
BROKER_LIBRARIES := $(if $(filter yes,$(AMQP)),librabbitmq libssl)
LIBRARY_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIBRARIES) $(BROKER_LIBRARIES))
NETWORK_LIBS := $(shell $(PKG_CONFIG) --libs libcurl $(BROKER_LIBRARIES) libcrypto)
include $(BUILD)/linkage.mk
endif

SHARED_LIBS := $(shell $(PKG_CONFIG) --libs libgit2 sqlite3 inih jansson 2>/dev/null) -lm
ifneq ($(filter static archives,$(LINKAGE)),)
LOCAL_LIBS := $(BUILD)/common/adapters/libgit2_stubs.o $(ARCHIVES)
LINKAGE_WORDS := linked statically, network transports left out
else
LOCAL_LIBS := $(SHARED_LIBS)
LINKAGE_WORDS := linked dynamically
endif
ifeq ($(LINKAGE)$(SANITIZE),static)
LINK_HOOK = $(subst -pie,-static-pie,$(LINK)) $(WRAPPED)
HOOK_STUBS := $(BUILD)/common/adapters/libc_stubs.o
LINKAGE_WORDS := and the C library $(LINKAGE_WORDS)
else
LINK_HOOK = $(LINK)
endif

$(BUILD)/linkage.mk: $(STUBS) Makefile
	@mkdir -p $(@D)
	@{ for f in git_libgit2_init git_repository_open_ext sqlite3_open_v2 ini_parse json_loads; do \
		echo "int $$f(void);"; calls="$$calls + $$f()"; done; \
		echo "int main(void) { return 0 $$calls; }"; } >$(BUILD)/linkage.c
	@trial() { $(CC) -w -fno-builtin -fPIE "$$@" -o $(BUILD)/linkage-trial $(BUILD)/linkage.c $(ARCHIVES); }; \
		{ if trial -static-pie $(WRAPPED) $(STUBS); then echo static; \
		elif trial -pie $(firstword $(STUBS)); then echo archives; \
		else echo dynamic; fi; } 2>$(BUILD)/linkage.log | sed 's/^/LINKAGE := /' >$@

SAY_LINKAGE = echo "hooks: libgit2 $$($(PKG_CONFIG) --modversion libgit2) $(LINKAGE_WORDS)"
linkage:
	@$(SAY_LINKAGE)

# Rooms
#
# An archive per room. They are linked once each, from the top down, so that a call upwards does not link; and an
# object that nobody calls stays out, which is how the hooks come to have no libcurl and no libcrypto.

sources = $(filter-out $(STUBS) $(LEFT_OUT),$(sort $(wildcard common/$(1)/*.c)))
objects = $(patsubst %.c,$(BUILD)/%.o,$(1))
archive = $(BUILD)/libhotfix-$(1).a
below_flow := $(call archive,flow) $(call archive,adapters) $(call archive,rules) $(call archive,base)

# RabbitMQ is there when its library is; AMQP=yes or AMQP=no overrides. A build folder that was of the other kind links
# anew: make itself does not see that an archive has other members.
BROKER_SOURCES := $(addprefix common/adapters/rabbitmq,.c _socket.c _with.c)
LEFT_OUT := $(if $(filter yes,$(AMQP)),common/adapters/rabbitmq_without.c,$(BROKER_SOURCES))
ifneq ($(AMQP),)
AMQP_STAMP := $(BUILD)/amqp.$(AMQP)
$(shell test -e $(AMQP_STAMP) || { mkdir -p $(BUILD) && rm -f $(BUILD)/amqp.* && touch $(AMQP_STAMP); })
endif

define room_archive
$(call archive,$(1)): $(call objects,$(call sources,$(1))) $(if $(filter adapters,$(1)),$(AMQP_STAMP))
	$$(call SAY,AR,$$@)
	@rm -f $$@
	$$(QUIET)$$(AR) rcs $$@ $$(filter %.o,$$^)
endef
$(foreach room,$(ROOMS),$(eval $(call room_archive,$(room))))

$(BUILD)/%.o: %.c Makefile
	$(call SAY,CC,$<)
	@mkdir -p $(@D)
	$(QUIET)$(COMPILE) -MMD -MP -c -o $@ $<

# Programs, in the folders in which they are installed

HOOKS := $(patsubst hooks/%.c,$(BUILD)/libexec/hotfix/%,$(wildcard hooks/*.c))
TOOLS := $(patsubst tools/%.c,$(BUILD)/bin/%,$(wildcard tools/hotfixctl.c))
TOOL_OBJECTS := $(call objects,$(sort $(wildcard tools/*.c tools/*/*.c)))
programs: $(HOOKS) $(TOOLS)

STUBS_OBJECT := $(filter %.o,$(LOCAL_LIBS))

$(BUILD)/libexec/hotfix/%: $(BUILD)/hooks/%.o $(below_flow) $(STUBS_OBJECT) $(HOOK_STUBS)
	$(call SAY,LD,$@)
	@mkdir -p $(@D)
	$(QUIET)$(LINK_HOOK) -o $@ $< $(below_flow) $(HOOK_STUBS) $(LOCAL_LIBS)

$(BUILD)/bin/hotfixctl: $(TOOL_OBJECTS) $(below_flow) $(STUBS_OBJECT)
	$(call SAY,LD,$@)
	@mkdir -p $(@D)
	$(QUIET)$(LINK) -o $@ $(TOOL_OBJECTS) $(below_flow) $(LOCAL_LIBS) $(NETWORK_LIBS)

# Tests
#
# Each .c file below tests/ is a program of its own, but those of tests/unit/support, which unit tests share, and those of
# tests/fuzz: there fuzz_*.c are targets, linked with FUZZ_MAIN, which is libFuzzer's in `make fuzz`. A unit test links its
# room and those below it, so the tests of the rules link no foreign library.

UNITS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/unit/*/test_*.c)))
OTHERS := $(patsubst %.c,$(BUILD)/%,$(filter-out tests/unit/% tests/fuzz/%,$(sort $(wildcard tests/*/*.c))))
FUZZERS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
SUPPORT := $(call objects,$(sort $(wildcard tests/unit/support/*.c)))
DYNAMIC := $(patsubst $(BUILD)/%,$(BUILD)/tests/crash/dynamic/%,$(HOOKS) $(TOOLS))
tests: $(UNITS) $(OTHERS) $(FUZZERS) $(DYNAMIC) $(BUILD)/tests/crash/faulty.so
$(BUILD)/tests/%.o: CPPFLAGS += -Itests/unit

room_archives_base := $(call archive,base)
room_archives_rules := $(call archive,rules) $(room_archives_base)
room_archives_adapters := $(call archive,adapters) $(room_archives_rules)
room_archives_flow := $(call archive,flow) $(room_archives_adapters)
room_libs_adapters = $(LOCAL_LIBS) $(NETWORK_LIBS)
room_libs_flow = $(LOCAL_LIBS) $(NETWORK_LIBS)
room_support_adapters = $(SUPPORT)
room_support_flow = $(SUPPORT)

define room_units
$(filter $(BUILD)/tests/unit/$(1)/%,$(UNITS)): %: %.o $(room_support_$(1)) $(room_archives_$(1)) $(STUBS_OBJECT)
	$$(call SAY,LD,$$@)
	$$(QUIET)$$(LINK) -o $$@ $$< $(room_support_$(1)) $(room_archives_$(1)) $(room_libs_$(1)) -lcmocka
endef
$(foreach room,$(ROOMS),$(eval $(call room_units,$(room))))

$(OTHERS): %: %.o $(below_flow) $(STUBS_OBJECT)
	$(call SAY,LD,$@)
	$(QUIET)$(LINK) -o $@ $< $(below_flow) $(LOCAL_LIBS) $(NETWORK_LIBS)

# The programs once more, linked dynamically, and what is loaded before their libraries and makes these fail.
$(BUILD)/tests/crash/dynamic/libexec/hotfix/%: $(BUILD)/hooks/%.o $(below_flow)
	$(call SAY,LD,$@)
	@mkdir -p $(@D)
	$(QUIET)$(LINK) -o $@ $< $(below_flow) $(SHARED_LIBS)

$(BUILD)/tests/crash/dynamic/bin/hotfixctl: $(TOOL_OBJECTS) $(below_flow)
	$(call SAY,LD,$@)
	@mkdir -p $(@D)
	$(QUIET)$(LINK) -o $@ $(TOOL_OBJECTS) $(below_flow) $(SHARED_LIBS) $(NETWORK_LIBS)

$(BUILD)/tests/crash/faulty.so: tests/crash/preload/faulty.c Makefile
	$(call SAY,CC,$@)
	@mkdir -p $(@D)
	$(QUIET)$(CC) -std=c11 -D_GNU_SOURCE $(WARNINGS) -O1 -g -fPIC -shared -o $@ $<

FUZZ_MAIN := $(BUILD)/tests/fuzz/replay.o
FUZZ_FLAGS :=
$(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/support.o $(FUZZ_MAIN) $(below_flow) $(STUBS_OBJECT)
	$(call SAY,LD,$@)
	$(QUIET)$(LINK) $(FUZZ_FLAGS) -o $@ $< $(BUILD)/tests/fuzz/support.o $(FUZZ_MAIN) $(below_flow) $(LOCAL_LIBS) \
		$(NETWORK_LIBS)

.SECONDARY:
-include $(shell test -d '$(BUILD)' && find '$(BUILD)' -name '*.d')

# Checks

test:
	@BUILD='$(BUILD)' SANITIZE='$(SANITIZE)' VALGRIND='$(VALGRIND)' tests/run '$(T)'

# Linked dynamically: valgrind cannot put its allocator into what is static.
valgrind:
	@$(MAKE) --no-print-directory test BUILD='$(BUILD)-valgrind' VALGRIND=1 LINKAGE=dynamic CFLAGS='-O1 -g'

asan:
	@$(MAKE) --no-print-directory test BUILD='$(BUILD)-asan' SANITIZE=1 CFLAGS='-O1 -g'

layers: $(foreach room,$(ROOMS),$(call archive,$(room)))
	@tests/check/layers.sh . '$(BUILD)'

HEADERS := $(sort $(wildcard common/*/*.h))
headers: $(HEADERS:%.h=$(BUILD)/headers/%.ok)
	@echo "headers: $(words $(HEADERS)) compile alone"

$(BUILD)/headers/%.ok: %.h
	@mkdir -p $(@D)
	@$(COMPILE) -Werror -MMD -MP -MT $@ -MF $(@:.ok=.d) -fsyntax-only -include $< -x c /dev/null
	@touch $@

lint:
	@tests/check/packages.sh --install lint
	@tests/check/lint.sh

# For the analyzers: what they cannot see from one file, which error.c itself defines.
ifdef ANALYZE
$(BUILD)/%.o: CPPFLAGS += -include tests/check/analyzer.h
$(BUILD)/common/base/error.o: CPPFLAGS :=
endif

analyze:
	@tests/check/packages.sh --install build analyze
	@MAKE='$(MAKE)' BUILD='$(BUILD)-analyze' tests/check/analyze.sh

deps:
	@tests/check/packages.sh --install build test

bench: all tests
	@BUILD='$(abspath $(BUILD))' tests/bench/run

bench-matrix: all tests
	@BUILD='$(abspath $(BUILD))' PEER='$(PEER)' tests/bench/matrix $(WHAT)

bench-page:
	@BUILD='$(abspath $(BUILD))' node tests/bench/page.js docs

instructions: all tests
	@BUILD='$(abspath $(BUILD))' node tests/bench/instructions.js $(if $(KEEP),keep,compare)

bench-signatures: all
	@BUILD='$(abspath $(BUILD))' tests/bench/signatures

bench-delivery: all tests
	@BUILD='$(abspath $(BUILD))' tests/bench/delivery

bench-replay: all tests
	@BUILD='$(abspath $(BUILD))' tests/bench/replay

attacks:
	@BUILD='$(BUILD)' SANITIZE='$(SANITIZE)' tests/run tests/push/attacks

model: all
	@BUILD='$(abspath $(BUILD))' tests/model/run

crash: all tests
	@BUILD='$(abspath $(BUILD))' tests/crash/run

torture: all tests
	@BUILD='$(abspath $(BUILD))' tests/crash/torture

faults: all tests
	@BUILD='$(abspath $(BUILD))' tests/crash/faults

aborts: all tests
	@BUILD='$(abspath $(BUILD))' tests/crash/aborts

coverage:
	@tests/check/packages.sh --install build test coverage
	@BUILD='$(abspath $(BUILD)-coverage)' MAKE='$(MAKE)' tests/check/coverage.sh '$(T)'

fuzz:
	@tests/check/packages.sh --install build fuzz
	@$(MAKE) --no-print-directory fuzzers BUILD='$(BUILD)-fuzz' CC=clang SANITIZE=1 FUZZ_MAIN= FUZZ_FLAGS=-fsanitize=fuzzer \
		CFLAGS='-O1 -g -fsanitize=fuzzer-no-link'
	@BUILD='$(abspath $(BUILD)-fuzz)' tests/fuzz/run $(FUZZ)

fuzzers: $(FUZZERS) $(BUILD)/tests/diff/trailers

diff-trailers: tests
	@test -n '$(REPO)' || { echo 'usage: make diff-trailers REPO=/path/to/a/repository' >&2; exit 2; }
	@BUILD='$(abspath $(BUILD))' tests/diff/run '$(REPO)'

tags:
	ctags -R hooks tools common tests

# Installation

INSTALL ?= install
MANUALS := $(wildcard man/*.1 man/*.5 man/*.7 man/*.8)
SHARED = $(shell cd share 2>/dev/null && find . -type f | sed 's,^\./,,')

install: programs
	@for f in $(HOOKS) $(TOOLS); do \
		$(INSTALL) -D -m 755 "$$f" "$(DESTDIR)$(PREFIX)/$${f#$(BUILD)/}" || exit 1; done
	@for f in $(MANUALS); do \
		$(INSTALL) -D -m 644 "$$f" "$(DESTDIR)$(PREFIX)/share/man/man$${f##*.}/$${f##*/}" || exit 1; done
	@for f in $(SHARED); do m=644; test ! -x "share/$$f" || m=755; \
		$(INSTALL) -D -m $$m "share/$$f" "$(DESTDIR)$(PREFIX)/share/hotfix/$$f" || exit 1; done

uninstall:
	@rm -rf '$(DESTDIR)$(PREFIX)/libexec/hotfix' '$(DESTDIR)$(PREFIX)/share/hotfix'
	@rm -f '$(DESTDIR)$(PREFIX)/bin/hotfixctl'
	@for f in $(MANUALS); do rm -f "$(DESTDIR)$(PREFIX)/share/man/man$${f##*.}/$${f##*/}"; done

clean:
	rm -rf '$(BUILD)' '$(BUILD)-asan' '$(BUILD)-valgrind' '$(BUILD)-coverage' '$(BUILD)-fuzz' '$(BUILD)-analyze'

help:
	@echo 'make              build the three hooks and hotfixctl into $(BUILD)'
	@echo 'make test         build, and run all tests; installs missing Debian packages first'
	@echo 'make test T=WORD  run the tests whose program, file or name matches WORD'
	@echo 'make asan         the same under AddressSanitizer and UBSan'
	@echo 'make valgrind     the same under memcheck: hours; T as above'
	@echo 'make attacks      the pushes of somebody who wants past the hooks'
	@echo 'make layers       fail on an arrow upwards between the rooms, and on impure rules'
	@echo 'make headers      compile each header alone'
	@echo 'make lint         formatting, static analysis, shell scripts, lengths'
	@echo 'make analyze      what gcc -fanalyzer and scan-build find in the programs: minutes'
	@echo 'make linkage      say how the hooks link libgit2'
	@echo 'make bench        measure what the hooks add to a push'
	@echo 'make bench-matrix  the same by sizes of everything; WHAT="refs landing" picks, PEER=NAME:FOLDER adds other hooks'
	@echo 'make bench-page   put what bench-matrix found into docs/performance.md'
	@echo 'make bench-signatures  measure what signed sign-offs add to a landing'
	@echo 'make bench-delivery  measure how quickly events get to their receivers'
	@echo 'make bench-replay  measure how many past landings are judged in a second'
	@echo 'make instructions  count what the hooks execute for one push, beside what is kept; KEEP=yes keeps it'
	@echo 'make model        hold the hooks against a model of the rules, on 2000 generated situations'
	@echo 'make crash        kill the hooks, the deliverer and the service at every system call'
	@echo 'make torture      let each allocation of the hooks and the deliverer fail once'
	@echo 'make faults       let each system call of the hooks fail once, with each error that it can have'
	@echo 'make aborts       push with clients that go away in the middle, over pipes and HTTP'
	@echo 'make coverage     what the tests reach: branches of the rules, lines of all else; T as above'
	@echo 'make fuzz         feed made-up bytes to what reads foreign ones, for FUZZ_SECONDS (600); FUZZ="names config" picks'
	@echo 'make diff-trailers REPO=DIR  compare our trailers with those of git over a history'
	@echo 'make install      install under PREFIX ($(PREFIX)); also uninstall, DESTDIR'
	@echo 'make deps         install the Debian packages that building and testing need'
	@echo 'make tags, make clean'
