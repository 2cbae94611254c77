"use strict";
// node figures.js <SAMPLES: reads "ROUND VARIANT MICROSECONDS", where rounds below 0 are for warming up, and prints for
// each variant "VARIANT MEDIAN LOWEST ADDED SPREAD", in microseconds: its median; its lowest; the median, over the
// rounds, of what it took more than the empty hooks in the same round; and half the distance between the quartiles of
// that.
const fs = require("node:fs");

function part(numbers, share) {
	const sorted = [...numbers].sort((a, b) => a - b);
	const place = (sorted.length - 1) * share;
	const low = Math.floor(place);
	const high = Math.min(low + 1, sorted.length - 1);
	return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}

const median = (numbers) => part(numbers, 0.5);

// samples: { round, variant, time }; a Map of what is said above, by variant. base: what the added is beyond.
function summarize(samples, base = "empty") {
	const taken = new Map();
	for (const { round, variant, time } of samples.filter((one) => Number(one.round) >= 0)) {
		if (!taken.has(variant)) taken.set(variant, new Map());
		taken.get(variant).set(round, time);
	}
	const summaries = new Map();
	for (const [variant, rounds] of taken) {
		const own = [...rounds.values()];
		const added = [...rounds]
			.filter(([round]) => taken.get(base)?.has(round))
			.map(([round, time]) => time - taken.get(base).get(round));
		summaries.set(variant, {
			median: Math.trunc(median(own)),
			lowest: Math.min(...own),
			added: added.length ? Math.trunc(median(added)) : null,
			spread: added.length ? Math.trunc((part(added, 0.75) - part(added, 0.25)) / 2) : null,
		});
	}
	return summaries;
}

function readSamples(text) {
	return text
		.split("\n")
		.filter(Boolean)
		.map((line) => line.split(" "))
		.map(([round, variant, time, place]) => ({
			round,
			variant,
			time: Number(time),
			place: Number(place ?? 0),
		}));
}

const ms = (microseconds) => (microseconds / 1000).toFixed(2);

if (require.main === module)
	for (const [variant, { median: middle, lowest, added, spread }] of summarize(
		readSamples(fs.readFileSync(0, "utf8")),
	))
		console.log(`${variant} ${middle} ${lowest} ${added} ${spread}`);
module.exports = { median, summarize, readSamples, ms };
