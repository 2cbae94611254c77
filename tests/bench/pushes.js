"use strict";
// What is pushed: for each round and each variant of hooks one push of its own, so that none finds the other's work
// done.
// The same numbers make the same commits.
//
//	existing   a commit to a hotfix branch that is there and has one
//	new        a new hotfix branch with one commit
//	ordinary   a new branch that is not governed
//	old        a new hotfix branch with one commit, cut from `from`
//	landing    the merge of a signed hotfix with `size` commits
//	branches   `size` new branches that are not governed, in one push
//	hotfixes   `size` new hotfix branches, in one push
const FIRST = {
	existing: 10001,
	new: 20001,
	ordinary: 30001,
	old: 40001,
	landing: 50001,
	branches: 60001,
	hotfixes: 70001,
};

class Commits {
	constructor() {
		this.text = [];
		this.clock = 1900000000;
	}

	// change: the content of the file that is changed; without, the tree stays
	add(ref, { from, merge, text, change, who = "Ada Example <ada@example.com>" }) {
		const time = this.clock++;
		this.text.push(`commit ${ref}\nauthor ${who} ${time} +0000\ncommitter ${who} ${time} +0000\n`);
		this.text.push(`data ${text.length + 1}\n${text}\n`);
		if (from) this.text.push(`from ${from}\n`);
		if (merge) this.text.push(`merge ${merge}\n`);
		if (change)
			this.text.push(`M 100644 inline src/part01/file01.c\ndata ${change.length + 1}\n${change}\n`);
		this.text.push("\n");
	}

	point(ref, at) {
		this.text.push(`reset ${ref}\nfrom ${at}\n\n`);
	}
}

// Where the pushes of these hooks go: ours judge no others than theirs.
const branchOf = (variant, number) => `refs/heads/${variant}/BENCH-${number}-push`;
const productionOf = (variant) => (variant === "hotfix" ? "refs/heads/main" : `refs/heads/${variant}-main`);

const makers = {
	existing({ commits, bases, from }, variant, number) {
		const to = branchOf(variant, number);
		const base = `refs/base/${number}`;
		commits.add(base, { from, text: `begin the fix ${number}\n\nMore words.`, change: `begin ${base}` });
		bases.push(`${base}:${to}`);
		return single({ commits, from: base }, to, "existing", number);
	},

	new: (plan, variant, number) => single(plan, branchOf(variant, number), "new", number),
	old: (plan, variant, number) => single(plan, branchOf(variant, number), "old", number),
	ordinary: (plan, _variant, number) => single(plan, `refs/heads/ordinary/bench-${number}`, "ordinary", number),

	landing({ commits, size, from, chains, bases }, variant, number) {
		const chain = `refs/chain/${variant}`;
		const tip = `refs/base/${number}`;
		if (!chains.has(variant)) {
			commits.point(chain, from);
			if (variant !== "hotfix") bases.push(`${from}:${productionOf(variant)}`);
		}
		chains.add(variant);
		let change;
		for (let commit = 1; commit <= size; commit++) {
			change = `repair ${number}, ${commit}`;
			commits.add(tip, {
				from: commit === 1 ? chain : null,
				text: `${change}\n\nMore words.`,
				change,
			});
		}
		const signed = (trailer, person, name) =>
			commits.add(tip, {
				text: `${name}\n\n${trailer}: ${person} <${person}@example.com>`,
				who: `${person} <${person}@example.com>`,
			});
		signed("Reviewed-by", "bea", "review");
		signed("Tested-by", "cleo", "qa");
		commits.add(chain, { merge: tip, text: `Merge the fix ${number}`, change });
		const source = `refs/bench/landing/${number}`;
		commits.point(source, chain);
		return [
			{ before: true, source: tip, destination: branchOf(variant, number) },
			{ source, destination: productionOf(variant) },
		];
	},

	branches: (plan, variant, number) =>
		many(plan, "branches", number, `refs/heads/ordinary/${variant}-${number}/*`),
	hotfixes: (plan, variant, number) =>
		many(plan, "hotfixes", number, `refs/heads/${variant}/BENCH-${number}*-push`),
};

function single({ commits, from }, destination, kind, number) {
	const source = `refs/bench/${kind}/${number}`;
	commits.add(source, { from, text: `repair ${number}\n\nMore words.`, change: `repair ${number} ${source}` });
	return [{ source, destination }];
}

// One commit on as many branches; the names below differ in what the star stands for.
function many({ commits, from, size }, kind, number, destination) {
	const folder = `refs/bench/${kind}/${number}/`;
	const tip = `refs/base/${kind}/${number}`;
	commits.add(tip, { from, text: `repair ${number}\n\nMore words.`, change: `repair ${number} ${kind}` });
	for (let one = 0; one < size; one++) commits.point(`${folder}${String(one).padStart(6, "0")}`, tip);
	return [{ source: `${folder}*`, destination }];
}

// Makes the commits in the client of the pair, and returns { lines, bases }: lines are { round, variant, source,
// destination, before }, in turn; before: not to be measured, but to be pushed at that point. bases are refspecs to be
// pushed before all of it. Rounds below 0 are for warming up, `warm` of them.
function planPushes(pair, { kind, variants, rounds, warm = 2, size = 1, from = pair.main }) {
	const plan = { commits: new Commits(), bases: [], chains: new Set(), size, from };
	const lines = [];
	for (let round = -warm; round < rounds; round++)
		variants.forEach((_name, turn) => {
			const variant = variants[(turn + round + warm) % variants.length];
			const number = FIRST[kind] + (round + warm) * variants.length + turn;
			for (const push of makers[kind](plan, variant, number)) lines.push({ round, variant, ...push });
		});
	pair.shop.import(pair.client, plan.commits.text.join(""));
	return { lines, bases: plan.bases };
}

// Pushes by plans, one for each pair, round by round in turn; samples as of figures.js, place being the pair's number.
function drive(shop, pairs, plans) {
	const rounds = [...new Set(plans.flatMap(({ lines }) => lines.map(({ round }) => round)))].sort(
		(a, b) => a - b,
	);
	const input = [];
	for (const round of rounds)
		plans.forEach(({ lines }, place) => {
			for (const line of lines.filter((one) => one.round === round)) {
				const name = line.before ? "before" : round;
				const hooks = line.before && line.variant !== "hotfix" ? "none" : line.variant;
				input.push(`${name} ${hooks} ${place} ${line.source} ${line.destination}\n`);
			}
		});
	const places = pairs.flatMap(({ client, server, address }) => [client, server, address]);
	const done = shop.run(`${shop.work}/drive`, [shop.log, ...places], { input: input.join(""), mayFail: true });
	if (done.status !== 0)
		throw new Error(`${done.stderr}${shop.run("tail", ["-n", "40", shop.log], { mayFail: true }).stdout}`);
	return done.stdout;
}

module.exports = { planPushes, drive };
