"use strict";
// node sweep.js TOOLS FOLDER: the crash sweep; tests/crash/run says what it is and what the environment may hold.
const { fork } = require("node:child_process");
const path = require("node:path");
const { random } = require("./random.js");
const { World } = require("./world.js");
const { record } = require("./points.js");
const { expectations, tryPoint } = require("./verdict.js");

const MAX_REPORTS = 20;
const KINDS_OF_FAULTS = ["lost", "two ids", "no record", "untrue", "broken", "hang"];

const nameOf = ({ kind, program, action, call, ordinal }) => `${kind} ${program} ${action} ${call} ${ordinal}`;

// A worker: tries the points that it is sent, one at a time.
function work([tools, folder]) {
	const world = new World(folder, tools);
	const expected = expectations(world, ["landing", "branch", "signoff", "lost"]);
	process.on("message", ({ number, point }) => {
		if (!point) {
			world.end();
			process.exit(0);
		}
		let result;
		try {
			result = tryPoint(world, expected, point, number);
		} catch (error) {
			result = { faults: [["broken", error.stack]], doubles: 0, happened: true };
		}
		process.send({ number, point, ...result });
	});
	process.send({ ready: true });
}

// The points that are asked for, each with its number in the whole list.
function choose(points, { CRASH_POINTS, CRASH_SEED = "1", CRASH_RANGE, CRASH_ONLY }) {
	let chosen = points.map((point, number) => ({ point, number }));
	if (CRASH_ONLY) chosen = chosen.filter(({ point }) => new RegExp(CRASH_ONLY).test(nameOf(point)));
	if (CRASH_RANGE) {
		const [first, last] = CRASH_RANGE.split("-").map(Number);
		chosen = chosen.filter(({ number }) => number >= first && number <= last);
	}
	if (CRASH_POINTS) {
		const next = random(Number(CRASH_SEED));
		chosen = chosen
			.map((one) => ({ ...one, key: next() }))
			.sort((a, b) => a.key - b.key)
			.slice(0, Number(CRASH_POINTS));
	}
	return chosen;
}

function tally(sums, { point, faults, doubles, moved, happened }) {
	const key = `${point.program} ${point.kind} ${point.action === "kill" ? "killed" : "faults"}`;
	const sum = sums.get(key) ?? { points: 0, reached: 0, moved: 0, doubles: 0 };
	sum.points++;
	sum.reached += happened ? 1 : 0;
	sum.moved += moved ? 1 : 0;
	sum.doubles += doubles;
	for (const [what] of faults) sum[what] = (sum[what] ?? 0) + 1;
	sums.set(key, sum);
}

function tell(done) {
	console.log(`\nFAULT at point ${done.number}: ${nameOf(done.point)}`);
	for (const [what, text] of done.faults) console.log(`  ${what}: ${text}`);
	console.log(`reproduce: CRASH_ONLY='^${nameOf(done.point)}$' tests/crash/run`);
}

function finish(sums, tried, seconds) {
	const heads = ["points", "reached", "moved", "doubles", ...KINDS_OF_FAULTS];
	const total = Object.fromEntries(heads.map((head) => [head, 0]));
	console.log(`\n${"".padEnd(32)}${heads.map((head) => head.padStart(10)).join("")}`);
	for (const [key, sum] of [...sums].sort()) {
		console.log(key.padEnd(32) + heads.map((head) => String(sum[head] ?? 0).padStart(10)).join(""));
		for (const head of heads) total[head] += sum[head] ?? 0;
	}
	console.log("all".padEnd(32) + heads.map((head) => String(total[head]).padStart(10)).join(""));
	console.log(
		`\n${tried} points in ${seconds} s: ${total.lost} losses, ${total["two ids"]} events with two ids, ` +
			`${total["no record"]} landings without a record, ${total.untrue} untrue events, ` +
			`${total.broken} broken, ` +
			`${total.hang} hangs; ${total.doubles} doubles with the same id`,
	);
	return KINDS_OF_FAULTS.every((kind) => total[kind] === 0) && tried > 0;
}

function main([tools, folder]) {
	const start = Date.now();
	const seconds = () => Math.round((Date.now() - start) / 1000);
	const recorder = new World(path.join(folder, "recorder"), tools);
	const points = record(recorder);
	const chosen = choose(points, process.env);
	const total = chosen.length;
	recorder.end();
	console.log(`${points.length} points, ${total} of them to be tried`);
	const sums = new Map();
	let tried = 0;
	let reports = 0;
	let running = Number(process.env.JOBS ?? 2);
	for (let job = 0; job < Number(process.env.JOBS ?? 2); job++) {
		const child = fork(__filename, ["--work", tools, path.join(folder, `job-${job}`)]);
		child.on("message", (done) => {
			if (!done.ready) {
				tried++;
				tally(sums, done);
				if (done.faults.length && ++reports <= MAX_REPORTS) tell(done);
				if (tried % 500 === 0) console.log(`${tried} of ${total} tried, ${seconds()} s`);
			}
			child.send(chosen.shift() ?? {});
		});
		child.on("exit", () => {
			if (--running === 0) process.exit(finish(sums, tried, seconds()) && tried === total ? 0 : 1);
		});
	}
}

if (process.argv[2] === "--work") work(process.argv.slice(3));
else main(process.argv.slice(2));
