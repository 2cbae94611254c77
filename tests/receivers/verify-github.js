// Verifies a kept request (recorder.js) as GitHub's webhooks are, with the library of those who make GitHub's own: node
// verify-github.js REQUEST SECRET-FILE. Exit: 0 when it is accepted, 1 when it is not.
"use strict";

const fs = require("fs");

const { parse } = require("./request.js");

const [file, secretFile] = process.argv.slice(2);
const { headers, body } = parse(fs.readFileSync(file));

async function main() {
	const { verify } = await import("@octokit/webhooks-methods");
	const fits = await verify(
		fs.readFileSync(secretFile, "utf8").trim(),
		body,
		headers["x-hub-signature-256"],
	);

	process.exitCode = fits ? 0 : 1;
}

main();
