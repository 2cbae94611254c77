"use strict";
// The sign-offs of one landing: which of them count, and whether they are enough.
const { Claims } = require("./claims.js");

class Signoffs extends Claims {
	// A trailer `Incident:` that names another incident than the branch.
	contradictions(commits, branch) {
		const incident = this.incidentOf(branch);
		return commits.flatMap((c) => this.reader.trailerValues(c, "Incident")).filter((value) => value !== incident)
			.map((value) => `Incident: ${value} contradicts the branch`);
	}

	unknownAuthors(commits) {
		if (this.configuration.authors !== "known") return [];
		return commits.flatMap((c) => [this.reader.commit(c).author, this.reader.commit(c).committer])
			.filter((address) => !this.people.isKnown(this.people.ofAddress(address)))
			.map((address) => `${address} is no configured person`);
	}

	judgeSignoffs(shape, place) {
		const range = this.reader.range(place.old, place.tip, shape.branchTip);
		const itself = shape.kind === "fast-forward" ? null : place.tip;
		const work = range.filter((c) => c !== itself && !this.isSignoffCommit(c));
		const reasons = [
			...this.contradictions(range, shape.branch), ...this.unknownAuthors(range.filter((c) => c !== itself)),
		];
		if (!this.configuration.signoffs.length) return reasons;
		if (work.some((c) => !this.pushedBy.has(c))) reasons.push("the ledger does not know who did the work");
		const out = this.workers(work, shape.branch);
		const landing = { shape, place, range, base: this.belowSignoffs(shape.branchTip) };
		const counting = this.evidence(landing).filter((e) => e.person && !out.has(e.person) &&
			this.people.inRole(e.signoff.role, e.person) && this.isFor(e, place.ref) && this.isBound(e, landing));
		return [...reasons, ...this.missing(counting)];
	}

	// Every sign-off that is said to be there: [{signoff, person, target, arrival, source, named}], the arrival being
	// {clock, branch, production} or null where the ledger does not know, and `named` the production branches it is for.
	evidence(landing) {
		const { shape, place } = landing;
		return [
			...this.trailerEvidence(landing).filter((e) => e.signoff.evidence === "trailer"),
			...this.claimsOf(shape.branch, place.push).filter((claim) => !claim.problem),
		];
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

	// A trailer is of the branch that its commit came to first, whatever branches that is on later; a ref is of the branch
	// that its name says.
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

module.exports = { Signoffs };
