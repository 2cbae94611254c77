"use strict";
// The push that is tried in the end, where it touches sign-off refs: as attempts.js.
const { odd } = require("./oddities.js");
const signing = require("./signing.js");
const { revokers } = require("./signing_flaws.js");
const story = require("./story.js");

// Somebody who could give a sign-off by a ref, now.
function oneOf(world, random, hotfix) {
	const given = story.signers(world, random, hotfix).filter(({ signoff }) => signoff.evidence !== "trailer");
	return given[0] ?? null;
}

function pushed(claim, changes = {}) {
	return { by: claim.by, changes: { [claim.ref]: claim.object, ...changes } };
}

function inAnyOrder(random, changes) {
	return random.percent(50) ? changes : Object.fromEntries(Object.entries(changes).reverse());
}

function good(world, random, hotfix) {
	const one = oneOf(world, random, hotfix);
	return one && pushed(signing.make(world, random, hotfix, one));
}

function strange(world, random, hotfix) {
	const one = oneOf(world, random, hotfix);
	if (!one) return null;
	const other = odd(world, random, hotfix, one);
	return { name: `a sign-off ${other.name}`, ...pushed(signing.make(world, random, hotfix, other.one, other.options)) };
}

function revocation(world, random, hotfix) {
	const claim = random.pick(hotfix.claims);
	if (!claim) return null;
	const who = random.pick(Object.values(revokers(world, claim)));
	return pushed(signing.makeRevocation(world, claim, who, random.percent(20) ? { tag: { key: "nobody" } } : {}));
}

function change(world, random, hotfix) {
	const claim = random.pick(hotfix.claims);
	if (!claim) return null;
	return { by: claim.by, changes: { [claim.ref]: random.pick([null, hotfix.tip, hotfix.base]) } };
}

function landing(world, random, hotfix) {
	const make = random.pick([story.mergeCommit, story.squashCommit, () => hotfix.tip]);
	return { [hotfix.prod]: make(world, hotfix) };
}

function withLanding(world, random, hotfix) {
	const one = oneOf(world, random, hotfix);
	const claim = one && signing.make(world, random, hotfix, one);
	return claim && { by: claim.by, changes: inAnyOrder(random, pushed(claim, landing(world, random, hotfix)).changes) };
}

function revocationWithLanding(world, random, hotfix) {
	const claim = random.pick(hotfix.claims);
	if (!claim) return null;
	const revoking = signing.makeRevocation(world, claim, claim.one.name);
	return { by: claim.one.name, changes: inAnyOrder(random, pushed(revoking, landing(world, random, hotfix)).changes) };
}

// A sign-off for what the same push brings to the branch.
function withWork(world, random, hotfix) {
	const moved = { ...hotfix };
	story.work(world, random, moved);
	const one = oneOf(world, random, hotfix);
	const claim = one && signing.make(world, random, moved, one, { target: moved.tip });
	return claim && { by: claim.by, changes: inAnyOrder(random, pushed(claim, { [hotfix.ref]: moved.tip }).changes) };
}

function several(world, random, hotfix) {
	const given = story.signers(world, random, hotfix).filter(({ signoff }) => signoff.evidence !== "trailer");
	if (!given.length) return null;
	const claims = given.map((one) => signing.make(world, random, hotfix, one));
	const other = random.percent(40) && odd(world, random, hotfix, given[0]);
	if (other) claims.push(signing.make(world, random, hotfix, other.one, { ...other.options, digits: 12 }));
	const by = random.percent(70) ? given[0].name : "dave";
	return { by, changes: Object.fromEntries(claims.map((claim) => [claim.ref, claim.object])) };
}

// A sign-off and its revocation.
function takenBack(world, random, hotfix) {
	const one = oneOf(world, random, hotfix);
	const claim = one && signing.make(world, random, hotfix, one);
	const revoking = claim && signing.makeRevocation(world, claim, one.name);
	if (!claim) return null;
	const { changes } = pushed(claim, { [revoking.ref]: revoking.object });
	return { by: claim.by, changes: inAnyOrder(random, changes) };
}

// Under refs/signoffs, where no sign-off is given by refs.
function unasked(world, random, hotfix) {
	const signoff = { name: "review", trailer: "Reviewed-by", evidence: "signature", binds: "change" };
	return pushed(signing.make(world, random, hotfix, { signoff, name: "rita" }));
}

const ATTEMPTS = [
	[5, "a sign-off", good], [8, "an odd sign-off", strange], [4, "a revocation", revocation],
	[2, "a sign-off changed", change],
	[4, "a sign-off and the landing", withLanding], [3, "a revocation and the landing", revocationWithLanding],
	[2, "a sign-off and its work", withWork], [2, "several sign-offs", several],
	[1, "a sign-off and its revocation", takenBack],
];

module.exports = { ATTEMPTS, UNASKED: [[1, "a sign-off ref that nobody asks for", unasked]] };
