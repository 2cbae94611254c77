"use strict";
// node aborts.js TOOLS FOLDER: clients that go away; tests/crash/aborts says what it is and what the environment may
// hold.
const fs = require("node:fs");
const path = require("node:path");
const { Place, BOUND, sleep } = require("./place.js");
const { random } = require("./random.js");
const { makeSsh, startHttp } = require("./transports.js");

const REF = "refs/heads/main";
const NONE = "0".repeat(40);
const TRIALS = 3; // pushes that nobody aborts, to know how long one takes
const TRANSPORTS = ["ssh", "http"];

const words = (type, ref, before, after) => [type, ref, before, after].join(" ");

class Server extends Place {
	constructor(folder, tools) {
		super(folder, tools, "[log]\nto = FOLDER/server.git/hotfix.log\n");
		fs.appendFileSync(
			path.join(this.server, "config"),
			"[core]\n\tlogAllRefUpdates = always\n[http]\n\treceivepack = true\n",
		);
		this.startSsh();
		this.startHttp();
		this.tip = this.commit("dave", "first", "one");
		this.must(this.push({ login: "dave", source: this.tip, ref: REF }));
	}

	must(done) {
		if (done.status !== 0) throw new Error(`a push that must pass: ${done.said}`);
	}

	startSsh() {
		Object.assign(this.environment, { GIT_SSH: makeSsh(this.folder), GIT_SSH_VARIANT: "simple" });
	}

	startHttp() {
		const http = startHttp(this, { REMOTE_USER: "dave", GL_USER: "dave" });
		this.httpAddress = `${http.address}/server.git`;
		this.endHttp = http.end;
	}

	// Ends what was started, and waits for what it leaves.
	end() {
		this.endHttp();
		this.receiver.kill();
		this.settle();
		fs.rmSync(this.folder, { recursive: true, force: true });
	}

	// Waits until nothing is at work for this server any more: what a request started has its folder in its
	// environment, a deliverer in its arguments. false: something still is.
	settle() {
		for (let until = Date.now() + BOUND * 1000, idle = 0; idle < 3; idle++) {
			if (this.isBusy()) idle = -1;
			if (Date.now() > until) return false;
			sleep(10);
		}
		return true;
	}

	isBusy() {
		const read = (pid, file) => {
			try {
				return fs.readFileSync(`/proc/${pid}/${file}`, "latin1");
			} catch {
				return "";
			}
		};
		return fs
			.readdirSync("/proc")
			.filter((name) => /^[0-9]+$/.test(name))
			.some(
				(pid) =>
					read(pid, "environ").includes(`GIT_PROJECT_ROOT=${this.folder}\0`) ||
					read(pid, "cmdline").includes(`--detached\0${this.server}`),
			);
	}

	// killed: after how many milliseconds the client goes away; 0: it stays.
	pushBy(transport, source, ref, killed) {
		const address = transport === "ssh" ? `ssh://server${this.server}` : this.httpAddress;
		const start = performance.now();
		const done = this.runToTheEnd(
			"git",
			[`--git-dir=${this.client}`, "push", address, `${source}:${ref}`],
			{ env: { GL_USER: "dave" }, killed },
		);
		return { ...done, milliseconds: performance.now() - start, hung: done.hung || !this.settle() };
	}

	// Every move of a governed ref, as the ref log of the server has it.
	moves() {
		const log = path.join(this.server, "logs", "refs", "heads");
		const files = fs
			.readdirSync(log, { recursive: true })
			.filter((name) => fs.statSync(path.join(log, name)).isFile());
		return files.flatMap((name) =>
			fs
				.readFileSync(path.join(log, name), "utf8")
				.split("\n")
				.filter(Boolean)
				.map((line) => ({
					ref: `refs/heads/${name}`,
					before: line.slice(0, 40),
					after: line.slice(41, 81),
				})),
		);
	}

	events() {
		return this.query(
			`SELECT type, ref, json_extract(body, '$.before'), json_extract(body, '$.after'), id
				FROM event`,
		);
	}
}

// Nobody need sign here, so each hotfix is ready at once, and never moves again.
function eventsOf({ ref, before, after }) {
	const types =
		ref !== REF
			? ["hotfix.opened", "hotfix.ready"]
			: [before === NONE ? "production.released" : "hotfix.merged"];
	return types.map((type) => words(type, ref, before, after));
}

// Between the abort and what comes next: what nobody announced yet. Afterwards: what nobody ever will.
function unannounced(server) {
	const told = new Set(server.events().map(([type, ref, before, after]) => words(type, ref, before, after)));
	return server
		.moves()
		.flatMap(eventsOf)
		.filter((event) => !told.has(event));
}

class Run {
	constructor(server, next) {
		this.server = server;
		this.next = next;
		this.faults = [];
		this.typical = {};
		this.sums = Object.fromEntries(
			TRANSPORTS.map((transport) => [
				transport,
				{ pushes: 0, finished: 0, "aborted before": 0, "aborted after": 0, untold: 0 },
			]),
		);
	}

	// A hotfix that is ready to land.
	makeHotfix(transport, number) {
		const fix = this.server.commit(
			"dave",
			`fix ${number}`,
			`${number} ${"x".repeat(100000)}`,
			this.server.tip,
		);
		const ref = `refs/heads/hotfix/INC-${number}-fix`;
		return { fix, ref };
	}

	pushCleanly(transport, source, ref) {
		const done = this.server.pushBy(transport, source, ref, 0);
		if (done.hung) this.faults.push(["hang", `a push over ${transport}`]);
		else if (done.status !== 0) this.faults.push(["broken", `a push that must pass: ${done.said}`]);
		return done;
	}

	mergeOf(fix) {
		const tree = this.server.git("rev-parse", `${fix}^{tree}`);
		return this.server.git("commit-tree", tree, "-p", this.server.tip, "-p", fix, "-m", "Merge the fix");
	}

	// How long a push takes over each transport.
	measure() {
		for (const transport of TRANSPORTS) {
			const times = [];
			for (let trial = 0; trial < TRIALS; trial++) {
				const { fix, ref } = this.makeHotfix(
					transport,
					`${trial + 1}${TRANSPORTS.indexOf(transport)}`,
				);
				this.pushCleanly(transport, fix, ref);
				const merge = this.mergeOf(fix);
				times.push(this.pushCleanly(transport, merge, REF).milliseconds);
				this.server.tip = merge;
			}
			this.typical[transport] = times.sort((a, b) => a - b)[1];
		}
	}

	// One push that is aborted: three of four times a landing, else of a hotfix branch.
	abort(number) {
		const transport = TRANSPORTS[number % TRANSPORTS.length];
		const { fix, ref } = this.makeHotfix(transport, 100 + number);
		const ofBranch = number % 8 > 5;
		let [source, target] = [fix, ref];
		if (!ofBranch) {
			this.pushCleanly(transport, fix, ref);
			[source, target] = [this.mergeOf(fix), REF];
		}
		const done = this.server.pushBy(
			transport,
			source,
			target,
			1 + this.next() * this.typical[transport] * 1.3,
		);
		const moved = this.server.ref(target) === source;
		const untold = unannounced(this.server).length;
		this.count(this.sums[transport], done, moved, untold);
		if (moved && !ofBranch) this.server.tip = source;
		if (number % 2) this.server.drain(this.faults);
		else
			this.pushCleanly(
				transport,
				this.server.commit("rita", `note ${number}`, String(number), this.server.tip),
				`${ref}-next`,
			);
		for (const event of unannounced(this.server))
			this.faults.push(["lost", `after push ${number}: ${event}`]);
	}

	count(sum, done, moved, untold) {
		sum.pushes++;
		if (done.status === 0) sum.finished++;
		else sum[moved ? "aborted after" : "aborted before"]++;
		sum.untold += untold ? 1 : 0;
		if (done.hung) this.faults.push(["hang", "what an abort left behind"]);
	}

	// Each move has one event, each event a move, and each was received under one id. Returns the doubles.
	judge() {
		const events = this.server.events();
		const count = new Map();
		this.server.drain(this.faults);
		for (const [type, ref, before, after] of events) {
			const event = words(type, ref, before, after);
			count.set(event, (count.get(event) ?? 0) + 1);
		}
		for (const event of this.server.moves().flatMap(eventsOf)) {
			if (count.get(event) > 1) this.faults.push(["two ids", event]);
			if (!count.delete(event)) this.faults.push(["lost", event]);
		}
		for (const event of count.keys()) this.faults.push(["untrue", event]);
		return this.judgeReceived(events);
	}

	judgeReceived(events) {
		const got = new Map();
		for (const { delivery, event } of this.server.received())
			got.set(event, [...(got.get(event) ?? []), delivery]);
		for (const event of events) {
			if (!got.has(event[4])) this.faults.push(["lost", `not delivered: ${event.join(" ")}`]);
			else if (new Set(got.get(event[4])).size > 1)
				this.faults.push(["two ids", got.get(event[4]).join(" ")]);
		}
		return [...got.values()].filter((deliveries) => deliveries.length > 1).length;
	}
}

function report(run, announced, doubles) {
	const sum = { pushes: 0, finished: 0, "aborted before": 0, "aborted after": 0, untold: 0 };
	for (const [transport, own] of Object.entries(run.sums)) {
		console.log(
			`${transport.padEnd(4)} ${Object.entries(own)
				.map(([what, count]) => `${what} ${count}`)
				.join(", ")}, ` + `of ${Math.round(run.typical[transport])} ms`,
		);
		for (const key of Object.keys(sum)) sum[key] += own[key];
	}
	for (const [what, text] of run.faults.slice(0, 20)) console.log(`FAULT: ${what}: ${text}`);
	const count = (what) => run.faults.filter(([kind]) => kind === what).length;
	console.log(
		`${sum.pushes} pushes: ${sum["aborted before"]} aborted before the ref moved, ` +
			`${sum["aborted after"]} after it, ` +
			`${sum.finished} finished; of ${sum.untold} the hook told nothing; ${announced} moves announced: ` +
			`${count("lost")} losses, ` +
			`${count("two ids")} events with two ids, ${count("untrue")} untrue events, ` +
			`${count("broken")} broken, ${count("hang")} hangs; ` +
			`${doubles} doubles with the same id`,
	);
	return run.faults.length === 0 && sum.pushes > 0;
}

function main([tools, folder]) {
	const { ABORT_PUSHES = "200", ABORT_SEED = "1" } = process.env;
	const server = new Server(path.join(folder, "place"), tools);
	const run = new Run(server, random(Number(ABORT_SEED)));
	try {
		run.measure();
		for (let number = 0; number < Number(ABORT_PUSHES); number++) run.abort(number);
		const doubles = run.judge();
		process.exitCode = report(run, server.events().length, doubles) ? 0 : 1;
	} finally {
		server.end();
	}
}

main(process.argv.slice(2));
