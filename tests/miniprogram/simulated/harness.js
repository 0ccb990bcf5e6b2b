// The built mini program in WeChat's own simulator of components, with a telephone and a house that answer as they are told.
"use strict";
const path = require("node:path");
const { JSDOM } = require("jsdom");

const BUILT = process.env.MINIPROGRAM_BUILT;
const { window } = new JSDOM("<!doctype html><html><head></head><body></body></html>");
Object.assign(globalThis, { window, document: window.document });
for (const name of ["Event", "CustomEvent", "Node", "HTMLElement", "getComputedStyle"]) globalThis[name] = window[name];
const simulate = require("miniprogram-simulate");

// Asked on many pages, and of no matter to most sentences: an operator without templates.
const USUALLY = { "GET /message-permissions": [200, { topics: [] }] };

const phone = { storage: {}, asked: [], went: [], answers: {}, fontSize: 17, loginCode: "code-1", scanned: {}, questions: [], refuses: [] };

// The house of a test that holds it is asked over standard output, a line a request, and answers over standard input.
const waiting = [];
let pending = 0;
if (process.env.MINIPROGRAM_HOUSE === "pipe") {
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => waiting.shift()(JSON.parse(line)));
}

function ask(request) {
  if (process.env.MINIPROGRAM_HOUSE !== "pipe") return Promise.resolve(answer(request));
  return new Promise((done) => {
    waiting.push(done);
    const { method, url, data, header, formData } = request;
    process.stdout.write(`${JSON.stringify({ method, url, data, header, formData })}\n`);
  });
}

function send(request, { success, fail }) {
  pending += 1;
  ask(request).then((told) => {
    if (told.statusCode === 0) fail({ errMsg: "request:fail" });
    else success(told);
  }).finally(() => { pending -= 1; });
}

function reset() {
  Object.assign(phone, { storage: {}, asked: [], went: [], answers: {}, fontSize: 17, loginCode: "code-1", scanned: {}, questions: [], refuses: [] });
}

// `answers` holds for "POST /ballots/7/votes" what the house says: [status, body], or a function of the request.
function answer(request) {
  const name = `${request.method} ${request.url.replace(/^https?:\/\/[^/]+\/api\/v1/, "").replace(/\?.*$/, "")}`;
  const told = name in phone.answers ? phone.answers[name] : USUALLY[name];
  const asked = { name, url: request.url, body: request.data ? JSON.parse(request.data) : undefined, key: request.header["Idempotency-Key"], token: request.header.Authorization };
  phone.asked.push(asked);
  if (told === undefined) throw new Error(`the house was asked something it was not told of: ${name}`);
  const [status, body] = typeof told === "function" ? told(asked) : told;
  return { statusCode: status, data: body === null ? "" : JSON.stringify(body) };
}

globalThis.wx = {
  request: (request) => send(request, request),
  uploadFile(request) {
    send({ ...request, method: "POST", data: undefined }, request);
    const asked = phone.asked[phone.asked.length - 1];
    if (asked) asked.sent = { file: request.filePath, name: request.name, form: request.formData };
  },
  login: ({ success }) => success({ code: phone.loginCode }),
  getStorageSync: (name) => (name in phone.storage ? phone.storage[name] : ""),
  setStorageSync: (name, value) => { phone.storage[name] = value; },
  removeStorageSync: (name) => { delete phone.storage[name]; },
  getAppBaseInfo: () => ({ fontSizeSetting: phone.fontSize }),
  navigateTo: ({ url }) => phone.went.push(url),
  redirectTo: ({ url }) => phone.went.push(url),
  reLaunch: ({ url }) => phone.went.push(url),
  scanCode: ({ success }) => success(phone.scanned),
  requestSubscribeMessage({ tmplIds, success, fail }) {
    phone.questions.push(tmplIds);
    if (phone.refuses === "all") fail({ errMsg: "requestSubscribeMessage:fail main switch is off", errCode: 20004 });
    else success(Object.fromEntries([["errMsg", "requestSubscribeMessage:ok"], ...tmplIds.map((id) => [id, phone.refuses.includes(id) ? "reject" : "accept"])]));
  },
  pageScrollTo() {},
  stopPullDownRefresh() {},
  chooseMedia: ({ success, count }) => success({ tempFiles: [{ tempFilePath: "a.jpg" }, { tempFilePath: "b.jpg" }].slice(0, count) }),
  setClipboardData() {},
};

function draw(where, properties = {}) {
  const drawn = simulate.render(simulate.load(path.join(BUILT, where), where.split("/").pop(), { compiler: "simulate", rootPath: BUILT }), properties);
  drawn.attach(document.createElement("div"));
  return drawn;
}

async function settled() {
  for (let quiet = 0; quiet < 12; quiet = pending ? 0 : quiet + 1) await new Promise((done) => setImmediate(done));
}

/** A page as WeChat opens it, with what its address says, when the house has answered. */
async function open(page, asked = {}) {
  const drawn = draw(`pages/${page}/${page}`);
  if (drawn.instance.onLoad) drawn.instance.onLoad(asked);
  if (drawn.instance.onShow) drawn.instance.onShow();
  await settled();
  return drawn;
}

const text = (drawn) => drawn.dom.textContent;
const signedIn = () => { phone.storage.token = "a-token"; };
const refusal = (status, code, detail, errors) => [status, { type: `/problems/${code}`, title: "", status, code, detail, errors }];
const lib = (name) => require(path.join(BUILT, name));

async function tap(drawn, selector, at = 0) {
  const found = drawn.querySelectorAll(selector)[at];
  if (!found) throw new Error(`nothing to tap: ${selector} in ${text(drawn)}`);
  found.dispatchEvent("tap");
  await settled();
}

module.exports = { phone, reset, draw, open, settled, text, signedIn, refusal, lib, tap, simulate };
