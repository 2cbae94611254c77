"use strict";
// SSH keys of everybody, made once for a run, and signatures by them: what `git tag -s` does, without git.
const { spawnSync } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const OWNERS = ["dave", "dora", "rita", "rob", "ruth", "quentin", "quin", "olga", "paul", "eve", "sam",
	"nobody", "other"];
const TYPES = { rob: ["ecdsa"], quin: ["rsa", "-b", "2048"] };

function run(args, input) {
	const done = spawnSync("ssh-keygen", args, { input, encoding: "utf8" });
	if (done.status !== 0) throw new Error(`ssh-keygen ${args.join(" ")}: ${done.stderr}`);
	return done.stdout;
}

// Makes a key for each owner in the folder.
function makeKeys(folder) {
	fs.mkdirSync(folder, { recursive: true });
	for (const owner of OWNERS) {
		run(["-q", "-t", ...TYPES[owner] ?? ["ed25519"], "-N", "", "-C", owner, "-f", path.join(folder, owner)]);
	}
}

// The public half of an owner's key: {line, fingerprint}
function publicKey(folder, owner) {
	const [type, base64] = fs.readFileSync(path.join(folder, `${owner}.pub`), "utf8").split(" ");
	const digest = crypto.createHash("sha256").update(Buffer.from(base64, "base64")).digest("base64");
	return { line: `${type} ${base64}`, fingerprint: `SHA256:${digest.replace(/=+$/, "")}` };
}

// The signature of a text, by an owner's key, for this purpose ("git").
function signature(folder, owner, text, namespace) {
	return run(["-Y", "sign", "-q", "-n", namespace, "-f", path.join(folder, owner)], text);
}

module.exports = { makeKeys, publicKey, signature };
