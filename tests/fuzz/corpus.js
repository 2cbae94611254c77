// The corpus of a fuzz target is one file with an input on every line, smallest first, so that a change of it can be read:
//
//	corpus.js unpack FILE FOLDER    writes each input into a file of its own, for libFuzzer
//	corpus.js pack FOLDER FILE      the other way round; inputs of more than 512 bytes stay out
//	corpus.js import FOLDER         writes a stream for git-fast-import(1): a commit with each input as its message
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const LONGEST = 512;
const LETTERS = { "\\n": 10, "\\r": 13, "\\t": 9, "\\\\": 92 };

function escape(bytes) {
	let text = "";
	for (const byte of bytes) {
		const letter = Object.keys(LETTERS).find((key) => LETTERS[key] === byte);
		if (letter) text += letter;
		else if (byte >= 32 && byte < 127) text += String.fromCharCode(byte);
		else text += `\\x${byte.toString(16).padStart(2, "0")}`;
	}
	return text;
}

function unescape(line) {
	const parts = line.match(/\\x[0-9a-f]{2}|\\[nrt\\]|[^\\]/g) || [];
	return Buffer.from(parts.map((part) => LETTERS[part] ?? (part.length === 4 ? parseInt(part.slice(2), 16) : part.charCodeAt(0))));
}

function inputs(folder) {
	const all = fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name)));
	return all.sort((a, b) => a.length - b.length || Buffer.compare(a, b));
}

const commands = {
	unpack(file, folder) {
		const lines = fs.existsSync(file) ? fs.readFileSync(file, "latin1").split("\n").slice(0, -1) : [];
		lines.forEach((line, index) => fs.writeFileSync(path.join(folder, `kept-${index}`), unescape(line)));
	},
	pack(folder, file) {
		const kept = inputs(folder).filter((bytes) => bytes.length <= LONGEST);
		fs.writeFileSync(file, kept.map((bytes) => `${escape(bytes)}\n`).join(""));
	},
	import(folder) {
		for (const bytes of inputs(folder)) {
			const message = bytes.includes(0) ? bytes.subarray(0, bytes.indexOf(0)) : bytes;
			const words = `commit refs/heads/main\ncommitter A <a@example.com> 1900000000 +0000\ndata ${message.length}\n`;
			fs.writeSync(1, Buffer.concat([Buffer.from(words), message, Buffer.from("\n\n")]));
		}
	},
};

const [command, ...words] = process.argv.slice(2);
if (!commands[command]) {
	process.stderr.write("usage: corpus.js unpack FILE FOLDER | pack FOLDER FILE | import FOLDER\n");
	process.exit(2);
}
commands[command](...words);
