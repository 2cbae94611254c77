// A receiver of which each address is a fault: node fault-receiver.js FOLDER [NAME=KEY,CERTIFICATE]...
//
// Listens on free ports of loopback: "plain", "shut" (closes what it accepts, unread), and one with TLS for each NAME.
// Their numbers are in FOLDER/ports, a line "NAME PORT" for each. Each request that came whole is a line of
// FOLDER/requests, its path. The path says what happens then: see faults, below; but /early/STATUS is answered before the
// body is there. "six" is on ::1, where that is there.
"use strict";

const fs = require("fs");
const net = require("net");
const path = require("path");
const tls = require("tls");
const zlib = require("zlib");

const { collect, listen } = require("./request.js");

const [folder, ...certificates] = process.argv.slice(2);
const reasons = { 100: "Continue", 200: "OK", 302: "Found", 429: "Too Many Requests", 503: "Service Unavailable" };

function head(status, ...headers) {
	return [`HTTP/1.1 ${status} ${reasons[status] || "As Asked"}`, ...headers, "", ""].join("\r\n");
}

function reply(socket, status, body = "", ...headers) {
	socket.end(head(status, ...headers, `Content-Length: ${Buffer.byteLength(body)}`, "Connection: close") + body);
}

// Writes more for as long as the other side reads.
function pour(socket, more) {
	const write = () => !socket.destroyed && socket.write(more()) && setImmediate(write);

	socket.on("drain", write);
	write();
}

function drip(socket, more) {
	const timer = setInterval(() => socket.write(more()), 1000);

	socket.on("close", () => clearInterval(timer));
}

const faults = {
	status: (socket, status) => reply(socket, Number(status), "as asked"),
	ignored: (socket) => reply(socket, 200, "no hook matched"),
	accepted: (socket) => reply(socket, 200, "the deploy is on its way"),
	redirect: (socket, status) => reply(socket, Number(status), "", "Location: /accepted"),
	later: (socket, status, after) => reply(socket, Number(status), "", `Retry-After: ${decodeURIComponent(after)}`),
	"later-date": (socket, status, seconds) =>
		reply(socket, Number(status), "", `Retry-After: ${new Date(Date.now() + seconds * 1000).toUTCString()}`),
	binary: (socket) => {
		const body = Buffer.from([0x00, 0x01, 0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xff, 0xfe, 0x00, 0x7f, 0x41]);

		socket.write(head(500, `Content-Length: ${body.length}`, "Connection: close"));
		socket.end(body);
	},
	silent: () => {},
	"status-line": (socket) => socket.write("HTTP/1.1 200 OK\r\n"),
	"half-head": (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Ha"),
	"no-body": (socket) => socket.write(head(200, "Content-Length: 20")),
	interim: (socket) => socket.write(head(100)),
	"interim-endless": (socket) => pour(socket, () => head(100)),
	"interim-then": (socket) => {
		socket.write(head(100));
		reply(socket, 200, "the deploy is on its way");
	},
	"drip-head": (socket) => {
		socket.write("HTTP/1.1 200 OK\r\nX-Slow: ");
		drip(socket, () => "x");
	},
	"drip-body": (socket) => {
		socket.write(head(200));
		drip(socket, () => "x");
	},
	closes: (socket) => socket.end(),
	resets: (socket) => socket.resetAndDestroy(),
	"resets-in-body": (socket) => {
		socket.write(head(200, "Content-Length: 100") + "the deploy is");
		setTimeout(() => socket.resetAndDestroy(), 200);
	},
	"endless-chunked": (socket) => {
		socket.write(head(200, "Transfer-Encoding: chunked"));
		pour(socket, () => `2000\r\n${"x".repeat(8192)}\r\n`);
	},
	"endless-length": (socket) => {
		socket.write(head(200, "Content-Length: 1000000000000"));
		pour(socket, () => "x".repeat(8192));
	},
	"endless-open": (socket) => {
		socket.write(head(500));
		pour(socket, () => "x".repeat(8192));
	},
	"long-header": (socket) => {
		socket.write("HTTP/1.1 200 OK\r\nX-Long: ");
		pour(socket, () => "x".repeat(8192));
	},
	"many-headers": (socket) => {
		socket.write("HTTP/1.1 200 OK\r\n");
		pour(socket, () => `X-Many: ${"x".repeat(1000)}\r\n`);
	},
	"large-head": (socket) => reply(socket, 200, "the deploy is on its way", `X-Large: ${"x".repeat(30000)}`),
	garbage: (socket) => socket.end("\x00\x01\x02 this is no HTTP\r\n\r\n"),
	"http-1.0": (socket) => socket.end("HTTP/1.0 200 OK\r\nServer: from 1996\r\n\r\nthe deploy is on its way"),
	"http-2": (socket) => socket.end(Buffer.from("000000040000000000000008070000000000000000" + "00000001", "hex")),
	away: (socket) => reply(socket, 307, "", "Location: http://169.254.169.254/latest/meta-data"),
	gzip: (socket) => {
		const body = zlib.gzipSync("the deploy is on its way");

		socket.write(head(200, "Content-Encoding: gzip", `Content-Length: ${body.length}`, "Connection: close"));
		socket.end(body);
	},
	old: (socket) => socket.end("the deploy is on its way"), // HTTP/0.9
	ssh: (socket) => socket.end("SSH-2.0-OpenSSH_9.2p1\r\n"),
	"bad-length": (socket) => socket.end(head(200, "Content-Length: -1") + "the deploy is on its way"),
	"bad-chunk": (socket) => socket.end(head(200, "Transfer-Encoding: chunked") + "zz\r\nthe deploy is on its way"),
	compressed: (socket) => reply(socket, 200, "\x1f\x8b", "Content-Encoding: gzip"),
	cookie: (socket) => reply(socket, 503, "", "Set-Cookie: session=1", "Alt-Svc: h2=\":1\"", "Refresh: 0"),
};

function receive(socket) {
	socket.once("data", (part) => {
		const [, status] = /^\S+ \/early\/(\d+) /.exec(part.toString("latin1")) || [];

		if (status)
			reply(socket, Number(status), "as asked");
	});
	collect(socket, (request, target) => {
		const [name, ...rest] = target.replace(/^\//, "").split("/");

		socket.resume();
		fs.appendFileSync(path.join(folder, "requests"), `${target}\n`);
		if (name !== "early")
			(faults[name] || faults.status)(socket, ...(name in faults ? rest : ["404"]));
	});
}

const shut = net.createServer((socket) => {
	socket.on("error", () => {});
	socket.destroy();
});
const servers = [["plain", net.createServer(receive)], ["shut", shut], ["six", net.createServer(receive), "::1"]];

for (const word of certificates) {
	const [name, files] = word.split("=");
	const [key, cert] = files.split(",").map((file) => fs.readFileSync(file));

	servers.push([name, tls.createServer({ key, cert }, receive).on("tlsClientError", () => {})]);
}
fs.writeFileSync(path.join(folder, "requests"), "");
listen(folder, servers);
