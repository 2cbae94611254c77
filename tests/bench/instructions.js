"use strict";
// node instructions.js [compare|keep [FILE]]: instructions of the hooks for the reference push, or `make instructions`.
//
// The push is of one commit, to a hotfix branch that is there and has one, on a repository of 1,000 commits; names and
// dates are fixed, and nothing of the place or the person gets into it. compare: the exit is 1 when a number, or their
// sum, is more than 10 % above that in FILE (default: instructions, beside this); keep: FILE is written.
//
// Environment: BUILD, the build folder.
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { PLAIN_PROCESSOR, putCountedHooks, readCounts } = require("./callgrind.js");

const GROWTH = 1.1;
const COMMITS = 1000;
const LENGTH = 160; // of the path of the folder that all happens in, whatever TMPDIR is
const BRANCH = "refs/heads/hotfix/BENCH-1-push";
const HEAD = `# Instructions of the hooks for the reference push (instructions.js), a static build on Debian 12, x86_64. A test
# fails when one of them, or the sum, grows by more than 10 %. \`make instructions KEEP=yes\` writes this file.
`;

class Reference {
	constructor(build, folder) {
		this.build = build;
		this.folder = path.join(folder, "x".repeat(Math.max(1, LENGTH - folder.length - 1)));
		this.server = path.join(this.folder, "server.git");
		this.client = path.join(this.folder, "client.git");
		this.counts = path.join(this.folder, "counts");
		fs.mkdirSync(this.folder);
	}

	run(program, args, more = {}) {
		const done = spawnSync(program, args, {
			encoding: "latin1",
			maxBuffer: 1 << 30,
			...more,
			env: {
				PATH: process.env.PATH,
				HOME: "/nonexistent",
				LC_ALL: "C",
				TZ: "UTC",
				GIT_CONFIG_NOSYSTEM: "1",
				GIT_CONFIG_GLOBAL: "/dev/null",
				GLIBC_TUNABLES: PLAIN_PROCESSOR,

				GL_USER: "ada",
			},
		});
		if (done.error) throw done.error;
		if (done.status !== 0) throw new Error(`${program} ${args.join(" ")}: ${done.stdout}${done.stderr}`);
		return done.stdout;
	}

	make() {
		const tools = path.join(this.folder, "tools");
		for (const part of ["libexec", "bin"])
			fs.cpSync(path.join(this.build, part), path.join(tools, part), { recursive: true });
		for (const repository of [this.server, this.client])
			this.run("git", ["init", "-q", "--bare", "-b", "main", repository]);
		const history = this.run(path.join(this.build, "tests", "bench", "generate"), [String(COMMITS), "0"]);
		this.run("git", ["-C", this.client, "fast-import", "--quiet", "--done"], { input: history });
		this.run("git", ["-C", this.client, "fast-import", "--quiet", "--done"], { input: this.commits() });
		this.run("git", ["-C", this.client, "push", "-q", this.server, "refs/heads/main"]);
		const ini = fs.readFileSync(path.join(__dirname, "hotfix.ini"), "utf8");
		const file = path.join(this.server, "hotfix.ini");
		fs.writeFileSync(file, ini.replace("from = unix", "from = gitolite").replace("USER", "ada"), {
			mode: 0o644,
		});
		fs.rmSync(path.join(this.server, "hooks"), { recursive: true });
		putCountedHooks(
			path.join(this.server, "hooks.counted"),
			path.join(tools, "libexec", "hotfix"),
			this.counts,
		);
		fs.symlinkSync(path.join(tools, "libexec", "hotfix"), path.join(this.server, "hooks"));
	}

	// The branch as it is before, and the commit to be pushed.
	commits() {
		const who = (time) => `Ada Example <ada@example.com> ${time} +0000`;
		const commit = (ref, from, time) => `commit ${ref}
author ${who(time)}
committer ${who(time)}
data 7
repair

from ${from}
M 100644 inline src/part01/file01.c
data 11
${time}

`;
		return `${commit("refs/base", "refs/heads/main^0", 1900000000)}${commit("refs/fix", "refs/base", 1900000001)}done\n`;
	}

	push(ref) {
		const await_ = path.join(this.build, "tests", "crash", "await");
		this.run(await_, ["120", "0", "git", "-C", this.client, "push", "-q", this.server, `${ref}:${BRANCH}`]);
	}

	count() {
		this.make();
		this.push("refs/base");
		fs.rmSync(path.join(this.server, "hooks"));
		fs.symlinkSync("hooks.counted", path.join(this.server, "hooks"));
		this.push("refs/fix");
		const counts = readCounts(this.counts);
		return { ...counts, sum: Object.values(counts).reduce((sum, one) => sum + one, 0) };
	}
}

function readKept(file) {
	const lines = fs.readFileSync(file, "utf8").split("\n");
	return new Map(lines.filter((line) => /^[a-z]/.test(line)).map((line) => line.split(" ")));
}

function writeKept(file, counts) {
	fs.writeFileSync(file, HEAD + counts.map((line) => `${line.join(" ")}\n`).join(""));
}

// false: one of them is too far above what is kept.
function compare(counts, kept) {
	let held = true;
	for (const [name, count] of counts) {
		const before = Number(kept.get(name) ?? 0);
		const grown = count > before * GROWTH;
		const words = grown ? `  GROWN by more than ${Math.round((GROWTH - 1) * 100)} %` : "";
		console.log(
			`${name.padEnd(12)} ${String(count).padStart(9)}  kept ${String(before).padStart(9)}${words}`,
		);
		held &&= !grown;
	}
	return held;
}

function count() {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hotfix-instructions."));
	try {
		const counts = new Reference(path.resolve(process.env.BUILD ?? "build"), folder).count();
		return Object.entries(counts);
	} finally {
		fs.rmSync(folder, { recursive: true, force: true });
	}
}

function main([what = "compare", file = path.join(__dirname, "instructions")]) {
	process.umask(0o022);
	const counts = count();
	if (what === "keep") writeKept(file, counts);
	if (compare(counts, readKept(file))) return;
	console.log("when it has to be: make instructions KEEP=yes, and commit tests/bench/instructions");
	process.exitCode = 1;
}

main(process.argv.slice(2));
