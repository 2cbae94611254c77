"use strict";
// Who somebody is, and who is in a role: hotfix.ini(5), [person] and [role].

function glob(pattern, text) {
	const expression = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".");
	return new RegExp(`^${expression}$`, "s").test(text);
}

class People {
	constructor(configuration) {
		this.people = configuration.people;
		this.roles = configuration.roles;
	}

	// What people are compared by: the configured person, else the whole address in lower case.
	ofAddress(address) {
		const lower = address.toLowerCase();
		const person = this.people.find((p) => p.addresses.some((a) => a.toLowerCase() === lower));
		return person ? person.name : lower;
	}

	ofLogin(login) {
		const person = this.people.find((p) => p.login === login);
		return person ? person.name : `login:${login}`;
	}

	// The person in "Name <address>" or a bare "address"; null when there is no address, or more than one.
	ofTrailer(value) {
		const addresses = value.includes("<") ? [...value.matchAll(/<([^<>]*)>/g)].map((m) => m[1]) : [value];
		if (addresses.length !== 1 || !/^[^\s@]+@[^\s@]+$/.test(addresses[0])) return null;
		return this.ofAddress(addresses[0]);
	}

	isKnown(person) {
		return this.people.some((p) => p.name === person);
	}

	inRole(role, person) {
		const members = (role && this.roles[role]) ?? [];
		const addresses = this.people.find((p) => p.name === person)?.addresses ?? [person];
		return members.some((member) => {
			if (member === "*" || member === person) return true;
			return member.includes("@") && addresses.some((a) => glob(member.toLowerCase(), a.toLowerCase()));
		});
	}
}

module.exports = { People, glob };
