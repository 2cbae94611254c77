"use strict";
// Reads a repository with plain git commands, slowly: `git cat-file` for commits and tags, `git interpret-trailers
// --parse --no-divider` for trailers, `git ls-tree -r` for what a tree holds, and `ssh-keygen -Y check-novalidate` for
// who signed. History is sets of ids: nothing of it is clever.
const { execFileSync, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const SIGNATURE = "-----BEGIN SSH SIGNATURE-----";
const END = "-----END SSH SIGNATURE-----\n";

const trailersOfMessage = new Map();
const filesOfTree = new Map();

class Reader {
	constructor(gitDir, environment) {
		this.gitDir = gitDir;
		this.environment = environment;
		this.commits = new Map();
		this.tags = new Map();
		this.kinds = new Map();
		this.keys = new Map();
		this.closures = new Map();
	}

	git(args, input = "") {
		return execFileSync("git", [`--git-dir=${this.gitDir}`, ...args], {
			input, env: this.environment, maxBuffer: 1 << 28, stdio: ["pipe", "pipe", "inherit"],
		});
	}

	// Every commit that the repository holds now.
	readAll() {
		const bytes = this.git(["cat-file", "--batch-all-objects", "--batch"]);
		for (let at = 0; at < bytes.length;) {
			const end = bytes.indexOf(10, at);
			const [id, type, size] = bytes.toString("latin1", at, end).split(" ");
			const body = bytes.toString("utf8", end + 1, end + 1 + Number(size));
			this.kinds.set(id, type);
			if (type === "commit" && !this.commits.has(id)) this.commits.set(id, parseCommit(id, body));
			if (type === "tag" && !this.tags.has(id)) this.tags.set(id, parseTag(id, body));
			at = end + 1 + Number(size) + 1;
		}
	}

	commit(id) {
		if (!this.commits.has(id)) this.readAll();
		const commit = this.commits.get(id);
		if (!commit) throw new Error(`there is no commit ${id}`);
		return commit;
	}

	tree(id) {
		return this.commit(id).tree;
	}

	kind(id) {
		if (!this.kinds.has(id)) this.readAll();
		return this.kinds.get(id);
	}

	// An annotated tag: {object, type, name, message, payload, signature, ambiguous}; null when it is none.
	tag(id) {
		return this.kind(id) === "tag" ? this.tags.get(id) : null;
	}

	// [{key, value}]
	trailers(id) {
		return this.messageTrailers(this.commit(id).message);
	}

	// Git takes the first paragraph for a title; `git tag -m "Reviewed-by: …"` makes no other.
	tagTrailerValues({ message }, key) {
		return ofKey(this.messageTrailers(message.includes("\n\n") ? message : `title\n\n${message}`), key);
	}

	// The fingerprint of the key that signed a tag for Git; null when the signature is not good.
	signingKey(tag) {
		if (!this.keys.has(tag.id)) {
			const file = path.join(this.gitDir, "signature");
			fs.writeFileSync(file, tag.signature);
			const { status, stdout } = spawnSync("ssh-keygen", ["-Y", "check-novalidate", "-n", "git", "-s", file],
				{ input: tag.payload, env: this.environment, encoding: "utf8" });
			this.keys.set(tag.id, (status === 0 && / key (SHA256:\S+)/.exec(stdout)?.[1]) || null);
		}
		return this.keys.get(tag.id);
	}

	messageTrailers(message) {
		if (!message.includes(":")) return [];
		if (!trailersOfMessage.has(message)) {
			const text = this.git(["interpret-trailers", "--parse", "--no-divider"], message).toString();
			trailersOfMessage.set(message, text.split("\n").filter((line) => line).map((line) => {
				const colon = line.indexOf(":");
				return { key: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() };
			}));
		}
		return trailersOfMessage.get(message);
	}

	// The values of the trailers with this key; Git does not count case.
	trailerValues(id, key) {
		return ofKey(this.trailers(id), key);
	}

	// Map of path to "mode id"
	files(tree) {
		if (!filesOfTree.has(tree)) {
			const files = new Map();
			for (const entry of this.git(["ls-tree", "-r", "-z", tree]).toString("latin1").split("\0")) {
				if (!entry) continue;
				const [, mode, id, path] = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(entry);
				files.set(path, `${mode} ${id}`);
			}
			filesOfTree.set(tree, files);
		}
		return filesOfTree.get(tree);
	}

	// What the second commit changes against the first: a text that is the same for the same change.
	change(from, to) {
		const before = this.files(this.tree(from));
		const after = this.files(this.tree(to));
		const paths = new Set([...before.keys(), ...after.keys()]);
		return [...paths].sort().filter((path) => before.get(path) !== after.get(path))
			.map((path) => `${path}\t${before.get(path) ?? "-"}\t${after.get(path) ?? "-"}\n`).join("");
	}

	// The commit and everything that it reaches.
	closure(id) {
		if (!this.closures.has(id)) {
			const seen = new Set();
			const waiting = [id];
			while (waiting.length) {
				const next = waiting.pop();
				if (seen.has(next)) continue;
				seen.add(next);
				waiting.push(...this.commit(next).parents);
			}
			this.closures.set(id, seen);
		}
		return this.closures.get(id);
	}

	reaches(from, to) {
		return this.closure(from).has(to);
	}

	// What each of the tips reaches and the base does not (no base: null).
	range(base, ...tips) {
		const below = base ? this.closure(base) : new Set();
		const found = new Set();
		for (const tip of tips) for (const id of this.closure(tip)) if (!below.has(id)) found.add(id);
		return [...found];
	}

	mergeBases(a, b) {
		const common = [...this.closure(a)].filter((id) => this.reaches(b, id));
		return common.filter((id) => !common.some((other) => other !== id && this.reaches(other, id)));
	}

	// The commits from `old` to `tip` by first parents, both included; null when `old` is not on that line.
	firstParentLine(old, tip) {
		const line = [];
		for (let id = tip; id; [id] = this.commit(id).parents) {
			line.unshift(id);
			if (id === old) return line;
		}
		return null;
	}
}

function parseCommit(id, body) {
	const gap = body.indexOf("\n\n");
	const headers = body.slice(0, gap).split("\n");
	const all = (name) => headers.filter((h) => h.startsWith(`${name} `)).map((h) => h.slice(name.length + 1));
	const address = (name) => /<([^<>]*)>/.exec(all(name)[0])[1];
	return {
		id, tree: all("tree")[0], parents: all("parent"), author: address("author"), committer: address("committer"),
		message: body.slice(gap + 2),
	};
}

function parseTag(id, body) {
	const gap = body.indexOf("\n\n");
	const headers = body.slice(0, gap).split("\n");
	const [object, type, name] = ["object", "type", "tag"].map((key, i) => headers[i].slice(key.length + 1));
	const at = `\n${body}`.indexOf(`\n${SIGNATURE}`);
	const [payload, signature] = at < 0 ? [body, ""] : [body.slice(0, at), body.slice(at)];
	const ambiguous = signature.slice(1).includes(`\n${SIGNATURE}`) || (signature && !signature.endsWith(END)) ||
		signature.indexOf(END) !== signature.lastIndexOf(END);
	return { id, object, type, name, message: payload.slice(gap + 2), payload, signature, ambiguous };
}

function ofKey(trailers, key) {
	return trailers.filter((t) => t.key.toLowerCase() === key.toLowerCase()).map((t) => t.value);
}

module.exports = { Reader };
