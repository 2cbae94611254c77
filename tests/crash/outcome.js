"use strict";
// What must be true after something failed once in a program, and it went on as it could: a push is refused and says why,
// or accepted with its record and its events, where it may be; and whatever came of it, the next thing works.
const { MUST_PASS, MUST_FAIL } = require("./hostile.js");
const { expectations, look, mustPass, compareEvents, lastEvent } = require("./verdict.js");

const FAULTS = ["wrong accept", "no reason", "ours died", "lost", "two ids", "no record", "untrue", "broken", "hang"];
const AGAIN = 4; // every so many points, a push that was refused is tried again

// What a push of each kind comes to when nothing fails.
function prepare(world) {
	const prepared = expectations(world, MUST_PASS);
	for (const kind of MUST_FAIL) {
		world.restore(kind);
		prepared[kind] = { push: world.pushes[kind], before: lastEvent(world), own: [] };
	}
	return prepared;
}

// What a hook says, without what Git says about hooks.
function reasonOf(said) {
	return said
		.split("\n")
		.filter((line) => line.startsWith("remote: ") && !/^remote: (error: )?(hook declined|.* died of)/.test(line))
		.map((line) => line.slice("remote: ".length).trim())
		.find((line) => line !== "");
}

function judgeAccept(world, expected, point, faults) {
	const { own } = expected;
	if (MUST_FAIL.includes(point.kind)) return faults.push(["wrong accept", expected.push.ref]);
	if (look(world, expected).events.length < own.length) world.drain(faults);
	const { events, records, soundness } = look(world, expected);
	compareEvents(events, own, faults);
	if (records !== 1) faults.push(["no record", `${expected.push.ref}: ${records} announced`]);
	if (soundness !== "ok") faults.push(["broken", `the state: ${soundness}`]);
	return undefined;
}

// Where the state was lost, and making a new one failed.
const isWithoutState = (world) => !world.query("SELECT 1 FROM sqlite_master WHERE name = 'event'").length;

function judgeRefusal(world, expected, { point, number, first }, faults) {
	const ofReset = expected.own.filter((event) => event.startsWith("state.reset"));
	const { events, soundness } =
		point.kind === "lost" && isWithoutState(world) ? { events: [], soundness: "" } : look(world, expected);
	if (!first.died && !first.mute && !reasonOf(first.said)) faults.push(["no reason", first.said]);
	if (events.length) compareEvents(events, ofReset, faults);
	if (!["ok", ""].includes(soundness)) faults.push(["broken", `the state: ${soundness}`]);
	if (number % AGAIN === 0 && MUST_PASS.includes(point.kind)) {
		mustPass(world, expected.push, faults);
		judgeAccept(world, expected, point, faults);
	}
}

// first: what came of the program with its fault: what runToTheEnd says, happened, and died: null, or the signal, whose
// fault it was ("own" or "library") and where; mute: what it had to say was what could not be written.
function judge(world, prepared, { point, number, first }) {
	const faults = [];
	const expected = prepared[point.kind];
	const moved = world.ref(expected.push.ref) === expected.push.id;
	if (first.hung) faults.push(["hang", first.said]);
	if (first.died && first.died.owner === "own")
		faults.push(["ours died", `${first.died.signal} ${first.died.place}`]);
	if (moved) judgeAccept(world, expected, point, faults);
	else judgeRefusal(world, expected, { point, number, first }, faults);
	return { faults, moved, happened: first.happened, died: first.died };
}

const is = (what) => (what ? 1 : 0);
const isPush = ({ point }) => !point.program.startsWith("--");

// The columns: of a push, what came of it; a deliverer only went on, or died.
const counts = {
	points: () => 1,
	reached: ({ happened }) => is(happened),
	refused: (done) => is(isPush(done) && !done.moved && !done.died),
	accepted: (done) => is(isPush(done) && done.moved && !done.died),
	died: ({ died }) => is(died && died.owner !== "own"),
};

const note = ({ died }) => died && `died of ${died.signal} in ${died.place.replace(/.*\//, "")}`;

function closing(total, tried, seconds) {
	return (
		`${tried} points in ${seconds} s: ${total.refused} refused, ${total.accepted} accepted rightly, ` +
		`${total.died} died in a library; ${total["wrong accept"]} wrong accepts, ` +
		`${total["no reason"]} refused without a reason, ${total["ours died"]} died in our code, ` +
		`${total.hang} hangs, ` +
		`${FAULTS.slice(3, -1).reduce((sum, kind) => sum + total[kind], 0)} otherwise wrong`
	);
}

module.exports = { prepare, judge, counts, note, closing, FAULTS };
