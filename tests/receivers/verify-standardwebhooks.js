// Verifies a kept request (receiver.js) with the reference library of Standard Webhooks:
// node verify-standardwebhooks.js REQUEST SECRET-FILE, REQUEST being FOLDER/N. Exit: 0 when it accepts the request, 1
// with its reason on standard error when it does not.
"use strict";

const fs = require("fs");
const { Webhook } = require("standardwebhooks");

const [request, secretFile] = process.argv.slice(2);
const secret = fs.readFileSync(secretFile, "utf8").trim();
const webhook = secret.startsWith("whsec_") ? new Webhook(secret) : new Webhook(secret, { format: "raw" });

try {
	webhook.verify(fs.readFileSync(`${request}.body`, "utf8"), JSON.parse(fs.readFileSync(`${request}.headers`, "utf8")));
} catch (error) {
	console.error(error.message);
	process.exit(1);
}
