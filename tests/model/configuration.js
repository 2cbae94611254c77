"use strict";
// Generated configurations: a plain object, which the model reads, and its text as hotfix.ini(5).

const PEOPLE = [
	["dave", "dave@example.com", "Dave.Home@example.net"], ["dora", "dora@example.com"], ["rita", "rita@example.com",
		"rita@home.example.net"], ["rob", "Rob@example.com"], ["ruth", "ruth@example.com", "ruth@qa.example.com"],
	["quentin", "quentin@qa.example.com"], ["quin", "quin@example.com"], ["olga", "olga@example.com"],
	["paul", "paul@example.com", "paul@po.example.com"],
];
const STRANGERS = { eve: "eve@example.org", sam: "sam@example.org" };
const LOGINS = { rita: "r.ita", olga: "olga2" };

// name: [trailer, role, default binding]
const SIGNOFFS = {
	triage: ["Triaged-by", "owner", "incident"], review: ["Reviewed-by", "reviewer", "change"],
	qa: ["Tested-by", "qa", "commit"], security: ["Security-Reviewed-by", "security", "change"],
};

// What proves the sign-offs of a world: one kind of evidence, or several.
const EVIDENCE = [[35, "trailer"], [32, "signature"], [15, "pusher"], [18, "mixed"]];

function generateSignoff(random, name, kind) {
	const [trailer, role, usual] = SIGNOFFS[name];
	const binds = random.percent(70) ? usual : random.pick(["incident", "change", "commit"]);
	return {
		name, trailer, role, binds, count: random.percent(20) ? 2 : 1,
		evidence: kind === "mixed" ? random.pick(["trailer", "signature", "pusher"]) : kind,
		isDefault: binds === usual && random.percent(50),
	};
}

// Whose key counts: [{owner, addresses, validAfter, validBefore, namespaces}], in the order of the file; times in
// seconds.
function generateSigners(random, people) {
	const known = people.map(({ name, addresses }) => ({
		owner: name, addresses: random.percent(25) ? addresses : [random.pick(addresses)],
		namespaces: random.percent(30) ? random.pick(["git", "git,file"]) : undefined,
		validAfter: random.percent(15) ? 1500000000 : undefined, validBefore: random.percent(15) ? 3900000000 : undefined,
	}));
	const strangers = Object.entries(STRANGERS).map(([owner, address]) => ({ owner, addresses: [address] }));
	return random.shuffled([...known, ...strangers.filter(() => random.percent(60))]);
}

// The kind of evidence that a configuration asks for.
function evidenceOf({ signoffs }) {
	const kinds = new Set(signoffs.map((signoff) => signoff.evidence));
	return kinds.size > 1 ? "mixed" : [...kinds][0] ?? "trailer";
}

function generateConfiguration(random) {
	const people = PEOPLE.map(([name, ...addresses]) => ({ name, addresses, login: LOGINS[name] ?? name }));
	const production = random.weighted([[7, ["refs/heads/main"]], [2, ["refs/heads/main", "refs/heads/live"]],
		[1, ["refs/heads/prod/*"]]]);
	const several = production[0] !== "refs/heads/main" || production.length > 1;
	const kind = random.weighted(EVIDENCE);
	const allowFrom = random.percent(60) ? ["refs/heads/release/*"] : [];
	const names = ["triage", "review", "qa", "security"].filter((name) =>
		random.percent({ triage: 30, review: 85, qa: 65, security: 20 }[name]));
	const signoffs = names.map((name) => generateSignoff(random, name, kind));
	// who pushed cannot say which of several production branches it is for
	for (const signoff of signoffs) if (several && signoff.evidence === "pusher") signoff.evidence = "signature";
	return {
		people,
		roles: {
			reviewer: random.weighted([[4, ["rita", "rob", "ruth"]], [2, ["rita", "dave", "ruth@qa.example.com", "paul"]],
				[2, ["*@example.com"]], [2, ["*"]]]),
			qa: random.weighted([[4, ["quentin", "quin"]], [2, ["*@qa.example.com", "quin"]], [2, ["rita", "quentin", "dora"]],
				[1, ["*"]]]),
			owner: random.weighted([[4, ["paul", "rita"]], [2, ["*@PO.example.com", "olga"]], [1, ["*"]]]),
			security: random.pick([["rob", "paul", "sam@example.org"], ["ruth", "quin", "rita"]]),
			release: random.weighted([[4, ["olga", "paul"]], [1, ["olga@example.com", "dave"]], [1, ["*"]]]),
		},
		production,
		allowFrom,
		allowBy: allowFrom.length || random.percent(50) ? "release" : null,
		notFrom: random.percent(50) ? ["refs/heads/develop"] : [],
		maxCommits: 100,
		authors: random.percent(12) ? "known" : "any",
		rollback: random.percent(75) ? { role: "release", depth: random.pick([1, 2, 3, 20]) } : null,
		signoffs,
		signers: generateSigners(random, people),
		revoke: random.percent(50) ? "release" : null,
	};
}

function section(head, keys) {
	const set = Object.entries(keys).filter(([, value]) => value !== null && value !== undefined && value.length !== 0);
	return [`[${head}]`, ...set.map(([key, value]) => `${key} = ${Array.isArray(value) ? value.join(", ") : value}`), ""];
}

function date(seconds) {
	return new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, "").replace("T", "");
}

// The allowed signers file (ssh-keygen(1)); keys: a function from an owner to the key's line.
function signersFile({ signers }, keys) {
	return signers.map(({ owner, addresses, validAfter, validBefore, namespaces }) => {
		const options = [
			...(namespaces ? [`namespaces="${namespaces}"`] : []),
			...(validAfter ? [`valid-after="${date(validAfter)}"`] : []),
			...(validBefore ? [`valid-before="${date(validBefore)}"`] : []),
		].join(",");
		return `${addresses.join(",")} ${options ? `${options} ` : ""}${keys(owner)}\n`;
	}).join("");
}

// signers: the path of the allowed signers file
function iniOf(configuration, signers) {
	const c = configuration;
	const signed = c.signoffs.some((signoff) => signoff.evidence === "signature");
	return [
		...section("pusher", { from: "gitolite" }),
		...section("production", { branch: c.production, "allow-from": c.allowFrom, "allow-by": c.allowBy }),
		...section("hotfix", { "not-from": c.notFrom, "max-commits": String(c.maxCommits), authors: c.authors }),
		...(signed || c.revoke ? section("signature", { "allowed-signers": signed ? signers : null, revoke: c.revoke }) : []),
		...(c.rollback ? section("rollback", { role: c.rollback.role, depth: String(c.rollback.depth) }) : []),
		...c.people.flatMap((p) => section(`person "${p.name}"`, { email: p.addresses, login: p.login })),
		...Object.entries(c.roles).flatMap(([name, member]) => section(`role "${name}"`, { member })),
		...c.signoffs.flatMap((s) => section(`signoff "${s.name}"`, {
			trailer: s.trailer, role: s.role, count: String(s.count), binds: s.isDefault ? null : s.binds,
			evidence: s.evidence === "trailer" ? null : s.evidence,
		})),
	].join("\n");
}

module.exports = { generateConfiguration, iniOf, signersFile, evidenceOf, STRANGERS };
