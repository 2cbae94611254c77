// Verifies a kept request (receiver.js) as Standard Webhooks says, with its reference library, or where that is not
// installed by the letter of the specification: node verify-standardwebhooks.js REQUEST SECRET-FILE, REQUEST being
// FOLDER/N. Exit: 0 when the request is accepted, 1 with the reason on standard error when it is not.
"use strict";

const { createHmac } = require("crypto");
const fs = require("fs");

class BySpecification {
	constructor(secret, options = {}) {
		this.key = options.format === "raw" ? secret : Buffer.from(secret.replace(/^whsec_/, ""), "base64");
	}

	verify(body, headers) {
		const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signatures } = headers;
		const wanted = createHmac("sha256", this.key).update(`${id}.${time}.${body}`).digest("base64");

		if (!(Math.abs(Date.now() / 1000 - Number(time)) <= 300))
			throw new Error("the timestamp is not of now");
		if (!signatures.split(" ").includes(`v1,${wanted}`))
			throw new Error("no signature fits");
	}
}

function verifier() {
	try {
		return require("standardwebhooks").Webhook;
	} catch (error) {
		if (error.code !== "MODULE_NOT_FOUND")
			throw error;
		return BySpecification;
	}
}

const [request, secretFile] = process.argv.slice(2);
const secret = fs.readFileSync(secretFile, "utf8").trim();
const Webhook = verifier();
const webhook = secret.startsWith("whsec_") ? new Webhook(secret) : new Webhook(secret, { format: "raw" });

try {
	webhook.verify(fs.readFileSync(`${request}.body`, "utf8"), JSON.parse(fs.readFileSync(`${request}.headers`, "utf8")));
} catch (error) {
	console.error(error.message);
	process.exit(1);
}
