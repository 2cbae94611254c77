"use strict";
// A reference model of the rules of landings and sign-offs: slow and plain, written from what the hooks promise
// (hotfix-hooks(7), LANDINGS and SIGN-OFFS) and from none of their code. It judges every push from scratch, by its own
// ledger (ledger.js), by sign-off refs (claims.js) and by all sign-offs of a landing (signoffs.js).
//
//	const model = new Model(configuration, reader);
//	const verdict = model.judge(push);     // {accepted, reasons, landings: Map of ref to [{kind, branch, …}]}
//	model.observe(push, verdict);          // it was accepted, and the refs have moved
//
// What is governed beside production (names and bases of hotfix branches, development that rides along, allow-from) is
// judged as far as a situation of generate.js can hold it.
const { HOTFIX, SIGNOFFS } = require("./ledger.js");
const { glob } = require("./people.js");
const { Signoffs } = require("./signoffs.js");

// Letters of other scripts that look like ours; as many as the generator uses.
const LOOKALIKES = { "\u0430": "a", "\u0456": "i", "\u0435": "e", "\u043e": "o" };

class Model extends Signoffs {
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

	// What becomes of a push that was accepted as a whole: the refs move one after the other, and each is judged again on
	// what is there by then. Returns a verdict that accepts when all of them move.
	judgeInTurn(push, verdict) {
		if (!verdict.accepted || push.updates.length === 1) return verdict;
		const { refs } = this;
		this.refs = new Map(refs);
		const reasons = [];
		for (const update of push.updates) {
			const alone = this.judge({ ...push, updates: [update], began: refs });
			reasons.push(...alone.reasons);
			if (!alone.accepted) continue;
			if (update.new) this.refs.set(update.ref, update.new);
			else this.refs.delete(update.ref);
		}
		this.refs = refs;
		return { ...verdict, accepted: reasons.length === 0, reasons };
	}

	judgeUpdate(update, push, verdict) {
		if ((this.refs.get(update.ref) ?? null) !== update.old) return ["stale: the ref is not where the push says"];
		if (this.isProduction(update.ref)) return this.judgeProduction(update, push, verdict);
		if (update.ref.startsWith(HOTFIX)) return this.judgeHotfix(update, push);
		if (update.ref.startsWith(SIGNOFFS)) return this.judgeClaim(update, push);
		if (this.isAllowedFrom(update.ref)) {
			return this.people.inRole(this.configuration.allowBy, this.people.ofLogin(push.login)) ? [] :
				["only the allow-by role changes this branch"];
		}
		return this.standsForProduction(update.ref) && update.new ? ["the name stands for production"] : [];
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

	judgeHotfix({ ref, old, new: id }, push) {
		if (!id) return this.judgeDeletion(ref, old, this.people.ofLogin(push.login));
		const reasons = [];
		if (!this.incidentOf(ref)) reasons.push("the name of the branch");
		const tips = [...this.productionRefs().values()];
		if (!tips.some((tip) => this.reader.mergeBases(tip, id).length)) reasons.push("not cut from production");
		const range = this.brought(id);
		const development = [...this.refs].filter(([r]) => this.configuration.notFrom.some((p) => glob(p, r)));
		if (range.some((c) => !this.pushedBy.has(c) && development.some(([, tip]) => this.reader.reaches(tip, c)))) {
			reasons.push("development rides along");
		}
		if (range.some((c) => this.isAmbiguous(c))) reasons.push("a commit that tools read in different ways");
		return [...reasons, ...this.contradictions(range, ref), ...this.unknownAuthors(range)];
	}

	judgeDeletion(ref, old, pusher) {
		if (!this.incidentOf(ref) || this.madeBy.get(ref) === pusher) return [];
		const landings = (this.landed.get(ref) ?? []).filter(({ tip, branchTip }) =>
			this.reader.reaches(branchTip, old) || this.reader.reaches(tip, old));
		if (landings.some((landing) => this.isInEffect(landing))) return [];
		const there = [...this.productionRefs().values()].some((tip) => this.reader.reaches(tip, old));
		return !this.madeBy.has(ref) && !landings.length && there ? [] : ["it has not landed, and somebody else made it"];
	}

	// Its one parent is named twice.
	isAmbiguous(id) {
		const { parents } = this.reader.commit(id);
		return new Set(parents).size < parents.length;
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
		if ((push.began ?? this.refs).size === 0) return []; // no ref existed when the push began
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
		if (place.single && parents.length === 1) {
			shapes.push({ kind: "rollback", backTo: this.rolledBackTo(place) });
		}
		return shapes;
	}

	judgeShape(shape, place) {
		const { reader } = this;
		const pusher = this.people.ofLogin(place.push.login);
		if (reader.tree(place.tip) === reader.tree(place.old)) return ["it is production's own tree"];
		if (shape.kind === "rollback") return this.judgeRollback(shape, pusher);
		if (!reader.reaches(shape.branchTip, place.old)) return ["the branch does not hold the old production tip"];
		if (shape.kind !== "ordinary") return this.judgeSignoffs(shape, place);
		return this.people.inRole(this.configuration.allowBy, pusher) ? [] : ["not in the allow-by role"];
	}

	// The tip that production had within the depth and whose tree this is, if any; the newest of them.
	rolledBackTo({ ref, tip, landings }) {
		if (!this.configuration.rollback) return null;
		const tips = [...this.production.get(ref), ...landings.map((landing) => ({ tip: landing.tip, had: false }))];
		const first = this.installedWith.get(ref);
		const before = [];
		for (let [id] = first ? this.reader.commit(first).parents : []; id; [id] = this.reader.commit(id).parents) {
			before.unshift({ tip: id, had: true });
		}
		const back = [...before, ...tips].reverse().slice(1, 1 + this.configuration.rollback.depth);
		return back.find((b) => b.had && this.reader.tree(b.tip) === this.reader.tree(tip))?.tip ?? null;
	}

	judgeRollback({ backTo }, pusher) {
		if (!this.configuration.rollback) return ["nobody may roll back"];
		const reasons = backTo ? [] : ["not the tree of a tip that production had within the depth"];
		if (!this.people.inRole(this.configuration.rollback.role, pusher)) reasons.push("not in the rollback role");
		return reasons;
	}
}

module.exports = { Model, HOTFIX, SIGNOFFS };
