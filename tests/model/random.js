"use strict";
// Numbers that look random and are the same for the same seed.

class Random {
	constructor(...seeds) {
		this.state = 2166136261;
		for (const character of seeds.join("/")) {
			this.state = Math.imul(this.state ^ character.codePointAt(0), 16777619) >>> 0;
		}
	}

	// 0 up to, not including, `below`
	number(below) {
		this.state = (this.state + 0x9e3779b9) >>> 0;
		let z = this.state;
		z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
		z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
		return ((z ^ (z >>> 16)) >>> 0) % below;
	}

	percent(chance) {
		return this.number(100) < chance;
	}

	pick(list) {
		return list[this.number(list.length)];
	}

	// One of the values of [[weight, value], ...]
	weighted(table) {
		let at = this.number(table.reduce((sum, [weight]) => sum + weight, 0));
		return table.find(([weight]) => (at -= weight) < 0)[1];
	}

	shuffled(list) {
		const copy = [...list];
		for (let i = copy.length - 1; i > 0; i--) {
			const j = this.number(i + 1);
			[copy[i], copy[j]] = [copy[j], copy[i]];
		}
		return copy;
	}
}

module.exports = { Random };
