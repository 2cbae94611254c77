"use strict";
// node matrix.js [DIMENSION...]: what the hooks cost, one thing after the other being varied; tests/bench/matrix says
// what it is.
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { readCounts } = require("./callgrind.js");
const { DIMENSIONS } = require("./dimensions.js");
const { median, readSamples, summarize } = require("./figures.js");
const { Ground } = require("./ground.js");
const { draw } = require("./plot.js");
const { drive, planPushes } = require("./pushes.js");
const { asMarkdown, asText, judge } = require("./report.js");
const { Workshop } = require("./workshop.js");

const LARGEST = Number(process.env.HOTFIX_BENCH_LARGEST ?? Infinity);
const ROUNDS = Number(process.env.HOTFIX_BENCH_ROUNDS ?? 0);
const SMALLEST = 1000; // commits in history
const ASKED = 3; // times that git is asked for what the hooks find out

// "name:folder name:folder"
function readPeers(text) {
	const words = text.split(" ").filter(Boolean);
	return Object.fromEntries(
		words.map((word) => [word.slice(0, word.indexOf(":")), word.slice(word.indexOf(":") + 1)]),
	);
}

class Spot {
	constructor(shop, series, point, number) {
		this.shop = shop;
		this.series = series;
		this.point = point;
		this.rounds = ROUNDS ? Math.min(ROUNDS, point.rounds) : point.rounds;
		this.variants = [...(point.variants ?? shop.variants.slice(0, 4)), ...shop.variants.slice(4)];
		this.ground = new Ground(shop, `spot${number}`, point);
		const { kind, size, back } = point.push;
		const from = back ? shop.git(this.ground.server, "rev-parse", `main~${back}`) : this.ground.main;
		const rounds = this.rounds + point.measured + (point.counted ? 1 : 0);
		this.plan = planPushes(this.ground, {
			kind,
			size,
			from,
			rounds,
			warm: point.warm,
			variants: this.variants,
		});
		this.ground.pushAll(this.plan.bases.filter((base) => /:refs\/heads\/hotfix\//.test(base)));
		this.ground.pushAll(
			this.plan.bases.filter((base) => !/:refs\/heads\/hotfix\//.test(base)),
			"none",
		);
	}

	timed() {
		return { lines: this.plan.lines.filter(({ round }) => round < this.rounds) };
	}

	push({ before, source, destination }, hooks, variant) {
		const done = this.ground.push(
			source,
			destination,
			before ? (variant === "hotfix" ? "hotfix" : "none") : hooks,
		);
		if (done.status !== 0) throw new Error(`a push with the hooks ${hooks} failed: ${done.stderr}`);
	}

	// Pushes of one round, by each variant with hooks of this kind.
	pushRound(round, kind) {
		for (const line of this.plan.lines.filter((one) => one.round === round && one.variant !== "none"))
			this.push(line, `${kind}-${line.variant}`, line.variant);
	}

	// By variant: { processor, peak }, microseconds and KB.
	measure() {
		const found = new Map(this.variants.map((variant) => [variant, { processors: [], peak: 0 }]));
		for (let round = this.rounds; round < this.rounds + this.point.measured; round++) {
			this.pushRound(round, "measured");
			for (const [variant, one] of found) {
				const record = this.shop.takeRecord(variant);
				one.processors.push(record.reduce((sum, { processor }) => sum + processor, 0));
				one.peak = Math.max(one.peak, ...record.map(({ peak }) => peak));
			}
		}
		return new Map(
			[...found].map(([variant, { processors, peak }]) => [
				variant,
				{ processor: median(processors), peak },
			]),
		);
	}

	// By variant: { instructions, background }.
	count() {
		const found = new Map();
		if (!this.point.counted) return found;
		for (const folder of this.variants.map((variant) => this.shop.countsOf(variant))) {
			fs.rmSync(folder, { recursive: true, force: true });
			fs.mkdirSync(folder, { recursive: true });
		}
		this.pushRound(this.rounds + this.point.measured, "counted");
		for (const variant of this.variants.filter((name) => name !== "none")) {
			const { background, ...hooks } = readCounts(this.shop.countsOf(variant));
			const instructions = Object.values(hooks).reduce((sum, one) => sum + one, 0);
			// what a script forks, it waits for
			found.set(
				variant,
				variant === "hotfix"
					? { instructions, background }
					: { instructions: instructions + background },
			);
		}
		return found;
	}

	rows(samples) {
		const beyondNone = summarize(samples, "none");
		const beyondEmpty = summarize(samples, "empty");
		const [measured, counted] = [this.measure(), this.count()];
		return this.variants.map((hooks) => ({
			series: this.series,
			value: this.point.value,
			hooks,
			rounds: this.rounds,
			...beyondNone.get(hooks),
			beyondEmpty: beyondEmpty.get(hooks).added,
			...measured.get(hooks),
			...counted.get(hooks),
		}));
	}
}

// How long git itself takes to say whether the commit is on production: a row for each point that asks for it.
function askGit(spot) {
	const { back } = spot.point.push;
	if (!back) return [];
	const times = [];
	for (let time = 0; time < ASKED; time++) {
		const start = performance.now();
		spot.shop.git(spot.ground.server, "merge-base", "--is-ancestor", `main~${back}`, "main");
		times.push(1000 * (performance.now() - start));
	}
	const value = Math.trunc(median(times));
	return [
		{ series: spot.series, value: spot.point.value, hooks: "git merge-base", rounds: ASKED, median: value },
	];
}

function loadOf() {
	return fs.readFileSync("/proc/loadavg", "utf8").split(" ").slice(0, 3).join(" ");
}

function isSmall({ value, commits }) {
	return commits <= Math.max(LARGEST, SMALLEST) && (typeof value !== "number" || value <= LARGEST);
}

function runDimension(shop, dimension) {
	const load = loadOf();
	const chosen = dimension.series.flatMap(({ name, points }) =>
		points.filter(isSmall).map((point) => [name, point]),
	);
	if (!chosen.length) return null;
	const spots = chosen.map(([name, point], number) => new Spot(shop, name, point, number));
	try {
		const grounds = spots.map(({ ground }) => ground);
		const samples = readSamples(
			drive(
				shop,
				grounds,
				spots.map((spot) => spot.timed()),
			),
		);
		const rows = spots.flatMap((spot, place) => [
			...spot.rows(samples.filter((sample) => sample.place === place)),
			...askGit(spot),
		]);
		return {
			name: dimension.name,
			title: dimension.title,
			time: new Date().toISOString(),
			load: `${load}; ${loadOf()}`,
			rows,
		};
	} finally {
		for (const { ground } of spots) ground.end();
	}
}

// What was measured before stays, of the dimensions that are not measured now.
class Results {
	constructor(folder, shop) {
		this.folder = folder;
		fs.mkdirSync(folder, { recursive: true });
		this.file = path.join(folder, "matrix.json");
		this.all = fs.existsSync(this.file)
			? JSON.parse(fs.readFileSync(this.file, "utf8"))
			: { dimensions: {} };
		const size = `${os.cpus().length} processors, ${Math.round(os.totalmem() / 2 ** 30)} GB`;
		this.all.machine = `${size}, ${os.type()} ${os.release()} ${os.machine()}`;
		this.all.git = shop.run("git", ["--version"]).trim();
	}

	add(dimension) {
		this.all.dimensions[dimension.name] = dimension;
		fs.writeFileSync(this.file, `${JSON.stringify(this.all, null, "\t")}\n`);
		fs.writeFileSync(path.join(this.folder, "matrix.txt"), asText(this.all));
		fs.writeFileSync(path.join(this.folder, "matrix.md"), asMarkdown(this.all));
		fs.writeFileSync(path.join(this.folder, "matrix.svg"), draw(this.all, "added"));
		fs.writeFileSync(path.join(this.folder, "matrix-processor.svg"), draw(this.all, "processor"));
	}
}

function main(names) {
	const wanted = names.length ? names : DIMENSIONS.map(({ name }) => name);
	const unknown = wanted.filter((name) => !DIMENSIONS.some((one) => one.name === name));
	if (unknown.length)
		throw new Error(
			`no dimension ${unknown.join(", ")}: there are ${DIMENSIONS.map(({ name }) => name).join(", ")}`,
		);
	const shop = new Workshop(readPeers(process.env.PEER ?? ""));
	const results = new Results(process.env.HOTFIX_BENCH_RESULTS ?? path.join(shop.build, "bench"), shop);
	for (const dimension of DIMENSIONS.filter(({ name }) => wanted.includes(name))) {
		const found = runDimension(shop, dimension);
		if (!found) continue;
		results.add(found);
		console.log(asText({ ...results.all, dimensions: { [found.name]: found } }));
	}
	console.log(judge(results.all));
	console.log(`results: ${results.folder}/matrix.{txt,json,md,svg}`);
}

main(process.argv.slice(2));
