"use strict";
// Sign-off refs, as people make and push them: signed tags, or plain refs where the pusher is the evidence.
const { HOTFIX, SIGNOFFS } = require("./model.js");

function productionLines(world, random, prod) {
	if (!world.model.hasSeveralProductions()) return [];
	return [`Production: ${random.percent(50) ? prod : prod.slice("refs/heads/".length)}`];
}

function folderOf(hotfix, signoffName) {
	return `${SIGNOFFS}${hotfix.ref.slice(HOTFIX.length)}/${signoffName}/`;
}

// The first name of this beginning that is free: without a number, or with one.
function freeName(world, beginning, taken) {
	for (let n = 1; ; n++) {
		const ref = n === 1 ? beginning : `${beginning}-${n}`;
		if (!world.ref(ref) && ref !== taken) return ref;
	}
}

function trailersOf(world, random, hotfix, { signoff, name }, { prod = hotfix.prod, trailer = signoff.trailer }) {
	const identity = world.identity(name, random.number(2));
	const value = random.weighted([[8, identity], [1, identity.toUpperCase()], [1, /<(.*)>/.exec(identity)[1]]]);
	const key = random.percent(85) ? trailer : trailer.toLowerCase();
	return [`${key}: ${value}`, ...(prod ? productionLines(world, random, prod) : [])];
}

function signedCommit(world, random, hotfix, signoff) {
	const below = world.model.belowSignoffs(hotfix.tip);
	if (below !== hotfix.tip && random.percent(30)) return below;
	return signoff.binds === "incident" && random.percent(20) ? hotfix.base : hotfix.tip;
}

// One sign-off: {ref, object, by, target, one}. The options make it odd: target, person, digits, prod and trailer (as
// above), named (the commit in its name), branch and signoffName (in its name), message (of the trailer lines), asTag,
// tag (as world.tag), object (instead of any), by (who pushes).
function make(world, random, hotfix, one, options = {}) {
	const { signoff, name } = one;
	const target = options.target ?? signedCommit(world, random, hotfix, signoff);
	const digits = (options.named ?? target).slice(0, options.digits ?? random.weighted([[6, 10], [2, 7], [1, 40]]));
	const folder = folderOf({ ref: options.branch ?? hotfix.ref }, options.signoffName ?? signoff.name);
	const ref = freeName(world, `${folder}${options.person ?? world.person(name)}-${digits}`);
	const lines = trailersOf(world, random, hotfix, one, options);
	const title = random.percent(60) ? "" : "Sign off\n\n";
	const text = options.message ? options.message(lines) : title + lines.join("\n");
	const asTag = options.asTag ?? signoff.evidence === "signature";
	const tag = () => world.tag({
		object: target, name: `signoff/${ref.slice(SIGNOFFS.length)}`, by: name, message: text,
		...(signoff.evidence === "pusher" && { key: null }), ...options.tag,
	});
	const pusher = signoff.evidence === "pusher" || random.percent(60) ? name : random.pick(world.names);
	return { ref, object: options.object ?? (asTag ? tag() : target), by: options.by ?? pusher, target, one };
}

// Makes and pushes it; one that passes is remembered as one of the hotfix's.
function sign(world, random, hotfix, one, options) {
	const claim = make(world, random, hotfix, one, options);
	const what = `the sign-off ${one.signoff.name} of ${hotfix.incident}`;
	const done = world.push(claim.by, { [claim.ref]: claim.object }, what);
	if (done) hotfix.claims.push(claim);
	return done ? claim : null;
}

// A tag that revokes a claim, by this person: {ref, object, by}. Options: as above, and revokes (another ref).
function makeRevocation(world, claim, name, options = {}) {
	const folder = claim.ref.slice(0, claim.ref.lastIndexOf("/") + 1);
	const person = options.person ?? world.person(name);
	const ref = freeName(world, `${options.folder ?? folder}${person}-${claim.target.slice(0, 10)}`, claim.ref);
	const object = world.tag({
		object: claim.target, name: `signoff/${ref.slice(SIGNOFFS.length)}`, by: name,
		message: `Revokes: ${options.revokes ?? claim.ref}`, ...(claim.one.signoff.evidence === "pusher" && { key: null }),
		...options.tag,
	});
	return { ref, object, by: options.by ?? name };
}

function revoke(world, claim, name, options) {
	const { ref, object, by } = makeRevocation(world, claim, name, options);
	return world.push(by, { [ref]: object }, "a revocation") ? { ...claim, ref, object, revoked: claim } : null;
}

module.exports = { make, sign, makeRevocation, revoke, folderOf, productionLines };
