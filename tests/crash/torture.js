"use strict";
// node torture.js TOOLS FOLDER: allocations that fail; tests/crash/torture says what it is.
const { HOOKS } = require("./place.js");
const { HostileWorld, MUST_PASS, MUST_FAIL } = require("./hostile.js");
const { recordFaulty, tryFaulty } = require("./preload.js");
const { prepare, judge, counts, note, closing, FAULTS } = require("./outcome.js");
const { sweep } = require("./sweep.js");

const KINDS = [...MUST_PASS, ...MUST_FAIL];

// A push that must be refused gets no further than the first hook.
function programsOf(kind) {
	if (MUST_FAIL.includes(kind)) return [HOOKS[0]];
	return kind === "lost" ? HOOKS : [...HOOKS, "--once"];
}

sweep({
	script: __filename,
	name: "TORTURE",
	command: "tests/crash/torture",
	World: HostileWorld,
	points: (world) => [
		...recordFaulty(world, KINDS, programsOf, { class: "own", onlyPlaces: false }),
		...recordFaulty(world, KINDS, programsOf, { class: "library", onlyPlaces: true }),
	],
	nameOf: ({ kind, program, class: of, ordinal }) => `${kind} ${program} ${of} ${ordinal}`,
	prepare,
	tryPoint: (world, prepared, point, number) =>
		judge(world, prepared, { point, number, first: tryFaulty(world, point) }),
	rowOf: ({ point }) => `${point.program} ${point.kind} ${point.class}`,
	counts,
	note,
	faults: FAULTS,
	closing,
});
