"use strict";
// A reference model of the rules of landings and sign-offs: slow and plain, written from what the hooks promise
// (hotfix-hooks(7), LANDINGS and SIGN-OFFS) and from none of their code. It keeps its own ledger of who pushed what and
// where production was then, in plain maps; reads commits with plain git commands (reader.js); and judges every push from
// scratch.
//
//	const model = new Model(configuration, reader);
//	const verdict = model.judge(push);     // {accepted, reasons, landings: Map of ref to [{kind, branch, …}]}
//	model.observe(push, verdict);          // it was accepted, and the refs have moved
//
// A push is {login, updates: [{ref, old, new}]}, an id being null where there is none. What is governed beside production
// (names and bases of hotfix branches, development that rides along, allow-from) is judged as far as a situation of
// generate.js can hold it.
const { People, glob } = require("./people.js");

const HOTFIX = "refs/heads/hotfix/";

// Letters of other scripts that look like ours; as many as the generator uses.
const LOOKALIKES = { "\u0430": "a", "\u0456": "i", "\u0435": "e", "\u043e": "o" };

class Model {
	constructor(configuration, reader) {
		this.configuration = configuration;
		this.reader = reader;
		this.people = new People(configuration);
		this.clock = 0;
		this.refs = new Map(); // as they are on the server
		this.production = new Map(); // ref: [{tip, had}], one for each landing, oldest first
		this.installedWith = new Map(); // ref: the tip that production had when the hooks came
		this.pushedBy = new Map(); // commit: who first pushed it to a hotfix branch
		this.arrivals = new Map(); // commit: {clock, branch, production: Map of ref to tip} when it came to a hotfix branch
		this.movedBy = new Map(); // hotfix branch: those who moved it otherwise than by sign-off commits
		this.usedUp = new Map(); // hotfix branch and production branch: the clock of its last landing
	}

	// --- The ledger ---

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
		const pusher = this.people.ofLogin(push.login);
		const production = this.productionRefs();
		this.clock++;
		for (const { ref, old, new: id } of push.updates) {
			if (ref.startsWith(HOTFIX) && id) this.observeHotfix(ref, old, id, pusher, production);
			if (this.isProduction(ref)) this.observeProduction(ref, id, verdict.landings.get(ref) ?? []);
		}
		for (const { ref, new: id } of push.updates) {
			if (id) this.refs.set(ref, id);
			else this.refs.delete(ref);
		}
	}

	observeHotfix(ref, old, id, pusher, production) {
		for (const commit of this.reader.range(old, id)) {
			if (!this.pushedBy.has(commit)) this.pushedBy.set(commit, pusher);
			if (!this.arrivals.has(commit)) this.arrivals.set(commit, { clock: this.clock, branch: ref, production });
		}
		if (!old || !this.onlySignoffs(old, id)) {
			if (!this.movedBy.has(ref)) this.movedBy.set(ref, new Set());
			this.movedBy.get(ref).add(pusher);
		}
	}

	observeProduction(ref, id, landings) {
		if (!this.production.has(ref)) this.production.set(ref, []);
		const tips = this.production.get(ref);
		if (landings.length === 0) tips.push({ tip: id, had: true });
		for (const [i, landing] of landings.entries()) {
			tips.push({ tip: landing.tip, had: i === landings.length - 1 });
			if (landing.branch) this.usedUp.set(`${landing.branch} ${ref}`, this.clock + i / 100);
		}
	}

	productionRefs() {
		return new Map([...this.refs].filter(([ref]) => this.isProduction(ref)));
	}

	// --- A push ---

	judge(push) {
		const verdict = { reasons: [], landings: new Map() };
		for (const update of push.updates) {
			const reasons = this.judgeUpdate(update, push, verdict);
			verdict.reasons.push(...reasons.map((reason) => `${update.ref}: ${reason}`));
		}
		verdict.accepted = verdict.reasons.length === 0;
		return verdict;
	}

	judgeUpdate(update, push, verdict) {
		if ((this.refs.get(update.ref) ?? null) !== update.old) return ["stale: the ref is not where the push says"];
		if (this.isProduction(update.ref)) return this.judgeProduction(update, push, verdict);
		if (update.ref.startsWith(HOTFIX)) return this.judgeHotfix(update);
		if (this.isAllowedFrom(update.ref)) {
			return this.people.inRole(this.configuration.allowBy, this.people.ofLogin(push.login)) ? [] :
				["only the allow-by role changes this branch"];
		}
		return this.standsForProduction(update.ref) && update.new ? ["the name stands for production"] : [];
	}

	isProduction(ref) {
		return this.configuration.production.some((pattern) => glob(pattern, ref));
	}

	isAllowedFrom(ref) {
		return this.configuration.allowFrom.some((pattern) => glob(pattern, ref));
	}

	standsForProduction(ref) {
		if (/^refs\/(replace|namespaces)\//.test(ref)) return true;
		if (ref === "refs/heads/hotfix" || ref === "refs/signoffs") return true;
		const plain = (text) => [...text.normalize("NFKC")].map((c) => LOOKALIKES[c] ?? c).join("").toLowerCase();
		const short = (production) => production.slice("refs/heads/".length);
		return [...this.productionRefs().keys(), ...this.configuration.production].some((production) => {
			const name = short(production);
			const names = [`refs/${name}`, `refs/tags/${name}`, `refs/heads/heads/${name}`, `refs/tags/heads/${name}`];
			return names.some((n) => glob(n, ref)) || glob(plain(production), plain(ref));
		});
	}

	// --- Hotfix branches ---

	judgeHotfix({ ref, new: id }) {
		if (!id) return [];
		const reasons = [];
		if (!this.incidentOf(ref)) reasons.push("the name of the branch");
		const tips = [...this.productionRefs().values()];
		if (!tips.some((tip) => this.reader.mergeBases(tip, id).length)) reasons.push("not cut from production");
		const range = this.reader.range(null, id).filter((c) => !tips.some((tip) => this.reader.reaches(tip, c)));
		const development = [...this.refs].filter(([r]) => this.configuration.notFrom.some((p) => glob(p, r)));
		if (range.some((c) => !this.pushedBy.has(c) && development.some(([, tip]) => this.reader.reaches(tip, c)))) {
			reasons.push("development rides along");
		}
		return [...reasons, ...this.contradictions(range, ref), ...this.unknownAuthors(range)];
	}

	// A trailer `Incident:` that names another incident than the branch.
	contradictions(commits, branch) {
		const incident = this.incidentOf(branch);
		return commits.flatMap((c) => this.reader.trailerValues(c, "Incident")).filter((value) => value !== incident)
			.map((value) => `Incident: ${value} contradicts the branch`);
	}

	incidentOf(branch) {
		return /^refs\/heads\/hotfix\/([A-Z][A-Z0-9]*-[0-9]+)-[a-z0-9][a-z0-9-]*$/.exec(branch)?.[1] ?? null;
	}

	unknownAuthors(commits) {
		if (this.configuration.authors !== "known") return [];
		return commits.flatMap((c) => [this.reader.commit(c).author, this.reader.commit(c).committer])
			.filter((address) => !this.people.isKnown(this.people.ofAddress(address)))
			.map((address) => `${address} is no configured person`);
	}

	// --- Production ---

	judgeProduction({ ref, old, new: id }, push, verdict) {
		if (!id) return ["production is never deleted"];
		if (!old) return this.judgeCreation(id, push, verdict);
		const line = this.reader.firstParentLine(old, id);
		if (!line || line.length < 2) return ["the old tip is not on the first-parent line of the new one"];
		const landings = [];
		for (let at = 0; at < line.length - 1;) {
			const landing = this.longestLanding(ref, line, at, push, landings);
			if (!landing.passes) return landing.reasons;
			landings.push(landing);
			at = line.indexOf(landing.tip);
		}
		verdict.landings.set(ref, landings);
		return [];
	}

	judgeCreation(id, push) {
		if (this.refs.size === 0) return [];
		const inRole = this.people.inRole(this.configuration.allowBy, this.people.ofLogin(push.login));
		const tips = [...this.productionRefs().values()];
		if (inRole && (tips.length === 0 || tips.some((tip) => this.reader.reaches(tip, id)))) return [];
		return ["production may not be created so"];
	}

	longestLanding(ref, line, at, push, landings) {
		const reasons = [];
		for (let to = line.length - 1; to > at; to--) {
			const place = { ref, old: line[at], tip: line[to], single: to === at + 1, push, landings };
			const shapes = this.shapes(place);
			for (const shape of shapes) shape.reasons = this.judgeShape(shape, place);
			const passing = shapes.filter((shape) => shape.reasons.length === 0);
			if (passing.length) return { ...passing[0], passes: true, tip: place.tip, kinds: passing.map((s) => s.kind) };
			reasons.push(...shapes.flatMap((s) => s.reasons.map((r) => `${s.kind} ${s.branch ?? ""}: ${r}`)));
		}
		return { passes: false, reasons: reasons.length ? reasons : ["it has the shape of no landing"] };
	}

	// The branches that a push may land: on the server before, and not touched by it.
	branchesBefore(push) {
		return [...this.refs].filter(([ref]) => !push.updates.some((update) => update.ref === ref))
			.map(([branch, tip]) => ({ branch, tip }));
	}

	// What the step from place.old to place.tip could be: [{kind, branch, branchTip}]
	shapes(place) {
		const { parents } = this.reader.commit(place.tip);
		const branches = this.branchesBefore(place.push);
		const hotfixes = branches.filter(({ branch }) => branch.startsWith(HOTFIX) && this.incidentOf(branch));
		const allowed = branches.filter(({ branch }) => this.isAllowedFrom(branch));
		const sameTree = ({ tip }) => this.reader.tree(tip) === this.reader.tree(place.tip);
		const isMergeOf = ({ tip }) => place.single && parents.length === 2 && parents[0] === place.old &&
			parents[1] === tip && parents[0] !== parents[1] && sameTree({ tip });
		const incidents = this.reader.trailerValues(place.tip, "Incident");
		// A commit of the branch itself is work: as a squash its author would count as who merely lands.
		const isSquashOf = ({ branch, tip }) => place.single && parents.length === 1 && sameTree({ tip }) &&
			incidents.includes(this.incidentOf(branch)) && !this.reader.reaches(tip, place.tip);
		const as = (kind) => ({ branch, tip }) => ({ kind, branch, branchTip: tip });
		const shapes = [
			...hotfixes.filter(isMergeOf).map(as("merge")),
			...hotfixes.filter(({ tip }) => tip === place.tip).map(as("fast-forward")),
			...hotfixes.filter(isSquashOf).map(as("squash")),
			...allowed.filter((b) => b.tip === place.tip || isMergeOf(b)).map(as("ordinary")),
		];
		if (place.single && parents.length === 1) shapes.push({ kind: "rollback" });
		return shapes;
	}

	judgeShape(shape, place) {
		const { reader } = this;
		const pusher = this.people.ofLogin(place.push.login);
		if (reader.tree(place.tip) === reader.tree(place.old)) return ["it is production's own tree"];
		if (shape.kind === "rollback") return this.judgeRollback(place, pusher);
		if (!reader.reaches(shape.branchTip, place.old)) return ["the branch does not hold the old production tip"];
		if (shape.kind !== "ordinary") return this.judgeSignoffs(shape, place);
		return this.people.inRole(this.configuration.allowBy, pusher) ? [] : ["not in the allow-by role"];
	}

	judgeRollback({ ref, tip, landings }, pusher) {
		if (!this.configuration.rollback) return ["nobody may roll back"];
		const tips = [...this.production.get(ref), ...landings.map((landing) => ({ tip: landing.tip, had: false }))];
		const first = this.installedWith.get(ref);
		const before = [];
		for (let [id] = first ? this.reader.commit(first).parents : []; id; [id] = this.reader.commit(id).parents) {
			before.unshift({ tip: id, had: true });
		}
		const back = [...before, ...tips].reverse().slice(1, 1 + this.configuration.rollback.depth);
		const reasons = [];
		if (!back.some((b) => b.had && this.reader.tree(b.tip) === this.reader.tree(tip))) {
			reasons.push("not the tree of a tip that production had within the depth");
		}
		if (!this.people.inRole(this.configuration.rollback.role, pusher)) reasons.push("not in the rollback role");
		return reasons;
	}

	// --- Sign-offs ---

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

	judgeSignoffs(shape, place) {
		const range = this.reader.range(place.old, place.tip, shape.branchTip);
		const itself = shape.kind === "fast-forward" ? null : place.tip;
		const work = range.filter((c) => c !== itself && !this.isSignoffCommit(c));
		const reasons = [...this.contradictions(range, shape.branch), ...this.unknownAuthors(range.filter((c) => c !== itself))];
		if (!this.configuration.signoffs.length) return reasons;
		if (work.some((c) => !this.pushedBy.has(c))) reasons.push("the ledger does not know who did the work");
		const out = this.workers(work, shape.branch);
		const landing = { shape, place, range, base: this.belowSignoffs(shape.branchTip) };
		const counting = this.evidence(landing).filter((e) => e.person && !out.has(e.person) &&
			this.people.inRole(e.signoff.role, e.person) && this.isFor(e, place.ref) && this.isBound(e, landing));
		return [...reasons, ...this.missing(counting)];
	}

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

	// Every sign-off that is said to be there: [{signoff, person, target, arrival, source, named}], the arrival being
	// {clock, branch, production} or null where the ledger does not know, and `named` the production branches it is for.
	evidence(landing) {
		return this.trailerEvidence(landing).filter((e) => e.signoff.evidence === "trailer");
	}

	trailerEvidence({ shape, place, range, base }) {
		const tip = shape.branchTip;
		const now = {
			clock: this.clock + 1 + place.landings.length / 100, branch: shape.branch, production: this.productionRefs(),
		};
		const carriers = new Map(); // the commit that carries trailers: the commit that they sign
		for (const id of range) if (this.isSignoffCommit(id)) carriers.set(id, this.reader.commit(id).parents[0]);
		carriers.set(base, base);
		if (!carriers.has(tip)) carriers.set(tip, tip);
		if (!carriers.has(place.tip)) carriers.set(place.tip, tip);
		const found = [];
		for (const [carrier, target] of carriers) {
			const arrival = shape.kind !== "fast-forward" && carrier === place.tip ? now : this.arrivals.get(carrier) ?? null;
			const named = this.reader.trailerValues(carrier, "Production");
			for (const signoff of this.configuration.signoffs) {
				for (const value of this.reader.trailerValues(carrier, signoff.trailer)) {
					const person = this.people.ofTrailer(value);
					found.push({ signoff, person, target, arrival, source: carrier, named });
				}
			}
		}
		return found;
	}

	// With several production branches, a sign-off says which one it is for.
	isFor({ named }, ref) {
		const { production } = this.configuration;
		if (production.length === 1 && !/[*?]/.test(production[0])) return true;
		return named.some((name) => name === ref || `refs/heads/${name}` === ref);
	}

	// A sign-off is of the branch that it came to first, whatever branches its commit is on later.
	isBound({ signoff, target, arrival }, { shape, place, base }) {
		const given = arrival?.branch ?? shape.branch;
		if (signoff.binds === "incident") return this.incidentOf(given) === this.incidentOf(shape.branch);
		const used = [given, shape.branch].map((branch) => this.usedUp.get(`${branch} ${place.ref}`) ?? -1);
		if ((arrival?.clock ?? 0) <= Math.max(...used)) return false;
		if (signoff.binds === "commit") return this.belowSignoffs(target) === base;
		const then = arrival?.production.get(place.ref);
		const bases = then ? this.reader.mergeBases(target, then) : [];
		return bases.length === 1 &&
			this.reader.change(bases[0], target) === this.reader.change(place.old, shape.branchTip);
	}

	// A person counts once for a sign-off, and for one alone of those that bind to change or commit.
	missing(counting) {
		const people = (signoff) => [...new Set(counting.filter((e) => e.signoff === signoff).map((e) => e.person))];
		const reasons = [];
		const seats = [];
		for (const signoff of this.configuration.signoffs) {
			if (people(signoff).length < signoff.count) reasons.push(`sign-off ${signoff.name} is missing people`);
			if (signoff.binds === "incident") continue;
			for (let i = 0; i < signoff.count; i++) seats.push(people(signoff));
		}
		if (!reasons.length && !seated(seats, new Set())) reasons.push("sign-offs are missing distinct people");
		return reasons;
	}
}

// True when each seat can have a person of its own.
function seated([seat, ...others], taken) {
	return !seat || seat.some((person) => !taken.has(person) && seated(others, new Set(taken).add(person)));
}

module.exports = { Model, HOTFIX };
