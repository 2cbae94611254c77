"use strict";
// A pack with a large commit, and a small one that is stored as a difference to it: whoever reads the small one has to
// unpack the large one (gitformat-pack(5), Deltified representation).
//
//	delta-bomb.js SMALL LARGE >PACK		two files, the contents of commits
const crypto = require("node:crypto");
const fs = require("node:fs");
const zlib = require("node:zlib");

const [small, large] = process.argv.slice(2).map((file) => fs.readFileSync(file));
const COMMIT = 1;
const REF_DELTA = 7;

function head(type, size) {
	const bytes = [(type << 4) | (size & 15)];
	for (let rest = Math.floor(size / 16); rest; rest = Math.floor(rest / 128)) {
		bytes[bytes.length - 1] |= 128;
		bytes.push(rest & 127);
	}
	return Buffer.from(bytes);
}

function number(size) {
	const bytes = [];
	for (let rest = size; ; rest = Math.floor(rest / 128)) {
		bytes.push(rest < 128 ? rest : (rest & 127) | 128);
		if (rest < 128) return Buffer.from(bytes);
	}
}

function inserts(content) {
	const parts = [];
	for (let at = 0; at < content.length; at += 127) {
		const part = content.subarray(at, at + 127);
		parts.push(Buffer.from([part.length]), part);
	}
	return Buffer.concat(parts);
}

const id = crypto.createHash("sha1").update(`commit ${large.length}\0`).update(large).digest();
const delta = Buffer.concat([number(large.length), number(small.length), inserts(small)]);
const start = Buffer.alloc(12);
start.write("PACK");
start.writeUInt32BE(2, 4);
start.writeUInt32BE(2, 8);
const pack = Buffer.concat([
	start, head(COMMIT, large.length), zlib.deflateSync(large, { level: 1 }),
	head(REF_DELTA, delta.length), id, zlib.deflateSync(delta),
]);
process.stdout.write(Buffer.concat([pack, crypto.createHash("sha1").update(pack).digest()]));
