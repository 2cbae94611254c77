"use strict";
// Ways to a repository beside its path: a pipe as that of sshd, and smart HTTP by nginx and fcgiwrap on loopback.
const fs = require("node:fs");
const path = require("node:path");

const TRIES = 50;

function sleep(milliseconds) {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

// What sshd does: the command of the client in a session of its own, and pipes that close when the client goes. The
// path of a program for GIT_SSH, whose variant is "simple".
function makeSsh(folder) {
	const program = path.join(folder, "ssh");
	fs.writeFileSync(program, '#!/bin/sh\nshift\nexec setsid -w sh -c "$*"\n', { mode: 0o755 });
	return program;
}

function configuration(folder, port, socket, parameters) {
	const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
		.map((name) => `${name}_temp_path ${folder}/nginx-${name};`)
		.join("\n\t");
	const more = Object.entries(parameters)
		.map(([name, value]) => `fastcgi_param ${name} ${value};`)
		.join("\n\t\t\t");
	return `${process.getuid() === 0 ? "user root;\n" : ""}daemon off;
pid ${folder}/nginx.pid;
worker_processes 1;
events { worker_connections 64; }
http {
	access_log off;
	client_max_body_size 0;
	${temporary}
	server {
		listen 127.0.0.1:${port};
		location = /whose { return 200 "${folder}"; }
		location / {
			fastcgi_pass unix:${socket};
			fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
			fastcgi_param GIT_PROJECT_ROOT ${folder};
			fastcgi_param GIT_HTTP_EXPORT_ALL 1;
			fastcgi_param PATH_INFO $uri;
			fastcgi_param QUERY_STRING $query_string;
			fastcgi_param REQUEST_METHOD $request_method;
			fastcgi_param CONTENT_TYPE $content_type;
			fastcgi_param CONTENT_LENGTH $content_length;
			${more}
		}
	}
}
`;
}

// nginx is there, and is ours.
function answers({ folder, run }, port) {
	for (let tries = 0; tries < TRIES; tries++) {
		const done = run("curl", ["-sS", `http://127.0.0.1:${port}/whose`]);
		if (done.stdout === folder) return true;
		if (done.status === 0) return false;
		sleep(40);
	}
	return false;
}

// Serves the repositories of a folder. place: { folder, run(program, args) as spawnSync, serve(program, args) as
// spawn }; parameters: more of what the CGI program gets. Returns { address, end }.
function startHttp(place, parameters) {
	const socket = path.join(place.folder, "cgi");
	const [file, log] = ["nginx.conf", "nginx.log"].map((name) => path.join(place.folder, name));
	const cgi = place.serve("fcgiwrap", ["-f", "-s", `unix:${socket}`]);
	const first = 20000 + (process.pid % 12000);
	for (let port = first; port < first + TRIES; port++) {
		fs.writeFileSync(file, configuration(place.folder, port, socket, parameters));
		const http = place.serve("/usr/sbin/nginx", ["-c", file, "-e", log]);
		const end = () => [http, cgi].forEach((child) => child.kill());
		if (answers({ folder: place.folder, run: place.run.bind(place) }, port))
			return { address: `http://127.0.0.1:${port}`, end };
		http.kill();
	}
	cgi.kill();
	throw new Error(`nginx does not start: ${fs.readFileSync(log, "utf8")}`);
}

module.exports = { makeSsh, startHttp };
