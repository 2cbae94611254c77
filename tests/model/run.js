"use strict";
// node run.js HOOKS FOLDER SITUATIONS SEED [JOBS [WORLD]]
//
// Tries that many generated situations against the hooks in the folder HOOKS, in FOLDER, and prints how many there were
// and each disagreement with what reproduces it. With WORLD, the situations of that world alone.
// Exit: 0 when the model and the hooks agree on all.
const { fork } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { runWorld, shrink, ATTEMPTS } = require("./generate.js");
const { makeKeys } = require("./keys.js");

const MAX_REPORTS = 10;

function work([hooks, folder, seed, first, step, worlds, last]) {
	const given = { hooks, keys: path.join(folder, "keys") };
	for (let i = Number(first); i < Number(worlds); i += Number(step)) {
		const place = path.join(folder, `world-${i}`);
		const attempts = i === Number(worlds) - 1 ? Number(last) : ATTEMPTS;
		const numbers = [...Array(attempts).keys()];
		let done;
		try {
			done = runWorld(place, given, `${seed}/${i}`, numbers);
			const { results, tallies } = done;
			if (done.disagreement) done = { ...shrink(place, given, `${seed}/${i}`, done), results, tallies };
		} catch (error) {
			done = { results: [], tallies: {}, disagreement: error.stack, report: "", failed: true };
		}
		process.send({ world: i, ...done });
		fs.rmSync(place, { recursive: true, force: true });
	}
}

function add(sum, tallies) {
	for (const [key, value] of Object.entries(tallies)) sum[key] = (sum[key] ?? 0) + value;
}

function tell(state, done, command) {
	if (++state.disagreements > MAX_REPORTS) return;
	console.log(`\nDISAGREEMENT in world ${done.world}, push ${done.number}, with the steps ${done.steps}`);
	console.log(`${done.disagreement}\n${done.report}\nreproduce: ${command}${done.world} tests/model/run`);
}

function table(state) {
	const count = (key) => {
		const counts = new Map();
		for (const result of state.results) {
			const of = counts.get(result[key]) ?? [0, 0];
			of[result.accepted ? 0 : 1]++;
			counts.set(result[key], of);
		}
		const cell = (number) => String(number).padStart(5);
		return [...counts].sort().map(([name, [yes, no]]) => `  ${cell(yes)} ${cell(no)}  ${name}`);
	};
	console.log(["accepted, refused, by what was pushed:", ...count("name"), "and by how the hotfix came to be:",
		...count("flaw")].join("\n"));
}

const EVIDENCE = ["trailer", "signature", "pusher", "mixed"];

// By what proves the sign-offs: situations, and what became of all pushes to production and to sign-off refs, those of
// the stories too.
function summary(state) {
	const tally = (kind, verdict, evidence) => state.tallies[`${kind} ${verdict} ${evidence}`] ?? 0;
	const kinds = ["landings", "signoffs", "others"];
	const rows = EVIDENCE.map((evidence) => [evidence, state.results.filter((r) => r.evidence === evidence).length,
		...kinds.flatMap((kind) => ["accepted", "refused"].map((verdict) => tally(kind, verdict, evidence)))]);
	const line = (cells) => cells.map((cell, i) => (i ? String(cell).padStart(11) : cell.padEnd(9))).join(" ");
	const head = ["landing", "sign-off", "other"].flatMap((kind) => [`${kind} +`, `${kind} -`]);
	console.log([line(["evidence", "situations", ...head]), ...rows.map(line),
		"(all pushes that were compared; +: accepted, -: refused)"].join("\n"));
	const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
	return { landings: sum(2), landingsRefused: sum(3), signoffs: sum(4), signoffsRefused: sum(5) };
}

function finish(state) {
	if (process.env.TABLE) table(state);
	const { pushes = 0, realPushes = 0, updates = 0 } = state.tallies;
	const real = state.results.filter((result) => result.real).length;
	const { landings, landingsRefused, signoffs, signoffsRefused } = summary(state);
	console.log(`pushes compared: ${pushes} (${realPushes} real, ${updates} of update alone); ` +
		`${real} situations end in a real push`);
	console.log(`${state.results.length} situations; landings: ${landings} accepted, ${landingsRefused} refused; ` +
		`sign-offs pushed: ${signoffs} accepted, ${signoffsRefused} refused; ${state.disagreements} disagreements`);
	process.exit(state.disagreements || !state.results.length ? 1 : 0);
}

function main([hooks, folder, situations, seed, jobs = "2", world]) {
	const worlds = Math.ceil(Number(situations) / ATTEMPTS);
	const last = Number(situations) - (worlds - 1) * ATTEMPTS;
	const state = { results: [], tallies: {}, disagreements: 0 };
	const command = `SITUATIONS=${situations} SEED=${seed} WORLD=`;
	const keys = path.join(folder, "keys");
	makeKeys(keys);
	if (world !== undefined) {
		const attempts = Number(world) === worlds - 1 ? last : ATTEMPTS;
		const place = path.join(folder, `world-${world}`);
		const done = runWorld(place, { hooks, keys }, `${seed}/${world}`, [...Array(attempts).keys()]);
		add(state.tallies, done.tallies);
		state.results.push(...done.results);
		if (done.disagreement) tell(state, { world, ...done }, command);
		else finish(state);
		return finish(state);
	}
	let running = Number(jobs);
	for (let job = 0; job < Number(jobs); job++) {
		const child = fork(__filename, ["--work", hooks, folder, seed, String(job), jobs, String(worlds), String(last)]);
		child.on("message", (done) => {
			add(state.tallies, done.tallies);
			state.results.push(...done.results);
			if (done.disagreement) tell(state, done, command);
		});
		child.on("exit", (code) => {
			if (code !== 0) state.disagreements++;
			if (--running === 0) finish(state);
		});
	}
	return undefined;
}

if (process.argv[2] === "--work") work(process.argv.slice(3));
else main(process.argv.slice(2));
