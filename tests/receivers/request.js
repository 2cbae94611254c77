// What the receivers of raw bytes share.
"use strict";

const fs = require("fs");
const path = require("path");

function whole(request) {
	const end = request.indexOf("\r\n\r\n");
	const length = /\r\nContent-Length: *(\d+)/i.exec(request.toString("latin1", 0, end + 2));

	return end >= 0 && request.length >= end + 4 + Number(length ? length[1] : 0);
}

// Calls take(request, target) with the bytes of the first request of a socket, once it came whole. The socket is paused
// then.
function collect(socket, take) {
	let request = Buffer.alloc(0);
	const add = (part) => {
		request = Buffer.concat([request, part]);
		if (!whole(request))
			return;
		socket.off("data", add).pause();
		take(request, request.toString("latin1").split(" ")[1]);
	};

	socket.on("error", () => {});
	socket.on("data", add);
}

// Starts servers on free ports of loopback, [NAME, SERVER, ADDRESS], and says which in FOLDER/ports, "NAME PORT" a line; not
// those whose ADDRESS this machine does not have.
async function listen(folder, servers) {
	const start = ([name, server, address = "127.0.0.1"]) =>
		new Promise((resolve) =>
			server
				.on("error", () => resolve(""))
				.listen(0, address, () => resolve(`${name} ${server.address().port}\n`)),
		);
	const lines = await Promise.all(servers.map(start));

	fs.writeFileSync(path.join(folder, ".ports"), lines.join(""));
	fs.renameSync(path.join(folder, ".ports"), path.join(folder, "ports"));
}

// A request that came whole: its headers, names in lower case, and its body.
function parse(request) {
	const end = request.indexOf("\r\n\r\n");
	const [, ...lines] = request.toString("latin1", 0, end).split("\r\n");
	const headers = lines.map((line) => [
		line.slice(0, line.indexOf(":")).toLowerCase(),
		line.slice(line.indexOf(":") + 1).trim(),
	]);

	return { headers: Object.fromEntries(headers), body: request.toString("utf8", end + 4) };
}

module.exports = { collect, listen, parse };
