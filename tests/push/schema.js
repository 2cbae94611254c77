// Validates bodies of events: node schema.js SCHEMA TYPES BODY...
//
// TYPES is a file with the type of every event, one a line. Each BODY, a file with one body, must be valid, no type may be
// without one, and what is made of each body by breaking one thing must not be valid: a member too many, a member of another
// kind, another type. Prints what is wrong. Exit: 0 when nothing is.
"use strict";

const fs = require("fs");
const Ajv = require("ajv/dist/2020").default;

const [schemaFile, typesFile, ...files] = process.argv.slice(2);
const schema = JSON.parse(fs.readFileSync(schemaFile, "utf8"));
const types = fs.readFileSync(typesFile, "utf8").split("\n").filter(Boolean);
const validate = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allErrors: true }).compile(schema);
const seen = new Map();
let broken = 0;
let bad = 0;

function complain(words) {
	console.log(words);
	bad++;
}

function refuse(body, words) {
	broken++;
	if (validate(body)) complain(`the schema takes ${words}`);
}

function other(value) {
	return typeof value === "string" ? 7 : typeof value === "boolean" ? "yes" : "a text";
}

// Every object below NODE, with its path: nothing in a body may be open to anything.
function* objects(node, path) {
	if (!node || typeof node !== "object") return;
	if (!Array.isArray(node)) yield [node, path];
	for (const [key, value] of Object.entries(node)) yield* objects(value, `${path}.${key}`);
}

function breakIt(text, type, file) {
	for (const [, path] of objects(JSON.parse(text), "")) {
		const copy = JSON.parse(text);
		const at = path.split(".").slice(1).reduce((node, key) => node[key], copy);

		at.extra = 1;
		refuse(copy, `${file} with ${path}.extra`);
		delete at.extra;
		for (const key of Object.keys(at)) {
			const value = at[key];

			at[key] = other(value);
			refuse(copy, `${file} with ${path}.${key} = ${JSON.stringify(at[key])}`);
			at[key] = value;
		}
	}
	for (const key of schema.required) {
		const copy = JSON.parse(text);

		delete copy[key];
		refuse(copy, `${file} without ${key}`);
	}
	refuse({ ...JSON.parse(text), type: "hotfix.unheard_of" }, `${file} as hotfix.unheard_of`);
	// the types that share a form: a branch that is there, a deploy, a sign-off
	const alike = ["hotfix.ready", "hotfix.signed_off", "hotfix.closed", "hotfix.overdue", "hotfix.updated", "hotfix.opened"];
	// and a landing that was overridden, which is told twice
	if (JSON.parse(text).hotfix?.override) alike.push("hotfix.merged", "hotfix.overridden");
	for (const name of types)
		if (name !== type && !alike.includes(name)) refuse({ ...JSON.parse(text), type: name }, `${file}, ${type}, as ${name}`);
}

for (const file of files) {
	const text = fs.readFileSync(file, "utf8");
	const body = JSON.parse(text);

	seen.set(body.type, (seen.get(body.type) || 0) + 1);
	if (!validate(body)) complain(`${file}, ${body.type}: ${JSON.stringify(validate.errors, null, 1)}\n${text}`);
	else breakIt(text, body.type, file);
}
for (const type of types) if (!seen.has(type)) complain(`no body of ${type} was observed`);
for (const type of schema.properties.type.enum) if (!types.includes(type)) complain(`${type} is no type of event`);
console.log(`${files.length} bodies of ${seen.size} types, ${broken} broken ones, ${bad} faults`);
process.exit(bad || !files.length ? 1 : 0);
