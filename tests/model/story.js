"use strict";
// What happens in a world before the push that is tried: steps, each of which draws from a seed of its own, so that a
// story with fewer steps is a story too.
const { HOTFIX } = require("./model.js");
const signing = require("./signing.js");

const SLUGS = ["login", "cart", "mail-queue", "x1"];
const PATHS = ["login.c", "cart.c", "src/login/form.c"];

// --- Production comes into being ---

function startFiles() {
	return new Map([
		["login.c", { mode: "100644", content: "login\n" }], ["cart.c", { mode: "100644", content: "cart\n" }],
		["docs/readme", { mode: "100644", content: "readme\n" }], ["run.sh", { mode: "100755", content: "run\n" }],
		["src/login/form.c", { mode: "100644", content: "form\n" }], ["link", { mode: "120000", content: "run.sh" }],
	]);
}

function productionNames(world) {
	return world.configuration.production[0].includes("*") ? ["refs/heads/prod/eu", "refs/heads/prod/us"] :
		world.configuration.production;
}

function start(world, random) {
	let tip = world.commit({ parents: [], files: startFiles(), by: "dave", message: "First" });
	for (let i = random.number(4); i > 0; i--) {
		tip = world.commit({ parents: [tip], files: world.edited(tip, random, PATHS), by: "dora", message: `History ${i}` });
	}
	const names = productionNames(world);
	world.prod = names[0];
	const changes = Object.fromEntries(names.map((name) => [name, tip]));
	if (random.percent(25)) { // before the hooks
		for (const name of names) world.moveBehind(name, tip);
		world.server.install();
		return;
	}
	world.server.install();
	if (names.length > 1 && random.percent(40)) {
		world.push("dave", { [names[0]]: tip }, "the first push");
		world.push(random.percent(80) ? "olga" : "dave", { [names[1]]: tip }, "another production branch");
	} else {
		world.push(random.percent(50) ? "dave" : "eve", changes, "the first push");
	}
}

// --- A hotfix ---

function newHotfix(world, random, incident = `INC-${world.hotfixes.length + 7}`) {
	const prods = productionNames(world).filter((name) => world.ref(name));
	const prod = random.percent(75) ? prods[0] : random.pick(prods);
	const hotfix = {
		ref: `${HOTFIX}${incident}-${random.pick(SLUGS)}`, incident, prod, base: world.ref(prod),
		tip: world.ref(prod), workers: new Set(), claims: [], dev: random.weighted([[5, "dave"], [2, "dora"], [1, "rita"]]),
	};
	if (world.hotfixes.some((h) => h.ref === hotfix.ref)) hotfix.ref += "-2";
	world.hotfixes.push(hotfix);
	return hotfix;
}

function work(world, random, hotfix, options = {}) {
	hotfix.tip = world.commit({
		parents: [hotfix.tip], files: options.files ?? world.edited(hotfix.tip, random, options.paths ?? PATHS),
		by: hotfix.dev, message: "Fix", trailers: random.percent(12) ? [`Incident: ${hotfix.incident}`] : [], ...options,
	});
	hotfix.workers.add(options.by ?? hotfix.dev);
}

function pushHotfix(world, hotfix, name = hotfix.dev) {
	const done = world.push(name, { [hotfix.ref]: hotfix.tip }, `work on ${hotfix.incident}`);
	if (!done && world.ref(hotfix.ref)) hotfix.tip = world.ref(hotfix.ref);
	return done;
}

function developed(world, random, hotfix) {
	for (let i = random.weighted([[5, 1], [3, 2], [1, 3]]); i > 0; i--) work(world, random, hotfix);
	hotfix.workers.add(hotfix.dev);
	return pushHotfix(world, hotfix);
}

function canProve(world, { evidence }, name) {
	if (evidence === "signature") return world.configuration.signers.some((signer) => signer.owner === name);
	return evidence === "trailer" || world.model.people.isKnown(world.person(name));
}

// Who could give each sign-off, as good as it goes: [{signoff, name}]
function signers(world, random, hotfix) {
	const chosen = [];
	const taken = new Set();
	for (const signoff of world.configuration.signoffs) {
		const free = world.names.filter((name) => world.inRole(signoff.role, name) && !hotfix.workers.has(name) &&
			canProve(world, signoff, name));
		const eligible = signoff.binds === "incident" ? free : free.filter((name) => !taken.has(name));
		for (const name of random.shuffled(eligible).slice(0, signoff.count)) {
			chosen.push({ signoff, name });
			if (signoff.binds !== "incident") taken.add(name);
		}
	}
	return random.shuffled(chosen);
}

function trailer(world, random, { signoff, name }) {
	const key = random.percent(85) ? signoff.trailer : signoff.trailer.toUpperCase();
	const identity = world.identity(name, random.number(2));
	const value = random.weighted([[8, identity], [1, identity.toUpperCase()], [1, /<(.*)>/.exec(identity)[1]]]);
	return `${key}: ${value}`;
}

function trailersOf(world, random, hotfix, given) {
	const production = given.length ? signing.productionLines(world, random, hotfix.prod) : [];
	return [...given.map((one) => trailer(world, random, one)), ...production];
}

// A message in which the trailers are trailers, however it looks.
function signoffMessage(random) {
	return random.weighted([[6, "Sign off"], [1, "Sign off\n\n---\nbelow a line"],
		[1, "Reviewed-by: nobody here\n\nand words"],
		[1, "Sign off\n\nReviewed-by: Mallory <mallory@example.net>\n\nmore words"]]);
}

function signCommit(world, random, hotfix, given, options = {}) {
	hotfix.tip = world.commit({
		parents: [hotfix.tip], files: world.files(hotfix.tip), by: given[0].name, message: signoffMessage(random),
		trailers: trailersOf(world, random, hotfix, given), ...options,
	});
}

// Each as the configuration asks for it: by refs, and by sign-off commits.
function sign(world, random, hotfix, all) {
	const refs = all.filter(({ signoff }) => signoff.evidence !== "trailer");
	const given = all.filter(({ signoff }) => signoff.evidence === "trailer");
	all.length = 0;
	const first = random.percent(50);
	if (first) for (const one of refs) signing.sign(world, random, hotfix, one);
	signByCommits(world, random, hotfix, given);
	if (!first) for (const one of refs) signing.sign(world, random, hotfix, one);
}

function signByCommits(world, random, hotfix, given) {
	while (given.length) {
		const together = given.splice(0, random.weighted([[5, 1], [2, 2], [1, 4]]));
		signCommit(world, random, hotfix, together);
		if (given.length && random.percent(30)) continue; // the next one pushes both
		world.push(together[0].name, { [hotfix.ref]: hotfix.tip }, `sign-off of ${hotfix.incident}`);
	}
}

function mergeCommit(world, hotfix, { by = "olga", trailers = [], files, parents } = {}) {
	return world.commit({
		parents: parents ?? [world.ref(hotfix.prod), hotfix.tip], files: files ?? world.files(hotfix.tip), by,
		message: `Merge ${hotfix.incident}`, trailers,
	});
}

function squashCommit(world, hotfix, { by = "olga", trailers = [], files, incident = hotfix.incident, parents } = {}) {
	return world.commit({
		parents: parents ?? [world.ref(hotfix.prod)], files: files ?? world.files(hotfix.tip), by, message: "Squash",
		trailers: [...(incident ? [`Incident: ${incident}`] : []), ...trailers],
	});
}

function landed(world, random, hotfix) {
	const make = random.weighted([[3, mergeCommit], [2, squashCommit], [1, () => hotfix.tip]]);
	return world.push(random.pick(["olga", hotfix.dev, "paul"]), { [hotfix.prod]: make(world, hotfix) }, "a landing");
}

function bringUpToDate(world, random, hotfix, evil = false) {
	const onto = world.ref(hotfix.prod);
	if (world.reader.reaches(hotfix.tip, onto)) return;
	const files = world.carried(hotfix.base, hotfix.tip, onto);
	if (evil) files.set("cart.c", { mode: "100644", content: `evil ${++world.count}\n` });
	hotfix.tip = world.commit({ parents: [hotfix.tip, onto], files, by: hotfix.dev, message: "Merge production" });
	hotfix.base = onto;
	pushHotfix(world, hotfix);
}

// --- Steps ---

function otherHotfix(world, random) {
	const hotfix = newHotfix(world, random);
	if (developed(world, random, hotfix) && random.percent(85)) {
		sign(world, random, hotfix, signers(world, random, hotfix));
		if (random.percent(80)) landed(world, random, hotfix);
	}
}

function release(world, random) {
	const ref = `refs/heads/release/${random.number(3)}`;
	const prod = random.pick(productionNames(world).filter((name) => world.ref(name)));
	const tip = world.commit({
		parents: [world.ref(prod)], files: world.edited(world.ref(prod), random, ["release.txt", "docs/readme"]), by: "dora",
		message: "Release",
	});
	const by = random.percent(85) ? world.ofRole("release", random) : "rita";
	if (!world.push(by, { [ref]: tip }, "a release branch") || random.percent(40)) return;
	const landing = random.percent(50) ? tip : world.commit({
		parents: [world.ref(prod), tip], files: world.files(tip), by, message: "Release",
	});
	world.push(by, { [prod]: landing }, "a release");
}

function develop(world, random) {
	const tip = world.ref("refs/heads/develop") ?? world.ref(world.prod);
	world.push("dora", {
		"refs/heads/develop": world.commit({
			parents: [tip], files: world.edited(tip, random, ["feature.c"]), by: "dora", message: "Feature",
		}),
	}, "development");
}

function productionTips(world, prod) {
	return (world.model.production.get(prod) ?? []).filter(({ had }) => had).map(({ tip }) => tip);
}

function rollback(world, random) {
	const tips = productionTips(world, world.prod);
	if (tips.length < 2) return;
	const to = tips.at(-2 - random.number(Math.min(tips.length - 1, 2)));
	world.rolledBack = world.commit({
		parents: [world.ref(world.prod)], files: world.files(to), by: "olga", message: "Roll back",
	});
	const by = random.percent(80) ? world.ofRole("release", random) : "dave";
	world.push(by, { [world.prod]: world.rolledBack }, "a rollback");
}

// A hotfix and a release, or the rollback of it, in one push.
function severalLandings(world, random) {
	const hotfix = newHotfix(world, random);
	if (!developed(world, random, hotfix)) return;
	sign(world, random, hotfix, signers(world, random, hotfix));
	const before = world.ref(hotfix.prod);
	const by = world.ofRole("release", random);
	const landing = random.pick([mergeCommit, squashCommit])(world, hotfix);
	const rolled = () => world.commit({ parents: [landing], files: world.files(before), by, message: "Roll back" });
	const released = () => {
		const files = world.edited(landing, random);
		const tip = world.commit({ parents: [landing], files, by: "dora", message: "Release" });
		return world.push(by, { "refs/heads/release/7": tip }, "a release branch") ? tip : rolled();
	};
	const tip = (world.configuration.allowFrom.length && random.percent(60) ? released : rolled)();
	if (world.push(by, { [hotfix.prod]: tip }, "two landings")) world.between = landing;
}

function moveProduction(world, random) {
	const before = world.ref(world.prod);
	for (let i = 0; i < 2 && world.ref(world.prod) === before; i++) {
		(world.configuration.allowFrom.length && random.percent(50) ? release : otherHotfix)(world, random);
	}
}

module.exports = {
	start, otherHotfix, release, develop, rollback, severalLandings, moveProduction, newHotfix, work, pushHotfix,
	developed, signers, sign, signCommit, trailersOf, trailer, mergeCommit, squashCommit, bringUpToDate, productionTips,
	productionNames, landed, PATHS,
};
