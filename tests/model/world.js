"use strict";
// A world: a configuration, a server with the hooks, the model beside it, and what people do: commit, sign off, push.
// Every push is judged by both; a push on which they differ throws a Disagreement.
const path = require("node:path");
const { generateConfiguration, iniOf, signersFile, evidenceOf, STRANGERS } = require("./configuration.js");
const { publicKey, signature } = require("./keys.js");
const { Model, SIGNOFFS } = require("./model.js");
const { Random } = require("./random.js");
const { Reader } = require("./reader.js");
const { Server } = require("./server.js");
const { tagPayload, writeCommit, writeTag, writeTree } = require("./objects.js");

class Disagreement extends Error {}

class World {
	// folder: its own; hooks: the folder of the installed hooks; keys: the folder of everybody's keys
	constructor(folder, hooks, keys, seed) {
		const random = new Random(seed, "world");
		const configuration = generateConfiguration(random);
		this.seed = seed;
		this.keys = keys;
		this.evidence = evidenceOf(configuration);
		this.real = random.percent(40);
		this.server = new Server(folder, hooks);
		if (!this.real) this.server.shareObjects();
		this.reader = new Reader(this.server.client, this.server.environment);
		this.model = new Model(configuration, this.reader);
		this.configure(configuration);
		this.contents = new Map(); // commit: its files
		this.count = 0;
		this.transcript = [];
		this.tallies = { pushes: 0, realPushes: 0 };
	}

	get configuration() {
		return this.model.configuration;
	}

	// The administrator writes hotfix.ini and the allowed signers.
	configure(configuration) {
		const signers = configuration.signers.map((signer) => ({
			...signer, fingerprint: publicKey(this.keys, signer.owner).fingerprint,
		}));
		this.model.configure({ ...configuration, signers });
		this.server.configure(iniOf(configuration, this.server.signers),
			signersFile(configuration, (owner) => publicKey(this.keys, owner).line));
	}

	// --- People ---

	get names() {
		return [...this.configuration.people.map((p) => p.name), ...Object.keys(STRANGERS)];
	}

	addresses(name) {
		return this.configuration.people.find((p) => p.name === name)?.addresses ?? [STRANGERS[name]];
	}

	identity(name, which = 0) {
		const addresses = this.addresses(name);
		return `${name[0].toUpperCase()}${name.slice(1)} <${addresses[which % addresses.length]}>`;
	}

	login(name) {
		return this.configuration.people.find((p) => p.name === name)?.login ?? name;
	}

	inRole(role, name) {
		return this.model.people.inRole(role, this.model.people.ofAddress(this.addresses(name)[0]));
	}

	// What the person is called in a sign-off ref.
	person(name) {
		return this.model.people.ofAddress(this.addresses(name)[0]);
	}

	ofRole(role, random) {
		return random.pick(this.names.filter((name) => this.inRole(role, name))) ?? null;
	}

	// --- Commits ---

	commit({ parents, files, by, author, committer, message, trailers = [] }) {
		const tree = writeTree(this.server.client, files);
		const id = writeCommit(this.server.client, {
			tree, parents, author: author ?? this.identity(by), committer: committer ?? author ?? this.identity(by),
			date: 1800000000 + 60 * ++this.count,
			message: `${[message, ...(trailers.length ? [trailers.join("\n")] : [])].join("\n\n")}\n`,
		});
		this.contents.set(id, files);
		return id;
	}

	// An annotated tag; signed by the key of this owner, unless that is null.
	tag({ object, type = "commit", name, by, message, key = by, namespace = "git", change = (text) => text }) {
		const text = tagPayload({
			object, type, name, tagger: this.identity(by), date: 1800000000 + 60 * ++this.count, message: `${message}\n`,
		});
		return writeTag(this.server.client, change(key ? text + signature(this.keys, key, text, namespace) : text));
	}

	files(id) {
		return this.contents.get(id);
	}

	// The files with one thing done to them.
	edited(id, random, paths = ["login.c", "cart.c", "src/login/form.c", "docs/readme", "run.sh"]) {
		const files = new Map(this.files(id));
		const name = random.pick(paths);
		const version = `${name} ${++this.count}\n`;
		const file = files.get(name);
		const action = file ? random.weighted([[6, "change"], [1, "mode"], [1, "delete"], [1, "move"]]) : "change";
		if (action === "change") files.set(name, { mode: file?.mode ?? "100644", content: version });
		if (action === "mode") files.set(name, { ...file, mode: file.mode === "100644" ? "100755" : "100644" });
		if (action === "delete") files.delete(name);
		if (action === "move") files.delete(name), files.set(`moved/${this.count}`, file);
		return files;
	}

	// What `tip` changed since `base`, done to `onto`.
	carried(base, tip, onto) {
		const [before, after, files] = [this.files(base), this.files(tip), new Map(this.files(onto))];
		for (const [name, file] of after) {
			const old = before.get(name);
			if (!old || old.mode !== file.mode || old.content !== file.content) files.set(name, file);
		}
		for (const name of before.keys()) if (!after.has(name)) files.delete(name);
		return files;
	}

	// --- Refs and pushes ---

	ref(ref) {
		return this.model.refs.get(ref) ?? null;
	}

	// In the order in which the server gets them: `git push` sends what is there already first, by name.
	updates(changes) {
		const updates = Object.entries(changes).map(([ref, id]) => ({ ref, old: this.ref(ref), new: id }));
		if (!this.real) return updates;
		const there = updates.filter(({ old }) => old).sort((a, b) => (a.ref < b.ref ? -1 : 1));
		return [...there, ...updates.filter(({ old }) => !old)];
	}

	say(text) {
		this.transcript.push(text);
	}

	tally(push, { accepted }) {
		const verdict = accepted ? "accepted" : "refused";
		const touches = (of) => push.updates.some(({ ref }) => of(ref));
		const kind = touches((ref) => this.model.isProduction(ref)) ? "landings" :
			touches((ref) => ref.startsWith(SIGNOFFS)) ? "signoffs" : "others";
		this.tallies[`${kind} ${verdict} ${this.evidence}`] = (this.tallies[`${kind} ${verdict} ${this.evidence}`] ?? 0) + 1;
		this.tallies.pushes++;
	}

	compare(what, push, expected, found) {
		this.tally(push, found);
		if (expected.accepted === found.accepted && (!found.accepted || this.sameKinds(expected, found))) return;
		const words = [...expected.landings].map(([ref, list]) => `${ref}: ${list.map((l) => l.kinds.join("|")).join(", ")}`);
		this.say(`${what}\n${describe(push)}`);
		throw new Disagreement([
			`the model ${expected.accepted ? "accepts" : "refuses"}: ${[...expected.reasons, ...words].join("\n\t")}`,
			`the hooks ${found.accepted ? "accept" : "refuse"}:\n${found.message}`,
		].join("\n"));
	}

	// The hooks say "merge on main: hotfix/…" for each landing, in order; the checklist says "merge on main at".
	sameKinds(expected, { message }) {
		const said = [...message.matchAll(/(merge|fast-forward|squash|ordinary|rollback) on [^ ]+: /g)].map((m) => m[1]);
		const wanted = [...expected.landings.values()].flat();
		return said.length === wanted.length && wanted.every(({ kinds }, i) => kinds.includes(said[i]));
	}

	// Somebody pushes {ref: id or null}; returns whether it passed.
	push(name, changes, what = "push") {
		const push = { login: this.login(name), updates: this.updates(changes) };
		const from = seconds();
		const found = this.real ? this.server.pushReally(push) : this.server.pushByHooks(push);
		push.time = { from, to: seconds() };
		const expected = this.model.judgeInTurn(push, this.model.judge(push));
		if (this.real) this.tallies.realPushes++;
		this.compare(what, push, expected, found);
		this.say(`${what}: ${found.accepted ? "accepted" : "refused"}\n${describe(push)}`);
		if (found.accepted) this.model.observe(push, expected);
		return found.accepted;
	}

	moveBehind(ref, id) {
		this.server.setRef(ref, id);
		this.model.moveBehind(ref, id);
		this.say(`behind the hooks: ${ref} is ${id}`);
	}

	report() {
		return [`configuration:`, iniOf(this.configuration, this.server.signers), ...this.transcript,
			`folder: ${path.resolve(this.server.folder)} (${this.real ? "real pushes" : "hooks called"})`].join("\n");
	}
}

function seconds() {
	return Math.floor(Date.now() / 1000);
}

function describe({ login, updates }) {
	return updates.map(({ ref, old, new: id }) => `\t${login}: ${ref} ${old ?? "-"} ${id ?? "-"}`).join("\n");
}

module.exports = { World, Disagreement, describe, seconds };
