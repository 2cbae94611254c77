"use strict";
// The world of world.js, and pushes that must be refused whatever fails meanwhile: a landing before its sign-off, one
// whose sign-off was revoked, and a sign-off by a key of somebody else's.
const { World } = require("./world.js");

const MUST_PASS = ["landing", "branch", "signoff", "lost"];
const MUST_FAIL = ["unsigned", "revoked", "forged"];

class HostileWorld extends World {
	makeSnapshots() {
		super.makeSnapshots();
		const { landing, signoff } = this.pushes;
		const [commit] = this.git("rev-parse", `${signoff.source}^{commit}`).split("\n");
		this.restore("signoff");
		for (const kind of ["unsigned", "forged"]) this.save(kind);
		this.restore("landing");
		this.must(this.revocation(signoff, commit));
		this.save("revoked");
		this.pushes.unsigned = landing;
		this.pushes.revoked = landing;
		this.pushes.forged = this.forgery(signoff, commit);
		for (const kind of MUST_FAIL) this.mustFail(kind);
	}

	revocation(signoff, commit) {
		const ref = `${signoff.ref}-2`;
		return this.pushOf("quentin", this.sign("key", ref, `Revokes: ${signoff.ref}`, commit), ref);
	}

	forgery(signoff, commit) {
		this.keyOf("quentin", "other-key");
		const ref = `${signoff.ref}-3`;
		const tag = this.sign("other-key", ref, "Tested-by: quentin <quentin@example.com>", commit);
		return this.pushOf("quentin", tag, ref);
	}

	must(push) {
		const done = this.push(push);
		if (done.status !== 0) throw new Error(`a push that must pass: ${done.said}`);
	}

	mustFail(kind) {
		this.restore(kind);
		const done = this.push(this.pushes[kind]);
		if (done.status === 0) throw new Error(`a push that must be refused, ${kind}: ${done.said}`);
	}
}

module.exports = { HostileWorld, MUST_PASS, MUST_FAIL };
