"use strict";
// What must be true after a program was stopped, whatever the server does next.
const { stop } = require("./points.js");

// An event by what it says; its id is not part of that.
const words = ([type, ref, before, after]) => [type, ref, before, after].join(" ");

function lastEvent(world) {
	return Number(world.query("SELECT ifnull(max(number), 0) FROM event")[0]?.[0] ?? 0);
}

// What the state holds, in one look: the new events, and whether it is sound.
function look(world, { before, push }) {
	const rows = world.query(`SELECT 'event', type, ifnull(ref, ''), ifnull(json_extract(body, '$.before'), ''),
			ifnull(json_extract(body, '$.after'), ''), id
			FROM event WHERE number > ${before} ORDER BY number;
		SELECT 'record' FROM record r JOIN ref n ON n.id = r.ref WHERE n.name = '${push.ref}'
			AND lower(hex(r.new)) = '${push.id}' AND r.state = 2;
		PRAGMA integrity_check; PRAGMA foreign_key_check`);
	return {
		events: rows.filter(([kind]) => kind === "event").map((row) => row.slice(1)),
		records: rows.filter(([kind]) => kind === "record").length,
		soundness: rows
			.filter(([kind]) => kind !== "event" && kind !== "record")
			.map((row) => row.join(" "))
			.join("; "),
	};
}

function mustPass(world, push, faults) {
	const done = world.push(push);
	if (done.hung) faults.push(["hang", `a push of ${push.ref}`]);
	else if (done.status !== 0) faults.push(["broken", `a push that must pass: ${done.said}`]);
}

// What a push and the next one announce when nothing goes wrong, and the last event before.
function expectations(world, kinds) {
	const events = (name, push) => {
		const faults = [];
		world.restore(name);
		const before = lastEvent(world);
		mustPass(world, push, faults);
		world.drain(faults);
		if (faults.length) throw new Error(`${name}, and nobody stopped it: ${faults.join("; ")}`);
		return { before, events: look(world, { before, push }).events.map(words) };
	};
	const next = events("branch", world.pushes.next).events;
	return Object.fromEntries(
		kinds.map((kind) => {
			const own = events(kind, world.pushes[kind]);
			return [kind, { push: world.pushes[kind], before: own.before, own: own.events, next }];
		}),
	);
}

function compareEvents(found, wanted, faults) {
	const ids = new Map();
	for (const row of found) ids.set(words(row), [...(ids.get(words(row)) ?? []), row[4]]);
	for (const event of wanted) {
		if (!ids.has(event)) faults.push(["lost", `no event: ${event}`]);
	}
	for (const [event, all] of ids) {
		if (all.length > 1) faults.push(["two ids", `${event}: ${all.join(" ")}`]);
		if (event.startsWith("production.unexpected")) faults.push(["no record", event]);
		else if (!wanted.includes(event)) faults.push(["untrue", event]);
	}
}

// Returns how many deliveries arrived more than once.
function compareReceived(world, found, faults) {
	const got = new Map();
	for (const { delivery, event } of world.received()) {
		if (!got.has(event)) got.set(event, []);
		got.get(event).push(delivery);
	}
	for (const row of found) {
		if (!got.has(row[4])) faults.push(["lost", `not delivered: ${words(row)}`]);
		else if (new Set(got.get(row[4])).size > 1)
			faults.push(["two ids", `delivered as ${got.get(row[4]).join(", ")}`]);
	}
	for (const event of got.keys()) {
		if (!found.some((row) => row[4] === event))
			faults.push(["untrue", `delivered, and not in the state: ${event}`]);
	}
	return [...got.values()].filter((deliveries) => deliveries.length > 1).length;
}

function checkRepository(world, faults) {
	const fsck = world.run("git", [
		`--git-dir=${world.server}`,
		"fsck",
		"--strict",
		"--no-dangling",
		"--no-progress",
	]);
	if (fsck.status !== 0) faults.push(["broken", `git fsck: ${fsck.stdout}${fsck.stderr}`]);
}

// The push that did not move its ref has no events; it passes now, and has them.
function tryAgain(world, expected, wanted, faults) {
	compareEvents(look(world, expected).events, wanted, faults);
	mustPass(world, expected.push, faults);
	world.drain(faults);
	return [...wanted, ...expected.own.filter((event) => !wanted.includes(event))];
}

// Stops the program at the point, lets the server go on, and returns what is wrong: [what, words].
// turn: even, the next thing is a push; odd, the deliverer.
function tryPoint(world, expectations, point, turn) {
	const faults = [];
	const expected = expectations[point.kind];
	const { push, own, next } = expected;
	const first = stop(world, point);
	const moved = world.ref(push.ref) === push.id;
	let wanted = moved ? [...own] : own.filter((event) => event.startsWith("state.reset"));
	if (first.hung) faults.push(["hang", `the push or the deliverer itself: ${first.said}`]);
	if (turn % 2 === 0) {
		mustPass(world, world.pushes.next, faults);
		wanted.push(...next);
	}
	world.drain(faults);
	if (!moved) wanted = tryAgain(world, expected, wanted, faults);
	const { events, records, soundness } = look(world, expected);
	compareEvents(events, wanted, faults);
	const doubles = compareReceived(world, events, faults);
	if (records !== 1) faults.push(["no record", `${push.ref} ${push.id}: ${records} announced`]);
	if (soundness !== "ok") faults.push(["broken", `the state: ${soundness}`]);
	checkRepository(world, faults);
	return { faults, doubles, moved, happened: first.happened };
}

module.exports = { expectations, tryPoint, look, mustPass, compareEvents, lastEvent };
