"use strict";
// node crash.js TOOLS FOLDER: the crash sweep; tests/crash/run says what it is.
const { World } = require("./world.js");
const { record, stop, PROGRAMS } = require("./points.js");
const { expectations, tryPoint } = require("./verdict.js");
const { sweep } = require("./sweep.js");

const KINDS = ["landing", "branch", "signoff", "lost"];
// Which calls fail once, and how: those that ask for room, or for what is on a disk.
const FALLIBLE = new Set([
	"fsync",
	"fdatasync",
	"write",
	"pwrite64",
	"pwritev",
	"rename",
	"renameat",
	"renameat2",
	"open",
	"openat",
	"ftruncate",
	"fallocate",
]);
const FAULTS = ["EIO", "ENOSPC"];

// A deliverer has nothing to do where the state is lost; a detached one and a service are stopped for one kind, since they
// do what --once does.
function programsOf(kind) {
	if (kind === "lost") return PROGRAMS.hooks;
	const [once, ...others] = PROGRAMS.deliverers;
	return [...PROGRAMS.hooks, once, ...(kind === "landing" ? others : [])];
}

sweep({
	script: __filename,
	name: "CRASH",
	command: "tests/crash/run",
	World,
	points: (world) =>
		record(world, KINDS, programsOf, (call) => ["kill", ...(FALLIBLE.has(call) ? FAULTS : [])]),
	nameOf: ({ kind, program, action, call, ordinal }) => `${kind} ${program} ${action} ${call} ${ordinal}`,
	prepare: (world) => expectations(world, KINDS),
	tryPoint,
	rowOf: ({ point }) => `${point.program} ${point.kind} ${point.action === "kill" ? "killed" : "faults"}`,
	counts: {
		points: () => 1,
		reached: ({ happened }) => (happened ? 1 : 0),
		moved: ({ moved }) => (moved ? 1 : 0),
		doubles: ({ doubles }) => doubles,
	},
	faults: ["lost", "two ids", "no record", "untrue", "broken", "hang"],
	closing: (total, tried, seconds) =>
		`${tried} points in ${seconds} s: ${total.lost} losses, ${total["two ids"]} events with two ids, ` +
		`${total["no record"]} landings without a record, ${total.untrue} untrue events, ` +
		`${total.broken} broken, ` +
		`${total.hang} hangs; ${total.doubles} doubles with the same id`,
});
