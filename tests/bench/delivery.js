"use strict";
// node delivery.js TOOLS FOLDER: how quickly events get to who asked for them; tests/bench/delivery says what it is.
const fs = require("node:fs");
const path = require("node:path");
const { Place, sleep } = require("../crash/place.js");

const REF = "refs/heads/main";
const QUEUED = Number(process.env.HOTFIX_BENCH_DELIVERIES ?? 10000);
const LANDINGS = Number(process.env.HOTFIX_BENCH_LANDINGS ?? 50);
const PEAK_BOUND = 32; // MB
const ATTEMPT_BOUND = 150; // milliseconds
const HOOK_BOUND = 15;

// Endpoints beside the basic one; all of them are the same receiver.
const ENDPOINTS = ["second", "third", "fourth"];
const MORE = ENDPOINTS.map(
	(name) => `[webhook "${name}"]
url = http://127.0.0.1:PORT/${name}
secret-file = FOLDER/secret
`,
).join("");

function median(numbers) {
	const sorted = [...numbers].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

class Bench extends Place {
	constructor(folder, tools) {
		super(folder, tools, MORE);
		this.measured = path.join(tools, "helpers", "measured_hook");
		this.record = path.join(folder, "record");
		this.environment.HOTFIX_BENCH_RECORD = this.record;
		this.tip = this.commit("dave", "first", "one");
		this.mustPush(this.tip, REF);
		this.number = 0;
		this.land();
		this.save = path.join(folder, "saved.git");
		this.run("cp", ["-a", this.server, this.save]);
	}

	restore() {
		fs.rmSync(this.server, { recursive: true });
		this.run("cp", ["-a", this.save, this.server]);
		this.forgetReceived();
		fs.rmSync(this.record, { force: true });
	}

	mustPush(source, ref, push = this.push) {
		const done = push.call(this, { login: "dave", source, ref });
		if (done.status !== 0) throw new Error(`a push that must pass: ${done.said ?? done.stderr}`);
		return done;
	}

	// A hotfix and its landing; returns the landing.
	prepare() {
		const fix = this.commit("dave", `fix ${++this.number}`, String(this.number), this.tip);
		const merge = this.commit("dave", `Merge fix ${this.number}`, String(this.number), this.tip, fix);
		this.mustPush(fix, `refs/heads/hotfix/INC-${this.number}-fix`);
		return merge;
	}

	land() {
		const merge = this.prepare();
		this.mustPush(merge, REF);
		this.tip = merge;
	}

	// Without waiting for what the push leaves behind.
	pushAndReturn({ login, source, ref }) {
		return this.run("git", [`--git-dir=${this.client}`, "push", "-q", this.server, `${source}:${ref}`], {
			env: { GL_USER: login },
		});
	}

	// When an event of this type arrived first, in milliseconds since the epoch.
	awaitReceived(type) {
		for (let tries = 0; tries < 10000; tries++) {
			const one = this.received().find((request) => request.type === type);
			if (one) return one.time / 1000;
			sleep(2);
		}
		throw new Error(`no ${type} arrived`);
	}

	startService() {
		const service = this.serve(path.join(this.tools, "bin", "hotfixctl"), [
			"-C",
			this.server,
			"deliver",
			"--watch",
		]);
		const lock = path.join(this.server, "hotfix.deliver.lock");
		for (
			let tries = 0;
			!fs.existsSync(lock) || this.run("flock", ["-n", lock, "true"]).status === 0;
			tries++
		) {
			if (tries === 1000) throw new Error("the service does not start");
			sleep(20);
		}
		return service;
	}

	// Runs what is measured as a hook of this name, and returns what measured_hook wrote of it.
	runMeasured(name, program, args) {
		const link = path.join(this.folder, name);
		fs.rmSync(link, { force: true });
		fs.symlinkSync(this.measured, link);
		const done = this.run(link, args, { env: { HOTFIX_BENCH_REAL: path.dirname(program) } });
		const [, peak, microseconds] = this.recorded().at(-1);
		return { ...done, peak: Number(peak) / 1024, seconds: Number(microseconds) / 1e6 };
	}

	recorded() {
		return fs
			.readFileSync(this.record, "utf8")
			.split("\n")
			.filter(Boolean)
			.map((line) => line.split(" "));
	}

	// Multiplies the event of the landing: as many deliveries as that wait, spread over endpoints and refs.
	queue(count, endpoints, refs) {
		const names = ["deploy", ...ENDPOINTS]
			.slice(0, endpoints)
			.map((name, index) => `(${index}, '${name}')`)
			.join(", ");
		const sql = `BEGIN;
	CREATE TEMP TABLE many AS WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n
		WHERE i + 1 < ${count / endpoints}) SELECT i FROM n;
	CREATE TEMP TABLE model AS SELECT * FROM event WHERE type = 'hotfix.merged' ORDER BY number DESC LIMIT 1;
	INSERT INTO event(repository, id, type, ref, time, body)
		SELECT repository, printf('%040x', i), type,
			CASE WHEN ${refs} > 1 THEN 'refs/heads/production-' || (i % ${refs}) ELSE ref END, time, body
		FROM model, many;
	DELETE FROM delivery;
	INSERT INTO delivery(repository, id, event, endpoint, ref, state, attempts, created, due, last_status, turn)
		SELECT e.repository, e.id || '-' || p.column2, e.number, p.column2, e.ref, 0, 0, e.time, e.time * 1000, 0,
			i < ${refs}
		FROM event e JOIN many ON e.id = printf('%040x', i), (VALUES ${names}) p ORDER BY e.number;
	COMMIT;
	SELECT count(*) FROM delivery WHERE state = 0`;
		const done = this.run("sqlite3", [path.join(this.server, "hotfix.sqlite"), sql]);
		if (done.stdout !== `${count}\n`)
			throw new Error(`the queue could not be made: ${done.stdout}${done.stderr}`);
	}

	// Delivers all that waits; ordered says that no ref of an endpoint was served out of order.
	drainQueue(endpoints, refs) {
		this.restore();
		this.queue(QUEUED, endpoints, refs);
		const done = this.runMeasured("hotfixctl", path.join(this.tools, "bin", "hotfixctl"), [
			"-C",
			this.server,
			"deliver",
			"--once",
		]);
		const got = this.received();
		if (got.length !== QUEUED || new Set(got.map((one) => one.delivery)).size !== QUEUED) {
			throw new Error(`${got.length} of ${QUEUED} arrived: ${done.stdout}${done.stderr}`);
		}
		return { ...done, ordered: isOrdered(got, refs) };
	}
}

function isOrdered(got, refs) {
	const last = new Map();
	return got.every(({ delivery }) => {
		const number = parseInt(delivery.slice(0, 40), 16);
		const key = `${delivery.slice(41)} ${number % refs}`;
		const fine = (last.get(key) ?? -1) < number;
		last.set(key, number);
		return fine;
	});
}

function benchQueues(bench) {
	let peak = 0;
	let ordered = true;
	console.log(`${QUEUED} deliveries that wait, to a receiver on loopback that answers at once`);
	for (const [endpoints, refs] of [
		[1, 1],
		[1, 1000],
		[4, 1],
		[4, 1000],
	]) {
		const done = bench.drainQueue(endpoints, refs);
		console.log(
			`  ${endpoints} endpoint${endpoints > 1 ? "s" : " "}, ${String(refs).padStart(4)} refs: ` +
				`${Math.round(QUEUED / done.seconds)} a second, ${done.seconds.toFixed(1)} s, ` +
				`peak ${done.peak.toFixed(1)} MB`,
		);
		peak = Math.max(peak, done.peak);
		ordered = ordered && done.ordered;
	}
	return { peak, ordered };
}

// Landings one after the other: how long after the end of the push the receiver has them (negative: before), and how
// long post-receive took.
function benchLandings(bench, words, service) {
	const delays = [];
	const hook = path.join(bench.server, "hooks", "post-receive");
	bench.restore();
	bench.tip = bench.ref(REF);
	fs.rmSync(hook);
	fs.symlinkSync(bench.measured, hook);
	bench.environment.HOTFIX_BENCH_REAL = path.join(bench.tools, "libexec", "hotfix");
	const running = service ? bench.startService() : null;
	for (let landing = 0; landing < LANDINGS; landing++) {
		const merge = bench.prepare();
		bench.forgetReceived();
		bench.mustPush(merge, REF, bench.pushAndReturn);
		const end = performance.timeOrigin + performance.now();
		delays.push(bench.awaitReceived("hotfix.merged") - end);
		bench.tip = merge;
		sleep(20);
	}
	running?.kill();
	const hooks = bench
		.recorded()
		.filter(([name]) => name === "post-receive")
		.map(([, , microseconds]) => microseconds / 1000);
	const [delay, own] = [median(delays), median(hooks)];
	console.log(
		`  ${words}: first attempt ${delay.toFixed(1)} ms after the push ` +
			`(at most ${Math.max(...delays).toFixed(1)}), ` +
			`post-receive itself ${own.toFixed(1)} ms (at most ${Math.max(...hooks).toFixed(1)})`,
	);
	return { delay, own };
}

function within(words, value, unit, bound) {
	const holds = value < bound;
	console.log(`  ${words}: ${value.toFixed(1)} ${unit} (bound ${bound})${holds ? "" : "  MISSED"}`);
	return holds;
}

function main([tools, folder]) {
	const bench = new Bench(path.join(folder, "place"), tools);
	try {
		const { peak, ordered } = benchQueues(bench);
		console.log(`\n${LANDINGS} landings, median`);
		const found = [
			benchLandings(bench, "a deliverer for each push", false),
			benchLandings(bench, "deliver --watch", true),
		];
		console.log("\nbounds");
		const held = [
			within("peak memory of the deliverer", peak, "MB", PEAK_BOUND),
			within(
				"first attempt after the push",
				Math.max(...found.map(({ delay }) => delay)),
				"ms",
				ATTEMPT_BOUND,
			),
			within("post-receive", Math.max(...found.map(({ own }) => own)), "ms", HOOK_BOUND),
		];
		console.log(`  order of each endpoint and ref: ${ordered ? "kept" : "NOT KEPT"}`);
		process.exitCode = ordered && held.every(Boolean) ? 0 : 1;
	} finally {
		bench.end();
	}
	console.log(
		`load of the machine: ${fs.readFileSync("/proc/loadavg", "utf8").split(" ").slice(0, 3).join(" ")}`,
	);
}

if (require.main === module) main(process.argv.slice(2));
module.exports = { Bench };
