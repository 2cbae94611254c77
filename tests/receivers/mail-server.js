// A mail server with faults, for tests: node mail-server.js FOLDER [KEY CERTIFICATE]
//
// Listens on two free ports of loopback, whose numbers it writes to FOLDER/port (plain, with STARTTLS when it has a key)
// and FOLDER/tls-port (TLS from the start, when it has a key). Needs npm's smtp-server and mailparser. Each mail is kept
// as FOLDER/N.eml (the bytes that came) and FOLDER/N.json (what mailparser makes of it, beside "envelope": from, to, tls,
// user), N from 1. FOLDER/login, "user password", is asked for when it is there. FOLDER/behaviour, lines of "ADDRESS
// STATUS", says who is refused; "data STATUS" refuses the mail itself, "mail STATUS" its sender; "hang" answers nothing to
// a mail, "hang quit" nothing to QUIT. All that clients said is in FOLDER/said.
"use strict";

const fs = require("fs");
const path = require("path");

const { simpleParser } = require("mailparser");
const { SMTPServer } = require("smtp-server");

const [folder, key, certificate] = process.argv.slice(2);
let count = 0;

function read(name) {
	try {
		return fs.readFileSync(path.join(folder, name), "utf8").trim();
	} catch {
		return "";
	}
}

// A reader must never see half a file.
function write(name, content) {
	fs.writeFileSync(path.join(folder, `.${name}`), content);
	fs.renameSync(path.join(folder, `.${name}`), path.join(folder, name));
}

function behaviour(of) {
	const line = read("behaviour").split("\n").find((one) => one.split(" ")[0] === of);

	return line && (line.split(" ")[1] || true);
}

function refusal(of) {
	const status = Number(behaviour(of));

	return status ? Object.assign(new Error(`${of} is not welcome`), { responseCode: status }) : null;
}

function onAuth(auth, session, done) {
	const [user, password] = read("login").split(" ");

	if (auth.username === user && auth.password === password)
		done(null, { user });
	else
		done(Object.assign(new Error("wrong user or password"), { responseCode: 535 }));
}

function keep(stream, session, done) {
	const chunks = [];

	stream.on("data", (chunk) => chunks.push(chunk));
	stream.on("end", async () => {
		const message = Buffer.concat(chunks);
		const { mailFrom, rcptTo } = session.envelope;
		const envelope = {
			from: mailFrom.address,
			to: rcptTo.map((one) => one.address),
			tls: Boolean(session.secure),
			user: session.user || null,
		};
		const parsed = await simpleParser(message);

		if (behaviour("hang") === true)
			return;
		if (refusal("data")) {
			done(refusal("data"));
			return;
		}
		write(`${++count}.eml`, message);
		write(`${count}.json`, JSON.stringify({ ...parsed, headers: Object.fromEntries(parsed.headers), envelope }));
		done(null, `kept as ${count}`);
	});
}

const options = {
	key: key && fs.readFileSync(key),
	cert: certificate && fs.readFileSync(certificate),
	disabledCommands: (key ? [] : ["STARTTLS"]).concat(read("login") ? [] : ["AUTH"]),
	authOptional: !read("login"),
	allowInsecureAuth: true,
	disableReverseLookup: true,
	onAuth,
	onMailFrom: (address, session, done) => done(refusal("mail")),
	onRcptTo: (address, session, done) => done(refusal(address.address)),
	onData: keep,
	logger: {
		info() {},
		error() {},
		debug(data, format, ...values) {
			if (data.tnx === "command")
				fs.appendFileSync(path.join(folder, "said"), `${values[0]}\n`);
		},
	},
};

function serve(name, secure) {
	const server = new SMTPServer({ ...options, secure });

	server.on("error", () => {});
	server.listen(0, "127.0.0.1", () => write(name, String(server.server.address().port)));
}

// npm's server has no hook for QUIT: its handler is a method of each connection.
const { SMTPConnection } = require("smtp-server/lib/smtp-connection");
const quit = SMTPConnection.prototype.handler_QUIT;

SMTPConnection.prototype.handler_QUIT = function (...rest) {
	if (behaviour("hang") !== "quit")
		quit.apply(this, rest);
};

serve("port", false);
if (key)
	serve("tls-port", true);
