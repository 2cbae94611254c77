// Opens pages of reports in a headless Chromium, as a person would: node browser.js CHECKS.json
//
// CHECKS is an array of {file, title, says: [text], says_not: [text], focus: [what Tab reaches, in order], pages: most when
// printed}. Every page must load nothing else, run nothing, say nothing on the console, have headings in order, tables with
// captions and scopes, pictures with a title and a description, fit into 360 pixels, and pass axe, by day and by night. Prints
// what is wrong. Exit: 0 when nothing is.
"use strict";

const fs = require("fs");
const puppeteer = require("puppeteer-core");

const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const checks = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
let bad = 0;

function complain(file, words) {
	console.log(`${file}: ${words}`);
	bad++;
}

// What a screen reader goes by.
function structure() {
	const headings = [...document.querySelectorAll("h1,h2,h3,h4")].map((h) => Number(h.tagName[1]));
	const faults = [];

	if (document.documentElement.lang !== "en") faults.push("it has no language");
	if (headings[0] !== 1 || headings.filter((level) => level === 1).length !== 1) faults.push("it has not one h1, first");
	headings.forEach((level, i) => i && level > headings[i - 1] + 1 && faults.push(`an h${level} follows an h${headings[i - 1]}`));
	for (const table of document.querySelectorAll("table")) {
		if (!table.caption || !table.caption.textContent) faults.push("a table has no caption");
		if ([...table.querySelectorAll("th")].some((th) => !th.scope)) faults.push("a th has no scope");
	}
	for (const svg of document.querySelectorAll("svg"))
		for (const id of (svg.getAttribute("aria-labelledby") || "").split(" "))
			if (!svg.querySelector(`[id="${id}"]`) || !svg.querySelector(`[id="${id}"]`).textContent)
				faults.push("a picture has no title or no description");
	for (const link of document.querySelectorAll('a[href^="#"]'))
		if (!document.querySelector(link.getAttribute("href"))) faults.push(`${link.getAttribute("href")} leads nowhere`);
	if (document.querySelector("script,iframe,object,embed,img,link,form")) faults.push("it embeds something");
	return faults;
}

function focused() {
	const at = document.activeElement;

	return at === document.body ? "" : at.getAttribute("aria-label") || at.textContent;
}

async function tab(page) {
	const reached = [];

	for (let i = 0; i < 100; i++) {
		await page.keyboard.press("Tab");
		const at = await page.evaluate(focused);

		if (!at || reached[0] === at) break;
		reached.push(at);
	}
	return reached;
}

async function look(page, check, scheme) {
	await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
	await page.evaluate(axe);
	const result = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));

	for (const violation of result.violations)
		complain(check.file, `axe, ${scheme}: ${violation.id}, ${violation.help}: ${violation.nodes.map((node) => node.html).join("\n")}`);
	if (!result.passes.some((pass) => pass.id === "color-contrast")) complain(check.file, "axe looked at no contrast");
}

// A page that is printed is an object of that type.
async function printed(page) {
	const pdf = Buffer.from(await page.pdf({ format: "A4" })).toString("latin1");

	return (pdf.match(/\/Type\s*\/Page\b(?!s)/g) || []).length;
}

async function visit(browser, check) {
	const page = await browser.newPage();
	const url = `file://${check.file}`;

	page.on("console", (message) => complain(check.file, `the console says: ${message.text()}`));
	page.on("pageerror", (error) => complain(check.file, `an error: ${error}`));
	page.on("dialog", (dialog) => {
		complain(check.file, `a dialog: ${dialog.message()}`);
		dialog.dismiss();
	});
	page.on("request", (request) => request.url() === url || complain(check.file, `it asks for ${request.url()}`));
	await page.setViewport({ width: 1000, height: 800 });
	await page.goto(url);
	const text = (await page.evaluate(() => document.body.innerText)).replace(/\s+/g, " ");

	if ((await page.title()) !== check.title) complain(check.file, `its title is ${await page.title()}`);
	for (const words of check.says) if (!text.includes(words)) complain(check.file, `it does not say: ${words}\n${text}`);
	for (const words of check.says_not || []) if (text.includes(words)) complain(check.file, `it says: ${words}`);
	for (const fault of await page.evaluate(structure)) complain(check.file, fault);
	const reached = await tab(page);

	if (check.focus && JSON.stringify(reached) !== JSON.stringify(check.focus))
		complain(check.file, `Tab reaches ${JSON.stringify(reached)}`);
	await look(page, check, "light");
	await look(page, check, "dark");
	const sheets = await printed(page);

	if (sheets < 1 || sheets > check.pages) complain(check.file, `printed it has ${sheets} pages`);
	await page.setViewport({ width: 360, height: 740 });
	const width = await page.evaluate(() => document.documentElement.scrollWidth);

	if (width > 360) complain(check.file, `at 360 pixels it is ${width} wide`);
	if (process.env.SHOTS) await page.screenshot({ path: `${check.file}.png`, fullPage: true });
	await page.close();
}

(async () => {
	const browser = await puppeteer.launch({
		executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"],
		timeout: 60000,
	});

	try {
		for (const check of checks) await visit(browser, check);
	} finally {
		await browser.close();
	}
	console.log(`${checks.length} pages, ${bad} faults`);
	process.exit(bad || !checks.length ? 1 : 0);
})().catch((error) => {
	console.log(error);
	process.exit(1);
});
