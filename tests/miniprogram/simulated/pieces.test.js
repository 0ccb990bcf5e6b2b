"use strict";
const assert = require("node:assert");
const { beforeEach, test } = require("node:test");
const { draw, lib, reset, settled, tap, text } = require("./harness");

const OPTIONS = [{ value: "a", title: "甲" }, { value: "b", title: "乙" }, { value: "c", title: "丙" }];

beforeEach(reset);

function changes(drawn, event = "change") {
  const seen = [];
  drawn.addEventListener(event, (told) => seen.push(told.detail));
  return seen;
}

for (const [name, how, taps, chosen] of [
  ["one of them takes the place of another", { chosen: ["a"] }, 1, ["b"]],
  ["tapped again it is taken back", { chosen: ["a"] }, 0, []],
  ["several stand beside one another", { chosen: ["a"], isMany: true }, 2, ["a", "c"]],
  ["a ranking is in the order of the taps", { chosen: ["c"], ranks: true }, 0, ["c", "a"]],
]) {
  test(`of options, ${name}`, async () => {
    const list = draw("components/choice-list/choice-list", { options: OPTIONS, ...how });
    const seen = changes(list);
    await tap(list, ".choice", taps);
    assert.deepStrictEqual(seen, [{ chosen }]);
  });
}

test("a choice says by a mark and not only by colour what is chosen", async () => {
  const list = draw("components/choice-list/choice-list", { options: OPTIONS, chosen: ["c", "a"], ranks: true });
  await settled();
  assert.deepStrictEqual(list.querySelectorAll(".mark").map((one) => one.dom.textContent), ["2", "", "1"]);
});

test("the twin bar tells heads and area, and what is lacking", async () => {
  const line = { name: "全小区", heads: 417, roll_heads: 703, area: "1000.00", roll_area: "3000.00", area_per_cent: 33, is_met: false, sentence: "还差 52 人" };
  const said = text(draw("components/twin-bar/twin-bar", { line }));
  for (const part of ["417 / 703 人（59%）", "1000.00 / 3000.00 ㎡（33%）", "还差 52 人"]) assert.ok(said.includes(part), part);
});

test("where few own, the twin bar has no area to tell", async () => {
  const line = { name: "", heads: 2, roll_heads: 3, area: null, roll_area: null, area_per_cent: 60, is_met: true, sentence: "" };
  assert.ok(!text(draw("components/twin-bar/twin-bar", { line })).includes("㎡"));
});

test("all but one is not yet a hundred per cent", () => {
  const { perCent } = lib("lib/shares");
  assert.deepStrictEqual([perCent(999, 1000), perCent(1000, 1000), perCent(0, 0)], [99, 100, 0]);
});

test("a receipt is read in groups of four", async () => {
  const slip = draw("components/receipt-slip/receipt-slip", { code: "ABCDEFGH2345" });
  await settled();
  assert.deepStrictEqual(slip.querySelectorAll(".four").map((one) => one.dom.textContent), ["ABCD", "EFGH", "2345"]);
});

test("a stance takes a reason beside it", async () => {
  const card = draw("components/question-card/question-card", { question: { key: "q", kind: "stance", title: "加装电梯" }, answers: {}, errors: { "q.reason": "太长了。" } });
  const seen = changes(card, "answer");
  await settled();
  await tap(card.querySelector(".list"), ".choice", 1);
  assert.deepStrictEqual(seen, [{ field: "q", value: "disagree" }]);
  assert.ok(text(card).includes("太长了。"));
});

test("what is wanted no longer is not most important either", async () => {
  const question = { key: "q", kind: "items", title: "想改什么", options: OPTIONS };
  const card = draw("components/question-card/question-card", { question, answers: { q: ["a", "b"], "q.top": ["a"] } });
  const seen = changes(card, "answer");
  await settled();
  await tap(card.querySelector(".list"), ".choice", 0);
  assert.deepStrictEqual(seen, [{ field: "q.top", value: [] }, { field: "q", value: ["b"] }]);
});

test("a sensitive question asks for a consent of its own", async () => {
  const card = draw("components/question-card/question-card", { question: { key: "age", kind: "text", title: "年龄", sensitive: "age", why: "装扶手" }, answers: {} });
  const seen = changes(card, "answer");
  await settled();
  assert.ok(text(card).includes("为什么问：装扶手"));
  await tap(card, ".consent");
  assert.deepStrictEqual(seen, [{ field: "age.consent", value: true }]);
});
