// A receiver that keeps what it gets to the byte: node recorder.js FOLDER KEY CERTIFICATE AUTHORITY
//
// Listens on free ports of loopback, whose numbers are in FOLDER/ports, a line "NAME PORT" for each: "plain"; "tls"; "mutual",
// which asks for a certificate of AUTHORITY; "silent", with TLS, which takes a request and closes; and "proxy", which
// looks for every host here. A request for /a/b?c is FOLDER/NAME-a-b; whose certificate came with it is FOLDER/NAME-a-b.client,
// and what the proxy is asked is FOLDER/proxy-METHOD-HOST:PORT. The answer is 200 and "deployed".
"use strict";

const fs = require("fs");
const net = require("net");
const path = require("path");
const tls = require("tls");

const { collect, listen } = require("./request.js");

const [folder, key, certificate, authority] = process.argv.slice(2);
const files = { key: fs.readFileSync(key), cert: fs.readFileSync(certificate) };
const mutual = { ...files, ca: fs.readFileSync(authority), requestCert: true };
const reply = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\ndeployed";

function keep(name, content) {
	fs.writeFileSync(path.join(folder, name), content);
}

function recorder(name) {
	return (socket) =>
		collect(socket, (request, target) => {
			const file = name + target.split("?")[0].replaceAll("/", "-");

			if (socket.authorized)
				keep(`${file}.client`, socket.getPeerCertificate().subject.CN);
			keep(file, request);
			socket.end(reply);
			socket.resume();
		});
}

function silent(socket) {
	collect(socket, () => socket.resume().end());
}

function tunnel(client, port, first) {
	const server = net.connect(port, "127.0.0.1", () => {
		server.write(first);
		client.pipe(server).pipe(client);
	});

	server.on("error", () => client.destroy());
}

// A request that is passed on names its host in the first line, and only there is it changed.
function proxy(client) {
	collect(client, (request, target) => {
		const [method] = request.toString("latin1").split(" ");
		const url = new URL(method === "CONNECT" ? `http://${target}` : target);

		keep(`proxy-${method}-${url.host}`, request);
		if (method === "CONNECT") {
			client.write("HTTP/1.1 200 Connection established\r\n\r\n");
			tunnel(client, url.port, "");
		} else {
			tunnel(client, url.port, request.toString("latin1").replace(target, url.pathname + url.search));
		}
	});
}

function secure(name, options, receive) {
	return [name, tls.createServer(options, receive).on("tlsClientError", () => {})];
}

listen(folder, [
	["plain", net.createServer(recorder("plain"))],
	["proxy", net.createServer(proxy)],
	secure("tls", files, recorder("tls")),
	secure("mutual", mutual, recorder("mutual")),
	secure("silent", files, silent),
]);
