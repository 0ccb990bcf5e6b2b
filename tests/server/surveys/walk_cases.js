// Reads the cases from standard input and writes what the walker of offline pages makes of each: its kind and its text.
"use strict";

const walker = require(process.argv[2]);
let text = "";
process.stdin.setEncoding("utf-8");
process.stdin.on("data", (part) => { text += part; });
process.stdin.on("end", () => {
  const { today, values, cases } = JSON.parse(text);
  const found = cases.map((one) => {
    const value = walker.evaluate(one.tree, values, one.self || "", today);
    return { kind: typeof value, text: walker.textOf(value), truth: walker.truth(value) };
  });
  process.stdout.write(JSON.stringify(found));
});
