"use strict";
// What the matrix found, as one picture: a panel for each dimension, a time against the size, both growing by powers of
// ten. The time is `added`, what the hooks add to a push over none, or `processor`, that of the three hooks.
const { valueOf } = require("./report.js");

const PANEL = { width: 340, height: 230, left: 52, right: 14, top: 34, bottom: 40 };
const COLUMNS = 3;
const COLOURS = { hotfix: "#1b6ca8", shell: "#c8641b", empty: "#777777" };
const MORE = ["#7a3fa0", "#2d8a4e", "#a8323e"];
const DASHES = ["none", "6 3", "2 3", "8 3 2 3", "1 2"];
const LOWEST = 100; // microseconds; less is drawn as this

const TITLES = {
	added: "What the hooks add to a push, in milliseconds",
	processor: "Processor time of the three hooks of a push, in milliseconds",
};

const escape = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;");

function text(x, y, words, more = "") {
	return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${escape(words)}</text>`;
}

function line(from, to, y, more) {
	return `<line x1="${from}" x2="${to}" y1="${y}" y2="${y}" ${more}/>`;
}

const dashes = (number) => `stroke-dasharray="${DASHES[number % DASHES.length]}"`;

class Panel {
	constructor({ title, rows }, figure, colours) {
		this.figure = figure;
		this.rows = rows.filter((row) => colours[row.hooks] && row[figure] != null);
		this.title = title;
		this.colours = colours;
		this.values = [...new Set(this.rows.map(({ value }) => value))];
		if (this.values.every((value) => typeof value === "number")) this.values.sort((a, b) => a - b);
		this.series = [...new Set(this.rows.map(({ series }) => series))];
		const times = this.rows.map((row) => Math.max(row[figure], LOWEST));
		this.low = Math.floor(Math.log10(Math.min(...times)));
		this.high = Math.max(this.low + 1, Math.ceil(Math.log10(Math.max(...times))));
	}

	x(value) {
		const width = PANEL.width - PANEL.left - PANEL.right;
		return PANEL.left + (width * (this.values.indexOf(value) + 0.5)) / this.values.length;
	}

	y(time) {
		const height = PANEL.height - PANEL.top - PANEL.bottom;
		const share = (Math.log10(Math.max(time, LOWEST)) - this.low) / (this.high - this.low);
		return PANEL.height - PANEL.bottom - height * share;
	}

	axes() {
		const parts = [text(PANEL.left, 18, this.title, 'class="title"')];
		for (let power = this.low; power <= this.high; power++) {
			const y = this.y(10 ** power);
			parts.push(line(PANEL.left, PANEL.width - PANEL.right, y.toFixed(1), 'class="grid"'));
			parts.push(text(PANEL.left - 5, y + 4, `${10 ** power / 1000} ms`, 'text-anchor="end"'));
		}
		for (const value of this.values)
			parts.push(
				text(
					this.x(value),
					PANEL.height - PANEL.bottom + 16,
					valueOf(value),
					'text-anchor="middle"',
				),
			);
		return parts;
	}

	curve(hooks, series, number) {
		const rows = this.rows.filter((row) => row.hooks === hooks && row.series === series);
		if (!rows.length) return [];
		const at = rows.map((row) => `${this.x(row.value).toFixed(1)},${this.y(row[this.figure]).toFixed(1)}`);
		const colour = this.colours[hooks];
		return [
			`<polyline points="${at.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.6" ${dashes(number)}/>`,
			...at.map(
				(point) =>
					`<circle cx="${point.split(",")[0]}" cy="${point.split(",")[1]}" r="2.2" fill="${colour}"/>`,
			),
		];
	}

	legend() {
		if (this.series.length < 2) return [];
		return this.series.flatMap((series, number) => {
			const [x, y] = [
				PANEL.left + (number % 3) * 100,
				PANEL.height - 10 + Math.floor(number / 3) * 10,
			];
			return [
				line(x, x + 18, y - 3, `stroke="#333" ${dashes(number)}`),
				text(x + 21, y, series.replace("no commit-graph", "no graph"), 'class="small"'),
			];
		});
	}

	draw() {
		const curves = Object.keys(this.colours).flatMap((hooks) =>
			this.series.flatMap((series, number) => this.curve(hooks, series, number)),
		);
		return [...this.axes(), ...curves, ...this.legend()].join("\n");
	}
}

function key(colours) {
	return Object.entries(colours)
		.map(([hooks, colour], number) => {
			const x = 20 + number * 130;
			return `<rect x="${x}" y="10" width="14" height="10" fill="${colour}"/>${text(x + 20, 19, `${hooks} hooks`)}`;
		})
		.join("\n");
}

function draw({ dimensions }, figure) {
	const all = Object.values(dimensions);
	const hooks = new Set(
		all.flatMap(({ rows }) => rows.filter(({ added }) => added != null).map((row) => row.hooks)),
	);
	const others = [...hooks].filter((name) => !COLOURS[name] && name !== "none");
	const colours = {
		...COLOURS,
		...Object.fromEntries(others.map((name, number) => [name, MORE[number % MORE.length]])),
	};
	const [width, height] = [
		COLUMNS * PANEL.width + 20,
		Math.ceil(all.length / COLUMNS) * (PANEL.height + 30) + 40,
	];
	const panels = all.map((dimension, number) => {
		const [x, y] = [
			10 + (number % COLUMNS) * PANEL.width,
			30 + Math.floor(number / COLUMNS) * (PANEL.height + 30),
		];
		return `<g transform="translate(${x} ${y})">\n${new Panel(dimension, figure, colours).draw()}\n</g>`;
	});
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${TITLES[figure]}</title>
<style>
text { font: 11px sans-serif; fill: #222 } .title { font-weight: bold; font-size: 12px } .small { font-size: 9px }
.grid { stroke: #ddd }
</style>
<rect width="100%" height="100%" fill="#fff"/>
${key(colours)}
${text(width - 14, 19, TITLES[figure], 'text-anchor="end"')}
${panels.join("\n")}
</svg>
`;
}

module.exports = { draw };
