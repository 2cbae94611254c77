"use strict";
// A bare repository with the hooks, and pushes to it: real ones, or the hooks called as Git calls them (the objects are
// there already by alternates, so no quarantine is needed).
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const HOOKS = ["pre-receive", "update", "post-receive"];
const LOCK = "hotfix.deliver.lock"; // of the deliverer: flock(2)
const ANNOUNCED = "hotfix.announce.lock"; // shared by what pushes leave behind
const NONE = "0".repeat(40);

// What every git and every hook gets; nothing of the person who runs the tests.
function environment(home) {
	return {
		PATH: process.env.PATH, HOME: home, LC_ALL: "C.UTF-8", TZ: "UTC", GIT_CONFIG_NOSYSTEM: "1",
		GIT_CONFIG_GLOBAL: "/dev/null", ...(process.env.ASAN_OPTIONS && { ASAN_OPTIONS: process.env.ASAN_OPTIONS }),
	};
}

class Server {
	// folder: holds server.git and client.git; hooks: the folder of the installed hooks
	constructor(folder, hooks) {
		this.folder = folder;
		this.hooks = hooks;
		this.path = path.join(folder, "server.git");
		this.client = path.join(folder, "client.git");
		this.environment = environment(folder);
		for (const repository of [this.path, this.client]) emptyRepository(repository);
		this.lock();
		fs.appendFileSync(path.join(this.path, "config"),
			"[receive]\n\tfsckObjects = true\n\tadvertisePushOptions = true\n\tautogc = false\n");
	}

	git(...args) {
		const done = spawnSync("git", args, { env: this.environment, encoding: "utf8" });
		if (done.status !== 0) throw new Error(`git ${args.join(" ")}: ${done.stderr}`);
		return done.stdout.trim();
	}

	get signers() {
		return path.join(this.path, "signers");
	}

	// ini: the text of hotfix.ini; signers: that of the allowed signers file
	configure(ini, signers) {
		fs.writeFileSync(path.join(this.path, "hotfix.ini"), ini);
		fs.writeFileSync(this.signers, signers);
	}

	install() {
		for (const hook of HOOKS) fs.symlinkSync(path.join(this.hooks, hook), path.join(this.path, "hooks", hook));
	}

	// The hooks read the client's objects where they are: for pushes that are not real.
	shareObjects() {
		fs.writeFileSync(path.join(this.path, "objects", "info", "alternates"), `${this.client}/objects\n`);
	}

	// Moves a ref behind the hooks.
	setRef(ref, id) {
		if (id && !fs.existsSync(path.join(this.path, "objects", "info", "alternates"))) {
			this.git(`--git-dir=${this.client}`, "push", "-q", "--force",
				"--receive-pack=git -c core.hooksPath=/nowhere receive-pack",
				this.path, `${id}:${ref}`);
		} else {
			this.writeRef(ref, id);
		}
	}

	writeRef(ref, id) {
		const file = path.join(this.path, ref);
		if (id) {
			fs.mkdirSync(path.dirname(file), { recursive: true });
			fs.writeFileSync(file, `${id}\n`);
		} else {
			fs.rmSync(file);
		}
	}

	ref(ref) {
		try {
			return fs.readFileSync(path.join(this.path, ref), "utf8").trim();
		} catch {
			return null;
		}
	}

	run(hook, login, args, input) {
		const done = spawnSync(path.join(this.path, "hooks", hook), args, {
			cwd: this.path, input, encoding: "utf8",
			env: { ...this.environment, GIT_DIR: ".", GL_USER: login },
		});
		if (done.status === null || done.status > 1) throw new Error(`${hook}: ${done.signal ?? done.status} ${done.stderr}`);
		return { accepted: done.status === 0, message: done.stdout + done.stderr };
	}

	preReceive({ login, updates }) {
		return this.run("pre-receive", login, [], lines(updates));
	}

	update({ login }, { ref, old, new: id }) {
		return this.run("update", login, [ref, old ?? NONE, id ?? NONE], "");
	}

	// All three hooks, and the refs moved between; each update hook sees the refs that moved before it.
	pushByHooks(push) {
		const judged = this.preReceive(push);
		if (!judged.accepted) return judged;
		for (const update of push.updates) {
			const again = this.update(push, update);
			if (!again.accepted) return { accepted: false, message: `${judged.message}update refuses:\n${again.message}` };
			this.writeRef(update.ref, update.new);
		}
		const told = this.run("post-receive", push.login, [], lines(push.updates));
		this.awaitAnnounced();
		return { accepted: true, message: judged.message + told.message };
	}

	pushReally({ login, updates }) {
		const done = spawnSync("git", [`--git-dir=${this.client}`, "push", "--force", this.path,
			...updates.map(({ ref, new: id }) => `${id ?? ""}:${ref}`)],
		{ encoding: "utf8", env: { ...this.environment, GL_USER: login } });
		this.awaitAnnounced();
		return { accepted: done.status === 0, message: done.stderr.replace(/^remote: ?/gm, "").replace(/ +$/gm, "") };
	}

	// What a push left behind is over.
	awaitAnnounced() {
		const file = path.join(this.path, ANNOUNCED);
		if (!fs.existsSync(file)) return;
		const { status } = spawnSync("flock", ["-w", "60", file, "true"]);
		if (status !== 0) throw new Error(`${file}: a push is not announced`);
	}

	// Nobody delivers, or checkpoints the state, behind the copies: the lock stays with this process.
	lock() {
		this.locked = fs.openSync(path.join(this.path, LOCK), "a", 0o660);
		const { status } = spawnSync("flock", ["-n", "3"], { stdio: ["ignore", "inherit", "inherit", this.locked] });
		if (status !== 0) throw new Error(`${this.path}: the lock of the deliverer is taken`);
	}

	close() {
		fs.closeSync(this.locked);
	}

	// A copy of the server as it is, to bring back later; objects are only added, so they stay.
	save() {
		this.saved = path.join(this.folder, "saved.git");
		copy(this.path, this.saved);
	}

	restore() {
		for (const name of fs.readdirSync(this.path)) {
			if (name !== "objects" && name !== LOCK) fs.rmSync(path.join(this.path, name), { recursive: true });
		}
		copy(this.saved, this.path);
	}
}

function copy(from, to) {
	fs.cpSync(from, to, {
		recursive: true, verbatimSymlinks: true,
		filter: (file) => !["objects", LOCK].includes(path.basename(file)) && !file.endsWith("-shm"),
	});
}

function emptyRepository(folder) {
	for (const name of ["objects/info", "objects/pack", "refs/heads", "refs/tags", "hooks"]) {
		fs.mkdirSync(path.join(folder, name), { recursive: true });
	}
	fs.writeFileSync(path.join(folder, "HEAD"), "ref: refs/heads/main\n");
	fs.writeFileSync(path.join(folder, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n");
}

function lines(updates) {
	return updates.map(({ ref, old, new: id }) => `${old ?? NONE} ${id ?? NONE} ${ref}\n`).join("");
}

module.exports = { Server };
