// SPDX-License-Identifier: GPL-3.0-or-later
// Prints the Khronos validator's report on one GLB as JSON: node validate.js FILE
"use strict";
const fs = require("fs");
const validator = require("gltf-validator");

validator
  .validateBytes(new Uint8Array(fs.readFileSync(process.argv[2])), { maxIssues: 0 })
  .then((report) => process.stdout.write(JSON.stringify(report)))
  .catch((error) => {
    process.stderr.write(`${error}\n`);
    process.exitCode = 1;
  });
