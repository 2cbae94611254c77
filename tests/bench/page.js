"use strict";
// node page.js FOLDER, or `make bench-page`: what the matrix found last, put into FOLDER/performance.md between its
// marks, and the plots beside it.
//
// Environment: BUILD, the build folder, whose bench/matrix.json is taken.
const fs = require("node:fs");
const path = require("node:path");
const { draw } = require("./plot.js");
const { asMarkdown } = require("./report.js");

const [BEGIN, END] = ["<!-- figures: make bench-page writes what is below -->", "<!-- figures end -->"];

function main([folder]) {
	const build = process.env.BUILD ?? path.join(__dirname, "..", "..", "build");
	const found = JSON.parse(fs.readFileSync(path.join(build, "bench", "matrix.json"), "utf8"));
	const file = path.join(folder, "performance.md");
	const page = fs.readFileSync(file, "utf8");
	const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
	if (from < 0 || to < from) throw new Error(`${file} has no place for the figures`);
	const text = `${page.slice(0, from)}${BEGIN}\n\n${asMarkdown(found)}\n${page.slice(to)}`;
	fs.writeFileSync(file, text);
	fs.writeFileSync(path.join(folder, "performance.svg"), draw(found, "added"));
	fs.writeFileSync(path.join(folder, "performance-processor.svg"), draw(found, "processor"));
}

main(process.argv.slice(2));
