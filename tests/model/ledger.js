"use strict";
// What the model remembers of a server: its refs, and a ledger of who pushed what, when, and where production was then,
// in plain maps. Commits are read with plain git commands (reader.js).
//
// A push is {login, updates: [{ref, old, new}], time: {from, to}}, an id being null where there is none, the time being
// seconds between which the hooks ran.
const { People, glob } = require("./people.js");

const HOTFIX = "refs/heads/hotfix/";
const SIGNOFFS = "refs/signoffs/";

class Ledger {
	constructor(configuration, reader) {
		this.reader = reader;
		this.clock = 0;
		this.refs = new Map(); // as they are on the server
		this.production = new Map(); // ref: [{tip, had}], one for each landing, oldest first
		this.installedWith = new Map(); // ref: the tip that production had when the hooks came
		this.pushedBy = new Map(); // commit: who first pushed it to a hotfix branch
		this.arrivals = new Map(); // commit or sign-off ref: {clock, time, pusher, branch, production: Map of ref to tip}
		this.movedBy = new Map(); // hotfix branch: those who moved it otherwise than by sign-off commits
		this.tips = new Map(); // hotfix branch: the tips that it had
		this.madeBy = new Map(); // hotfix branch: who made it, when it was last made
		this.landed = new Map(); // hotfix branch: [{ref, tip, branchTip}], its landings on production branches
		this.usedUp = new Map(); // hotfix branch and production branch: the clock of its last landing
		this.configure(configuration);
	}

	configure(configuration) {
		this.configuration = configuration;
		this.people = new People(configuration);
	}

	// A ref was moved behind the hooks, or before they came.
	moveBehind(ref, id) {
		if (id) this.refs.set(ref, id);
		else this.refs.delete(ref);
		if (this.isProduction(ref)) {
			this.production.set(ref, [{ tip: id, had: true }]);
			this.installedWith.set(ref, id);
		}
	}

	observe(push, verdict) {
		const arrival = {
			clock: ++this.clock, time: push.time, pusher: this.people.ofLogin(push.login), production: this.productionRefs(),
		};
		for (const { ref, old, new: id } of push.updates) {
			if (ref.startsWith(HOTFIX) && id) this.observeHotfix(ref, old, id, { ...arrival, branch: ref });
			if (ref.startsWith(SIGNOFFS)) this.arrivals.set(ref, arrival);
			if (this.isProduction(ref)) this.observeProduction(ref, id, verdict.landings.get(ref) ?? []);
		}
		for (const { ref, new: id } of push.updates) {
			if (id) this.refs.set(ref, id);
			else this.refs.delete(ref);
		}
	}

	observeHotfix(ref, old, id, arrival) {
		for (const commit of this.reader.range(old, id)) {
			if (!this.pushedBy.has(commit)) this.pushedBy.set(commit, arrival.pusher);
			if (!this.arrivals.has(commit)) this.arrivals.set(commit, arrival);
		}
		if (!old) this.madeBy.set(ref, arrival.pusher);
		this.tips.set(ref, [...this.tips.get(ref) ?? [], id]);
		if (old ? this.onlySignoffs(old, id) : this.brought(id).every((c) => this.isSignoffCommit(c))) return;
		this.movedBy.set(ref, new Set(this.movedBy.get(ref)).add(arrival.pusher));
	}

	observeProduction(ref, id, landings) {
		if (!this.production.has(ref)) this.production.set(ref, []);
		const tips = this.production.get(ref);
		if (landings.length === 0) tips.push({ tip: id, had: true });
		for (const [i, landing] of landings.entries()) {
			tips.push({ tip: landing.tip, had: i === landings.length - 1, backTo: landing.backTo });
			if (!landing.branch) continue;
			this.usedUp.set(`${landing.branch} ${ref}`, this.clock + i / 100);
			this.landed.set(landing.branch, [
				...this.landed.get(landing.branch) ?? [], { ref, tip: landing.tip, branchTip: landing.branchTip },
			]);
		}
	}

	// A rollback takes back what came after the tip that it goes back to.
	isInEffect({ ref, tip }) {
		const tips = this.production.get(ref);
		for (let at = tips.length - 1; at >= 0; at--) {
			if (tips[at].tip === tip) return true;
			if (!tips[at].backTo) continue;
			at = 1 + tips.slice(0, at).findLastIndex((before) => this.reader.reaches(tips[at].backTo, before.tip));
		}
		return false;
	}

	isProduction(ref) {
		return this.configuration.production.some((pattern) => glob(pattern, ref));
	}

	productionRefs() {
		return new Map([...this.refs].filter(([ref]) => this.isProduction(ref)));
	}

	// What a branch with this tip holds and no production branch does.
	brought(id) {
		const tips = [...this.productionRefs().values()];
		return this.reader.range(null, id).filter((c) => !tips.some((tip) => this.reader.reaches(tip, c)));
	}

	hasSeveralProductions() {
		const { production } = this.configuration;
		return production.length > 1 || /[*?]/.test(production[0]);
	}

	incidentOf(branch) {
		return /^refs\/heads\/hotfix\/([A-Z][A-Z0-9]*-[0-9]+)-[a-z0-9][a-z0-9-]*$/.exec(branch)?.[1] ?? null;
	}

	isOrWasOn(branch, commit) {
		return [this.refs.get(branch), ...this.tips.get(branch) ?? []].some((tip) => tip && this.reader.reaches(tip, commit));
	}

	// --- Work, and sign-off commits ---

	// A commit with one parent, that parent's tree, and sign-off trailers; or a merge whose parents differ by such only.
	isSignoffCommit(id) {
		const { parents, tree } = this.reader.commit(id);
		if (parents.length === 0 || parents.some((parent) => this.reader.tree(parent) !== tree)) return false;
		if (parents.length > 1) return new Set(parents.map((parent) => this.belowSignoffs(parent))).size === 1;
		return this.configuration.signoffs.some((s) => this.reader.trailerValues(id, s.trailer).length > 0);
	}

	belowSignoffs(id) {
		return this.isSignoffCommit(id) ? this.belowSignoffs(this.reader.commit(id).parents[0]) : id;
	}

	onlySignoffs(old, id) {
		return this.reader.reaches(id, old) && this.reader.range(old, id).every((c) => this.isSignoffCommit(c));
	}

	// Everyone who did some of this work on the branch.
	workers(work, branch) {
		const out = new Set(this.movedBy.get(branch));
		for (const id of work) {
			const { author, committer } = this.reader.commit(id);
			out.add(this.people.ofAddress(author)).add(this.people.ofAddress(committer));
			for (const value of this.reader.trailerValues(id, "Co-authored-by")) out.add(this.people.ofTrailer(value));
			out.add(this.pushedBy.get(id));
		}
		return out;
	}
}

module.exports = { Ledger, HOTFIX, SIGNOFFS };
