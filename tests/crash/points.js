"use strict";
// The points at which a program of the suite is stopped: each system call of a clean run, by its name and ordinal.
const fs = require("node:fs");
const path = require("node:path");
const { HOOKS } = require("./place.js");

const KINDS = ["landing", "branch", "signoff", "lost"];
const DELIVERERS = ["--once", "--detached", "--watch"];
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

function expand(kind, program, calls) {
	const points = [];
	for (const [call, times] of calls) {
		const actions = ["kill", ...(FALLIBLE.has(call) ? FAULTS : [])];
		for (let ordinal = 1; ordinal <= times; ordinal++) {
			for (const action of actions) points.push({ kind, program, action, call, ordinal });
		}
	}
	return points;
}

// A deliverer has nothing to do where the state is lost; a detached one and a service are stopped for one kind, since they
// do what --once does.
function programsOf(kind) {
	if (kind === "lost") return HOOKS;
	return kind === "landing" ? [...HOOKS, ...DELIVERERS] : [...HOOKS, DELIVERERS[0]];
}

// Runs each program once under strace, and returns all points.
function record(world) {
	return KINDS.flatMap((kind) =>
		programsOf(kind).flatMap((program) => {
			const folder = path.join(world.folder, "trace");
			fs.rmSync(folder, { recursive: true, force: true });
			fs.mkdirSync(folder);
			start(world, { kind, program }, [...STRACE, "-qqq", "-ff", "-o", path.join(folder, "of")]);
			return expand(kind, program, count(folder));
		}),
	);
}

// Restores what was before, and runs a program with a command before it; returns what runToTheEnd says.
function start(world, { kind, program }, command) {
	if (!HOOKS.includes(program)) {
		world.restore(`${kind}-moved`);
		return program === "--watch" ? world.serveUntilReceived(command) : world.deliver(program, command);
	}
	world.restore(kind);
	world.instead(program, command);
	const done = world.push(world.pushes[kind]);
	world.instead(program, null);
	return done;
}

// The same with the program stopped at a point. happened: it came that far.
function stop(world, point) {
	const file = path.join(world.folder, "injected");
	fs.rmSync(file, { force: true });
	const how = point.action === "kill" ? "signal=SIGKILL" : `error=${point.action}`;
	const done = start(world, point, [
		...STRACE,
		"-q",
		"-o",
		file,
		"-e",
		`trace=${point.call}`,
		"-e",
		`inject=${point.call}:${how}:when=${point.ordinal}`,
	]);
	const trace = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
	return { ...done, happened: /killed by SIGKILL|\(INJECTED\)/.test(trace) };
}

module.exports = { record, stop };
