"use strict";
// Programs of the suite, linked dynamically, in which preload/faulty.c makes one thing fail.
const fs = require("node:fs");
const path = require("node:path");
const { start } = require("./points.js");

const CLASSES = ["own", "library", "cut"];

// Runs a program with the one of that number failing, or none for 0; returns what runToTheEnd says, and what faulty.c
// wrote.
function runFaulty(world, point, number) {
	const file = path.join(world.folder, "faulty");
	const tools = path.join(world.tools, "dynamic");
	fs.rmSync(file, { force: true });
	const done = start(
		world,
		point,
		[
			...(point.program.startsWith("--") ? [] : ["env"]),
			`LD_PRELOAD=${path.join(world.helpers, "faulty.so")}`,
			`FAULTY_CLASS=${point.class}`,
			`FAULTY_AT=${number}`,
			`FAULTY_FILE=${file}`,
		],
		tools,
	);
	const said = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
	return { ...done, lines: said.split("\n").filter(Boolean) };
}

// Runs each program once, and returns a point for each thing of the class; onlyPlaces: one for all to which the same calls
// lead.
function recordFaulty(world, kinds, programsOf, { onlyPlaces, ...of }) {
	const points = [];
	for (const kind of kinds) {
		for (const program of programsOf(kind)) {
			const seen = new Set();
			const { lines } = runFaulty(world, { ...of, kind, program }, 0);
			lines.forEach((line, index) => {
				if (!onlyPlaces || !seen.has(line))
					points.push({ ...of, kind, program, ordinal: index + 1 });
				seen.add(line);
			});
		}
	}
	return points;
}

// Runs a program up to a point, and on.
function tryFaulty(world, point) {
	const done = runFaulty(world, point, point.ordinal);
	const died = done.lines
		.map((line) => /^died (?<signal>\S+) (?<owner>\S+) (?<place>.*)/.exec(line)?.groups)
		.find(Boolean);
	return { ...done, happened: done.lines.some((line) => line.startsWith("failed ")), died };
}

module.exports = { recordFaulty, tryFaulty, CLASSES };
