"use strict";
// deep-tree.js TREE DEPTH: writes trees in each other, DEPTH of them, the innermost holding TREE as "d"; prints their
// ids, the outermost last. GIT_DIR says where to.
const { write } = require("../model/objects.js");

let [, , id, depth] = process.argv;
for (; depth > 0; depth--) {
	id = write(process.env.GIT_DIR, "tree", Buffer.concat([Buffer.from("40000 d\0"), Buffer.from(id, "hex")]));
	console.log(id);
}
