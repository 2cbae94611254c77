"use strict";
// A server to push to, its objects those of a kept repository, and a client that has the server's objects.
const fs = require("node:fs");
const path = require("node:path");

const HIDDEN = ["refs/tags", "refs/heads/topic", "refs/signoffs"];
const BATCH = 2000; // refs in one push of the set-up

class Pair {
	// edit: what becomes of hotfix.ini; hide: whether the refs of the server are hidden from the client
	// (receive.hideRefs) and from git's look at the quarantine (core.alternateRefsPrefixes)
	constructor(shop, name, cache, { edit = (ini) => ini, hide = true } = {}) {
		this.shop = shop;
		this.folder = path.join(shop.work, name);
		this.server = path.join(this.folder, "server.git");
		this.client = path.join(this.folder, "client.git");
		this.address = this.server;
		fs.mkdirSync(this.folder);
		shop.run("cp", ["-al", cache, this.server]);
		for (const file of ["config", "packed-refs"]) {
			fs.rmSync(path.join(this.server, file));
			fs.copyFileSync(path.join(cache, file), path.join(this.server, file));
		}
		this.configure(edit, hide);
		fs.rmSync(path.join(this.server, "hooks"), { recursive: true });
		for (const variant of fs.readdirSync(shop.hooks))
			fs.symlinkSync(path.join(shop.hooks, variant), path.join(this.server, `hooks.${variant}`));
		fs.symlinkSync("hooks.none", path.join(this.server, "hooks"));
		shop.run("git", ["init", "-q", "--bare", "-b", "main", this.client]);
		fs.writeFileSync(
			path.join(this.client, "objects", "info", "alternates"),
			`${path.join(this.server, "objects")}\n`,
		);
		this.main = shop.git(this.server, "rev-parse", "refs/heads/main");
	}

	configure(edit, hide) {
		const hidden = hide ? `\thideRefs = ${HIDDEN.join("\n\thideRefs = ")}\n` : "";
		const prefixes = hide ? "[core]\n\talternateRefsPrefixes = refs/heads/main\n" : "";
		fs.appendFileSync(
			path.join(this.server, "config"),
			`[receive]\n\tautogc = false\n${hidden}${prefixes}[http]\n\treceivepack = true\n`,
		);
		const ini = fs.readFileSync(path.join(__dirname, "hotfix.ini"), "utf8").replace("USER", this.shop.user);
		fs.writeFileSync(path.join(this.server, "hotfix.ini"), edit(ini), { mode: 0o644 });
	}

	end() {
		fs.rmSync(this.folder, { recursive: true, force: true });
	}

	useHooks(variant) {
		fs.rmSync(path.join(this.server, "hooks"));
		fs.symlinkSync(`hooks.${variant}`, path.join(this.server, "hooks"));
	}

	// Many refspecs, with our hooks, so that these know them.
	pushAll(refspecs, variant = "setup") {
		this.useHooks(variant);
		for (let at = 0; at < refspecs.length; at += BATCH)
			this.shop.git(this.client, "push", "-q", this.server, ...refspecs.slice(at, at + BATCH));
		if (refspecs.length) this.shop.git(this.server, "pack-refs", "--all");
	}

	// One push; the exit of git.
	push(source, destination, variant, env = {}) {
		this.useHooks(variant);
		const args = ["-C", this.client, "push", "-q", this.address, `${source}:${destination}`];
		return this.shop.run(path.join(this.shop.work, "await"), ["600", "0", "git", ...args], {
			mayFail: true,
			env,
		});
	}
}

module.exports = { Pair };
