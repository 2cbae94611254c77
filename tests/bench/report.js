"use strict";
// What the matrix found, in words: tables for a terminal and for a page, and what of it is within its bounds.
const LIMIT = {
	reference: 4000,
	share: 0.25,
	ordinary: 2000,
	growth: 1.3,
	old: 100000,
	pushed: 1.5,
	landing: 100000,
	peak: 16384,
};

const GROWING = ["commits", "refs", "hotfixes", "signoffs"];

// Of microseconds, of kilobytes, and of a ratio.
const NUMBERS = {
	ms: (value) => (value / 1000).toFixed(2),
	MB: (value) => (value / 1024).toFixed(1),
	times: (value) => value.toFixed(2),
};

const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
const valueOf = (value) => (typeof value === "number" ? grouped(value) : value);
const inMs = (microseconds) => (microseconds == null ? "" : (microseconds / 1000).toFixed(microseconds >= 1e5 ? 0 : 2));
const inMillions = (count) => (count == null ? "" : (count / 1e6).toFixed(2));
const inMb = (kilobytes) => (kilobytes ? (kilobytes / 1024).toFixed(1) : "");

const HEAD = [
	"series",
	"size",
	"hooks",
	"push",
	"added",
	"over empty",
	"times",
	"processor",
	"instructions",
	"aside",
	"peak",
];
const UNITS = ["", "", "", "ms", "ms", "ms", "smallest", "ms", "millions", "millions", "MB"];

// How many times what the same hooks add over empty ones at the smallest size of the series.
function growthOf(rows, row) {
	const first = rows.find((one) => one.series === row.series && one.hooks === row.hooks);
	return first.beyondEmpty > 0 && row.beyondEmpty > 0 && row.hooks !== "empty"
		? row.beyondEmpty / first.beyondEmpty
		: null;
}

function cellsOf(rows, row) {
	const growth = row.beyondEmpty == null || row.hooks === "none" ? null : growthOf(rows, row);
	return [
		row.series,
		valueOf(row.value),
		row.hooks,
		inMs(row.median),
		row.hooks === "none" ? "" : inMs(row.added),
		["none", "empty"].includes(row.hooks) ? "" : inMs(row.beyondEmpty),
		growth == null ? "" : growth.toFixed(2),
		row.hooks === "none" ? "" : inMs(row.processor),
		inMillions(row.instructions),
		row.background ? inMillions(row.background) : "",
		inMb(row.peak),
	];
}

const isLeft = (column) => column === 0 || column === 2;

function asText({ machine, git, dimensions }) {
	const parts = [`${machine}, ${git}\n`];
	for (const { title, time, load, rows } of Object.values(dimensions)) {
		const table = [HEAD, UNITS, ...rows.map((row) => cellsOf(rows, row))];
		const widths = HEAD.map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
		const line = (cells) =>
			cells
				.map((cell, column) =>
					isLeft(column) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
				)
				.join("  ");
		parts.push(
			`\n${title} (${time.slice(0, 16)}Z, load before and after ${load})\n`,
			...table.map((cells) => `${line(cells).trimEnd()}\n`),
		);
	}
	return parts.join("");
}

function asMarkdown(all) {
	const { machine, git, dimensions } = all;
	const parts = [
		`Measured on ${machine}, ${git}. Load is that of the machine before and after, over 1, 5 and 15 minutes: ` +
			"where it is far above 1, the times say little, the instructions the same.\n",
	];
	for (const { title, time, load, rows } of Object.values(dimensions)) {
		const line = (cells) => `| ${cells.join(" | ")} |`;
		parts.push(`\n### By ${title}\n\n${time.slice(0, 10)}, load ${load}\n`);
		parts.push(line(HEAD.map((name, column) => (UNITS[column] ? `${name} (${UNITS[column]})` : name))));
		parts.push(`|${HEAD.map((_, column) => (isLeft(column) ? "---" : "--:")).join("|")}|`);
		parts.push(...rows.map((row) => line(cellsOf(rows, row))));
	}
	parts.push("\n### Bounds\n", "```", judge(all).trimEnd(), "```");
	return `${parts.join("\n")}\n`;
}

class Judgement {
	constructor(dimensions) {
		this.dimensions = dimensions;
		this.lines = [];
	}

	row(dimension, series, value, hooks = "hotfix") {
		const rows = this.dimensions[dimension]?.rows ?? [];
		return rows.find((row) => row.series === series && row.value === value && row.hooks === hooks);
	}

	say(words, value, bound, unit) {
		if (value == null || Number.isNaN(value)) return;
		const number = NUMBERS[unit];
		const verdict = value < 0 ? "  no figure: noise" : value > bound ? "  MISSED" : "";
		this.lines.push(
			`  ${words.padEnd(92)} ${number(value).padStart(9)} ${unit} (at most ${number(bound)})${verdict}`,
		);
	}

	growth(dimension, series) {
		const rows = (this.dimensions[dimension]?.rows ?? []).filter(
			(row) => row.series === series && row.hooks === "hotfix",
		);
		if (rows.length < 2) return;
		const [first, last] = [rows[0], rows.at(-1)];
		const words = `${this.dimensions[dimension].title}, ${series}: ${valueOf(first.value)} to ${valueOf(last.value)}`;
		this.say(`${words}, time over empty`, last.beyondEmpty / first.beyondEmpty, LIMIT.growth, "times");
		const [before, after] = [first, last].map(
			(row) => row.processor - this.row(dimension, series, row.value, "empty").processor,
		);
		this.say(`${words}, processor time over empty`, after / before, LIMIT.growth, "times");
		if (last.instructions)
			this.say(
				`${words}, instructions`,
				last.instructions / first.instructions,
				LIMIT.growth,
				"times",
			);
	}
}

// What of it is within its bounds.
function judge({ dimensions }) {
	const found = new Judgement(dimensions);
	const [ours, shell] = ["hotfix", "shell"].map((hooks) => found.row("commits", "linear", 1000, hooks));
	found.say("a push to a hotfix branch, over empty hooks", ours?.beyondEmpty, LIMIT.reference, "ms");
	found.say(
		"the same, as a part of what a plain shell hook adds",
		ours?.beyondEmpty / shell?.beyondEmpty,
		LIMIT.share,
		"times",
	);
	found.say(
		"a push to an ordinary branch, over empty hooks",
		found.row("commits", "ordinary branch", 1000)?.beyondEmpty,
		LIMIT.ordinary,
		"ms",
	);
	for (const dimension of GROWING)
		for (const series of new Set((dimensions[dimension]?.rows ?? []).map((row) => row.series)))
			found.growth(dimension, series);
	for (const [dimension, series, value, limit] of [
		["old", "commit-graph", 100000, LIMIT.old],
		["landing", "merge", 1000, LIMIT.landing],
	])
		found.say(
			`${dimensions[dimension]?.title}: ${valueOf(value)}, ${series}`,
			found.row(dimension, series, value)?.beyondEmpty,
			limit,
			"ms",
		);
	const slow = found.row("old", "no commit-graph", 100000)?.beyondEmpty;
	found.say(
		"the same without commit-graph, times git merge-base --is-ancestor",
		slow / found.row("old", "no commit-graph", 100000, "git merge-base")?.median,
		2,
		"times",
	);
	for (const series of ["ordinary branches", "hotfix branches"])
		found.say(
			`a push of 10,000 ${series}, times that with empty hooks`,
			found.row("pushed", series, 10000)?.median /
				found.row("pushed", series, 10000, "empty")?.median,
			LIMIT.pushed,
			"times",
		);
	const peaks = Object.values(dimensions).flatMap(({ rows }) =>
		rows.filter(({ hooks }) => hooks === "hotfix").map(({ peak }) => peak),
	);
	if (peaks.length) found.say("peak memory of a hook, the largest of all", Math.max(...peaks), LIMIT.peak, "MB");
	return `bounds\n${found.lines.join("\n")}\n`;
}

module.exports = { asText, asMarkdown, judge, valueOf };
