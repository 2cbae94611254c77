"use strict";
// A server repository with the hooks, a client with all that will be pushed, and a receiver that writes down what it
// gets.
const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const HOOKS = ["pre-receive", "update", "post-receive"];
const BOUND = 60; // seconds after which something hangs
const ROUNDS = 100; // of the deliverer, until nothing waits

const BASIC = `
[procedure]
mode = enforce
[pusher]
from = gitolite
[production]
branch = refs/heads/main
[hotfix]
branch = hotfix/{incident}-{slug}
[webhook "deploy"]
url = http://127.0.0.1:PORT/hook
secret-file = FOLDER/secret
events = *
retry = 1s*1000
`;

function sleep(milliseconds) {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

class Place {
	// folder: its own, made here; tools: the folder with libexec/hotfix and bin of the suite, and our helpers;
	// more: lines of hotfix.ini beside the basic ones
	constructor(folder, tools, more) {
		this.folder = folder;
		this.tools = tools;
		this.helpers = path.join(tools, "helpers");
		this.server = path.join(folder, "server.git");
		this.client = path.join(folder, "client.git");
		this.environment = {
			PATH: process.env.PATH,
			HOME: folder,
			TMPDIR: folder,
			LC_ALL: "C.UTF-8",
			TZ: "UTC",
			GIT_CONFIG_NOSYSTEM: "1",
			GIT_CONFIG_GLOBAL: "/dev/null",
			// leaks cannot be looked for in what strace holds
			...(process.env.ASAN_OPTIONS && { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS}:detect_leaks=0` }),
		};
		fs.mkdirSync(folder, { recursive: true });
		this.startReceiver();
		this.makeRepositories(BASIC + more);
	}

	run(program, args, more = {}) {
		const done = spawnSync(program, args, {
			encoding: "utf8",
			...more,
			env: { ...this.environment, ...more.env },
		});
		if (done.error) throw done.error;
		return done;
	}

	// Waits for all that the command leaves behind. hung: not all of it ended. With killed, the command itself and
	// what is in its process group is killed after so many milliseconds.
	runToTheEnd(program, args, { killed = 0, ...more } = {}) {
		const done = this.run(
			path.join(this.helpers, "await"),
			[String(BOUND), String(killed), program, ...args],
			more,
		);
		return { ...done, hung: done.status === 124, said: done.stdout + done.stderr };
	}

	// A server that ends when we do, whatever ends us.
	serve(program, args) {
		return spawn("setpriv", ["--pdeathsig", "TERM", program, ...args], {
			stdio: ["ignore", "ignore", "inherit"],
			env: this.environment,
		});
	}

	git(...args) {
		return this.gitAs("dave", args);
	}

	gitAs(person, args, input) {
		const who = { NAME: person, EMAIL: `${person}@example.com`, DATE: "@1700000000 +0000" };
		const env = Object.fromEntries(
			["AUTHOR", "COMMITTER"].flatMap((role) =>
				Object.entries(who).map(([key, value]) => [`GIT_${role}_${key}`, value]),
			),
		);
		const done = this.run("git", [`--git-dir=${this.client}`, ...args], { env, input });
		if (done.status !== 0) throw new Error(`git ${args.join(" ")}: ${done.stderr}`);
		return done.stdout.trim();
	}

	startReceiver() {
		const place = path.join(this.folder, "receiver");
		fs.mkdirSync(place);
		this.receiver = this.serve(path.join(this.helpers, "receiver"), [place]);
		for (let tries = 0; !fs.existsSync(path.join(place, "port")); tries++) {
			if (tries === 500) throw new Error("the receiver does not start");
			sleep(20);
		}
		this.port = fs.readFileSync(path.join(place, "port"), "utf8").trim();
	}

	end() {
		this.receiver.kill();
		fs.rmSync(this.folder, { recursive: true, force: true });
	}

	// Requests since the last forgetReceived: the delivery, the type and the event of each.
	received() {
		return fs
			.readFileSync(path.join(this.folder, "receiver", "log"), "utf8")
			.split("\n")
			.filter(Boolean)
			.map((line) => line.split(" "))
			.map(([time, delivery, type, event]) => ({ time: Number(time), delivery, type, event }));
	}

	forgetReceived() {
		fs.truncateSync(path.join(this.folder, "receiver", "log"));
	}

	makeRepositories(configuration) {
		for (const repository of [this.server, this.client])
			this.run("git", ["init", "-q", "--bare", "-b", "main", repository]);
		fs.rmSync(path.join(this.server, "hooks"), { recursive: true });
		fs.mkdirSync(path.join(this.server, "hooks"));
		fs.appendFileSync(
			path.join(this.server, "config"),
			"[receive]\n\tfsckObjects = true\n\tautogc = false\n",
		);
		fs.writeFileSync(path.join(this.folder, "secret"), "0123456789abcdef0123456789abcdef\n", {
			mode: 0o600,
		});
		const people = ["dave", "rita", "quentin", "olga"].map(
			(person) => `[person "${person}"]\nemail = ${person}@example.com\nlogin = ${person}\n`,
		);
		fs.writeFileSync(
			path.join(this.server, "hotfix.ini"),
			configuration.replaceAll("FOLDER", this.folder).replaceAll("PORT", this.port) + people.join(""),
		);
		for (const hook of HOOKS) this.instead(hook, null);
	}

	commit(person, message, file, ...parents) {
		const blob = this.gitAs(person, ["hash-object", "-w", "--stdin"], file);
		const tree = this.gitAs(person, ["mktree"], `100644 blob ${blob}\tfile\n`);
		return this.gitAs(person, [
			"commit-tree",
			tree,
			...parents.flatMap((parent) => ["-p", parent]),
			"-m",
			message,
		]);
	}

	// Puts a command, an array of words, before a hook of the tools; none: the hook itself.
	instead(hook, command, tools = this.tools) {
		const file = path.join(this.server, "hooks", hook);
		const program = path.join(tools, "libexec", "hotfix", hook);
		fs.rmSync(file, { force: true });
		if (!command) fs.symlinkSync(program, file);
		else fs.writeFileSync(file, `#!/bin/sh\nexec ${command.join(" ")} ${program} "$@"\n`, { mode: 0o755 });
	}

	push({ login, source, ref }) {
		return this.runToTheEnd("git", [`--git-dir=${this.client}`, "push", this.server, `${source}:${ref}`], {
			env: { GL_USER: login },
		});
	}

	deliver(how, command = [], tools = this.tools) {
		const program = path.join(tools, "bin", "hotfixctl");
		const words =
			how === "--detached" ? ["deliver", how, this.server] : ["-C", this.server, "deliver", how];
		return this.runToTheEnd("/usr/bin/env", [...command, program, ...words]);
	}

	// A service, traced by the command, until the receiver has got something.
	serveUntilReceived(command) {
		const log = path.join(this.folder, "receiver", "log");
		const program = [path.join(this.tools, "bin", "hotfixctl"), "-C", this.server, "deliver", "--watch"];
		return this.runToTheEnd(path.join(__dirname, "until-received"), [log, ...command, ...program]);
	}

	// The server goes on delivering until nothing waits any more; faults gets what is wrong: [what, words].
	drain(faults) {
		for (let round = 0; round < ROUNDS; round++) {
			const done = this.deliver("--once");
			if (done.hung) return faults.push(["hang", "hotfixctl deliver --once"]);
			if (!/delivered|delivers/.test(done.said))
				return faults.push(["broken", `hotfixctl deliver --once: ${done.said}`]);
			const [[waiting]] = this.query("SELECT count(*) FROM delivery WHERE state = 0");
			if (waiting === "0") return undefined;
			sleep(100);
		}
		return faults.push(["lost", "a delivery waits for ever"]);
	}

	// The refs of the server are never packed.
	ref(name) {
		const file = path.join(this.server, name);
		return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim() : null;
	}

	// Rows of what was read from the state, an array of columns each; an error where it cannot be read.
	query(sql) {
		const file = path.join(this.server, "hotfix.sqlite");
		if (!fs.existsSync(file) || fs.statSync(file).size === 0) return [];
		const done = this.run("sqlite3", ["-readonly", "-cmd", ".timeout 10000", "-separator", "\t", file, sql]);
		if (done.status !== 0) throw new Error(`sqlite3: ${done.stderr}`);
		return done.stdout
			.split("\n")
			.filter(Boolean)
			.map((line) => line.split("\t"));
	}
}

module.exports = { Place, HOOKS, BOUND, sleep };
