"use strict";
// Where the bench works: a folder that keeps repositories from run to run, another for this run alone, copies of the
// programs, and a way to run things in an environment that is the same for everybody.
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { putCountedHooks } = require("./callgrind.js");

const HOOKS = ["pre-receive", "update", "post-receive"];
const MERGES = { every: 8 };

class Workshop {
	// What start.sh sets is in the environment. peers: { name: folder with hooks } beside ours, the empty ones, the plain
	// shell hook and none.
	constructor(peers = {}) {
		this.build = path.resolve(process.env.BUILD ?? path.join(__dirname, "..", "..", "build"));
		this.folder = process.env.HOTFIX_BENCH_DIR;
		this.work = process.env.HOTFIX_BENCH_WORK;
		this.log = path.join(this.work, "log");
		this.peers = peers;
		this.variants = ["hotfix", "empty", "shell", "none", ...Object.keys(peers)];
		this.user = os.userInfo().username;
		this.environment = {
			PATH: process.env.PATH,
			HOME: "/nonexistent",
			LC_ALL: "C",
			GIT_CONFIG_NOSYSTEM: "1",
			GIT_CONFIG_GLOBAL: "/dev/null",
		};
		this.copyPrograms();
	}

	run(program, args, more = {}) {
		const done = spawnSync(program, args, {
			encoding: "latin1",
			maxBuffer: 1 << 30,
			...more,
			env: { ...this.environment, ...more.env },
		});
		if (done.error) throw done.error;
		if (done.status !== 0 && !more.mayFail)
			throw new Error(
				`${program} ${args.join(" ").slice(0, 300)}: ${done.stdout.slice(-2000)}${done.stderr}`,
			);
		return more.mayFail ? done : done.stdout;
	}

	git(repository, ...args) {
		return this.run("git", ["-C", repository, ...args]).trim();
	}

	import(repository, stream) {
		const input = Buffer.from(`${stream}done\n`, "latin1");
		this.run("git", ["-C", repository, "fast-import", "--quiet", "--done", "--force"], { input });
	}

	// So that a build meanwhile changes nothing.
	copyPrograms() {
		for (const hook of HOOKS)
			if (!fs.existsSync(path.join(this.build, "libexec", "hotfix", hook)))
				throw new Error(`${this.build}/libexec/hotfix/${hook} is not built: run make first`);
		for (const part of ["libexec", "bin"])
			fs.cpSync(path.join(this.build, part), path.join(this.work, part), { recursive: true });
		fs.copyFileSync(path.join(this.build, "tests", "crash", "await"), path.join(this.work, "await"));
		this.compile("empty", "empty_hook.c", "-static");
		this.compile("measured", "measured_hook.c", "-static");
		this.compile("drive", "drive.c");
		this.compile("generate", "generate.c");
		this.makeHooks();
	}

	compile(name, source, ...flags) {
		const [compiler, ...before] = (process.env.CC ?? "cc").split(" ");
		const file = path.join(__dirname, source);
		const args = [...before, "-O2", "-D_GNU_SOURCE", ...flags, "-o", path.join(this.work, name), file];
		this.run(compiler, args, { env: process.env });
	}

	// A folder of hooks for each variant, with those of the set-up, and for each a measured and a counted one.
	makeHooks() {
		this.hooks = path.join(this.work, "hooks");
		const ours = path.join(this.work, "libexec", "hotfix");
		this.putHooks("none", []);
		this.putHooks("hotfix", HOOKS, (hook, file) => fs.symlinkSync(path.join(ours, hook), file));
		this.putHooks("setup", HOOKS, (hook, file) => fs.symlinkSync(path.join(ours, hook), file));
		this.putHooks("empty", HOOKS, (_hook, file) => fs.copyFileSync(path.join(this.work, "empty"), file));
		this.putHooks("shell", HOOKS, (_hook, file) => {
			fs.copyFileSync(path.join(__dirname, "shell_hook.sh"), file);
			fs.chmodSync(file, 0o755);
		});
		for (const [name, folder] of Object.entries(this.peers))
			this.putHooks(
				name,
				HOOKS.filter((hook) => fs.existsSync(path.join(folder, hook))),
				(hook, file) => fs.symlinkSync(path.resolve(folder, hook), file),
			);
		for (const variant of this.variants.filter((name) => name !== "none")) {
			this.measureHooks(variant);
			const folder = path.join(this.hooks, `counted-${variant}`);
			putCountedHooks(
				folder,
				variant === "hotfix" ? ours : path.join(this.hooks, variant),
				this.countsOf(variant),
			);
		}
	}

	putHooks(variant, hooks, put) {
		const folder = path.join(this.hooks, variant);
		fs.mkdirSync(folder, { recursive: true });
		for (const hook of hooks) put(hook, path.join(folder, hook));
	}

	measureHooks(variant) {
		const real =
			variant === "hotfix"
				? path.join(this.work, "libexec", "hotfix")
				: path.join(this.hooks, variant);
		const links = path.join(this.work, "measuring");
		fs.mkdirSync(links, { recursive: true });
		for (const hook of HOOKS) {
			const link = path.join(links, hook);
			if (!fs.existsSync(link)) fs.symlinkSync(path.join(this.work, "measured"), link);
		}
		this.putHooks(
			`measured-${variant}`,
			fs.readdirSync(real).filter((name) => HOOKS.includes(name)),
			(hook, file) =>
				fs.writeFileSync(
					file,
					`#!/bin/sh
HOTFIX_BENCH_REAL='${real}' HOTFIX_BENCH_RECORD='${this.recordOf(variant)}' exec '${links}/${hook}' "$@"
`,
					{ mode: 0o755 },
				),
		);
	}

	countsOf(variant) {
		return path.join(this.work, "counts", variant);
	}

	recordOf(variant) {
		return path.join(this.work, `record-${variant}`);
	}

	// What was measured of each hook since the last time that this was asked.
	takeRecord(variant) {
		const file = this.recordOf(variant);
		const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
		fs.rmSync(file, { force: true });
		return text
			.split("\n")
			.filter(Boolean)
			.map((line) => line.split(" "))
			.map(([hook, ...numbers]) => [hook, ...numbers.map(Number)])
			.map(([hook, peak, time, exit, processor]) => ({ hook, peak, time, exit, processor }));
	}

	// A bare repository of that many commits and refs, made once. Every commit whose number `every` divides is merged;
	// 0: the history is linear.
	cache(commits, refs, { every } = MERGES) {
		const sum = this.run("cksum", [], { input: fs.readFileSync(path.join(__dirname, "generate.c")) });
		const name = `cache-${commits}-${refs}-${every}-${sum.trim().replaceAll(" ", "-")}.git`;
		const cache = path.join(this.folder, name);
		if (!fs.existsSync(cache)) {
			console.error(`bench: making a repository of ${commits} commits and ${refs} refs`);
			fs.renameSync(this.makeRepository(commits, refs, every), cache);
		}
		return cache;
	}

	makeRepository(commits, refs, every) {
		const making = path.join(this.work, "making.git");
		this.run("git", ["init", "-q", "--bare", "-b", "main", making]);
		const words = '"$1" "$2" "$3" "$4" | git -C "$5" fast-import --quiet --done';
		const program = path.join(this.work, "generate");
		this.run("sh", ["-ec", words, "sh", program, String(commits), String(refs), String(every), making]);
		this.run("git", ["-C", making, "update-ref", "-d", "refs/heads/side"]);
		this.git(making, "pack-refs", "--all");
		fs.rmSync(path.join(making, "refs"), { recursive: true });
		for (const kind of ["heads", "tags"])
			fs.mkdirSync(path.join(making, "refs", kind), { recursive: true });
		this.git(making, "commit-graph", "write", "--reachable", "--no-progress");
		return making;
	}
}

module.exports = { Workshop, HOOKS };
