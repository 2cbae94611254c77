// Services for gates, for tests: node tracker.js FOLDER
//
// Listens on a free port of loopback and writes its number to FOLDER/port. Each request is a line of FOLDER/requests:
// METHOD URL BODY. It answers in the shapes of
//
//	GET  /rest/api/2/issue/KEY            Jira: FOLDER/issues/KEY holds the name of the status; asks for
//	                                      "Authorization: Bearer SECRET", SECRET in FOLDER/secret
//	GET  /api/v4/projects/7/issues/NUMBER GitLab: the same with "PRIVATE-TOKEN: SECRET"
//	POST /v1/data/hotfix/allow            Open Policy Agent: allows what is critical, or signed by quentin
//	POST /v1/data/hotfix/undefined        Open Policy Agent: a rule that is not there
//
// and with faults: /status/N, /hang, /close, /redirect, /text, /endless, /large, /drip; /meet answers once two are there.
"use strict";

const fs = require("fs");
const http = require("http");
const path = require("path");

const folder = process.argv[2];
const waiting = [];

function read(name) {
	try {
		return fs.readFileSync(path.join(folder, name), "utf8").trim();
	} catch {
		return null;
	}
}

function send(response, status, value) {
	response.writeHead(status, { "Content-Type": "application/json;charset=UTF-8" }).end(JSON.stringify(value));
}

function jira(response, key, request) {
	const status = read(`issues/${key}`);

	if (request.headers.authorization !== `Bearer ${read("secret")}`)
		send(response, 401, { errorMessages: ["You do not have the permission to see the specified issue."], errors: {} });
	else if (status === null)
		send(response, 404, { errorMessages: ["Issue Does Not Exist"], errors: {} });
	else
		send(response, 200, {
			expand: "renderedFields,names,schema",
			id: "10002",
			self: `http://${request.headers.host}/rest/api/2/issue/10002`,
			key,
			fields: {
				summary: "nobody can log in",
				priority: { name: "Highest", id: "1" },
				status: { name: status, id: "3", statusCategory: { id: 4, key: "indeterminate" } },
				labels: ["hotfix", "login"],
				"a/b": { "c~d": status },
				customfield_10010: null,
				votes: { votes: 12, hasVoted: false },
			},
		});
}

function gitlab(response, number, request) {
	const state = read(`issues/${number}`);

	if (request.headers["private-token"] !== read("secret"))
		send(response, 401, { message: "401 Unauthorized" });
	else if (state === null)
		send(response, 404, { message: "404 Not found" });
	else
		send(response, 200, {
			id: 9000 + Number(number),
			iid: Number(number),
			project_id: 7,
			title: "nobody can log in",
			state,
			labels: ["hotfix", "severity::1"],
			author: { id: 1, username: "rita" },
			confidential: false,
			weight: null,
		});
}

function allow(response, body) {
	const { input } = JSON.parse(body);

	send(response, 200, {
		decision_id: "b84cf736-213d-4932-a8e4-bb5c648f1b4d",
		result: { allow: input.severity === "critical" || input.signoffs.some((one) => one.person === "quentin") },
	});
}

const faults = {
	hang() {},
	close(response) {
		response.socket.destroy();
	},
	redirect(response) {
		response.writeHead(302, { Location: "/rest/api/2/issue/INC-7" }).end();
	},
	text(response) {
		response.writeHead(200).end("<html>please log in</html>");
	},
	endless(response) {
		const more = () => response.write("x".repeat(8192)) && setImmediate(more);

		response.writeHead(200).on("drain", more);
		more();
	},
	large(response) {
		send(response, 200, { state: "opened", pad: "x".repeat(200000) });
	},
	drip(response) {
		response.writeHead(200);
		response.on("close", () => clearInterval(timer));
		const timer = setInterval(() => response.write(" "), 200);
	},
	meet(response) {
		waiting.push(response);
		if (waiting.length >= 2)
			waiting.splice(0).forEach((one) => send(one, 200, { met: true }));
	},
};

function answer(request, response, body) {
	const [, first, ...rest] = new URL(request.url, "http://x").pathname.split("/");
	const last = decodeURIComponent(rest[rest.length - 1] ?? "");

	if (first === "rest")
		jira(response, last, request);
	else if (first === "api")
		gitlab(response, last, request);
	else if (first === "v1" && last === "allow")
		allow(response, body);
	else if (first === "v1")
		send(response, 200, {});
	else if (first === "status")
		send(response, Number(last), {});
	else
		faults[first](response);
}

const server = http.createServer((request, response) => {
	const parts = [];

	request.on("data", (part) => parts.push(part));
	request.on("end", () => {
		const body = Buffer.concat(parts).toString();

		fs.appendFileSync(path.join(folder, "requests"), `${request.method} ${request.url} ${body}\n`);
		answer(request, response, body);
	});
});

server.listen(0, "127.0.0.1", () => {
	fs.writeFileSync(path.join(folder, ".port"), `${server.address().port}\n`);
	fs.renameSync(path.join(folder, ".port"), path.join(folder, "port"));
});
