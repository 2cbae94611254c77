"use strict";
// Instructions of hooks, counted by callgrind while git runs them in a real push.
const fs = require("node:fs");
const path = require("node:path");

const HOOKS = ["pre-receive", "update", "post-receive"];

// Of every processor the same paths through the C library (glibc picks functions by what the processor can).
const PLAIN_PROCESSOR = "glibc.cpu.hwcaps=-AVX512F,-AVX2,-AVX,-ERMS,-FSRM,-BMI2,-RTM,-SSSE3,-SSE4_1,-SSE4_2";

// Writes into FOLDER, for each hook of the folder PROGRAMS, one of the same name that counts it. Counts go to the
// folder COUNTS. The count begins anew at each fork and setsid, so that a child has none of its parent's.
function putCountedHooks(folder, programs, counts) {
	fs.mkdirSync(folder, { recursive: true });
	fs.mkdirSync(counts, { recursive: true });
	for (const hook of HOOKS.filter((name) => fs.existsSync(path.join(programs, name)))) {
		const words = [
			"exec valgrind -q --tool=callgrind --trace-children=yes",
			"'--dump-before=*fork' --dump-before=setsid",
			`"--callgrind-out-file=${counts}/${hook}.$$.%p"`,
			`"${programs}/${hook}" "$@"`,
		];
		fs.writeFileSync(path.join(folder, hook), `#!/bin/sh\n${words.join(" ")}\n`, { mode: 0o755 });
	}
}

function readCount(file) {
	const text = fs.readFileSync(file, "latin1");
	return {
		instructions: Number(/^totals: ([0-9]+)/m.exec(text)?.[1] ?? 0),
		program: path.basename(/^cmd: *([^ \n]*)/m.exec(text)?.[1] ?? ""),
	};
}

// What one push took, when all that it left behind has ended: { "pre-receive": N, "update": N, "post-receive": N,
// background: N }. A hook's number is of what git waits for: the hook and the programs that it runs. In the background
// is what a hook forked or left to hotfixctl.
function readCounts(counts) {
	const sums = Object.fromEntries([...HOOKS, "background"].map((name) => [name, 0]));
	for (const file of fs.readdirSync(counts)) {
		const [hook, main, pid] = file.split(".");
		const { instructions, program } = readCount(path.join(counts, file));
		const aside = main !== pid && (program === hook || program === "hotfixctl");
		sums[aside ? "background" : hook] += instructions;
	}
	return sums;
}

module.exports = { HOOKS, PLAIN_PROCESSOR, putCountedHooks, readCounts };
