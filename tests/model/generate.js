"use strict";
// Generates situations and tries them. A world has a story (its configuration, and pushes by different people) and then
// several pushes to try, each on the world as the story left it: a situation is the story with one of these.
const fs = require("node:fs");
const path = require("node:path");
const attempts = require("./attempts.js");
const flaws = require("./flaws.js");
const { Random } = require("./random.js");
const signing = require("./signing.js");
const signingAttempts = require("./signing_attempts.js");
const signingFlaws = require("./signing_flaws.js");
const story = require("./story.js");
const { World, Disagreement, describe, seconds } = require("./world.js");

const ATTEMPTS = 6; // for a world

// What a story is made of: [{name, seed}], a list from which steps can be taken out.
function plan(seed) {
	const random = new Random(seed, "plan");
	const steps = [];
	for (let i = random.weighted([[3, 0], [4, 1], [2, 2], [1, 3]]); i > 0; i--) {
		steps.push(random.weighted([[5, "otherHotfix"], [3, "release"], [2, "develop"], [2, "rollback"],
			[2, "severalLandings"]]));
	}
	return [
		...steps.map((name, i) => ({ name, seed: `${seed}/step ${i}` })),
		{ name: "hotfix", seed: `${seed}/hotfix`, well: random.percent(62) },
		...(random.percent(15) ? [{ name: "moveProduction", seed: `${seed}/moved` }] : []),
	];
}

// Some sign-offs are asked for by refs.
function isByRefs(world) {
	return world.configuration.signoffs.some(({ evidence }) => evidence !== "trailer");
}

function tell(world, steps) {
	world.hotfixes = [];
	story.start(world, new Random(world.seed, "start"));
	for (const step of steps) {
		const random = new Random(step.seed);
		if (step.name !== "hotfix") {
			story[step.name](world, random);
			continue;
		}
		const { WELL, ILL } = isByRefs(world) && random.percent(70) ? signingFlaws : flaws;
		const table = (step.well ? WELL : ILL).map(([weight, name, build]) => [weight, { name, build }]);
		const { name, build } = random.weighted(table);
		world.say(`the hotfix: ${name}`);
		world.hotfix = story.newHotfix(world, random);
		build(world, random, world.hotfix);
		world.flaw ??= name;
		world.hotfix = world.hotfix.instead ?? world.hotfix;
	}
	if (!world.hotfix) world.hotfix = story.newHotfix(world, new Random(world.seed));
	world.hotfix.tip = world.ref(world.hotfix.ref) ?? world.hotfix.tip;
	world.well = steps.every((step) => step.well !== false);
}

// --- One push ---

function pushOf(world, random, attempt) {
	const updates = world.updates(attempt.changes);
	if ("stale" in attempt) updates[0].old = attempt.stale;
	return { login: world.login(attempt.by ?? attempts.lander(world, random)), updates };
}

// Each of these returns what the model expects.
function runReally(world, push) {
	world.tallies.realPushes++;
	const found = timed(push, () => world.server.pushReally(push));
	const expected = world.model.judgeInTurn(push, world.model.judge(push));
	world.compare("the push that is tried", push, expected, found);
	return expected;
}

// pre-receive; then update, on the refs as they are, or as somebody else has moved them meanwhile, or as the push
// itself moves them.
function runHooks(world, random, push) {
	const found = timed(push, () => world.server.preReceive(push));
	const expected = world.model.judge(push);
	world.compare("the push that is tried, pre-receive", push, expected, found);
	if (expected.accepted && push.updates.length > 1 && random.percent(50)) {
		updateInTurn(world, push);
		return expected;
	}
	const changed = expected.accepted && random.percent(25) ? meanwhile(world, random, push) : null;
	for (const update of push.updates) {
		const judged = world.model.judge({ ...push, updates: [update] });
		if (!expected.accepted && judged.accepted) continue; // refused for what the whole push is
		if (expected.accepted && !changed && !judged.accepted) continue; // accepted for what the whole push is
		updateAlone(world, push, update, changed ? ` after ${changed}` : "");
	}
	return expected;
}

function updateAlone(world, push, update, words, began) {
	const alone = { login: push.login, updates: [update], began };
	const again = timed(alone, () => world.server.update(push, update));
	const judged = world.model.judge(alone);
	world.compare(`update of ${update.ref} by itself${words}`, alone, { ...judged, landings: new Map() }, again);
	world.tallies.updates++;
	return judged.accepted;
}

function updateInTurn(world, push) {
	const began = new Map(world.model.refs);
	for (const update of push.updates) {
		if (updateAlone(world, push, update, " in turn", began)) moved(world, update.ref, update.new);
	}
}

function timed(push, run) {
	const from = seconds();
	const found = run();
	push.time = { from, to: seconds() };
	return found;
}

// Moves a ref behind the push that pre-receive let through; says what it did.
function meanwhile(world, random, push) {
	const claim = random.percent(40) && random.pick(world.hotfix.claims.filter(({ ref }) => world.ref(ref)));
	if (claim) {
		const { ref, object } = signing.makeRevocation(world, claim, claim.one.name);
		return moved(world, ...random.pick([[claim.ref, null], [ref, object]]));
	}
	const touched = push.updates[0].ref;
	const ref = random.percent(70) ? world.hotfix.ref : touched;
	const id = random.percent(50) || ref === touched ? world.reader.commit(world.hotfix.tip).parents[0] : null;
	const isPushed = push.updates.some((update) => update.ref === ref && ref !== touched);
	if (isPushed || !world.ref(ref) || id === undefined) return null;
	return moved(world, ref, id);
}

function moved(world, ref, id) {
	world.server.writeRef(ref, id);
	if (id) world.model.refs.set(ref, id);
	else world.model.refs.delete(ref);
	return `${ref} became ${id}`;
}

function chooseAttempt(world, random) {
	if (isByRefs(world) ? random.percent(35) : random.percent(1)) {
		const signs = isByRefs(world) ? signingAttempts.ATTEMPTS : signingAttempts.UNASKED;
		return random.weighted(signs.map(([weight, name, make]) => [weight, { name, make }]));
	}
	const good = world.well ? random.percent(45) : random.percent(70);
	const table = (good ? attempts.GOOD : attempts.OTHER).map(([weight, name, make]) => [weight, { name, make }]);
	return random.weighted(table);
}

// Tries one push on the world as the story left it.
function tryOne(world, number) {
	const refs = new Map(world.model.refs);
	const random = new Random(world.seed, "attempt", number);
	for (let i = 0; i < 20; i++) {
		const { name, make } = chooseAttempt(world, random);
		const attempt = make(world, random, world.hotfix);
		if (!attempt?.changes) continue;
		const push = pushOf(world, random, attempt);
		if (push.updates.some(({ old, new: id }) => old === id)) continue;
		world.say(`tried: ${attempt.name ?? name}`);
		const expected = world.real ? runReally(world, push) : runHooks(world, random, push);
		world.say(`${expected.accepted ? "accepted" : "refused"}\n${describe(push)}`);
		world.model.refs = refs;
		return { name: attempt.name ?? name, accepted: expected.accepted, reasons: expected.reasons };
	}
	throw new Error(`nothing to try in ${world.seed}`);
}

// --- A world and its pushes ---

// Builds the world of this seed in the folder, with the hooks and everybody's keys of these folders, and tries the
// pushes of these numbers. Returns {results, tallies} or, at the first disagreement, these with {disagreement, report}.
function runWorld(folder, { hooks, keys }, seed, numbers, steps = plan(seed)) {
	fs.rmSync(folder, { recursive: true, force: true });
	fs.mkdirSync(folder, { recursive: true, mode: 0o755 });
	const world = new World(folder, hooks, keys, seed);
	world.tallies.updates = 0;
	const results = [];
	let number = -1;
	try {
		tell(world, steps);
		const kept = keep(world);
		for (number of numbers) {
			restore(world, kept);
			results.push({ ...tryOne(world, number), flaw: world.flaw, real: world.real, evidence: world.evidence });
		}
	} catch (error) {
		if (!(error instanceof Disagreement)) throw Object.assign(error, { message: `${seed}: ${error.message}` });
		return { results, tallies: world.tallies, number, disagreement: error.message, report: world.report() };
	} finally {
		world.server.close();
	}
	return { results, tallies: world.tallies };
}

function keep(world) {
	world.server.save();
	const { model } = world;
	return {
		model: clone(model), configuration: model.configuration, hotfixes: [...world.hotfixes],
		hotfix: { ...world.hotfix }, count: world.count, transcript: [...world.transcript],
	};
}

function restore(world, kept) {
	world.server.restore();
	Object.assign(world.model, clone(kept.model));
	world.model.configure(kept.configuration);
	world.hotfixes = [...kept.hotfixes];
	world.hotfix = { ...kept.hotfix, claims: [...kept.hotfix.claims] };
	world.count = kept.count;
	world.transcript = [...kept.transcript];
}

// The ledger; what is in it is never changed, but for lists and sets.
function clone(model) {
	const ledger = {};
	for (const [key, value] of Object.entries(model)) {
		if (value instanceof Set) ledger[key] = new Set(value);
		if (value instanceof Map) ledger[key] = new Map([...value].map(([k, v]) => [k, copied(v)]));
	}
	return { ...ledger, clock: model.clock };
}

function copied(value) {
	return Array.isArray(value) ? [...value] : value instanceof Set ? new Set(value) : value;
}

// Takes steps out of the story as long as the models still differ in the same push.
function shrink(folder, place, seed, failure) {
	let steps = plan(seed);
	let smallest = failure;
	for (let i = steps.length - 1; i >= 0; i--) {
		const fewer = steps.filter((_, at) => at !== i);
		const numbers = failure.number < 0 ? [] : [failure.number];
		const again = runWorld(path.join(folder, "shrunk"), place, seed, numbers, fewer);
		if (again.disagreement && again.number === failure.number) {
			steps = fewer;
			smallest = again;
		}
	}
	return { ...smallest, steps: steps.map(({ name }) => name) };
}

module.exports = { runWorld, shrink, ATTEMPTS };
