"use strict";
// node faults.js TOOLS FOLDER: system calls that fail; tests/crash/faults says what it is.
const fs = require("node:fs");
const path = require("node:path");
const { HOOKS } = require("./place.js");
const { HostileWorld, MUST_PASS, MUST_FAIL } = require("./hostile.js");
const { record, stop } = require("./points.js");
const { ERRORS } = require("./errors.js");
const { recordFaulty, tryFaulty } = require("./preload.js");
const { prepare, judge, counts, note, closing, FAULTS } = require("./outcome.js");
const { sweep } = require("./sweep.js");

const KINDS = [...MUST_PASS, ...MUST_FAIL];

// A push that must be refused gets no further than the first hook.
const programsOf = (kind) => (MUST_FAIL.includes(kind) ? [HOOKS[0]] : HOOKS);

// Who is to blame for a signal: the innermost function that is not one of the C library's small ones.
const OF_C = /^(_|mem|str|raise|abort|gsignal|malloc|calloc|realloc|free|cfree|qsort|sys(malloc|trim)|tcache_|unlink_chunk)/;
const DEATH = /--- (SIG(?:SEGV|BUS|FPE|ILL|ABRT)) .* ---\n((?: > .*\n)*)/;

function deathOf(world, trace) {
	const [, signal, stack] = DEATH.exec(trace) ?? [];
	const names = [...(stack ?? "").matchAll(/\((\w+)[^()]*\+0x/g)].map(([, name]) => name);
	const place = names.find((name) => !OF_C.test(name)) ?? "the C library, before main";
	const own = fs.readFileSync(path.join(world.helpers, "own-functions"), "utf8").split("\n");
	return { signal, place, owner: own.includes(place) ? "own" : "library" };
}

// The reason itself could not be written; after EINTR it can.
const MUTE = /write\(2, .* E(?!INTR)[A-Z]+ .*\(INJECTED\)/;

// A call fails; where the program dies of it, once more, slowly, to see where.
function tryFault(world, point) {
	const done = stop(world, point);
	if (!DEATH.test(done.trace)) return { ...done, mute: MUTE.test(done.trace) };
	const again = stop(world, point, ["-k"]);
	return { ...again, died: deathOf(world, again.trace) };
}

sweep({
	script: __filename,
	name: "FAULTS",
	command: "tests/crash/faults",
	World: HostileWorld,
	points: (world) => [
		...record(world, KINDS, programsOf, (call) => ERRORS[call] ?? []),
		...recordFaulty(world, KINDS, programsOf, { class: "cut", action: "cut", call: "short" }),
	],
	nameOf: ({ kind, program, action, call, ordinal }) => `${kind} ${program} ${action} ${call} ${ordinal}`,
	prepare,
	tryPoint: (world, prepared, point, number) =>
		judge(world, prepared, {
			point,
			number,
			first: (point.action === "cut" ? tryFaulty : tryFault)(world, point),
		}),
	rowOf: ({ point }) => `${point.program} ${point.kind} ${point.action === "cut" ? "cut short" : "failed"}`,
	counts,
	note,
	faults: FAULTS,
	closing,
});
