"use strict";
// How the hotfix that a world is about comes to be: well done in some way, or with one thing wrong. Each takes
// (world, random, hotfix) with a branch that has no commit yet.
const { HOTFIX } = require("./model.js");
const story = require("./story.js");

const { developed, work, pushHotfix, signers, sign, signCommit, trailersOf } = story;

function plain(world, random, hotfix) {
	developed(world, random, hotfix);
	sign(world, random, hotfix, signers(world, random, hotfix));
}

// Signed by all, but one sign-off is replaced by what `change` makes of it: a list of sign-offs.
function replaced(change) {
	return (world, random, hotfix) => {
		developed(world, random, hotfix);
		const given = signers(world, random, hotfix);
		if (!given.length) return;
		const one = given.pop();
		sign(world, random, hotfix, given);
		sign(world, random, hotfix, change(world, random, hotfix, one));
	};
}

// Signed by all, and one sign-off commit is made otherwise.
function oddCommit(options) {
	return (world, random, hotfix) => {
		developed(world, random, hotfix);
		const given = signers(world, random, hotfix);
		if (!given.length) return;
		const one = given.pop();
		sign(world, random, hotfix, given);
		signCommit(world, random, hotfix, [one], options(world, random, hotfix, one));
		world.push(one.name, { [hotfix.ref]: hotfix.tip }, "an odd sign-off");
	};
}

// The work is done so that one of those who sign had a part in it.
function tainted(taint) {
	return (world, random, hotfix) => {
		const given = signers(world, random, hotfix);
		const victim = given.length ? random.pick(given).name : "rita";
		work(world, random, hotfix);
		taint(world, random, hotfix, victim);
		if (world.ref(hotfix.ref) !== hotfix.tip) pushHotfix(world, hotfix);
		sign(world, random, hotfix, given);
	};
}

function rebased(world, random, hotfix, given) {
	sign(world, random, hotfix, given);
	story.moveProduction(world, random);
}

function key({ signoff }) {
	return signoff.trailer;
}

// [weight, name, build]
const WELL = [
	[12, "plain", plain],
	[2, "trailers on the work commit", (world, random, hotfix) => {
		const given = signers(world, random, hotfix);
		work(world, random, hotfix);
		work(world, random, hotfix, { trailers: trailersOf(world, random, hotfix, given.splice(0, random.number(9))) });
		pushHotfix(world, hotfix);
		sign(world, random, hotfix, given);
	}],
	[3, "brought up to date", (world, random, hotfix) => {
		developed(world, random, hotfix);
		const given = signers(world, random, hotfix);
		const later = given.filter((g) => g.signoff.binds === "commit");
		const now = given.filter((g) => g.signoff.binds !== "commit");
		rebased(world, random, hotfix, now);
		story.bringUpToDate(world, random, hotfix);
		sign(world, random, hotfix, later);
	}],
	[2, "work done and undone", (world, random, hotfix) => {
		developed(world, random, hotfix);
		const given = signers(world, random, hotfix);
		const first = given.filter((g) => g.signoff.binds !== "commit");
		const files = world.files(hotfix.tip);
		sign(world, random, hotfix, first);
		work(world, random, hotfix);
		work(world, random, hotfix, { files, message: "Revert" });
		pushHotfix(world, hotfix);
		sign(world, random, hotfix, given.filter((g) => g.signoff.binds === "commit"));
	}],
	[2, "sign-off commits merged", mergedSignoffs()],
	[2, "landed before", (world, random, hotfix) => {
		plain(world, random, hotfix);
		if (!story.landed(world, random, hotfix)) return;
		story.bringUpToDate(world, random, hotfix);
		hotfix.base = world.ref(hotfix.prod);
		if (!world.reader.reaches(hotfix.tip, hotfix.base)) return;
		plain(world, random, hotfix);
	}],
	[2, "landed, rolled back, and signed again", relanded(true)],
	[1, "no sign-off asked of the landing commit yet", (world, random, hotfix) => {
		developed(world, random, hotfix);
		hotfix.later = signers(world, random, hotfix);
		sign(world, random, hotfix, hotfix.later.splice(0, random.number(3)));
	}],
	[2, "another branch at the same tip", (world, random, hotfix) => {
		plain(world, random, hotfix);
		const incident = random.pick([hotfix.incident, "INC-99"]);
		const twin = { ...hotfix, incident, ref: `${HOTFIX}${incident}-twin` };
		world.push("paul", { [twin.ref]: twin.tip }, "a twin");
		world.hotfixes.push(twin);
		if (random.percent(30)) hotfix.instead = twin;
		if (random.percent(30)) story.landed(world, random, hotfix);
	}],
	[1, "two branches of one incident", (world, random, hotfix) => {
		const other = story.newHotfix(world, random, hotfix.incident);
		developed(world, random, other);
		plain(world, random, hotfix);
	}],
];

function mergedSignoffs(evil = false) {
	return (world, random, hotfix) => {
		developed(world, random, hotfix);
		const given = signers(world, random, hotfix);
		if (given.length < 2) return;
		const below = hotfix.tip;
		const [mine, theirs] = [given.slice(0, 1), given.slice(1)];
		sign(world, random, hotfix, theirs);
		const other = { ...hotfix, tip: random.percent(70) ? below : hotfix.tip };
		signCommit(world, random, other, mine);
		if (hotfix.tip === other.tip) return;
		const files = new Map(world.files(below));
		if (evil) files.set("evil.c", { mode: "100644", content: "evil\n" });
		hotfix.tip = world.commit({
			parents: [hotfix.tip, other.tip], files, by: mine[0].name, message: "Merge sign-offs",
		});
		world.push(mine[0].name, { [hotfix.ref]: hotfix.tip }, "sign-offs merged");
	};
}

// The same change lands, is rolled back, and comes back without or with new sign-offs.
function relanded(signed) {
	return (world, random, hotfix) => {
		plain(world, random, hotfix);
		const before = world.files(world.ref(hotfix.prod));
		const by = world.ofRole("release", random);
		if (!world.push(by, { [hotfix.prod]: story.squashCommit(world, hotfix) }, "a landing")) return;
		const back = world.commit({ parents: [world.ref(hotfix.prod)], files: before, by, message: "Roll back" });
		if (!world.push(by, { [hotfix.prod]: back }, "a rollback")) return;
		const files = world.files(hotfix.tip);
		hotfix.tip = world.commit({ parents: [hotfix.tip, back], files, by: hotfix.dev, message: "Merge production" });
		pushHotfix(world, hotfix);
		if (signed) sign(world, random, hotfix, signers(world, random, hotfix));
	};
}

const ILL = [
	[3, "one sign-off missing", replaced(() => [])],
	[3, "by somebody outside the role", replaced((world, random, hotfix, one) =>
		[{ ...one, name: random.pick(world.names.filter((name) => !hotfix.workers.has(name))) }])],
	[3, "by the author", replaced((world, random, hotfix, one) => [{ ...one, name: hotfix.dev }])],
	[3, "by somebody who signs another", replaced((world, random, hotfix, one) =>
		world.configuration.signoffs.filter((s) => s !== one.signoff).slice(0, 1).map((s) => ({ ...one, signoff: s })))],
	[2, "by the same person twice", (world, random, hotfix) => {
		developed(world, random, hotfix);
		const given = signers(world, random, hotfix);
		sign(world, random, hotfix, given.flatMap((one, i) =>
			given.findIndex((g) => g.signoff === one.signoff) === i && one.signoff.count > 1 ? [one, one] :
				given.findIndex((g) => g.signoff === one.signoff) === i ? [one] : []));
	}],
	[3, "by one person for all", (world, random, hotfix) => {
		developed(world, random, hotfix);
		const given = signers(world, random, hotfix);
		if (given.length) sign(world, random, hotfix, given.map((one) => ({ ...one, name: given[0].name })));
	}],
	[2, "the author's name is forged", tainted((world, random, hotfix, victim) => {
		hotfix.tip = world.commit({
			parents: [hotfix.tip], files: world.edited(hotfix.tip, random), author: world.identity("sam"), message: "Forged",
		});
		pushHotfix(world, hotfix, victim);
	})],
	[2, "a signer is the committer", tainted((world, random, hotfix, victim) => {
		work(world, random, hotfix, { committer: world.identity(victim, 1) });
	})],
	[2, "a signer is an author", tainted((world, random, hotfix, victim) => {
		work(world, random, hotfix, { author: world.identity(victim, 1).toUpperCase() });
	})],
	[2, "a signer is a co-author", tainted((world, random, hotfix, victim) => {
		work(world, random, hotfix, { trailers: [`co-authored-by: ${world.identity(victim, 1)}`] });
	})],
	[2, "a signer first pushed the work elsewhere", tainted((world, random, hotfix, victim) => {
		const elsewhere = { ...hotfix, ref: hotfix.ref.replace(/-[0-9]+-/, "-77-") };
		pushHotfix(world, elsewhere, victim);
	})],
	[2, "a signer moved the branch", tainted((world, random, hotfix, victim) => {
		pushHotfix(world, hotfix);
		const first = hotfix.tip;
		work(world, random, hotfix);
		pushHotfix(world, hotfix);
		hotfix.tip = first;
		pushHotfix(world, hotfix, victim);
	})],
	[1, "a signer made the branch", tainted((world, random, hotfix, victim) => {
		const tip = hotfix.tip;
		pushHotfix(world, { ...hotfix, ref: `${hotfix.ref}-old` });
		hotfix.tip = tip;
		pushHotfix(world, hotfix, victim);
	})],
	[1, "the branch was deleted and made again", tainted((world, random, hotfix, victim) => {
		const maker = random.pick([hotfix.dev, victim]);
		pushHotfix(world, hotfix, maker);
		world.push(maker, { [hotfix.ref]: null }, "deleted");
		pushHotfix(world, hotfix, hotfix.dev);
	})],
	[3, "work after the sign-offs", (world, random, hotfix) => {
		plain(world, random, hotfix);
		work(world, random, hotfix, random.percent(50) ? { paths: ["docs/readme"] } : {});
		pushHotfix(world, hotfix);
	}],
	[1, "an empty commit after the sign-offs", (world, random, hotfix) => {
		plain(world, random, hotfix);
		work(world, random, hotfix, { files: world.files(hotfix.tip) });
		pushHotfix(world, hotfix);
	}],
	[2, "brought up to date after all sign-offs", (world, random, hotfix) => {
		developed(world, random, hotfix);
		rebased(world, random, hotfix, signers(world, random, hotfix));
		story.bringUpToDate(world, random, hotfix);
	}],
	[2, "an evil merge of production", (world, random, hotfix) => {
		developed(world, random, hotfix);
		const given = signers(world, random, hotfix);
		rebased(world, random, hotfix, given.filter((g) => g.signoff.binds !== "commit"));
		story.bringUpToDate(world, random, hotfix, true);
		sign(world, random, hotfix, given.filter((g) => g.signoff.binds === "commit"));
	}],
	[2, "not brought up to date", (world, random, hotfix) => {
		developed(world, random, hotfix);
		rebased(world, random, hotfix, signers(world, random, hotfix));
	}],
	[1, "an evil merge of sign-offs", mergedSignoffs(true)],
	[2, "a sign-off commit that changes something", oddCommit((world, random, hotfix) => ({
		files: world.edited(hotfix.tip, random),
	}))],
	[1, "no trailer, for words follow", oddCommit((world, random, hotfix, one) => ({
		message: `Sign off\n\n${trailersOf(world, random, hotfix, [one]).join("\n")}\n\nand that is all`, trailers: [],
	}))],
	[1, "no trailer, for the title is none", oddCommit((world, random, hotfix, one) => ({
		message: trailersOf(world, random, hotfix, [one]).join("\n"), trailers: [],
	}))],
	[1, "a trailer below a divider", oddCommit((world, random, hotfix, one) => ({
		message: "Sign off\n\n---\n patch", trailers: trailersOf(world, random, hotfix, [one]),
	}))],
	[1, "a folded trailer", oddCommit((world, random, hotfix, one) => ({
		trailers: trailersOf(world, random, hotfix, [one]).map((line) => line.replace(" <", "\n <")),
	}))],
	[1, "a key that is nearly right", oddCommit((world, random, hotfix, one) => ({
		trailers: [`${key(one).replace("-by", "_by")}: ${world.identity(one.name)}`],
	}))],
	[1, "no address", oddCommit((world, random, hotfix, one) => ({ trailers: [`${key(one)}: ${one.name}`] }))],
	[1, "two addresses", oddCommit((world, random, hotfix, one) => ({
		trailers: [`${key(one)}: ${world.identity(one.name)} ${world.identity("ruth")}`],
	}))],
	[1, "for another production branch", oddCommit((world, random, hotfix, one) => ({
		trailers: [`${key(one)}: ${world.identity(one.name)}`,
			`Production: ${random.pick(["staging", "refs/heads/live", "us"])}`],
	}))],
	[2, "made behind the hooks", (world, random, hotfix) => {
		work(world, random, hotfix);
		world.moveBehind(hotfix.ref, hotfix.tip);
		sign(world, random, hotfix, signers(world, random, hotfix));
	}],
	[1, "landed, rolled back, and not signed again", relanded(false)],
	[1, "landed, rolled back, and not signed again under another name", (world, random, hotfix) => {
		relanded(false)(world, random, hotfix);
		hotfix.ref = `${HOTFIX}${random.pick([hotfix.incident, "INC-98"])}-again`;
		hotfix.incident = world.model.incidentOf(hotfix.ref);
		pushHotfix(world, hotfix);
	}],
	[1, "two merge bases", crissCross],
];

// Two fixes that meet in two merges, one of which is production when the other is signed.
function crissCross(world, random, hotfix) {
	const [left, right] = [hotfix, story.newHotfix(world, random)];
	Object.assign(right, { prod: left.prod, base: left.base, tip: left.base });
	work(world, random, left, { paths: ["login.c"] });
	work(world, random, right, { paths: ["src/login/form.c"] });
	const merge = (a, b) => world.commit({
		parents: [a.tip, b.tip], files: world.carried(left.base, b.tip, a.tip), by: "dave", message: "Both",
	});
	const third = story.newHotfix(world, random);
	Object.assign(third, { prod: left.prod, base: left.base, tip: merge(right, left), dev: "dave" });
	hotfix.tip = merge(left, right);
	const base = hotfix.base;
	pushHotfix(world, third);
	sign(world, random, third, signers(world, random, third));
	world.push("olga", { [third.prod]: story.mergeCommit(world, third) }, "the one merge lands");
	work(world, random, hotfix, { paths: ["cart.c"] });
	pushHotfix(world, hotfix);
	const given = signers(world, random, hotfix);
	sign(world, random, hotfix, given.filter((g) => g.signoff.binds !== "commit"));
	hotfix.base = base;
	story.bringUpToDate(world, random, hotfix);
	sign(world, random, hotfix, given.filter((g) => g.signoff.binds === "commit"));
}

module.exports = { WELL, ILL };
