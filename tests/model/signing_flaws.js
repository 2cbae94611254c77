"use strict";
// How a hotfix with sign-off refs comes to be, beside flaws.js: well done, or with one thing wrong with a sign-off ref,
// or with something that happens after all is signed. Each takes (world, random, hotfix).
const { odd } = require("./oddities.js");
const signing = require("./signing.js");
const story = require("./story.js");

const { developed, work, pushHotfix, signers, sign } = story;

function signed(world, random, hotfix) {
	developed(world, random, hotfix);
	sign(world, random, hotfix, signers(world, random, hotfix));
}

// Signed by all, but one sign-off ref is what `change` makes of it.
function replaced(change) {
	return (world, random, hotfix) => {
		developed(world, random, hotfix);
		const given = signers(world, random, hotfix);
		const at = given.findIndex(({ signoff }) => signoff.evidence !== "trailer");
		const [one] = at < 0 ? [] : given.splice(at, 1);
		sign(world, random, hotfix, given);
		if (one) change(world, random, hotfix, one);
	};
}

// Something happens to one of the sign-offs when all are given.
function afterwards(happen) {
	return (world, random, hotfix) => {
		signed(world, random, hotfix);
		const claim = random.pick(hotfix.claims);
		if (claim) happen(world, random, hotfix, claim);
	};
}

// Moves what is there already: the branch goes on, and comes back or not.
function onTop(back) {
	return (world, random, hotfix) => {
		developed(world, random, hotfix);
		const first = hotfix.tip;
		work(world, random, hotfix);
		pushHotfix(world, hotfix);
		const once = hotfix.tip;
		sign(world, random, hotfix, signers(world, random, hotfix));
		hotfix.tip = first;
		pushHotfix(world, hotfix);
		for (const one of signers(world, random, hotfix).filter(({ signoff }) => signoff.evidence !== "trailer")) {
			signing.sign(world, random, hotfix, one, { target: random.percent(50) ? once : undefined });
		}
		if (!back) return;
		hotfix.tip = once;
		pushHotfix(world, hotfix);
	};
}

// A commit that came to another branch first, was on this one too, and is on it no more.
function firstElsewhere(world, random, hotfix) {
	developed(world, random, hotfix);
	const first = hotfix.tip;
	work(world, random, hotfix);
	const once = hotfix.tip;
	pushHotfix(world, { ...hotfix, ref: hotfix.ref.replace(/-[0-9]+-/, "-55-") });
	pushHotfix(world, hotfix);
	hotfix.tip = first;
	pushHotfix(world, hotfix);
	for (const one of signers(world, random, hotfix).filter(({ signoff }) => signoff.evidence !== "trailer")) {
		signing.sign(world, random, hotfix, one, { target: once });
	}
	if (random.percent(50)) return;
	hotfix.tip = once;
	pushHotfix(world, hotfix);
}

// --- What the administrator does ---

function changeRole(world, name, members) {
	const { configuration } = world;
	world.configure({ ...configuration, roles: { ...configuration.roles, [name]: members } });
}

function leavesRole(world, random, hotfix, { one: { signoff, name } }) {
	changeRole(world, signoff.role, world.names.filter((other) => other !== name && world.inRole(signoff.role, other))
		.map((other) => world.person(other)));
}

function changeSigners(world, change) {
	world.configure({ ...world.configuration, signers: world.configuration.signers.flatMap(change) });
}

function keyLeaves(world, random, hotfix, { one }) {
	changeSigners(world, (signer) => (signer.owner === one.name ? [] : [signer]));
}

function keyIsGivenAway(world, random, hotfix, { one }) {
	const other = random.pick(world.names.filter((name) => name !== one.name));
	changeSigners(world, (signer) => (signer.owner !== one.name ? [signer] : random.pick([
		[{ ...signer, addresses: world.addresses(other) }],
		[{ ...signer, addresses: [...signer.addresses, ...world.addresses(other)] }],
		[{ ...signer, addresses: world.addresses(other) }, signer],
		[signer, { ...signer, addresses: world.addresses(other) }],
	])));
}

// A line that was never valid then, and perhaps another one that was.
function keyWasInvalid(world, random, hotfix, { one }) {
	const bounds = random.pick([{ validBefore: 1600000000 }, { validAfter: 3900000000 }]);
	const also = random.percent(30);
	changeSigners(world, (signer) => (signer.owner !== one.name ? [signer] :
		[{ ...signer, ...bounds }, ...(also ? [{ ...signer, validAfter: undefined, validBefore: undefined }] : [])]));
}

// The key ends to be valid between the sign-off and what comes then.
function keyExpires(world, random, hotfix, { one }) {
	const end = Math.floor(Date.now() / 1000) + 1;
	changeSigners(world, (signer) => (signer.owner === one.name ? [{ ...signer, validBefore: end }] : [signer]));
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, (end + 1) * 1000 + 20 - Date.now());
}

function evidenceIsTightened(world, random, hotfix, { one }) {
	const tightened = (signoff) => ({ ...signoff, evidence: signoff.evidence === "pusher" ? "signature" : "trailer" });
	const signoffs = world.configuration.signoffs.map((s) => (s.name === one.signoff.name ? tightened(s) : s));
	world.configure({ ...world.configuration, signoffs });
}

// --- Revoking ---

function revokers(world, claim) {
	const { name } = claim.one;
	return {
		signer: name, admin: world.names.find((n) => n !== name && world.inRole(world.configuration.revoke, n)) ?? "paul",
		stranger: world.names.find((n) => n !== name && !world.inRole(world.configuration.revoke, n)) ?? "eve",
	};
}

function revokedBy(who) {
	return afterwards((world, random, hotfix, claim) => {
		const revocation = signing.revoke(world, claim, revokers(world, claim)[who]);
		if (!revocation) return;
		if (random.percent(30)) signing.revoke(world, revocation, revokers(world, claim)[random.pick(["signer", "admin"])]);
		if (random.percent(40)) signing.sign(world, random, hotfix, claim.one);
		if (random.percent(20)) leavesRole(world, random, hotfix, { one: { ...claim.one, signoff: { role: "release" } } });
		if (random.percent(20)) keyLeaves(world, random, hotfix, { one: { name: revokers(world, claim)[who] } });
	});
}

function oddRevocation(world, random, hotfix, claim) {
	const { signer, admin, stranger } = revokers(world, claim);
	const folder = `${claim.ref.slice(0, claim.ref.lastIndexOf("/") + 1)}`;
	const other = world.configuration.signoffs.find((s) => s.name !== claim.one.signoff.name && s.evidence !== "trailer");
	signing.revoke(world, claim, signer, random.pick([
		{ tag: { key: stranger } }, { tag: { key: null } }, { by: stranger }, { person: world.person(admin) },
		{ revokes: `${claim.ref}-9` }, { revokes: claim.ref.replace("refs/", "") }, { tag: { name: "v2" } },
		{ folder: other ? signing.folderOf(hotfix, other.name) : `${folder}x/` }, { tag: { namespace: "file" } },
		{ tag: { message: `Revokes: ${claim.ref}\nRevokes: ${claim.ref}` } },
	]));
}

function movedOrDeleted(world, random, hotfix, claim) {
	const other = world.reader.kind(claim.object) === "tag" ? world.tag({
		object: claim.target, name: claim.ref.replace("refs/signoffs/", "signoff/"), by: claim.one.name, message: "Moved",
	}) : hotfix.base;
	world.push(claim.one.name, { [claim.ref]: random.pick([null, other]) }, "a sign-off is moved");
}

// Somebody puts a sign-off there on the server, or takes one away.
function behind(world, random, hotfix, one) {
	const claim = signing.make(world, random, hotfix, one);
	world.moveBehind(claim.ref, claim.object);
}

function carriedToTwin(world, random, hotfix) {
	signed(world, random, hotfix);
	const twin = { ...hotfix, incident: random.pick([hotfix.incident, "INC-99"]), claims: [] };
	twin.ref = `refs/heads/hotfix/${twin.incident}-twin`;
	if (!world.push("paul", { [twin.ref]: twin.tip }, "a twin")) return;
	world.hotfixes.push(twin);
	hotfix.instead = twin;
}

// [weight, name, build]
const WELL = [
	[10, "signed by refs", signed],
	[2, "brought up to date, and signed anew where that is asked", (world, random, hotfix) => {
		developed(world, random, hotfix);
		const given = signers(world, random, hotfix);
		sign(world, random, hotfix, given.filter((g) => g.signoff.binds !== "commit"));
		story.moveProduction(world, random);
		story.bringUpToDate(world, random, hotfix);
		sign(world, random, hotfix, given.filter((g) => g.signoff.binds === "commit"));
	}],
	[1, "an odd sign-off, and a good one", replaced((world, random, hotfix, one) => {
		const other = odd(world, random, hotfix, one);
		signing.sign(world, random, hotfix, other.one, other.options);
		signing.sign(world, random, hotfix, one);
	})],
	[1, "revoked and signed again", afterwards((world, random, hotfix, claim) => {
		signing.revoke(world, claim, claim.one.name);
		signing.sign(world, random, hotfix, claim.one, { target: claim.target });
	})],
	[1, "a revocation that does not hold", afterwards(oddRevocation)],
	[1, "revoked by a stranger", revokedBy("stranger")],
	[1, "moved or deleted", afterwards(movedOrDeleted)],
	[1, "a key that expires afterwards", afterwards(keyExpires)],
	[1, "made empty by a signer", (world, random, hotfix) => {
		const given = signers(world, random, hotfix);
		if (given.length) pushHotfix(world, { ...hotfix }, random.pick(given).name);
		signed(world, random, hotfix);
	}],
	[1, "an older commit comes late, or comes back", onTop(true)],
];

const ILL = [
	[14, "an odd sign-off", replaced((world, random, hotfix, one) => {
		const other = odd(world, random, hotfix, one);
		world.flaw = `a sign-off ${other.name}`;
		signing.sign(world, random, hotfix, other.one, other.options);
	})],
	[2, "a trailer where more is asked", replaced((world, random, hotfix, one) => {
		story.signCommit(world, random, hotfix, [one]);
		world.push(one.name, { [hotfix.ref]: hotfix.tip }, "a trailer");
	})],
	[3, "the same person twice", replaced((world, random, hotfix, one) => {
		const claim = hotfix.claims.find((c) => c.one.signoff === one.signoff) ?? hotfix.claims[0];
		signing.sign(world, random, hotfix, claim ? { ...one, name: claim.one.name } : one);
		signing.sign(world, random, hotfix, claim ? { ...one, name: claim.one.name } : one);
	})],
	[3, "revoked by the signer", revokedBy("signer")],
	[3, "revoked by the revoke role", revokedBy("admin")],
	[3, "the signer leaves the role", afterwards(leavesRole)],
	[3, "the key is taken out", afterwards(keyLeaves)],
	[3, "the key is given away", afterwards(keyIsGivenAway)],
	[3, "the key was not valid then", afterwards(keyWasInvalid)],
	[2, "the key is no more valid", replaced((world, random, hotfix, one) => {
		keyWasInvalid(world, random, hotfix, { one });
		signing.sign(world, random, hotfix, one);
	})],
	[1, "the evidence is tightened", afterwards(evidenceIsTightened)],
	[2, "given behind the hooks", replaced(behind)],
	[1, "taken away behind the hooks", afterwards((world, random, hotfix, claim) => world.moveBehind(claim.ref, null))],
	[2, "carried to another branch", carriedToTwin],
	[2, "for a commit that is on the branch no more", onTop(false)],
	[2, "for a commit that came to another branch first", firstElsewhere],
	[2, "signed before the branch is there", (world, random, hotfix) => {
		const given = signers(world, random, hotfix);
		work(world, random, hotfix);
		sign(world, random, hotfix, given);
		pushHotfix(world, hotfix);
	}],
	[2, "a signer takes part afterwards", afterwards((world, random, hotfix, claim) => {
		work(world, random, hotfix, random.percent(50) ? { by: claim.one.name } : {});
		pushHotfix(world, hotfix, random.percent(50) ? claim.one.name : hotfix.dev);
		sign(world, random, hotfix, signers(world, random, hotfix).filter(({ signoff }) => signoff !== claim.one.signoff));
	})],
];

module.exports = { WELL, ILL, revokers };
