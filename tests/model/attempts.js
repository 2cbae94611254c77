"use strict";
// The push that is tried in the end: each makes {by, changes, stale, race} for a world with a hotfix, or nothing where
// the world has not what it needs. `changes` is {ref: id or null} in the order of the push.
const { HOTFIX } = require("./model.js");
const story = require("./story.js");

const { mergeCommit, squashCommit, productionTips } = story;

function lander(world, random) {
	return random.pick(["olga", "olga", "dave", "rita", "eve"]);
}

function onto(hotfix, changes) {
	return (id) => id && { changes: { [hotfix.prod]: id, ...changes } };
}

function later(world, random, hotfix) {
	return hotfix.later ? story.trailersOf(world, random, hotfix, hotfix.later) : [];
}

// --- Landings as they should be ---

const merge = (world, random, hotfix) =>
	onto(hotfix)(mergeCommit(world, hotfix, { trailers: later(world, random, hotfix) }));
const squash = (world, random, hotfix) =>
	onto(hotfix)(squashCommit(world, hotfix, { trailers: later(world, random, hotfix) }));
const fastForward = (world, random, hotfix) => onto(hotfix)(hotfix.tip);

// What is missing stands on the landing commit.
function signedLanding(world, random, hotfix) {
	const trailers = story.trailersOf(world, random, hotfix, story.signers(world, random, hotfix));
	return onto(hotfix)(random.pick([mergeCommit, squashCommit])(world, hotfix, { trailers, by: lander(world, random) }));
}

function elsewhere(world, random, hotfix) {
	const other = world.hotfixes.filter((h) => h !== hotfix && world.ref(h.ref)).at(-1);
	if (!other) return null;
	const tip = world.ref(other.ref);
	return onto(other)(random.pick([mergeCommit, squashCommit])(world, { ...other, tip }));
}

function otherProduction(world, random, hotfix) {
	const other = story.productionNames(world).find((name) => name !== hotfix.prod && world.ref(name));
	return other ? merge(world, random, { ...hotfix, prod: other }) : null;
}

// --- Several landings ---

function rollbackCommit(world, random, prod, parent, back) {
	const tips = productionTips(world, prod);
	const to = tips.at(-1 - back);
	return to && world.commit({ parents: [parent], files: world.files(to), by: "olga", message: "Roll back" });
}

function landingAndRollback(world, random, hotfix) {
	const landing = random.pick([mergeCommit, squashCommit, () => hotfix.tip])(world, hotfix);
	const id = rollbackCommit(world, random, hotfix.prod, landing, random.number(3));
	return id && { by: world.ofRole("release", random), ...onto(hotfix)(id) };
}

// A release that is cut from a landing which is not pushed yet.
function landingAndRelease(world, random, hotfix) {
	const landing = random.pick([mergeCommit, squashCommit])(world, hotfix);
	const by = world.ofRole("release", random);
	const tip = world.commit({
		parents: [landing], files: world.edited(landing, random, ["release.txt"]), by: "dora", message: "Release",
	});
	if (!world.push(by, { "refs/heads/release/9": tip }, "a release branch")) return null;
	const merged = () => world.commit({ parents: [landing, tip], files: world.files(tip), by, message: "Merge" });
	const id = random.percent(50) ? tip : merged();
	return { by, ...onto(hotfix)(id) };
}

// Another hotfix that is cut from this one, or from its landing.
function landingAndHotfix(world, random, hotfix) {
	const landing = random.pick([mergeCommit, squashCommit, () => hotfix.tip])(world, hotfix);
	const second = story.newHotfix(world, random);
	Object.assign(second, { prod: hotfix.prod, base: landing, tip: landing });
	if (!story.developed(world, random, second)) return null;
	story.sign(world, random, second, story.signers(world, random, second));
	const id = random.percent(40) ? second.tip : world.commit({
		parents: [landing, second.tip], files: world.files(second.tip), by: "olga", message: "Merge both",
	});
	return onto(hotfix)(id);
}

// --- Landings with one thing wrong ---

function withFile(world, id) {
	return new Map(world.files(id)).set("evil.c", { mode: "100644", content: `evil ${++world.count}\n` });
}

const evilMerge = (world, random, hotfix) =>
	onto(hotfix)(mergeCommit(world, hotfix, { files: withFile(world, hotfix.tip) }));
const evilSquash = (world, random, hotfix) =>
	onto(hotfix)(squashCommit(world, hotfix, { files: withFile(world, hotfix.tip) }));
const noIncident = (world, random, hotfix) => onto(hotfix)(squashCommit(world, hotfix, { incident: null }));
const otherIncident = (world, random, hotfix) => onto(hotfix)(squashCommit(world, hotfix, { incident: "OTHER-1" }));

function belowTip(world, random, hotfix) {
	const [tip] = world.reader.commit(hotfix.tip).parents;
	const make = random.pick([mergeCommit, squashCommit, (w, h) => h.tip, (w, h) => h.tip]);
	return onto(hotfix)(make(world, { ...hotfix, tip }));
}

// The commit below the sign-off commits, when it says Incident:, looks like a squash.
function ownCommit(world, random, hotfix) {
	return onto(hotfix)(world.model.belowSignoffs(hotfix.tip));
}

function aboveTip(world, random, hotfix) {
	const above = { ...hotfix };
	if (random.percent(50)) story.work(world, random, above);
	else story.signCommit(world, random, above, story.signers(world, random, hotfix).slice(0, 1).concat(
		{ signoff: { trailer: "Acked-by" }, name: "paul" }));
	return onto(hotfix)(random.pick([mergeCommit, squashCommit, (w, h) => h.tip])(world, above));
}

function oddParents(world, random, hotfix) {
	const prod = world.ref(hotfix.prod);
	const other = world.hotfixes.find((h) => h !== hotfix && world.ref(h.ref));
	const parents = random.pick([
		[hotfix.tip, prod], [prod, prod],
		[prod, hotfix.tip, world.ref(other?.ref) ?? world.reader.commit(prod).parents[0] ?? prod],
		[hotfix.tip], [prod, hotfix.tip, hotfix.tip], [world.reader.commit(prod).parents[0] ?? prod, hotfix.tip],
	]);
	if (parents.length > 1 && parents[0] === parents[1]) parents.pop();
	return onto(hotfix)(mergeCommit(world, hotfix, { parents }));
}

function foxtrot(world, random, hotfix) {
	const update = { ...hotfix };
	const prod = world.ref(hotfix.prod);
	update.tip = world.commit({
		parents: [hotfix.tip, prod], files: world.carried(hotfix.base, hotfix.tip, prod), by: hotfix.dev,
		message: "Merge main",
	});
	return onto(hotfix)(update.tip);
}

function ownTree(world, random, hotfix) {
	const prod = world.ref(hotfix.prod);
	const make = random.pick([mergeCommit, squashCommit]);
	return { by: world.ofRole("release", random), ...onto(hotfix)(make(world, hotfix, { files: world.files(prod) })) };
}

function rewind(world, random, hotfix) {
	return onto(hotfix)(world.reader.commit(world.ref(hotfix.prod)).parents[0]);
}

const deletion = (world, random, hotfix) => ({ changes: { [hotfix.prod]: null } });

const branchDeletion = (world, random, hotfix) => world.ref(hotfix.ref) && {
	by: random.pick(["dave", "rita", "olga", "eve"]), changes: { [hotfix.ref]: null },
};

// A hotfix that has landed, as far as the world has one.
function landedDeletion(world, random, hotfix) {
	const ref = [...world.model.landed.keys()].filter((r) => world.ref(r)).at(-1);
	return ref && branchDeletion(world, random, { ref });
}

function directCommit(world, random, hotfix) {
	const prod = world.ref(hotfix.prod);
	const files = world.edited(prod, random);
	return onto(hotfix)(world.commit({ parents: [prod], files, by: "dave", message: "Quick" }));
}

function featureMerge(world, random, hotfix) {
	const feature = { ...hotfix, ref: "refs/heads/feature", tip: world.ref(hotfix.prod) };
	story.work(world, random, feature);
	if (!world.push("dave", { [feature.ref]: feature.tip }, "a feature")) return null;
	return onto(hotfix)(random.pick([mergeCommit, squashCommit, (w, h) => h.tip])(world, feature));
}

function withMore(world, random, hotfix) {
	const id = random.pick([mergeCommit, squashCommit])(world, hotfix);
	return onto(hotfix)(world.commit({ parents: [id], files: world.edited(id, random), by: "dave", message: "More" }));
}

function samePush(world, random, hotfix) {
	const landing = random.pick([mergeCommit, squashCommit, (w, h) => h.tip])(world, hotfix);
	const moved = { ...hotfix };
	story.work(world, random, moved);
	const branch = random.pick([moved.tip, null, world.reader.commit(hotfix.tip).parents[0]]);
	const changes = { [hotfix.prod]: landing, [hotfix.ref]: branch };
	return { changes: random.percent(50) ? changes : Object.fromEntries(Object.entries(changes).reverse()) };
}

function sameSignoff(world, random, hotfix) {
	const signed = { ...hotfix };
	const given = story.signers(world, random, hotfix);
	if (!given.length) return null;
	story.signCommit(world, random, signed, given);
	return { changes: { [hotfix.ref]: signed.tip, [hotfix.prod]: mergeCommit(world, signed) } };
}

function newInSamePush(world, random, hotfix) {
	const ref = `${HOTFIX}INC-500-new`;
	const tip = random.percent(50) ? hotfix.tip : world.commit({
		parents: [hotfix.tip], files: world.edited(hotfix.tip, random), by: "dave", message: "New",
	});
	return { changes: { [ref]: tip, [hotfix.prod]: mergeCommit(world, { ...hotfix, tip }) } };
}

function besideOther(world, random, hotfix) {
	const ref = `${HOTFIX}INC-501-other`;
	const tip = world.commit({
		parents: [world.ref(hotfix.prod)], files: world.edited(world.ref(hotfix.prod), random), by: "dora", message: "Other",
	});
	return { changes: { [hotfix.prod]: mergeCommit(world, hotfix), [ref]: tip, "refs/heads/feature-2": tip } };
}

function stale(world, random, hotfix) {
	const [old] = world.reader.commit(world.ref(hotfix.prod)).parents;
	return !world.real && { ...merge(world, random, hotfix), stale: random.pick([old ?? null, hotfix.tip, null]) };
}

// --- Rollbacks ---

function rollback(world, random, hotfix) {
	const prod = random.percent(80) ? world.prod : hotfix.prod;
	const id = rollbackCommit(world, random, prod, world.ref(prod), 1 + random.number(4));
	return id && { by: random.percent(75) ? world.ofRole("release", random) : "dave", changes: { [prod]: id } };
}

function oddRollback(world, random, hotfix) {
	const prod = hotfix.prod;
	const tip = world.ref(prod);
	const to = (random.percent(50) && world.between) || (productionTips(world, prod).at(-2) ?? tip);
	const history = world.reader.firstParentLine(null, tip) ?? world.reader.range(null, tip);
	const id = random.pick([
		() => world.commit({ parents: [tip], files: withFile(world, to), by: "olga", message: "Roll back and more" }),
		() => world.commit({ parents: [tip], files: world.files(random.pick(history)), by: "olga", message: "Roll back" }),
		() => world.commit({ parents: [tip, hotfix.tip], files: world.files(to), by: "olga", message: "Roll back" }),
		() => world.commit({ parents: [to], files: world.files(to), by: "olga", message: "Roll back" }),
		() => world.commit({ parents: [tip], files: world.files(hotfix.tip), by: "olga", message: "Roll forward" }),
	])();
	return { by: world.ofRole("release", random), changes: { [prod]: id } };
}

function rollbackTwice(world, random, hotfix) {
	const first = rollbackCommit(world, random, hotfix.prod, world.ref(hotfix.prod), 1);
	const id = first && rollbackCommit(world, random, hotfix.prod, first, random.pick([0, 2]));
	return id && { by: world.ofRole("release", random), changes: { [hotfix.prod]: id } };
}

// --- Releases ---

function releaseBranch(world, random, prod, start) {
	const tip = world.commit({
		parents: [start], files: world.edited(start, random, ["release.txt", "login.c"]), by: "dora", message: "Release",
	});
	const by = world.ofRole("release", random);
	const ref = "refs/heads/release/8";
	return world.push(by, { [ref]: tip }, "a release branch") ? { tip, by, prod, ref } : null;
}

function release(world, random, hotfix) {
	const prod = world.ref(hotfix.prod);
	const start = random.percent(75) ? prod : world.reader.commit(prod).parents[0] ?? prod;
	const branch = releaseBranch(world, random, hotfix.prod, start);
	if (!branch) return null;
	const id = random.pick([
		() => branch.tip, () => branch.tip, () => mergeCommit(world, branch), () => mergeCommit(world, branch),
		() => mergeCommit(world, branch, { files: withFile(world, branch.tip) }), () => squashCommit(world, branch),
		() => mergeCommit(world, branch, { parents: [branch.tip, prod] }),
	])();
	const moved = random.percent(12) ? { [branch.ref]: random.pick([null, prod]) } : {};
	return { by: random.percent(75) ? branch.by : "dave", changes: { [hotfix.prod]: id, ...moved } };
}

function releaseHoldingHotfix(world, random, hotfix) {
	const branch = releaseBranch(world, random, hotfix.prod, hotfix.tip);
	const id = branch && (random.percent(50) ? branch.tip : mergeCommit(world, branch));
	return branch && { by: branch.by, changes: { [hotfix.prod]: id } };
}

function allowFrom(world, random, hotfix) {
	const ref = `refs/heads/release/${random.number(4)}`;
	const id = world.ref(ref) && random.percent(30) ? null : hotfix.tip;
	return { by: random.percent(50) ? world.ofRole("release", random) : "rita", changes: { [ref]: id } };
}

// --- Names, creation, development ---

function name(world, random, hotfix) {
	const short = hotfix.prod.slice("refs/heads/".length);
	const ref = random.pick([
		`refs/tags/${short}`, `refs/heads/heads/${short}`, `refs/tags/heads/${short}`, `refs/heads/${short.toUpperCase()}`,
		`refs/heads/${short.replace("i", "\u0456").replace("e", "\u0435")}`, "refs/heads/hotfix",
		`refs/replace/${hotfix.tip}`,
		`refs/heads/${short}-2`, "refs/tags/v1.0", `refs/heads/my-${short}`, "refs/heads/topic/main",
	]);
	return { changes: { [ref]: hotfix.tip } };
}

function creation(world, random, hotfix) {
	const all = [...story.productionNames(world), ...(world.prod.includes("/prod/") ? ["refs/heads/prod/asia"] : [])];
	const ref = all.find((production) => !world.ref(production));
	if (!ref) return null;
	const id = random.pick([world.ref(hotfix.prod), hotfix.tip, world.reader.commit(world.ref(hotfix.prod)).parents[0]]);
	return id && { by: random.percent(70) ? world.ofRole("release", random) : "dave", changes: { [ref]: id } };
}

function development(world, random, hotfix) {
	const tip = world.ref("refs/heads/develop");
	if (!tip) return null;
	const merged = { ...hotfix, tip: world.commit({
		parents: [hotfix.tip, tip], files: world.files(hotfix.tip), by: "dave", message: "Merge develop",
	}) };
	const both = random.percent(50) ? { [hotfix.prod]: mergeCommit(world, merged) } : {};
	return { by: "dave", changes: { [hotfix.ref]: merged.tip, ...both } };
}

const GOOD = [
	[10, "merge", merge], [7, "squash", squash], [7, "fast-forward", fastForward],
	[3, "signed landing commit", signedLanding],
	[1, "another hotfix", elsewhere], [1, "other production", otherProduction], [1, "beside another branch", besideOther],
];

const OTHER = [
	[3, "landing and rollback", landingAndRollback], [3, "landing and release", landingAndRelease],
	[4, "two hotfixes", landingAndHotfix], [2, "evil merge", evilMerge], [1, "evil squash", evilSquash],
	[1, "no Incident", noIncident], [1, "other Incident", otherIncident], [2, "below the tip", belowTip],
	[2, "above the tip", aboveTip], [2, "the work itself", ownCommit], [3, "odd parents", oddParents],
	[1, "foxtrot", foxtrot], [1, "own tree", ownTree],
	[1, "rewind", rewind], [1, "deletion", deletion], [1, "deleted branch", branchDeletion],
	[2, "deleted after its landing", landedDeletion], [1, "direct commit", directCommit], [1, "feature", featureMerge],
	[2, "more above", withMore], [3, "same push moves it", samePush], [2, "sign-off in the same push", sameSignoff],
	[1, "new in the same push", newInSamePush], [2, "stale", stale], [6, "rollback", rollback],
	[4, "odd rollback", oddRollback],
	[1, "two rollbacks", rollbackTwice], [6, "release", release], [1, "release with the hotfix", releaseHoldingHotfix],
	[2, "allow-from branch", allowFrom], [3, "name", name], [2, "creation", creation], [2, "development", development],
];

module.exports = { GOOD, OTHER, lander };
