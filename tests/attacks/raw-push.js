"use strict";
// A client that says to `git receive-pack` what git itself would not: any commands in any order, any bytes in a name,
// any pack (gitprotocol-pack(5), Pushing Data To a Server).
//
//	raw-push.js SERVER WORD...
//
// Words, of which each text may hold \n, \\ and \xHH:
//	update OLD NEW REF    a command; - is the zero id
//	line TEXT             any other line among the commands, as it is
//	many COUNT OLD NEW REF   commands whose names end in 1 to COUNT
//	shallow ID            a shallow line before the commands
//	capabilities LIST     instead of "report-status side-band-64k object-format=sha1"; a list that begins with + is added
//	option TEXT           a push option;  options COUNT BYTES: so many, so long
//	cert PUSHER           the commands go into an unsigned push certificate, with an empty signature
//	revs WORD...          up to the word --: the pack holds what git rev-list --objects prints for them, run here
//	objects ID... --      the pack holds those of these objects that are here
//	pack FILE             the pack is these bytes
//	cut BYTES             the pack ends after so many bytes
//	leave                 hangs up without reading the report
//
// Prints the server's words on standard error, and its report on standard output. Exit: 0 when every command was "ok",
// 1 when not, 2 when it was called wrongly.
const { spawn, execFileSync } = require("node:child_process");
const fs = require("node:fs");

const ZERO = "0".repeat(40);

function bytes(text) {
	const parts = text.split(/(\\n|\\\\|\\x[0-9a-fA-F]{2})/).map((part, index) => {
		if (index % 2 === 0) return Buffer.from(part);
		if (part === "\\n") return Buffer.from("\n");
		return part === "\\\\" ? Buffer.from("\\") : Buffer.from(part.slice(2), "hex");
	});
	return Buffer.concat(parts);
}

const id = (word) => (word === "-" ? ZERO : word);
const command = (before, after, ref) => Buffer.concat([Buffer.from(`${id(before)} ${id(after)} `), bytes(ref)]);

function many(count, before, after, ref) {
	return Array.from({ length: Number(count) }, (_, index) => command(before, after, `${ref}${index + 1}`));
}

function parse(words) {
	const push = {
		server: words.shift(), lines: [], shallow: [], options: [], cut: Infinity,
		capabilities: "report-status side-band-64k object-format=sha1",
	};
	const take = () => {
		if (!words.length) throw new Error("a word is missing");
		return words.shift();
	};
	const list = () => {
		const end = words.includes("--") ? words.indexOf("--") : words.length;
		return words.splice(0, end + 1).slice(0, end);
	};
	const readers = {
		update: () => push.lines.push(command(take(), take(), take())),
		line: () => push.lines.push(bytes(take())),
		many: () => { push.lines = push.lines.concat(many(take(), take(), take(), take())); },
		shallow: () => push.shallow.push(take()),
		capabilities: () => {
			const text = take();
			push.capabilities = text.startsWith("+") ? `${push.capabilities} ${text.slice(1)}` : text;
		},
		option: () => push.options.push(bytes(take())),
		options: () => {
			const count = Number(take());
			push.options = Array(count).fill(Buffer.alloc(Number(take()), "o"));
		},
		cert: () => { push.certificate = take(); },
		revs: () => { push.pack = git(["pack-objects", "--stdout", "-q", "--revs"], list().join("\n")); },
		objects: () => { push.pack = git(["pack-objects", "--stdout", "-q"], present(list())); },
		pack: () => { push.pack = fs.readFileSync(take()); },
		cut: () => { push.cut = Number(take()); },
		leave: () => { push.leaves = true; },
	};
	while (words.length) {
		const word = take();
		if (!readers[word]) throw new Error(`unknown word ${word}`);
		readers[word]();
	}
	if (push.options.length) push.capabilities += " push-options";
	if (!push.pack && push.lines.some(brings)) push.pack = emptyPack();
	return push;
}

function brings(line) {
	return !line.subarray(ZERO.length + 1).toString("latin1").startsWith(ZERO);
}

function present(ids) {
	const lines = git(["cat-file", "--batch-check"], ids.join("\n")).toString("latin1").split("\n");
	return lines.filter((line) => /^[0-9a-f]{40} (?!missing)/.test(line)).map((line) => line.split(" ")[0]).join("\n");
}

// What brings no object has a pack all the same, unless it only deletes.
function emptyPack() {
	return git(["pack-objects", "--stdout", "-q"], "");
}

function git(words, input) {
	return execFileSync("git", words, { input: input && `${input}\n`, maxBuffer: 2 ** 30 });
}

function packet(content) {
	return Buffer.concat([Buffer.from((content.length + 4).toString(16).padStart(4, "0")), content]);
}

const FLUSH = Buffer.from("0000");

// The certificate is one packet a line, and its commands are lines of it.
function certificate(push, nonce) {
	const lines = [
		`push-cert\0${push.capabilities}`, "certificate version 0.1", `pusher ${push.certificate} 1700000000 +0000`,
		`pushee ${push.server}`, `nonce ${nonce}`, "", ...push.lines, "-----BEGIN PGP SIGNATURE-----",
		"-----END PGP SIGNATURE-----", "push-cert-end",
	];
	return lines.map((line) => packet(Buffer.concat([Buffer.from(line), Buffer.from("\n")])));
}

function commands(push) {
	const capabilities = Buffer.from(`\0${push.capabilities}`);
	return push.lines.map((line, index) => packet(index ? line : Buffer.concat([line, capabilities])));
}

function request(push, nonce) {
	const lines = push.certificate ? certificate(push, nonce) : commands(push);
	const options = push.options.length ? [...push.options.map(packet), FLUSH] : [];
	return Buffer.concat([
		...push.shallow.map((shallow) => packet(Buffer.from(`shallow ${shallow}`))), ...lines, FLUSH, ...options,
		(push.pack ?? Buffer.alloc(0)).subarray(0, push.cut),
	]);
}

// Takes whole packets off what has come; the rest stays.
class Packets {
	constructor() {
		this.rest = Buffer.alloc(0);
	}

	*take(chunk) {
		this.rest = Buffer.concat([this.rest, chunk]);
		while (this.rest.length >= 4) {
			const length = parseInt(this.rest.subarray(0, 4).toString("latin1"), 16);
			if (length < 4) {
				this.rest = this.rest.subarray(4);
				yield null;
			} else if (this.rest.length < length) {
				return;
			} else {
				const content = this.rest.subarray(4, length);
				this.rest = this.rest.subarray(length);
				yield content;
			}
		}
	}
}

function judge(report) {
	process.stdout.write(report);
	const lines = report.toString("latin1").split("\n").filter(Boolean);
	return lines.length > 1 && lines[0] === "unpack ok" && lines.slice(1).every((line) => line.startsWith("ok ")) ? 0 : 1;
}

function run(push) {
	const server = spawn("git", ["receive-pack", push.server], { stdio: ["pipe", "pipe", "inherit"] });
	const outer = new Packets();
	const inner = new Packets();
	const report = [];
	let greeted = false;
	let nonce = "";

	server.stdin.on("error", () => {}); // it may refuse before it has read everything
	server.stdout.on("data", (chunk) => {
		for (const content of outer.take(chunk)) {
			if (!greeted && content === null) {
				greeted = true;
				server.stdin.end(request(push, nonce));
				if (push.leaves) server.stdout.destroy();
			} else if (!greeted) {
				nonce = /push-cert=(\S+)/.exec(content.toString("latin1"))?.[1] ?? nonce;
			} else if (content && !/side-band/.test(push.capabilities)) {
				report.push(content);
			} else if (content && content[0] === 1) {
				report.push(...[...inner.take(content.subarray(1))].filter(Boolean));
			} else if (content) {
				process.stderr.write(content.subarray(1));
			}
		}
	});
	server.on("close", () => { process.exitCode = judge(Buffer.concat(report)); });
}

try {
	run(parse(process.argv.slice(2)));
} catch (error) {
	process.stderr.write(`raw-push: ${error.message}\n`);
	process.exitCode = 2;
}
