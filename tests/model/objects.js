"use strict";
// Writes blobs, trees, commits and tags as loose objects: what `git commit-tree` does, without a process for each.
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const zlib = require("node:zlib");

function write(gitDir, type, body) {
	const bytes = Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body]);
	const id = crypto.createHash("sha1").update(bytes).digest("hex");
	const folder = path.join(gitDir, "objects", id.slice(0, 2));
	const file = path.join(folder, id.slice(2));
	if (!fs.existsSync(file)) {
		fs.mkdirSync(folder, { recursive: true });
		fs.writeFileSync(file, zlib.deflateSync(bytes, { level: 1 }));
	}
	return id;
}

// files: Map of path to {mode, content}
function writeTree(gitDir, files) {
	const entries = new Map();
	for (const [name, file] of files) {
		const slash = name.indexOf("/");
		if (slash < 0) {
			entries.set(name, { mode: file.mode, id: write(gitDir, "blob", Buffer.from(file.content)), order: name });
			continue;
		}
		const top = name.slice(0, slash);
		if (!entries.has(top)) entries.set(top, { mode: "40000", below: new Map(), order: `${top}/` });
		entries.get(top).below.set(name.slice(slash + 1), file);
	}
	const sorted = [...entries].sort((a, b) => (a[1].order < b[1].order ? -1 : 1));
	return write(gitDir, "tree", Buffer.concat(sorted.flatMap(([name, entry]) => [
		Buffer.from(`${entry.mode} ${name}\0`), Buffer.from(entry.id ?? writeTree(gitDir, entry.below), "hex"),
	])));
}

// author, committer: "Name <address>"; date: seconds
function writeCommit(gitDir, { tree, parents, author, committer, date, message }) {
	const lines = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${author} ${date} +0000`,
		`committer ${committer} ${date} +0000`, "", message];
	return write(gitDir, "commit", Buffer.from(lines.join("\n")));
}

// The bytes of a tag object, to which a signature is added: target {object, type}, its own name, tagger as above
function tagPayload({ object, type, name, tagger, date, message }) {
	return `object ${object}\ntype ${type}\ntag ${name}\ntagger ${tagger} ${date} +0000\n\n${message}`;
}

function writeTag(gitDir, text) {
	return write(gitDir, "tag", Buffer.from(text));
}

function writeBlob(gitDir, text) {
	return write(gitDir, "blob", Buffer.from(text));
}

module.exports = { write, writeTree, writeCommit, tagPayload, writeTag, writeBlob };
