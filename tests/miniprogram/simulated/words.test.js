"use strict";
const assert = require("node:assert");
const { beforeEach, test } = require("node:test");
const { lib, phone, reset } = require("./harness");

beforeEach(reset);

const HOUSE = "https://xiangyi.example";

for (const [text, found] of [
  [`${HOUSE}/s/ABCD-2345`, { kind: "slip", code: "ABCD-2345" }],
  [`${HOUSE}/p/A2B3C4D5`, { kind: "poster", code: "A2B3C4D5" }],
  [`${HOUSE}/r/ABCDEFGH2345?from=paper`, { kind: "receipt", code: "ABCDEFGH2345" }],
  ["https://elsewhere.example/s/ABCD-2345", { kind: "strange" }],
  ["https://xiangyi.example.evil.example/s/ABCD-2345", { kind: "strange" }],
  [`${HOUSE}/admin/x`, { kind: "strange" }],
  ["WIFI:S:home;P:secret;;", { kind: "strange" }],
]) {
  test(`the code ${text} is ${found.kind}`, () => assert.deepStrictEqual(lib("lib/scanned").read(text, HOUSE), found));
}

for (const [path, end] of [
  ["/inbox", "/inbox?text_size=normal"],
  ["/notices/3?page=2#end", "/notices/3?page=2&text_size=normal#end"],
  ["//elsewhere.example/", "/?text_size=normal"],
  ["/\\elsewhere.example", "/?text_size=normal"],
  ["https://elsewhere.example/", "/?text_size=normal"],
]) {
  test(`the phone page ${path} stays in the house`, () => {
    const { webAddress } = lib("lib/going");
    assert.strictEqual(webAddress(path), `${lib("config").HOUSE}${end}`);
  });
}

test("letters are large by choice, else as the telephone is set", () => {
  const { chooseSize, textSize } = lib("lib/size");
  assert.strictEqual(textSize(), "normal");
  phone.fontSize = 20;
  assert.strictEqual(textSize(), "large");
  chooseSize("normal");
  assert.strictEqual(textSize(), "normal");
});

test("times are China's wherever the telephone is", () => {
  const { chinaDay, chinaEnd, chinaTime } = lib("lib/times");
  assert.strictEqual(chinaTime("2026-03-31T10:00:00+00:00"), "3 月 31 日 18:00");
  assert.strictEqual(chinaTime("2026-12-31T16:05:00+00:00"), "1 月 1 日 00:05");
  assert.strictEqual(chinaEnd("2026-03-31T16:00:00+00:00"), "3 月 31 日 24:00");
  assert.strictEqual(chinaEnd("2026-03-31T16:01:00+00:00"), "4 月 1 日 00:01");
  assert.strictEqual(chinaEnd("2026-03-31T10:00:00+00:00"), "3 月 31 日 18:00");
  assert.strictEqual(chinaDay(Date.parse("2026-03-31T16:00:00Z")), "2026-04-01");
});

test("the same body keeps its key, another has another", () => {
  const key = lib("lib/keys").keysOfForm();
  const first = key({ words: "水管滴水" });
  assert.strictEqual(key({ words: "水管滴水" }), first);
  assert.notStrictEqual(key({ words: "还在滴水" }), first);
  assert.ok(first.length > 15 && first.length <= 80);
});

const DEFINITION = {
  sections: [
    { key: "s1", title: "一", questions: [
      { key: "lift", kind: "one", title: "要电梯吗", options: [{ value: "yes", title: "要" }, { value: "no", title: "不要" }] },
      { key: "floor", kind: "number", title: "住几层", show_if: ["=", ["ref", "lift"], ["str", "yes"]] },
    ] },
    { key: "s2", title: "二", show_if: ["call", "selected", ["ref", "wish"], ["str", "b"]], questions: [{ key: "more", kind: "text", title: "还有" }] },
    { key: "s3", title: "三", questions: [{ key: "wish", kind: "items", title: "想改", options: [{ value: "a", title: "甲" }, { value: "b", title: "乙" }] }] },
    { key: "s4", title: "四", show_if: ["call", "selected", ["ref", "wish"], ["str", "b"]], questions: [{ key: "why", kind: "text", title: "为什么" }] },
  ],
};
const keys = (answers) => lib("lib/questionnaire").shown(DEFINITION, answers, "2026-03-02").map((one) => one.questions.map((question) => question.key));

for (const [name, answers, shown] of [
  ["nothing that hangs on an answer before it is given", {}, [["lift"], ["wish"]]],
  ["what hangs on an answer once it is given", { lift: "yes" }, [["lift", "floor"], ["wish"]]],
  ["what is most important as wanted", { "wish.top": ["b"] }, [["lift"], ["wish"], ["why"]]],
  ["only what is asked later", { wish: ["b"] }, [["lift"], ["wish"], ["why"]]],
]) {
  test(`a survey shows ${name}`, () => assert.deepStrictEqual(keys(answers), shown));
}

test("an answer that was cleared is not sent", () => {
  const { withAnswer } = lib("lib/questionnaire");
  assert.deepStrictEqual(withAnswer({ a: "1", b: "2" }, "a", ""), { b: "2" });
  assert.deepStrictEqual(withAnswer({ a: ["x"] }, "a", []), {});
});

test("a scale has every point, the ends with their words", () => {
  const { steps } = lib("lib/questionnaire");
  const found = steps({ key: "q", kind: "scale", title: "", least: "0", most: "1", step: "0.1", low: "差", high: "好" });
  assert.strictEqual(found.length, 11);
  assert.deepStrictEqual([found[0].title, found[3].value, found[10].title], ["0　差", "0.3", "1　好"]);
});
