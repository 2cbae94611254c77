// A name server, for tests: node names.js FOLDER ADDRESS
//
// Listens on port 53 of ADDRESS, of loopback, and makes FOLDER/ready. Each question for A is a line of FOLDER/questions, its
// name. "silent..." is never answered; "A.B.C.D.N..." is these four numbers; "turns..." is 127.0.0.1 at the first question
// and 169.254.169.254 ever after; anything else has no address.
"use strict";

const dgram = require("dgram");
const fs = require("fs");
const path = require("path");

const [folder, address] = process.argv.slice(2);
const server = dgram.createSocket("udp4");
let turned = false;

function nameOf(question) {
	const labels = [];

	for (let at = 12; question[at]; at += question[at] + 1)
		labels.push(question.toString("latin1", at + 1, at + 1 + question[at]));
	return labels;
}

function addressOf(labels) {
	const numbers = labels.slice(0, 4).map(Number);

	if (labels[0] === "turns") {
		const now = turned ? [169, 254, 169, 254] : [127, 0, 0, 1];

		turned = true;
		return now;
	}
	return numbers.length === 4 && numbers.every((number) => number >= 0 && number <= 255) ? numbers : null;
}

// RFC 1035, section 4.1: the question again, and one answer of class IN that points at its name; it lives no second.
server.on("message", (question, from) => {
	const labels = nameOf(question);
	const end = 12 + labels.join(".").length + 2 + 4;
	const asked = question.readUInt16BE(end - 4);
	const found = asked === 1 ? addressOf(labels) : null;
	const reply = Buffer.alloc(end + (found ? 16 : 0));

	if (asked === 1)
		fs.appendFileSync(path.join(folder, "questions"), `${labels.join(".")}\n`);
	if (labels[0] === "silent")
		return;
	question.copy(reply, 0, 0, end);
	reply.writeUInt16BE(0x8180, 2);
	reply.writeUInt16BE(found ? 1 : 0, 6);
	reply.fill(0, 8, 12);
	if (found)
		Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...found]).copy(reply, end);
	server.send(reply, from.port, from.address);
});
server.bind(53, address, () => fs.writeFileSync(path.join(folder, "ready"), ""));
