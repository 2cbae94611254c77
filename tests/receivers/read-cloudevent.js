// Reads a kept request (recorder.js) with the library of CloudEvents, in whichever mode it is, and prints the event that it
// makes of it, as JSON, and that event's mode: node read-cloudevent.js REQUEST. Exit: 1 when it is no valid event.
"use strict";

const fs = require("fs");

const { HTTP } = require("cloudevents");

const { parse } = require("./request.js");

const request = parse(fs.readFileSync(process.argv[2]));
const event = HTTP.toEvent(request);

event.validate();
const structured = request.headers["content-type"].startsWith("application/cloudevents+json");
console.log(JSON.stringify({ ...event.toJSON(), mode: structured ? "structured" : "binary" }));
