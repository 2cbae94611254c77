"use strict";
// Sign-off refs: refs/signoffs/<branch without its prefix>/<sign-off>/<person>-<short id>[-<n>], each a signed tag, or
// a plain ref of whoever pushed it; and tags that revoke them.
const { Ledger, HOTFIX, SIGNOFFS } = require("./ledger.js");

class Claims extends Ledger {
	// The parts of a sign-off ref's name: {folder, branch, signoff, person, digits}, or null.
	claimName(ref) {
		const [, folder, branch, signoffName, last] = /^(refs\/signoffs\/(.+)\/([^/]+)\/)([^/]+)$/.exec(ref) ?? [];
		const [, person, digits] = /^(.+)-([0-9a-f]{7,40})(?:-[0-9]+)?$/.exec(last) ?? [];
		const signoff = this.configuration.signoffs.find((s) => s.name === signoffName && s.evidence !== "trailer");
		if (!signoff || !person || !this.incidentOf(HOTFIX + branch)) return null;
		return { folder, branch: HOTFIX + branch, signoff, person, digits };
	}

	// What a sign-off ref at this object says, and what is wrong with it whatever lands: {signoff, person, target, named,
	// revokes, problem}. It was pushed by this person (null: nobody knows) at this time.
	claim(ref, id, name, pusher, time) {
		const tag = this.reader.tag(id);
		const claim = {
			signoff: name.signoff, person: name.person, source: ref, target: tag ? tag.object : id,
			named: tag ? this.reader.tagTrailerValues(tag, "Production") : [], revokes: this.revokes(id),
		};
		const problem = name.signoff.evidence === "pusher" ? this.pushedProblem(claim, id, tag, name, pusher) :
			this.signedProblem(claim, ref, tag, name, time);
		return { ...claim, problem };
	}

	// The ref that a tag revokes, or null.
	revokes(id) {
		const tag = this.reader.tag(id);
		const values = tag ? this.reader.tagTrailerValues(tag, "Revokes") : [];
		return values.length === 1 ? values[0] : null;
	}

	pushedProblem(claim, id, tag, name, pusher) {
		if (this.reader.kind(id) !== "commit" && !(claim.revokes && tag.type === "commit")) return "not on a commit";
		if (!claim.target.startsWith(name.digits)) return "its name says another commit";
		return pusher === name.person ? null : "not pushed by that person";
	}

	signedProblem(claim, ref, tag, name, time) {
		if (!tag) return "not an annotated tag";
		if (tag.name !== `signoff/${ref.slice(SIGNOFFS.length)}`) return "the tag has another name";
		if (tag.type !== "commit") return "not on a commit";
		if (!claim.target.startsWith(name.digits)) return "its name says another commit";
		if (!tag.signature || tag.ambiguous) return "not signed, or not by one signature at its end";
		const trailer = claim.revokes ? "Revokes" : name.signoff.trailer;
		const values = this.reader.tagTrailerValues(tag, trailer);
		if (values.length !== 1 || (!claim.revokes && this.reader.tagTrailerValues(tag, "Revokes").length)) {
			return "not one trailer";
		}
		if (!claim.revokes && this.people.ofTrailer(values[0]) !== name.person) return "the trailer names another person";
		return this.keyProblem(this.reader.signingKey(tag), name.person, time);
	}

	// The key is of whom its line in the allowed signers file is; it must have been valid at the time, and be one
	// person's.
	keyProblem(fingerprint, person, time) {
		if (!fingerprint) return "the signature is not good";
		const line = this.configuration.signers.find((signer) => signer.fingerprint === fingerprint && isValid(signer, time));
		if (!line || (line.namespaces && !line.namespaces.split(",").includes("git"))) return "the key is not listed";
		const people = line.addresses.map((address) => this.people.ofAddress(address));
		if (!people.includes(person)) return "the key is somebody else's";
		return people.some((p) => p !== person && this.people.isKnown(p)) ? "the key is of several people" : null;
	}

	// The sign-off refs that the server has for this branch, but revocations: what they say, with their arrival. What is
	// revoked in the same push is revoked.
	claimsOf(branch, push) {
		const folder = `${SIGNOFFS}${branch.slice(HOTFIX.length)}/`;
		const found = [];
		for (const [ref, id] of this.refs) {
			const name = ref.startsWith(folder) ? this.claimName(ref) : null;
			if (!name || name.branch !== branch) continue;
			const arrival = this.arrivals.get(ref) ?? null;
			found.push({ ...this.claim(ref, id, name, arrival?.pusher ?? null, arrival?.time ?? push.time), arrival });
		}
		const arriving = push.updates.filter(({ ref, old, new: id }) => !old && id && this.claimName(ref)?.branch === branch);
		const revoked = new Set([...found.map((claim) => claim.revokes), ...arriving.map(({ new: id }) => this.revokes(id))]);
		return found.filter((claim) => !claim.revokes && !revoked.has(claim.source));
	}

	// --- The push of one ---

	judgeClaim({ ref, old, new: id }, push) {
		if (old || !id) return ["a sign-off is never moved and never deleted"];
		const name = this.claimName(ref);
		if (!name) return ["the name is no sign-off's"];
		const tip = this.refs.get(name.branch);
		if (!tip) return ["there is no such branch"];
		const claim = this.claim(ref, id, name, this.people.ofLogin(push.login), push.time);
		if (claim.problem) return [claim.problem];
		return claim.revokes ? this.judgeRevocation(claim, name) : this.judgeGiven(claim, name, tip);
	}

	judgeRevocation({ revokes, person }, { folder }) {
		const revoked = this.claimName(revokes);
		if (!revoked || revoked.folder !== folder) return ["a revocation stands beside what it revokes"];
		if (revoked.person !== person && !this.people.inRole(this.configuration.revoke, person)) {
			return ["neither the signer nor in the revoke role"];
		}
		if (!this.refs.has(revokes)) return ["there is no such sign-off"];
		return this.revokes(this.refs.get(revokes)) ? ["a revocation is not revoked"] : [];
	}

	judgeGiven(claim, { branch }, tip) {
		const [ref, production] = [...this.productionRefs()].find(([r]) => this.isFor(claim, r)) ?? [];
		if (!ref) return ["it says no production branch that there is"];
		if (!this.people.inRole(claim.signoff.role, claim.person)) return ["not in the role"];
		const work = this.reader.range(production, tip).filter((c) => !this.isSignoffCommit(c));
		if (this.workers(work, branch).has(claim.person)) return ["own work"];
		return this.isOrWasOn(branch, claim.target) ? [] : ["the commit is not on the branch, and never was"];
	}

	// With several production branches, a sign-off says which one it is for.
	isFor({ signoff, named }, ref) {
		if (signoff.evidence === "pusher" || !this.hasSeveralProductions()) return true;
		return named.some((name) => name === ref || `refs/heads/${name}` === ref);
	}
}

function isValid({ validAfter, validBefore }, { from, to }) {
	const at = (time) => (!validAfter || time >= validAfter) && (!validBefore || time <= validBefore);
	if (at(from) !== at(to)) throw new Error("a key begins or ends to be valid during a push");
	return at(from);
}

module.exports = { Claims };
