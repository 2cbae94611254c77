"use strict";
// What the matrix varies: one thing at a time, all else being as small as can be.
//
// A dimension has series of points; what BASE has is what a point has, and its value, which is the size to be shown.
// push: { kind, size, back } (pushes.js); back: how many commits before the tip a hotfix is cut.
const BASE = {
	commits: 1000,
	every: 8, // every which commit is merged; 0: none
	graph: true,
	refs: 0,
	loose: false,
	open: 0, // hotfix branches
	signoffs: 0,
	people: 0,
	patterns: 0, // of branches that may land
	transport: "path",
	push: { kind: "existing" },
	rounds: 15, // that are timed
	warm: 2, // before these
	measured: 3, // pushes in which each hook is measured by itself
	counted: true, // and one in which instructions are
	variants: null, // all
};

const OURS = ["hotfix", "empty", "none"];
const FEW = { rounds: 5, warm: 1, measured: 1, counted: false, variants: OURS };
const FEWEST = { ...FEW, rounds: 3, warm: 0 };

const points = (values, make) => values.map((value) => ({ ...BASE, ...make(value), value }));
const decades = (from, to) => {
	const values = [];
	for (let value = from; value <= to; value *= 10) values.push(value);
	return values;
};

const history = (name, every, graph, kind = "existing") => ({
	name,
	points: points(graph ? decades(1000, 1e6) : [1000, 1e6], (commits) => ({
		commits,
		every,
		graph,
		push: { kind },
	})),
});

const old = (name, graph) => ({
	name,
	points: points([1, 1000, 100000], (back) => ({
		commits: 1e6,
		every: 0,
		graph,
		push: { kind: "old", back },
		rounds: 7,
		variants: OURS,
	})),
});

const pushed = (name, kind) => ({
	name,
	points: points(decades(1, 10000), (size) => ({
		push: { kind, size },
		...(size > 10 && (size > 1000 ? FEWEST : FEW)),
	})),
});

const DIMENSIONS = [
	{
		name: "commits",
		title: "commits in history",
		series: [
			history("linear", 0, true),
			history("linear, no commit-graph", 0, false),
			history("merges", 2, true),
			history("merges, no commit-graph", 2, false),
			history("ordinary branch", 0, true, "ordinary"),
		],
	},
	{
		name: "old",
		title: "commits since the hotfix was cut, of a million",
		series: [old("commit-graph", true), old("no commit-graph", false)],
	},
	{
		name: "refs",
		title: "refs of the server",
		series: [
			{ name: "packed", points: points(decades(100, 100000), (refs) => ({ refs })) },
			{ name: "loose", points: points(decades(100, 100000), (refs) => ({ refs, loose: true })) },
		],
	},
	{
		name: "hotfixes",
		title: "open hotfix branches",
		series: [{ name: "packed", points: points(decades(1, 10000), (open) => ({ open })) }],
	},
	{
		name: "signoffs",
		title: "sign-off tags of the server",
		series: [
			{ name: "packed", points: points([0, ...decades(100, 100000)], (signoffs) => ({ signoffs })) },
		],
	},
	{
		name: "pushed",
		title: "refs in one push",
		series: [pushed("ordinary branches", "branches"), pushed("hotfix branches", "hotfixes")],
	},
	{
		name: "landing",
		title: "commits in one landing",
		series: [
			{
				name: "merge",
				points: points(decades(1, 10000), (size) => ({
					push: { kind: "landing", size },
					...(size > 100 && { rounds: 5, warm: 1, measured: 1 }),
				})),
			},
		],
	},
	{
		name: "configuration",
		title: "people, and patterns of branches, in hotfix.ini",
		series: [
			{ name: "people", points: points(decades(10, 10000), (people) => ({ people })) },
			{ name: "patterns", points: points(decades(10, 10000), (patterns) => ({ patterns })) },
		],
	},
	{
		name: "transport",
		title: "transport",
		series: [{ name: "push", points: points(["path", "pipe", "http"], (transport) => ({ transport })) }],
	},
];

module.exports = { DIMENSIONS };
