"use strict";
// node quick.js [KIND...]: what the hooks add to a push, on a small and on a large repository; tests/bench/run says
// what it is.
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { median, ms, readSamples, summarize } = require("./figures.js");
const { Pair } = require("./pair.js");
const { drive, planPushes } = require("./pushes.js");
const { Workshop } = require("./workshop.js");

const ROUNDS = Number(process.env.HOTFIX_BENCH_ROUNDS ?? 30);
const SIZES = (process.env.HOTFIX_BENCH_SIZES ?? "1000:0 1000000:100000")
	.split(" ")
	.map((size) => size.split(":").map(Number));
const HIDE = process.env.HOTFIX_BENCH_HIDE !== "no";
const SOME = 10; // pushes in which the memory is looked at
const LONG = 104857600; // bytes of a message

const word = (value, width) => String(value).padStart(width);

class Quick {
	constructor(shop, kinds) {
		this.shop = shop;
		this.kinds = kinds;
		this.times = []; // { commits, refs, push, hooks, median, lowest, added, spread }
		this.peaks = []; // { commits, push, exit, hook, peak, time }
		this.results = path.join(shop.folder, "results");
		this.stamp = `${new Date().toISOString().replace(/[-:]|\..*/g, "")}Z`;
		fs.mkdirSync(this.results, { recursive: true });
	}

	prepare(cache, kind, rounds, variants) {
		const pair = new Pair(this.shop, "pair", cache, { hide: HIDE });
		const plan = planPushes(pair, { kind, variants, rounds });
		pair.pushAll(plan.bases);
		return { pair, plan };
	}

	measureTime(cache, commits, refs, kind) {
		const { pair, plan } = this.prepare(cache, kind, ROUNDS, this.shop.variants);
		const samples = drive(this.shop, [pair], [plan]);
		pair.end();
		fs.writeFileSync(path.join(this.results, `${this.stamp}-${commits}-${kind}.samples`), samples);
		const summaries = summarize(readSamples(samples));
		for (const hooks of this.shop.variants) {
			const one = { commits, refs, push: kind, hooks, ...summaries.get(hooks) };
			this.times.push(one);
			console.log(
				`${word(commits, 8)} commits  ${kind.padEnd(9)} ${hooks.padEnd(7)} ${word(ms(one.median), 9)} ` +
					`${word(ms(one.lowest), 9)} ${word(ms(one.added), 9)}  +-${ms(one.spread)}`,
			);
		}
	}

	pushMeasured(pair, { source, destination }, commits, push) {
		const { status } = pair.push(source, destination, "measured-hotfix");
		for (const { hook, peak, time } of this.shop.takeRecord("hotfix"))
			this.peaks.push({ commits, push, exit: status, hook, peak, time });
	}

	measureMemory(cache, commits) {
		for (const kind of this.kinds) {
			const { pair, plan } = this.prepare(cache, kind, SOME - 2, ["hotfix"]);
			for (const line of plan.lines) this.pushMeasured(pair, line, commits, kind);
			pair.end();
		}
		const pair = new Pair(this.shop, "pair", cache, { hide: HIDE });
		const destination = "refs/heads/hotfix/BENCH-9999-long-message";
		this.pushMeasured(pair, { source: this.longCommit(pair), destination }, commits, "long-message");
		if (
			this.shop.run("git", ["-C", pair.server, "rev-parse", "-q", "--verify", destination], {
				mayFail: true,
			}).status === 0
		)
			console.error("bench: the commit with a message of 100 MB was not refused");
		pair.end();
	}

	longCommit(pair) {
		const tree = this.shop.git(pair.server, "rev-parse", "main^{tree}");
		const who = "A <a@example.com> 1900000000 +0000";
		const input = `tree ${tree}\nparent ${pair.main}\nauthor ${who}\ncommitter ${who}\n\n${"x".repeat(LONG)}`;
		return this.shop
			.run("git", ["-C", pair.client, "hash-object", "-w", "-t", "commit", "--stdin"], { input })
			.trim();
	}

	addedBy(hooks, commits, kind) {
		return this.times.find((one) => one.hooks === hooks && one.commits === commits && one.push === kind)
			.added;
	}

	showBounds() {
		console.log("\nwhat the three hooks add to a push, beyond three empty ones (milliseconds, median)");
		for (const kind of this.kinds) {
			const sizes = SIZES.map(([commits]) => commits);
			sizes.forEach((commits, size) =>
				console.log(
					`  ${kind.padEnd(9)} ${word(commits, 8)} commits  ${word(ms(this.addedBy("hotfix", commits, kind)), 7)}` +
						`   a shell hook adds ${word(ms(this.addedBy("shell", commits, kind)), 7)}` +
						(kind !== "ordinary" && size === 0 ? "   (bound 6.00)" : ""),
				),
			);
			const [smallest, largest] = [sizes[0], sizes.at(-1)].map((commits) =>
				this.addedBy("hotfix", commits, kind),
			);
			if (sizes.length > 1 && smallest > 0)
				console.log(
					`  ${kind.padEnd(9)} ${word("ratio", 16)}  ${word((largest / smallest).toFixed(2), 7)}   times` +
						(kind !== "ordinary" ? "   (bound 1.50)" : ""),
				);
		}
	}

	showMemory() {
		console.log(
			"\neach hook by itself, with what it waits for: peak memory (KB; bound 24576), and its time (ms)",
		);
		console.log(
			`  ${word("", 16)}  ${"".padEnd(12)}  ${"".padEnd(12)}  ${word("peak", 7)} ${word("lowest", 9)} ${word("mean", 9)}`,
		);
		const groups = new Map();
		for (const one of this.peaks) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
		for (const group of groups.values()) {
			const [{ commits, push, hook }] = group;
			const times = group.map(({ time }) => time);
			const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
			console.log(
				`  ${word(commits, 8)} commits  ${push.padEnd(12)}  ${hook.padEnd(12)}  ` +
					`${word(Math.max(...group.map(({ peak }) => peak)), 7)} ${word(ms(Math.min(...times)), 9)} ` +
					`${word(ms(mean), 9)}${group.at(-1).exit ? "  (refused)" : ""}`,
			);
		}
	}

	writeJson() {
		const file = path.join(this.results, `${this.stamp}.json`);
		const uname = spawnSync("uname", ["-srm"], { encoding: "utf8" }).stdout.trim();
		const memory = this.peaks.map(({ peak, time, ...one }) => ({
			...one,
			peak_kb: peak,
			microseconds: time,
		}));
		const git = this.shop.run("git", ["--version"]).trim();
		const all = { time: this.stamp, machine: uname, git, rounds: ROUNDS, microseconds: this.times, memory };
		fs.writeFileSync(file, `${JSON.stringify(all)}\n`);
		console.log(
			`\nload of the machine: ${fs.readFileSync("/proc/loadavg", "utf8").split(" ").slice(0, 3).join(" ")}`,
		);
		console.log(`results: ${file}`);
	}
}

const keyOf = ({ commits, push, hook }) => `${commits} ${push} ${hook}`;

function main(kinds) {
	const shop = new Workshop();
	const quick = new Quick(shop, kinds.length ? kinds : ["existing", "new", "ordinary"]);
	console.log(
		`one commit pushed over a local path, ${ROUNDS} rounds in turn, milliseconds; added: beyond three empty hooks`,
	);
	console.log("repository        push      hooks      median    lowest     added");
	for (const [commits, refs] of SIZES) {
		const cache = shop.cache(commits, refs);
		for (const kind of quick.kinds) quick.measureTime(cache, commits, refs, kind);
		quick.measureMemory(cache, commits);
	}
	quick.showBounds();
	quick.showMemory();
	quick.writeJson();
}

main(process.argv.slice(2));
