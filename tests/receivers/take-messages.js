// Takes all messages that a queue of RabbitMQ holds: node take-messages.js URL QUEUE FOLDER
//
// Needs npm's amqplib. Each message is kept as FOLDER/N.body (the bytes that came), FOLDER/N.headers (its headers as
// JSON, names in lower case) and FOLDER/N.properties (its other properties as JSON, and exchange, routingKey, redelivered),
// N from 1 on in the order of the queue; all of them, one a line, as FOLDER/ids ("message_id id-of-the-body"). Prints how
// many there were. What was taken is acknowledged at the end.
"use strict";

const fs = require("fs");
const path = require("path");

const amqplib = require("amqplib");

const [url, queue, folder] = process.argv.slice(2);

function keep(number, message) {
	const { headers, ...properties } = message.properties;
	const { exchange, routingKey, redelivered } = message.fields;
	const names = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
	const write = (name, content) => fs.writeFileSync(path.join(folder, `${number}.${name}`), content);

	write("body", message.content);
	write("headers", JSON.stringify(Object.fromEntries(names)));
	write("properties", JSON.stringify({ ...properties, exchange, routingKey, redelivered }));
	return `${properties.messageId} ${JSON.parse(message.content).id}\n`;
}

async function main() {
	const connection = await amqplib.connect(url);
	const channel = await connection.createChannel();
	let ids = "";
	let count = 0;
	let message;

	while ((message = await channel.get(queue)))
		ids += keep(++count, message);
	fs.writeFileSync(path.join(folder, "ids"), ids);
	channel.ackAll();
	await channel.close();
	await connection.close();
	console.log(count);
}

main().catch((error) => {
	console.error(error.message);
	process.exit(1);
});
