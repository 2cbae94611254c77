"use strict";
// The pair of repositories for a point of the matrix.
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { makeSsh, startHttp } = require("../crash/transports.js");
const { Pair } = require("./pair.js");

// So that no bound is met before the sizes end.
const LIMITS = "[limits]\nrefs = 999999\ngoverned = 999999\ncommits = 999999\n";

// hotfix.ini with that many people and patterns, and room for a hotfix of any size.
function configuration(ini, { people, patterns }) {
	const each = (count, lines) => Array.from({ length: count }, (_, one) => lines(one)).join("");
	const persons = each(people, (one) => `[person "p${one}"]\nemail = p${one}@example.com\nlogin = p${one}\n`);
	const role = people ? `[role "everybody"]\n${each(people, (one) => `member = p${one}\n`)}` : "";
	const from = each(patterns, (one) => `allow-from = refs/heads/release-${one}/*\n`);
	return (
		ini
			.replace("[hotfix]\n", `${from}${patterns ? "allow-by = qa\n" : ""}[hotfix]\n`)
			.replace("max-commits = 20\n", "max-commits = 10000\n") + `${persons}${role}${LIMITS}`
	);
}

class Ground extends Pair {
	constructor(shop, name, point) {
		super(shop, name, shop.cache(point.commits, point.refs, point), {
			edit: (ini) => configuration(ini, point),
		});
		this.point = point;
		this.servers = [];
		if (!point.graph) fs.rmSync(path.join(this.server, "objects", "info", "commit-graph"), { force: true });
		if (point.signoffs) this.addSignoffs(point.signoffs);
		if (point.open) this.openHotfixes(point.open);
		if (point.loose) this.loosen();
		this.serve(point.transport);
	}

	end() {
		for (const end of this.servers) end();
		super.end();
	}

	// Annotated tags of hotfixes that are gone.
	addSignoffs(count) {
		let tags = "";
		for (let one = 0; one < count; one++)
			tags +=
				`tag ${one}\nfrom ${this.main}\ntagger Bea <bea@example.com> ${1800000000 + one} +0000\n` +
				`data 40\n${`Reviewed-by: Bea <bea@example.com>`.padEnd(39)}\n\n`;
		this.shop.import(this.server, tags);
		this.shop.git(this.server, "pack-refs", "--all");
		const file = path.join(this.server, "packed-refs");
		const short = this.main.slice(0, 10);
		const lines = fs.readFileSync(file, "utf8").split("\n");
		const moved = [];
		const others = [];
		for (let at = 0; at < lines.length; at++) {
			const [, id, number] = /^([0-9a-f]{40}) refs\/tags\/([0-9]+)$/.exec(lines[at]) ?? [];
			if (!id) others.push(lines[at]);
			else moved.push([`refs/signoffs/OLD-${number}-fix/review/bea-${short}`, id, lines[++at]]);
		}
		moved.sort(([one], [two]) => (one < two ? -1 : 1));
		const head = others.filter((line) => line.startsWith("#"));
		const heads = others.filter(
			(line) => / refs\/heads\//.test(line) || (line && !/^#| refs\//.test(line)),
		);
		const text = [...head, ...heads, ...moved.map(([ref, id, peeled]) => `${id} ${ref}\n${peeled}`)].join(
			"\n",
		);
		fs.writeFileSync(file, `${text}\n`);
	}

	// Each with one commit, pushed through our hooks.
	openHotfixes(count) {
		let commits = "";
		for (let one = 1; one <= count; one++) {
			const who = `Ada Example <ada@example.com> ${1850000000 + one} +0000`;
			commits +=
				`commit refs/open/${one}\nauthor ${who}\ncommitter ${who}\ndata 7\nrepair\n\nfrom ${this.main}\n` +
				`M 100644 inline src/part01/file01.c\ndata 12\nopen ${String(one).padStart(6)}\n\n`;
		}
		this.shop.import(this.client, commits);
		this.pushAll(
			Array.from(
				{ length: count },
				(_, one) => `refs/open/${one + 1}:refs/heads/hotfix/OPEN-${one + 1}-fix`,
			),
		);
	}

	// Each packed ref as a file.
	loosen() {
		const file = path.join(this.server, "packed-refs");
		for (const line of fs.readFileSync(file, "utf8").split("\n")) {
			const [, id, ref] = /^([0-9a-f]{40}) (.*)$/.exec(line) ?? [];
			if (!id) continue;
			fs.mkdirSync(path.join(this.server, path.dirname(ref)), { recursive: true });
			fs.writeFileSync(path.join(this.server, ref), `${id}\n`);
		}
		fs.rmSync(file);
	}

	serve(transport) {
		if (transport === "pipe") {
			this.shop.environment.GIT_SSH = makeSsh(this.shop.work);
			this.shop.environment.GIT_SSH_VARIANT = "simple";
			this.address = `ssh://server${this.server}`;
		}
		if (transport !== "http") return;
		const env = { ...this.shop.environment, HOME: this.folder, TMPDIR: this.folder };
		const http = startHttp(
			{
				folder: this.folder,
				run: (program, args) => this.shop.run(program, args, { mayFail: true }),
				serve: (program, args) =>
					spawn("setpriv", ["--pdeathsig", "TERM", program, ...args], {
						stdio: ["ignore", "ignore", "inherit"],
						env,
					}),
			},
			{ REMOTE_USER: this.shop.user },
		);
		this.servers.push(http.end);
		this.address = `${http.address}/server.git`;
	}
}

module.exports = { Ground };
