"use strict";
// The points at which a program of the suite is stopped: each system call of a clean run, by its name and ordinal.
const fs = require("node:fs");
const path = require("node:path");
const { HOOKS } = require("./place.js");

const PROGRAMS = { hooks: HOOKS, deliverers: ["--once", "--detached", "--watch"] };

// strace lets go of what a program becomes or starts by execve: git's, ssh-keygen, the deliverer of a hook.
const STRACE = ["strace", "-f", "-b", "execve"];

// How often each call was made, at most, by one of the processes that wrote a trace.
function count(folder) {
	const calls = new Map();
	for (const name of fs.readdirSync(folder)) {
		const own = new Map();
		for (const [, call] of fs.readFileSync(path.join(folder, name), "utf8").matchAll(/^([a-z_0-9]+)\(/gm)) {
			own.set(call, (own.get(call) ?? 0) + 1);
		}
		for (const [call, times] of own) calls.set(call, Math.max(times, calls.get(call) ?? 0));
	}
	return [...calls].sort();
}

// Runs each program once under strace, and returns all points: each call with each action.
function record(world, kinds, programsOf, actionsOf) {
	const points = [];
	for (const kind of kinds) {
		for (const program of programsOf(kind)) {
			const folder = path.join(world.folder, "trace");
			fs.rmSync(folder, { recursive: true, force: true });
			fs.mkdirSync(folder);
			start(world, { kind, program }, [...STRACE, "-qqq", "-ff", "-o", path.join(folder, "of")]);
			for (const [call, times] of count(folder)) {
				for (let ordinal = 1; ordinal <= times; ordinal++) {
					for (const action of actionsOf(call))
						points.push({ kind, program, action, call, ordinal });
				}
			}
		}
	}
	return points;
}

// Restores what was before, and runs a program, of the tools, with a command before it; returns what runToTheEnd says.
function start(world, { kind, program }, command, tools = world.tools) {
	if (!HOOKS.includes(program)) {
		world.restore(`${kind}-moved`);
		return program === "--watch"
			? world.serveUntilReceived(command)
			: world.deliver(program, command, tools);
	}
	world.restore(kind);
	world.instead(program, command, tools);
	const done = world.push(world.pushes[kind]);
	world.instead(program, null);
	return done;
}

// The same with the program stopped at a point, or a call failing there. happened: it came that far; trace: what strace,
// with more options, wrote.
function stop(world, point, options = []) {
	const file = path.join(world.folder, "injected");
	fs.rmSync(file, { force: true });
	const how = point.action === "kill" ? "signal=SIGKILL" : `error=${point.action}`;
	const done = start(world, point, [
		...STRACE,
		...options,
		"-q",
		"-o",
		file,
		"-e",
		`trace=${point.call}`,
		"-e",
		`inject=${point.call}:${how}:when=${point.ordinal}`,
	]);
	const trace = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
	return { ...done, trace, happened: /killed by SIGKILL|\(INJECTED\)/.test(trace) };
}

module.exports = { record, start, stop, PROGRAMS };
