"use strict";
// What the sweeps of this folder share: points are tried one by one, by several workers, each in a world of its own, and
// what came of them is counted.
//
// A campaign is an object:
//   script    the file that was run, and calls sweep
//   name      the start of the variables that choose among the points: NAME_POINTS, NAME_SEED, NAME_RANGE, NAME_ONLY
//   command   what runs it, for people
//   World     a class of worlds: new World(folder, tools)
//   points    (world) => all points
//   nameOf    (point) => its name
//   prepare   (world) => what tryPoint is to know
//   tryPoint  (world, prepared, point, number) => what came of it, with faults: [what, words]
//   rowOf     (done) => the row of the table in which it counts
//   counts    { head: (done) => number }, the columns before those of faults
//   faults    what can be wrong, a column each
//   note      (done) => something to be told, each with how often it was; not all campaigns have it
//   closing   (total, tried, seconds) => the last line
const { fork } = require("node:child_process");
const path = require("node:path");
const { random } = require("./random.js");

const MAX_REPORTS = 20;

// A worker: tries the points that it is sent, one at a time.
function work(campaign, [tools, folder]) {
	const world = new campaign.World(folder, tools);
	const prepared = campaign.prepare(world);
	process.on("message", ({ number, point }) => {
		if (!point) {
			world.end();
			process.exit(0);
		}
		let result;
		try {
			result = campaign.tryPoint(world, prepared, point, number);
		} catch (error) {
			result = { faults: [["broken", error.stack]], doubles: 0, happened: true };
		}
		process.send({ number, point, ...result });
	});
	process.send({ ready: true });
}

// The points that are asked for, each with its number in the whole list.
function choose({ name, nameOf }, points, environment) {
	const { POINTS, SEED, RANGE, ONLY } = Object.fromEntries(
		["POINTS", "SEED", "RANGE", "ONLY"].map((key) => [key, environment[`${name}_${key}`]]),
	);
	let chosen = points.map((point, number) => ({ point, number }));
	if (ONLY) chosen = chosen.filter(({ point }) => new RegExp(ONLY).test(nameOf(point)));
	if (RANGE) {
		const [first, last] = RANGE.split("-").map(Number);
		chosen = chosen.filter(({ number }) => number >= first && number <= last);
	}
	if (POINTS) {
		const next = random(Number(SEED ?? "1"));
		chosen = chosen
			.map((one) => ({ ...one, key: next() }))
			.sort((a, b) => a.key - b.key)
			.slice(0, Number(POINTS));
	}
	return chosen;
}

function tally({ rowOf, counts }, sums, done) {
	const key = rowOf(done);
	const sum = sums.get(key) ?? {};
	for (const [head, count] of Object.entries(counts)) sum[head] = (sum[head] ?? 0) + count(done);
	for (const [what] of done.faults) sum[what] = (sum[what] ?? 0) + 1;
	sums.set(key, sum);
}

function tellNotes(notes) {
	if (notes.size) console.log("");
	for (const [text, times] of [...notes].sort((a, b) => b[1] - a[1])) console.log(`${times} times: ${text}`);
}

function tell({ name, nameOf, command }, done) {
	console.log(`\nFAULT at point ${done.number}: ${nameOf(done.point)}`);
	for (const [what, text] of done.faults) console.log(`  ${what}: ${text}`);
	console.log(`reproduce: ${name}_ONLY='^${nameOf(done.point)}$' ${command}`);
}

function finish(campaign, sums, tried, seconds) {
	const heads = [...Object.keys(campaign.counts), ...campaign.faults];
	const total = Object.fromEntries(heads.map((head) => [head, 0]));
	const width = (head) => Math.max(10, head.length + 1);
	console.log(`\n${"".padEnd(32)}${heads.map((head) => head.padStart(width(head))).join("")}`);
	const row = (name, sum) =>
		console.log(
			name.padEnd(32) + heads.map((head) => String(sum[head] ?? 0).padStart(width(head))).join(""),
		);
	for (const [key, sum] of [...sums].sort()) {
		row(key, sum);
		for (const head of heads) total[head] += sum[head] ?? 0;
	}
	row("all", total);
	console.log(`\n${campaign.closing(total, tried, seconds)}`);
	return campaign.faults.every((kind) => total[kind] === 0) && tried > 0;
}

function run(campaign, [tools, folder]) {
	const start = Date.now();
	const seconds = () => Math.round((Date.now() - start) / 1000);
	const recorder = new campaign.World(path.join(folder, "recorder"), tools);
	const points = campaign.points(recorder);
	const chosen = choose(campaign, points, process.env);
	const total = chosen.length;
	recorder.end();
	console.log(`${points.length} points, ${total} of them to be tried`);
	const sums = new Map();
	const notes = new Map();
	let tried = 0;
	let reports = 0;
	let running = Number(process.env.JOBS ?? 2);
	for (let job = 0; job < Number(process.env.JOBS ?? 2); job++) {
		const child = fork(campaign.script, ["--work", tools, path.join(folder, `job-${job}`)]);
		child.on("message", (done) => {
			if (!done.ready) {
				tried++;
				tally(campaign, sums, done);
				const note = campaign.note?.(done);
				if (note) notes.set(note, (notes.get(note) ?? 0) + 1);
				if (done.faults.length && ++reports <= MAX_REPORTS) tell(campaign, done);
				if (tried % 500 === 0) console.log(`${tried} of ${total} tried, ${seconds()} s`);
			}
			child.send(chosen.shift() ?? {});
		});
		child.on("exit", () => {
			if (--running) return;
			tellNotes(notes);
			const sound = finish(campaign, sums, tried, seconds());
			process.exit(sound && tried === total ? 0 : 1);
		});
	}
}

function sweep(campaign) {
	const [, , first, ...rest] = process.argv;
	if (first === "--work") work(campaign, rest);
	else run(campaign, [first, ...rest]);
}

module.exports = { sweep };
