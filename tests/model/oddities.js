"use strict";
// Sign-off refs with one thing wrong: each takes (world, random, hotfix, one) and makes options for signing.make, or
// nothing where the world has not what it needs.
const { writeBlob } = require("./objects.js");
const story = require("./story.js");

const END = /(-----END SSH SIGNATURE-----\n)$/;

function another(world, random, ...names) {
	return random.pick(world.names.filter((name) => !names.includes(name)));
}

function otherSignoff(world, random, { signoff }) {
	return random.pick(world.configuration.signoffs.filter((s) => s !== signoff));
}

// A commit that is on no branch: above the tip, or beside it.
function elsewhere(world, random, hotfix) {
	const parent = random.pick([hotfix.tip, hotfix.base]);
	return world.commit({ parents: [parent], files: world.edited(parent, random), by: "dora", message: "Elsewhere" });
}

function anotherObject(world, random, hotfix) {
	return random.pick([
		() => writeBlob(world.server.client, "no commit\n"), () => world.reader.tree(hotfix.tip),
		() => world.tag({ object: hotfix.tip, name: "v1.0", by: "dave", message: "A release" }),
	])();
}

// A sign-off of whom the role does not hold, of whom did the work, of whom nobody knows.
const PEOPLE = [
	[3, "by somebody outside the role", (world, random, hotfix, one) => ({
		one: { ...one, name: random.pick(world.names.filter((name) => !world.inRole(one.signoff.role, name))) ?? "eve" },
	})],
	[3, "by the author", (world, random, hotfix, one) => ({ one: { ...one, name: hotfix.dev } })],
	[2, "by a stranger", (world, random, hotfix, one) => ({ one: { ...one, name: random.pick(["eve", "sam"]) } })],
	[2, "in the name of another", (world, random, hotfix, one) => ({
		person: world.person(another(world, random, one.name)),
	})],
	[1, "by a name that is nobody's", () => ({ person: "nobody" })],
];

const PLACES = [
	[2, "for a commit that is on no branch", (world, random, hotfix) => ({ target: elsewhere(world, random, hotfix) })],
	[2, "for production's tip", (world, random, hotfix) => ({ target: world.ref(hotfix.prod) })],
	[2, "for an older commit", (world, random, hotfix) => ({ target: world.reader.commit(hotfix.tip).parents[0] })],
	[2, "whose name says another commit", (world, random, hotfix) => ({
		named: random.pick([hotfix.base, "f".repeat(40)]),
	})],
	[2, "whose short id is short, or too short", (world, random) => ({ digits: random.pick([6, 7, 4]) })],
	[1, "whose short id is in capitals", (world, random, hotfix) => ({ named: hotfix.tip.toUpperCase() })],
	[2, "for another branch", (world, random, hotfix) => {
		const other = random.pick(world.hotfixes.filter((h) => h !== hotfix && world.ref(h.ref)));
		return { branch: other?.ref ?? `${hotfix.ref}-x` };
	}],
	[1, "for a branch that is none", (world, random) => ({
		branch: random.pick(["refs/heads/hotfix/INC-404-gone", "refs/heads/hotfix/login", "refs/heads/hotfix/a/b"]),
	})],
	[2, "for another sign-off", (world, random, hotfix, one) => ({
		signoffName: random.percent(50) ? otherSignoff(world, random, one)?.name ?? "none" : "deploy-check",
	})],
	[2, "that is no sign-off's object", (world, random, hotfix) => ({ object: anotherObject(world, random, hotfix) })],
];

const TAGS = [
	[3, "with another's key", (world, random, hotfix, one) => ({
		tag: { key: another(world, random, one.name) },
	})],
	[2, "with a key that nobody lists", (world, random) => ({ tag: { key: random.pick(["nobody", "other"]) } })],
	[2, "that is not signed", () => ({ tag: { key: null } })],
	[2, "that is a plain ref", () => ({ asTag: false })],
	[2, "signed for something else", () => ({ tag: { namespace: "file" } })],
	[1, "with other bytes than were signed", (world, random) => ({
		tag: { change: (text) => text.replace(/^tagger .*/m, "tagger Mallory <mallory@example.net> 1800000000 +0000") },
	})],
	[1, "with two signatures", () => ({ tag: { change: (text) => text + text.slice(text.indexOf("-----BEGIN SSH")) } })],
	[1, "with bytes behind the signature", (world, random) => ({
		tag: { change: (text) => text + random.pick(["\n", "Production: refs/heads/main\n", "x"]) },
	})],
	[1, "with a signature that is cut", () => ({ tag: { change: (text) => text.replace(END, "") } })],
	[2, "whose tag has another name", (world, random, hotfix, one) => ({
		tag: { name: random.pick(["v1.0", `signoff/${one.signoff.name}`, "signoff/INC-1-a/review/rita-1234567"]) },
	})],
	[1, "whose tag is of a tree", (world, random, hotfix) => ({
		tag: { object: world.reader.tree(hotfix.tip), type: "tree" },
	})],
	[2, "whose trailer names another", (world, random, hotfix, one) => ({
		message: (lines) => lines.join("\n").replace(/: .*/, `: ${world.identity(another(world, random, one.name))}`),
	})],
	[1, "whose trailer is that of another sign-off", (world, random, hotfix, one) => ({
		trailer: otherSignoff(world, random, one)?.trailer ?? "Acked-by",
	})],
	[1, "with the trailer twice", () => ({ message: (lines) => [lines[0], ...lines].join("\n") })],
	[1, "with a folded trailer", () => ({ message: (lines) => lines.join("\n").replace(" <", "\n <") })],
	[1, "whose trailer is none", (world, random) => ({
		message: (lines) => random.pick([`${lines.join("\n")}\n\nand more words`, "Looks good",
			`Title\n\n> ${lines.join("\n> ")}`]),
	})],
	[1, "whose message holds a divider", () => ({ message: (lines) => `Sign off\n\n---\n patch\n\n${lines.join("\n")}` })],
	[1, "that revokes something too", (world, random, hotfix) => ({
		message: (lines) => [...lines,
			...Array(1 + random.number(2)).fill(`Revokes: ${hotfix.claims.at(-1)?.ref ?? "x"}`)].join("\n"),
	})],
	[2, "for another production branch", (world, random, hotfix) => ({
		prod: random.pick([null, "refs/heads/staging",
			...story.productionNames(world).filter((name) => name !== hotfix.prod)]),
	})],
	[1, "for all production branches", (world, random, hotfix) => ({
		message: ([line]) => [line, ...story.productionNames(world).map((name) => `Production: ${name}`)].join("\n"),
	})],
];

const PUSHED = [
	[4, "that somebody else pushes", (world, random, hotfix, one) => ({ by: another(world, random, one.name) })],
	[2, "that is a tag", () => ({ asTag: true })],
	[1, "that is a signed tag", (world, random, hotfix, one) => ({ asTag: true, tag: { key: one.name } })],
];

// {name, one, options}: a sign-off like this one, made odd.
function odd(world, random, hotfix, one) {
	const table = [...PEOPLE, ...PLACES, ...(one.signoff.evidence === "signature" ? TAGS : PUSHED)];
	for (;;) {
		const { name, make } = random.weighted(table.map(([weight, name, make]) => [weight, { name, make }]));
		const { one: other = one, ...options } = make(world, random, hotfix, one) ?? {};
		if (other.name) return { name, one: other, options };
	}
}

module.exports = { odd };
