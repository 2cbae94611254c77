"use strict";
// A place to crash in: pushes of each kind, and copies of the server from before them.
const fs = require("node:fs");
const path = require("node:path");
const { Place } = require("./place.js");

const SIGNOFF = "refs/signoffs/INC-7-login/qa/quentin-";

const SIGNOFFS = `
[signature]
allowed-signers = FOLDER/signers
[role "reviewer"]
member = rita
[role "qa"]
member = quentin
[signoff "review"]
trailer = Reviewed-by
role = reviewer
[signoff "qa"]
trailer = Tested-by
role = qa
evidence = signature
[log]
to = FOLDER/server.git/hotfix.log
`;

class World extends Place {
	constructor(folder, tools) {
		super(folder, tools, SIGNOFFS);
		this.makeKey();
		this.makeHistory();
		this.makeSnapshots();
	}

	makeKey() {
		const key = this.keyOf("quentin", "key");
		fs.writeFileSync(path.join(this.folder, "signers"), `quentin@example.com ${key}`);
	}

	keyOf(person, file) {
		const place = path.join(this.folder, file);
		this.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", person, "-f", place]);
		return fs.readFileSync(`${place}.pub`, "utf8");
	}

	// A tag of quentin's for a sign-off, by a key; returns its name on the client.
	sign(key, signoff, message, commit) {
		const tag = signoff.replace("refs/signoffs", "signoff");
		const program = ["-c", "gpg.format=ssh", "-c", `user.signingKey=${this.folder}/${key}.pub`];
		this.gitAs("quentin", [...program, "tag", "-f", "-s", "-m", message, tag, commit]);
		return `refs/tags/${tag}`;
	}

	pushOf(login, source, ref) {
		return { login, source, ref, id: this.git("rev-parse", source) };
	}

	makeHistory() {
		const first = this.commit("dave", "first", "one");
		const fix = this.commit("dave", "fix the login", "two", first);
		const reviewed = this.commit("rita", "Sign off\n\nReviewed-by: rita <rita@example.com>", "two", fix);
		const merge = this.commit("olga", "Merge the fix", "two", first, reviewed);
		const signoff = SIGNOFF + reviewed.slice(0, 10);
		const tag = this.sign("key", signoff, "Tested-by: quentin <quentin@example.com>", reviewed);
		const push = (login, source, ref) => this.pushOf(login, source, ref);
		this.pushes = {
			landing: push("olga", merge, "refs/heads/main"),
			branch: push(
				"dave",
				this.commit("dave", "fix the logout", "three", first),
				"refs/heads/hotfix/INC-8-logout",
			),
			signoff: push("quentin", tag, signoff),
			next: push(
				"dave",
				this.commit("dave", "fix the rest", "four", first),
				"refs/heads/hotfix/INC-9-rest",
			),
		};
		this.pushes.lost = this.pushes.branch;
		this.base = [
			push("dave", first, "refs/heads/main"),
			push("dave", fix, "refs/heads/hotfix/INC-7-login"),
			push("rita", reviewed, "refs/heads/hotfix/INC-7-login"),
		];
	}

	makeSnapshots() {
		const must = (push) => {
			const done = this.push(push);
			if (done.status !== 0) throw new Error(`a push that must pass: ${done.said}`);
		};
		this.base.forEach(must);
		for (const kind of ["branch", "signoff"]) this.save(kind);
		for (const file of ["", "-wal", "-shm"])
			fs.rmSync(`${this.server}/hotfix.sqlite${file}`, { force: true });
		this.save("lost");
		this.restore("signoff");
		must(this.pushes.signoff);
		this.save("landing");
		for (const kind of ["landing", "branch", "signoff"]) {
			this.restore(kind);
			fs.rmSync(path.join(this.server, "hooks", "post-receive"));
			must(this.pushes[kind]);
			this.instead("post-receive", null);
			this.save(`${kind}-moved`);
		}
	}

	save(name) {
		this.run("cp", ["-a", this.server, path.join(this.folder, `saved-${name}`)]);
	}

	restore(name) {
		fs.rmSync(this.server, { recursive: true });
		this.run("cp", ["-a", path.join(this.folder, `saved-${name}`), this.server]);
		this.forgetReceived();
	}
}

module.exports = { World };
