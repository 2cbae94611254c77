// A receiver with faults, for tests: node receiver.js FOLDER [KEY CERTIFICATE]
//
// Listens on a free port of loopback, with TLS when it has a key, and writes its number to FOLDER/port. Each request is kept as FOLDER/N.headers
// (JSON, names in lower case) and FOLDER/N.body (the bytes that came), N from 1. FOLDER/behaviour, read at each request,
// says how to answer: a status ("200", "404"), "hang" (never), "close" (no answer), "redirect", "endless" (a reply
// without an end), "drip" (a byte a second), "late" (200, after 300 ms); nothing is 200. FOLDER/reply is the body of an answer with a status.
"use strict";

const fs = require("fs");
const http = require("http");
const https = require("https");
const path = require("path");

const [folder, key, certificate] = process.argv.slice(2);
let count = 0;

function read(name, otherwise) {
	try {
		return fs.readFileSync(path.join(folder, name), "utf8").trim();
	} catch {
		return otherwise;
	}
}

// A reader must never see half a file.
function write(name, content) {
	fs.writeFileSync(path.join(folder, `.${name}`), content);
	fs.renameSync(path.join(folder, `.${name}`), path.join(folder, name));
}

const faults = {
	hang() {},
	close(response) {
		response.socket.destroy();
	},
	late(response) {
		setTimeout(() => response.writeHead(200).end(read("reply", "")), 300);
	},
	redirect(response) {
		response.writeHead(302, { Location: "/elsewhere" }).end();
	},
	endless(response) {
		const more = () => response.write("x".repeat(8192)) && setImmediate(more);

		response.writeHead(200).on("drain", more);
		more();
	},
	drip(response) {
		response.writeHead(200);
		response.on("close", () => clearInterval(timer));
		const timer = setInterval(() => response.write("x"), 1000);
	},
};

function answer(response) {
	const behaviour = read("behaviour", "200") || "200";

	if (behaviour in faults)
		faults[behaviour](response);
	else
		response.writeHead(Number(behaviour)).end(read("reply", ""));
}

function receive(request, response) {
	const parts = [];

	request.on("data", (part) => parts.push(part));
	request.on("end", () => {
		count += 1;
		write(`${count}.body`, Buffer.concat(parts));
		write(`${count}.headers`, JSON.stringify(request.headers));
		answer(response);
	});
}

const server = key
	? https.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(certificate) }, receive)
	: http.createServer(receive);

server.listen(0, "127.0.0.1", () => write("port", `${server.address().port}\n`));
