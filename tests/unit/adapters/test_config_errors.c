#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "support/config_fixture.h"

struct bad {
	const char *text;
	const char *problems;
};

#define X10 "xxxxxxxxxx"

static const struct bad traps[] = {
	{"[prodution]\nbranch = refs/heads/x\n", "b.ini:1: unknown section [prodution]; did you mean [production]?\n"},
	{"[PRODUCTION]\n", "b.ini:1: unknown section [PRODUCTION]; did you mean [production]?\n"},
	{"[window]\n", "b.ini:1: unknown section [window]\n"},
	{"[roles]\n", "b.ini:1: unknown section [roles]; did you mean [role \"x\"]?\n"},
	{"[]\n", "b.ini:1: unknown section []\n"},
	{"[hotfix]\nbrnch = x\n", "b.ini:2: unknown key \"brnch\" in [hotfix]; did you mean \"branch\"?\n"},
	{"[hotfix]\nBranch = x\n", "b.ini:2: unknown key \"Branch\" in [hotfix]; did you mean \"branch\"?\n"},
	{"[hotfix]\nallow-by = x\n", "b.ini:2: unknown key \"allow-by\" in [hotfix]; it belongs in [production]\n"},
	{"[role \"a\"]\nmember = *\ncolour = red,\n\tblue\n", "b.ini:3: unknown key \"colour\" in [role \"a\"]\n"},
	{"mode = warn\n[procedure]\n", "b.ini:1: a key before the first section\n"},
	{"[procedure]\nmode\n", "b.ini:2: neither a section, a comment nor KEY = VALUE\n"},
	{"[procedure]\nmode ; = warn\n", "b.ini:2: neither a section, a comment nor KEY = VALUE\n"},
	{"[procedure]\n= warn\n", "b.ini:2: no key before the \"=\"\n"},
	{"[procedure]\nmode =\n", "b.ini:2: mode: no value\n"},
	{"[procedure]\nmode = ; warn\n", "b.ini:2: mode: no value\n"},
	{"[production]\nbranch =\n", "b.ini:2: branch: no value\n"},
	{"[production]\nbranch = , ,\n", "b.ini:2: branch: no value\n"},
	{"[procedure\nmode = warn\n", "b.ini:1: a section is [kind] or [kind \"name\"]\n"},
	{"[role \"a]\nmember = *\n", "b.ini:1: a section is [kind] or [kind \"name\"]\n"},
	{"[role a]\nmember = *\n", "b.ini:1: a section is [kind] or [kind \"name\"]\n"},
	{"[procedure] mode = warn\n", "b.ini:1: text behind the \"]\" of a section\n"},
	{"[procedure];mode\n", "b.ini:1: text behind the \"]\" of a section\n"},
	{"[role]\nmember = *\n", "b.ini:1: [role] needs a name, as in [role \"x\"]\n"},
	{"[hotfix \"x\"]\n", "b.ini:1: [hotfix] takes no name\n"},
	{"[role \"a ;b\"]\n",
	 "b.ini:1: [role \"a ;b\"]: a name holds letters, digits, \".\", \"_\" and \"-\", and begins with a letter or "
	 "digit\n"},
	{"[role \"a]b\"]\n",
	 "b.ini:1: [role \"a]b\"]: a name holds letters, digits, \".\", \"_\" and \"-\", and begins with a letter or "
	 "digit\n"},
	{"[role \"\"]\n",
	 "b.ini:1: [role \"\"]: a name holds letters, digits, \".\", \"_\" and \"-\", and begins with a letter or "
	 "digit\n"},
	{"[role \"a..b\"]\n",
	 "b.ini:1: [role \"a..b\"]: a name holds letters, digits, \".\", \"_\" and \"-\", and begins with a letter or "
	 "digit\n"},
	{"[role \"" X10 X10 X10 X10 "xxx\"]\nmember = *\n", "b.ini:1: section name of 50 bytes, at most 49\n"},
	{"[procedure]\nmode = warn\n[procedure]\ncontact = a\n",
	 "b.ini:3: [procedure] is there twice, first on line 1\n"},
	{"[role \"a\"]\nmember = *\n\n[role \"a\"]\n", "b.ini:4: [role \"a\"] is there twice, first on line 1\n"},
	{"[procedure]\nmode = warn\nguide = x\nmode = warn\n", "b.ini:4: \"mode\" is set twice, first on line 2\n"},
	{"[procedure]\ncontact = ops\n  dba\n",
	 "b.ini:3: \"contact\" takes one value, and this line continues it (line 2)\n"},
	{"[procedure]\nguide = x\n  mode = warn\n",
	 "b.ini:3: a key begins in the first column; this line continues the one above\n"},
	{"[procedure]\n  mode = warn\n",
	 "b.ini:2: a key begins in the first column; this line continues the one above\n"},
	{"[procedure]\nguide = x\n\t[hotfix]\n",
	 "b.ini:3: a section begins in the first column; this line continues the one above\n"},
	{"[procedure]\n\tsize\n", "b.ini:2: an indented line continues a list, and there is none above it\n"},
	{"[procedure]\nwarn = a,\n\tb ; c\n",
	 "b.ini:3: a continued line takes no comment; put it on a line of its own\n"},
	{"[procedure]\nmode = warn # for now\n",
	 "b.ini:2: mode = warn # for now: a comment behind a value begins with \" ;\"\n"},
	{"[procedure]\nmode = \"warn\"\n", "b.ini:2: mode = \"warn\": without the quotation marks\n"},
};

#define MAIL "[mail \"m\"]\nto = a@b\nfrom = c@d\n"

static const struct bad values[] = {
	{"[procedure]\nmode = strict\n", "b.ini:2: mode = strict: one of enforce, warn, off\n"},
	{"[procedure]\nwarn = size, a/b\n", "b.ini:2: warn = a/b: not the name of a rule\n"},
	{"[repository]\nweb = git.example.com\n", "b.ini:2: web = git.example.com: an http or https address\n"},
	{"[repository]\nclone = ssh://x/{repo}\n", "b.ini:2: clone = ssh://x/{repo}: only {path} is filled in\n"},
	{"[repository]\nroot = srv/git\n", "b.ini:2: root = srv/git: not an absolute path\n"},
	{"[pusher]\nfrom = github\n", "b.ini:2: from = github: one of unix, gitolite, gitea, gitlab, http\n"},
	{"[production]\nbranch = main\n", "b.ini:2: branch = main: a branch is written in full, refs/heads/main\n"},
	{"[production]\nbranch = refs/tags/v1\n",
	 "b.ini:2: branch = refs/tags/v1: a branch is written in full, refs/heads/refs/tags/v1\n"},
	{"[production]\nbranch = refs/heads/a b\n",
	 "b.ini:2: branch = refs/heads/a b: a blank in it; the items of a list are separated by \",\"\n"},
	{"[production]\nbranch = refs/heads/a[bc]\n", "b.ini:2: branch = refs/heads/a[bc]: no ref name holds \"[\"\n"},
	{"[production]\nbranch = refs/heads/\n",
	 "b.ini:2: branch = refs/heads/: not a ref name by git-check-ref-format(1)\n"},
	{"[production]\nbranch = refs/heads/*\n",
	 "b.ini:2: refs/heads/hotfix/* of [hotfix] branch overlaps refs/heads/* of [production] branch\n"},
	{"[production]\nbranch = refs/heads/hotfix/x\n",
	 "b.ini:2: refs/heads/hotfix/* of [hotfix] branch overlaps refs/heads/hotfix/x of [production] branch\n"},
	{"[role \"r\"]\nmember = *\n[production]\nallow-by = r\nallow-from = refs/heads/a\nallow-from = "
	 "refs/heads/m*\n",
	 "b.ini:6: refs/heads/m* of [production] allow-from overlaps refs/heads/main of [production] branch\n"},
	{"[hotfix]\nnot-from = refs/heads/hotfix/*\n",
	 "b.ini:2: refs/heads/hotfix/* of [hotfix] not-from overlaps refs/heads/hotfix/* of [hotfix] branch\n"},
	{"[production]\nallow-from = refs/heads/next\n",
	 "b.ini:2: allow-from needs allow-by: the role that may land these\n"},
	{"[production]\nallow-by = release\n", "b.ini:2: allow-by = release: there is no [role \"release\"]\n"},
	{"[rollback]\ndepth = 3\nrole = ops\n", "b.ini:3: role = ops: there is no [role \"ops\"]\n"},
	{"[override]\nsettle-within = 1d\nrole = ops\n", "b.ini:3: role = ops: there is no [role \"ops\"]\n"},
	{"[override]\nsettle-within = none\n",
	 "b.ini:2: settle-within = none: a number with s, m, h or d behind it, as in 48h\n"},
	{"[override]\nsettle-within = 0h\n",
	 "b.ini:2: settle-within = 0h: a number with s, m, h or d behind it, as in 48h\n"},
	{"[override \"x\"]\n", "b.ini:1: [override] takes no name\n"},
	{"[rollback]\ndepth = 0\n", "b.ini:2: depth = 0: a number from 1 to 1000\n"},
	{"[hotfix]\nmax-commits = 10001\n", "b.ini:2: max-commits = 10001: a number from 1 to 10000\n"},
	{"[hotfix]\nmax-commits = -1\n", "b.ini:2: max-commits = -1: a number from 1 to 10000\n"},
	{"[hotfix]\nmax-commits = 99999999999\n", "b.ini:2: max-commits = 99999999999: a number from 1 to 10000\n"},
	{"[hotfix]\ndeadline = 24\n",
	 "b.ini:2: deadline = 24: none, or a number with s, m, h or d behind it, as in 24h\n"},
	{"[hotfix]\nauthors = some\n", "b.ini:2: authors = some: one of any, known\n"},
	{"[hotfix]\nbranch = hotfix/{slug}\n",
	 "b.ini:2: branch = hotfix/{slug}: needs {incident} once, and {slug} at most once\n"},
	{"[hotfix]\nbranch = hotfix/{incident}-{incident}\n",
	 "b.ini:2: branch = hotfix/{incident}-{incident}: needs {incident} once, and {slug} at most once\n"},
	{"[hotfix]\nbranch = hotfix-{incident}\n",
	 "b.ini:2: branch = hotfix-{incident}: needs a folder before its first placeholder, as in hotfix/{incident}\n"},
	{"[hotfix]\nbranch = {incident}\n",
	 "b.ini:2: branch = {incident}: needs a folder before its first placeholder, as in hotfix/{incident}\n"},
	{"[hotfix]\nbranch = refs/heads/hotfix/{incident}\n",
	 "b.ini:2: branch = refs/heads/hotfix/{incident}: without refs/heads/\n"},
	{"[hotfix]\nbranch = hotfix/{incident}{slug}\n",
	 "b.ini:2: branch = hotfix/{incident}{slug}: needs something between {incident} and {slug}\n"},
	{"[hotfix]\nbranch = hotfix/{incident}-{name}\n",
	 "b.ini:2: branch = hotfix/{incident}-{name}: only {incident} and {slug} are filled in\n"},
	{"[hotfix]\nincident = [A-Z\n",
	 "b.ini:2: incident = [A-Z: no POSIX extended regular expression: unmatched [, [^, [:, [., or [=\n"},
	{"[hotfix]\nincident = a)(b\n",
	 "b.ini:2: incident = a)(b: no POSIX extended regular expression: unmatched ( or \\(\n"},
	{"[hotfix]\nincident = ([0-9])\\1\n", "b.ini:2: incident = ([0-9])\\1: back-references are not allowed\n"},
	{"[hotfix]\nslug = [a-z]*\n", "b.ini:2: slug = [a-z]*: matches the empty text\n"},
	{"[hotfix]\nslug = ((((((((((((((((((a))))))))))))))))))\n",
	 "b.ini:2: slug = ((((((((((((((((((a)))))))))))))))))): 18 groups, at most 16\n"},
	{"[state]\nfile = state\n", "b.ini:2: file = state: not an absolute path\n"},
	{"[log]\nto = stderr\n", "b.ini:2: to = stderr: syslog, or an absolute path\n"},
};

#define MAIL "[mail \"m\"]\nto = a@b\nfrom = c@d\n"

static const struct bad sections[] = {
	{"[person \"a\"]\n", "b.ini:1: [person \"a\"] needs email or login\n"},
	{"[person \"a\"]\nemail = alice\n", "b.ini:2: email = alice: not an address, as in alice@example.com\n"},
	{"[person \"a\"]\nemail = *@example.com\n", "b.ini:2: email = *@example.com: a person has whole addresses\n"},
	{"[person \"a\"]\nemail = A <a@x.org>\n",
	 "b.ini:2: email = A <a@x.org>: not an address, as in alice@example.com\n"},
	{"[person \"a\"]\nlogin = al ice\n", "b.ini:2: login = al ice: a login is one word, and a person has one\n"},
	{"[person \"a\"]\nemail = x@x.org\n[person \"b\"]\nemail = b@x.org,\n\tX@x.org\n",
	 "b.ini:5: email = x@x.org: belongs to [person \"a\"] already\n"},
	{"[person \"a\"]\nlogin = x\n[person \"b\"]\nlogin = x\n",
	 "b.ini:4: login = x: belongs to [person \"a\"] already\n"},
	{"[role \"a\"]\n", "b.ini:1: [role \"a\"] needs member or member-file\n"},
	{"[role \"a\"]\nmember = *@x.org,\n\tbob\n", "b.ini:3: member = bob: there is no [person \"bob\"]\n"},
	{"[role \"a\"]\nmember = group:\n",
	 "b.ini:2: member = group:: group: needs the name of a Unix group behind it\n"},
	{"[role \"a\"]\nmember = bob alice\n",
	 "b.ini:2: member = bob alice: a person's name, an address, a pattern of addresses, or group:NAME\n"},
	{"[role \"a\"]\nmember-file = qa\n", "b.ini:2: member-file = qa: not an absolute path\n"},
	{"[signoff \"a\"]\ntrailer = X\n", "b.ini:1: [signoff \"a\"] needs role\n"},
	{"[signoff \"a\"]\ntrailer = X\nrole = r\n", "b.ini:3: role = r: there is no [role \"r\"]\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\n", "b.ini:3: [signoff \"a\"] needs trailer\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = X\n[signoff \"b\"]\nrole = r\ntrailer = x\n",
	 "b.ini:8: trailer = x: belongs to [signoff \"a\"] already\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = signed-off-BY\n",
	 "b.ini:5: trailer = signed-off-BY: this trailer means something else already\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = Tested by\n",
	 "b.ini:5: trailer = Tested by: the key of a trailer holds letters, digits and \"-\"\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = X\nevidence = signature\n",
	 "b.ini:6: evidence = signature needs allowed-signers or gpg-home in [signature]\n"},
	{"[production]\nbranch = refs/heads/p/*\n[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = X\n"
	 "evidence = pusher\n",
	 "b.ini:8: evidence = pusher cannot say which of several production branches it is for: use signature\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = X\nevidence = word\n",
	 "b.ini:6: evidence = word: one of trailer, signature, pusher\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = X\nseverities = high risk, low\n",
	 "b.ini:6: severities = high risk: a severity is a word of letters, digits, \".\", \"_\" and \"-\"\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = X\nevidence = pusher\nseverities = high\n",
	 "b.ini:6: evidence = pusher cannot say a severity: use trailer or signature\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"deploy\"]\nrole = r\ntrailer = X\nevidence = trailer\nbinds = commit\n"
	 "count = 2\nseverities = high\nenvironment = eu, -x, a..b\n",
	 "b.ini:6: evidence = trailer: a landing carries none for it; signature or pusher\n"
	 "b.ini:7: binds: it is given on one landing, and holds for that\n"
	 "b.ini:8: count: one is enough\n"
	 "b.ini:9: severities: the triage of the landing says it\n"
	 "b.ini:10: environment = -x: letters, digits, \".\", \"_\" and \"-\", and a letter or digit first\n"
	 "b.ini:10: environment = a..b: not a ref name by git-check-ref-format(1)\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"monitor\"]\nrole = r\ntrailer = X\ncount = 2\nenvironment = eu\n",
	 "b.ini:7: environment: only [signoff \"deploy\"] goes anywhere\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = Status\n",
	 "b.ini:5: trailer = Status: this trailer means something else already\n"},
	{"[freeze \"f\"]\nreason = x\n", "b.ini:1: [freeze \"f\"] needs from and to, or weekly\n"},
	{"[freeze \"f\"]\nfrom = 2026-12-20Z\n", "b.ini:1: [freeze \"f\"] needs from and to, or weekly\n"},
	{"[freeze \"f\"]\nfrom = 2026-12-20\nto = tomorrow\n",
	 "b.ini:2: from = 2026-12-20: a date-time as in 2026-12-20T18:00:00+01:00, or a date as in 2026-12-20+01:00\n"
	 "b.ini:3: to = tomorrow: a date-time as in 2026-12-20T18:00:00+01:00, or a date as in 2026-12-20+01:00\n"},
	{"[freeze \"f\"]\nfrom = 2026-12-21Z\nto = 2026-12-20Z\n", "b.ini:3: to: it ends before it begins\n"},
	{"[freeze \"f\"]\nweekly = Fri 16:00 - Mon 08:00 Z\nto = 2026-12-20Z\n",
	 "b.ini:2: weekly: from or to is set too, and one kind is enough\n"},
	{"[freeze \"f\"]\nweekly = Fri 16:00 - Mon 08:00\n",
	 "b.ini:2: weekly = Fri 16:00 - Mon 08:00: written as Fri 16:00 - Mon 08:00 +01:00, with an offset, Z or the name "
	 "of a zone\n"},
	{"[freeze \"f\"]\nweekly = Fri 16:00 - Mon 08:00 Europe/Bonn\n",
	 "b.ini:2: weekly = Fri 16:00 - Mon 08:00 Europe/Bonn: Europe/Bonn is no zone in /usr/share/zoneinfo; an offset "
	 "such as +01:00 needs none\n"},
	{"[freeze \"f\"]\nfrom = 2026-12-20Z\nto = 2026-12-20Z\nbranches = refs/heads/live\n",
	 "b.ini:4: branches = refs/heads/live: no production branch has this name\n"},
	{"[gate \"g\"]\nmethod = DELETE\n", "b.ini:1: [gate \"g\"] needs url\n"
					    "b.ini:2: method = DELETE: one of GET, POST, PUT\n"},
	{"[gate \"g\"]\nurl = https://{branch}.x.org/\n",
	 "b.ini:2: url = https://{branch}.x.org/: a placeholder stands behind the host alone\n"},
	{"[gate \"g\"]\nurl = https://x.org/{issue}\n",
	 "b.ini:2: url = https://x.org/{issue}: only {incident}, {branch}, {commit}, {production} and {severity} are filled "
	 "in\n"},
	{"[gate \"g\"]\nurl = https://u:p@x.org/{incident}\n",
	 "b.ini:2: url = https://...@x.org/{incident}: a password is kept in headers-file, not here\n"},
	{"[gate \"g\"]\nurl = {incident}\n", "b.ini:2: url = {incident}: an http or https address\n"},
	{"[gate \"g\"]\nurl = http://x.org/\n", "b.ini:2: url: plain http to another machine needs insecure = yes\n"},
	{"[gate \"g\"]\nurl = https://x.org/{incident}\nfor = ordinary\n",
	 "b.ini:2: url: an ordinary landing has no incident: for = ordinary cannot ask this\n"},
	{"[gate \"g\"]\nurl = https://x.org/\nmethod = GET\nbody = /t\ntimeout = 31s\nexpect-status = 99\n",
	 "b.ini:4: body: a GET has none\n"
	 "b.ini:5: timeout = 31s: a duration from 1s to 30s, as in 15s\n"
	 "b.ini:6: expect-status = 99: a number from 200 to 599\n"},
	{"[gate \"g\"]\nurl = https://x.org/\nexpect = state ^a$\nexpect = /state\nexpect = /state (\n",
	 "b.ini:3: expect = state ^a$: a JSON pointer and an expression, as in /fields/status/name ^Open$\n"
	 "b.ini:4: expect = /state: a JSON pointer and an expression, as in /fields/status/name ^Open$\n"
	 "b.ini:5: expect = /state (: no POSIX extended regular expression: unmatched ( or \\(\n"},
	{"[gate \"g\"]\nurl = https://x.org/\nwhen = closed\nfor = all\non-error = ignore\n",
	 "b.ini:3: when = closed: one of landing, opened\n"
	 "b.ini:4: for = all: one of hotfix, ordinary\n"
	 "b.ini:5: on-error = ignore: one of refuse, warn\n"},
	{"[signature]\nallowed-signers = keys\n", "b.ini:2: allowed-signers = keys: not an absolute path\n"},
	{"[signature]\nrevoke = r\n", "b.ini:2: revoke = r: there is no [role \"r\"]\n"},
	{"[role \"r\"]\nmember = *\n[signoff \"a\"]\nrole = r\ntrailer = X\ncount = 101\nbinds = tree\n",
	 "b.ini:6: count = 101: a number from 1 to 100\n"
	 "b.ini:7: binds = tree: one of incident, change, commit\n"},
	{"[limits]\nrefs = 0\ngoverned = 1000000\nref-name = 63\nmessage = 1024\ntrailers = x\nlandings = 0\n",
	 "b.ini:2: refs = 0: a number from 1 to 999999\n"
	 "b.ini:3: governed = 1000000: a number from 1 to 999999\n"
	 "b.ini:4: ref-name = 63: a number from 64 to 4096\n"
	 "b.ini:5: message = 1024: a size from 4K to 16M, as in 64K, 1M or 2G\n"
	 "b.ini:6: trailers = x: a number from 1 to 100000\n"
	 "b.ini:7: landings = 0: a number from 1 to 10000\n"},
	{"[limits]\ncommits = 0\ntime = 2h\nmemory = 63M\nmessage = 17M\n",
	 "b.ini:2: commits = 0: a number from 1 to 999999\n"
	 "b.ini:3: time = 2h: a duration from 1s to 3600s, as in 15s\n"
	 "b.ini:4: memory = 63M: a size from 65536K to 1048576M, as in 64K, 1M or 2G\n"
	 "b.ini:5: message = 17M: a size from 4K to 16M, as in 64K, 1M or 2G\n"},
	{"[limits]\nmessage = K\nmemory = 1MB\n",
	 "b.ini:2: message = K: a size from 4K to 16M, as in 64K, 1M or 2G\n"
	 "b.ini:3: memory = 1MB: a size from 65536K to 1048576M, as in 64K, 1M or 2G\n"},
	{"[limits]\nmessage = 1T\nmemory = 99999999G\n",
	 "b.ini:2: message = 1T: a size from 4K to 16M, as in 64K, 1M or 2G\n"
	 "b.ini:3: memory = 99999999G: a size from 65536K to 1048576M, as in 64K, 1M or 2G\n"},
	{"[webhook \"w\"]\n", "b.ini:1: [webhook \"w\"] needs url or url-file\n"},
	{"[webhook \"w\"]\nurl = ftp://x.org/\n",
	 "b.ini:2: url = ftp://x.org/: an http, https, amqp or amqps address\n"},
	{"[webhook \"w\"]\nurl = https:///x\n", "b.ini:2: url = https:///x: an address without a host\n"},
	{"[webhook \"w\"]\nurl = https://x.org/a b\n",
	 "b.ini:2: url = https://x.org/a b: no address holds the byte 0x20\n"},
	{"[webhook \"w\"]\nurl = https://u:p@x.org/\n",
	 "b.ini:2: url = https://...@x.org/: a password is kept in url-file, not here\n"},
	{"[webhook \"w\"]\nurl = http://x.org/\n",
	 "b.ini:2: url: plain http to another machine needs insecure = yes\n"},
	{"[webhook \"w\"]\nurl = http://127.0.0.1.x.org/\n",
	 "b.ini:2: url: plain http to another machine needs insecure = yes\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nurl-file = /nowhere/url\n",
	 "b.ini:3: url-file: url is set too, and one is enough\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nevents = hotfix.merged, hotfix.mergd\n",
	 "b.ini:3: events = hotfix.mergd: no event has this name\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nexpect = (\n",
	 "b.ini:3: expect = (: no POSIX extended regular expression: unmatched ( or \\(\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nsecret-file = s\n",
	 "b.ini:3: secret-file = s: not an absolute path\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nold-secret-file = /s\n",
	 "b.ini:3: old-secret-file needs secret-file\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nexchange = e\nrouting-key = k\npassword-file = /p\n",
	 "b.ini:3: exchange: only for an amqp or amqps address\n"
	 "b.ini:4: routing-key: only for an amqp or amqps address\n"
	 "b.ini:5: password-file: only for an amqp or amqps address\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\ntemplate = /t\ncontent-type = text/pl\xc3\xa4in\n",
	 "b.ini:4: content-type = text/pl\xc3\xa4in: ASCII alone\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nproxy = ftp://proxy.x.org\n",
	 "b.ini:3: proxy = ftp://proxy.x.org: an http, https or socks5h address\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nproxy = http://\n",
	 "b.ini:3: proxy = http://: an address without a host\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nproxy = http://u:p@proxy.x.org\n",
	 "b.ini:3: proxy = http://...@proxy.x.org: a proxy that asks for a password cannot be used\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\nproxy = http://proxy.x.org/path\n",
	 "b.ini:3: proxy = http://proxy.x.org/path: an address of a host alone, as in http://proxy.example.com:3128\n"},
	{"[webhook \"w\"]\nurl = http://127.0.0.1/\nproxy = http://proxy.x.org:3128/\n",
	 "b.ini:2: url: plain http through a proxy needs insecure = yes\n"},
	{"[mail \"m\"]\n", "b.ini:1: [mail \"m\"] needs from\n"
			   "b.ini:1: [mail \"m\"] needs smtp\n"
			   "b.ini:1: [mail \"m\"] needs to\n"},
	{MAIL "smtp = https://x.org/\n", "b.ini:4: smtp = https://x.org/: an smtp or smtps address\n"},
	{MAIL "smtp = smtps://\n", "b.ini:4: smtp = smtps://: an address without a host\n"},
	{MAIL "smtp = smtps://u:p@x.org\n",
	 "b.ini:4: smtp = smtps://...@x.org: a password is kept in password-file, not here\n"},
	{MAIL "smtp = smtp://x.org/a/b\n",
	 "b.ini:4: smtp = smtp://x.org/a/b: behind the host stands at most the name for EHLO\n"},
	{MAIL "smtp = smtp://x.org\nuser = u\n", "b.ini:5: user needs password-file\n"},
	{MAIL "smtp = smtp://x.org\npassword-file = /p\n", "b.ini:5: password-file needs user\n"},
	{MAIL "smtp = smtp://x.org\nexpect = x\n",
	 "b.ini:5: unknown key \"expect\" in [mail \"m\"]; it belongs in [webhook \"x\"]\n"},
	{"[mail \"m\"]\nto = a@b, <c@d>\nfrom = Ops <ops@b>\nsmtp = smtp://x.org\n",
	 "b.ini:2: to = <c@d>: not an address, as in ops@example.com\n"
	 "b.ini:3: from = Ops <ops@b>: not an address, as in ops@example.com\n"},
	{MAIL "smtp = smtp://x.org\n[webhook \"m\"]\nurl = https://x.org/\n",
	 "b.ini:1: [mail \"m\"]: there is a [webhook \"m\"], and a name stands for one of them\n"},
	{"[webhook \"w\"]\nurl = https://x.org/\ntimeout = 1h\ninsecure = true\n",
	 "b.ini:3: timeout = 1h: a duration from 1s to 300s, as in 15s\n"
	 "b.ini:4: insecure = true: one of no, yes\n"},
};

static void assert_refused(struct config_fixture *fixture, const struct bad *list, size_t count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++) {
		config_fixture_write_text(fixture, "b.ini", list[i].text);
		wrong += config_fixture_load(fixture) != ERROR_FAILED;
		wrong += !config_fixture_problems_are(fixture, list[i].problems);
	}
	assert_int_equal(wrong, 0);
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void what_inih_would_misread_is_an_error(void **state)
{
	assert_refused(*state, traps, COUNT(traps));
}

static void a_bad_value_is_an_error(void **state)
{
	assert_refused(*state, values, COUNT(values));
}

static void a_bad_section_is_an_error(void **state)
{
	assert_refused(*state, sections, COUNT(sections));
}

static void a_retry_schedule_is_checked(void **state)
{
	struct config_fixture *fixture = *state;

	config_fixture_write_text(fixture, "b.ini", "[webhook \"w\"]\nurl = https://x.org/\nretry = 5x\n");
	assert_int_equal(config_fixture_load(fixture), ERROR_FAILED);
	assert_int_equal(fixture->problems.count, 1);
	assert_non_null(strstr(fixture->problems.items[0], "b.ini:3: retry = 5x: "));
}

static void a_nul_is_an_error_and_hides_its_line_only(void **state)
{
	static const char text[] = "[procedure]\nmode = wa\0rn\ncontact = ops\nguide = a\001b\n";
	struct config_fixture *fixture = *state;

	config_fixture_write_bytes(fixture, "b.ini", text, sizeof(text) - 1);
	assert_int_equal(config_fixture_load(fixture), ERROR_FAILED);
	config_fixture_assert_problems(fixture, "b.ini:2: control byte 0x00 in column 10\n"
						"b.ini:4: control byte 0x01 in column 10\n");
	assert_int_equal(fixture->policy.mode, MODE_ENFORCE);
	assert_string_equal(fixture->policy.contact, "ops");
	assert_null(fixture->policy.guide);
}

static void add_long_line(struct buffer *text, size_t length, const char *tail)
{
	size_t start = text->length;

	buffer_add_string(text, "guide = ");
	while (text->length - start < length - strlen(tail))
		buffer_add_char(text, 'x');
	buffer_addf(text, "%s\n", tail);
}

static void a_line_may_have_198_bytes(void **state)
{
	struct config_fixture *fixture = *state;
	struct buffer text = BUFFER_INIT;

	buffer_add_string(&text, "[procedure]\n");
	add_long_line(&text, 198, "");
	config_fixture_assert_loads(fixture, buffer_text(&text));
	assert_int_equal(strlen(fixture->policy.guide), 198 - strlen("guide = "));
	buffer_release(&text);
}

static void the_tail_of_a_longer_line_is_not_read_as_a_line(void **state)
{
	struct config_fixture *fixture = *state;
	struct buffer text = BUFFER_INIT;

	buffer_add_string(&text, "[procedure]\n");
	add_long_line(&text, 199 + 8, "mode=off");
	buffer_add_string(&text, "contact = ops\n");
	config_fixture_write_text(fixture, "b.ini", buffer_text(&text));
	buffer_release(&text);
	assert_int_equal(config_fixture_load(fixture), ERROR_FAILED);
	config_fixture_assert_problems(
		fixture, "b.ini:2: line of 207 bytes, at most 198: continue a list on an indented line, or "
			 "repeat its key\n");
	assert_int_equal(fixture->policy.mode, MODE_ENFORCE);
	assert_string_equal(fixture->policy.contact, "ops");
}

static void all_problems_are_told_in_the_order_of_the_files(void **state)
{
	struct config_fixture *fixture = *state;

	config_fixture_write_text(fixture, "a.ini", "[rollback]\nrole = nobody\n[log]\nto = x\n");
	config_fixture_write_text(fixture, "b.ini", "[signoff \"a\"]\nrole = r\n[procedure]\nmode = x\n\nfoo = 1\n");
	assert_int_equal(config_fixture_load(fixture), ERROR_FAILED);
	config_fixture_assert_problems(fixture, "a.ini:2: role = nobody: there is no [role \"nobody\"]\n"
						"a.ini:4: to = x: syslog, or an absolute path\n"
						"b.ini:1: [signoff \"a\"] needs trailer\n"
						"b.ini:2: role = r: there is no [role \"r\"]\n"
						"b.ini:4: mode = x: one of enforce, warn, off\n"
						"b.ini:6: unknown key \"foo\" in [procedure]\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, config_fixture_set_up, config_fixture_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_inih_would_misread_is_an_error),
		TEST(a_bad_value_is_an_error),
		TEST(a_bad_section_is_an_error),
		TEST(a_retry_schedule_is_checked),
		TEST(a_nul_is_an_error_and_hides_its_line_only),
		TEST(a_line_may_have_198_bytes),
		TEST(the_tail_of_a_longer_line_is_not_read_as_a_line),
		TEST(all_problems_are_told_in_the_order_of_the_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
