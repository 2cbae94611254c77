"use strict";
// Generated configurations: a plain object, which the model reads, and its text as hotfix.ini(5).

const PEOPLE = [
	["dave", "dave@example.com", "Dave.Home@example.net"], ["dora", "dora@example.com"], ["rita", "rita@example.com",
		"rita@home.example.net"], ["rob", "Rob@example.com"], ["ruth", "ruth@example.com", "ruth@qa.example.com"],
	["quentin", "quentin@qa.example.com"], ["quin", "quin@example.com"], ["olga", "olga@example.com"],
	["paul", "paul@example.com", "paul@po.example.com"],
];
const LOGINS = { rita: "r.ita", olga: "olga2" };

// name: [trailer, role, default binding]
const SIGNOFFS = {
	triage: ["Triaged-by", "owner", "incident"], review: ["Reviewed-by", "reviewer", "change"],
	qa: ["Tested-by", "qa", "commit"], security: ["Security-Reviewed-by", "security", "change"],
};

function generateSignoff(random, name) {
	const [trailer, role, usual] = SIGNOFFS[name];
	const binds = random.percent(70) ? usual : random.pick(["incident", "change", "commit"]);
	return {
		name, trailer, role, binds, count: random.percent(20) ? 2 : 1, evidence: "trailer",
		isDefault: binds === usual && random.percent(50),
	};
}

function generateConfiguration(random) {
	const signoffs = ["triage", "review", "qa", "security"].filter((name) =>
		random.percent({ triage: 30, review: 85, qa: 65, security: 20 }[name]));
	return {
		people: PEOPLE.map(([name, ...addresses]) => ({ name, addresses, login: LOGINS[name] ?? name })),
		roles: {
			reviewer: random.weighted([[4, ["rita", "rob", "ruth"]], [2, ["rita", "dave", "ruth@qa.example.com", "paul"]],
				[2, ["*@example.com"]], [2, ["*"]]]),
			qa: random.weighted([[4, ["quentin", "quin"]], [2, ["*@qa.example.com", "quin"]], [2, ["rita", "quentin", "dora"]],
				[1, ["*"]]]),
			owner: random.weighted([[4, ["paul", "rita"]], [2, ["*@PO.example.com", "olga"]], [1, ["*"]]]),
			security: random.pick([["rob", "paul", "sam@example.org"], ["ruth", "quin", "rita"]]),
			release: random.weighted([[4, ["olga", "paul"]], [1, ["olga@example.com", "dave"]], [1, ["*"]]]),
		},
		production: random.weighted([[7, ["refs/heads/main"]], [2, ["refs/heads/main", "refs/heads/live"]],
			[1, ["refs/heads/prod/*"]]]),
		allowFrom: random.percent(60) ? ["refs/heads/release/*"] : [],
		get allowBy() {
			return this.allowFrom.length || this.withAllowBy ? "release" : null;
		},
		withAllowBy: random.percent(50),
		notFrom: random.percent(50) ? ["refs/heads/develop"] : [],
		maxCommits: 100,
		authors: random.percent(12) ? "known" : "any",
		rollback: random.percent(75) ? { role: "release", depth: random.pick([1, 2, 3, 20]) } : null,
		signoffs: signoffs.map((name) => generateSignoff(random, name)),
	};
}

function section(head, keys) {
	const set = Object.entries(keys).filter(([, value]) => value !== null && value !== undefined && value.length !== 0);
	return [`[${head}]`, ...set.map(([key, value]) => `${key} = ${Array.isArray(value) ? value.join(", ") : value}`), ""];
}

function iniOf(configuration) {
	const c = configuration;
	return [
		...section("pusher", { from: "gitolite" }),
		...section("production", { branch: c.production, "allow-from": c.allowFrom, "allow-by": c.allowBy }),
		...section("hotfix", { "not-from": c.notFrom, "max-commits": String(c.maxCommits), authors: c.authors }),
		...(c.rollback ? section("rollback", { role: c.rollback.role, depth: String(c.rollback.depth) }) : []),
		...c.people.flatMap((p) => section(`person "${p.name}"`, { email: p.addresses, login: p.login })),
		...Object.entries(c.roles).flatMap(([name, member]) => section(`role "${name}"`, { member })),
		...c.signoffs.flatMap((s) => section(`signoff "${s.name}"`, {
			trailer: s.trailer, role: s.role, count: String(s.count), binds: s.isDefault ? null : s.binds,
		})),
	].join("\n");
}

module.exports = { generateConfiguration, iniOf };
