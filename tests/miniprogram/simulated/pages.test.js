"use strict";
const assert = require("node:assert");
const { beforeEach, test } = require("node:test");
const { open, phone, refusal, reset, settled, signedIn, tap, text } = require("./harness");

beforeEach(reset);

const names = () => phone.asked.map((one) => one.name);
const asked = (name) => phone.asked.filter((one) => one.name === name);
const SESSION = { token: "t-1", expires_at: "2999-01-01T00:00:00+00:00", resident_id: 5 };
const PRIVACY = { version: "2026-1", summary: ["只记门牌，不记姓名。"], sections: [] };
const HOME = { id: 11, flat_id: 4, community_id: 3, community: "和平里", label: "3 栋 2 单元 501", level: "reached", means: "slip", is_frozen: false, may: ["answer_survey", "report_issue"] };
const NEEDED = refusal(409, "privacy_needed", "第一次进来，请先读告知书。");
const AWAY = refusal(503, "wechat_away", "微信没有应答。请过一会儿再试。");

// ------------------------------------------------------------------ coming in

function slipAnswers(more = {}) {
  phone.answers = {
    "GET /slips/ABCD2345": [200, { community_id: 3, community: "和平里", label: HOME.label, privacy: PRIVACY }],
    "GET /privacy-notice": [200, PRIVACY],
    "POST /sessions/wechat": [201, SESSION],
    "POST /bindings": [201, HOME],
    ...more,
  };
}

test("a slip binds only after the notice was read and agreed to", async () => {
  slipAnswers();
  const page = await open("enter", { code: "ABCD2345" });
  assert.ok(text(page).includes("只记门牌"));
  assert.deepStrictEqual(asked("POST /bindings"), []);
  await tap(page, ".agree");
  assert.deepStrictEqual(asked("POST /sessions/wechat")[0].body, { code: "code-1", privacy_version: "2026-1" });
  const bound = asked("POST /bindings")[0];
  assert.deepStrictEqual(bound.body, { slip_code: "ABCD2345", privacy_version: "2026-1" });
  assert.strictEqual(bound.token, "Bearer t-1");
  assert.deepStrictEqual(phone.went, ["/pages/prove/prove?id=11&fresh=1"]);
});

test("with WeChat away the slip itself lets in", async () => {
  slipAnswers({ "POST /sessions/wechat": AWAY, "POST /sessions": [201, SESSION] });
  const page = await open("enter", { code: "ABCD2345" });
  await tap(page, ".agree");
  assert.deepStrictEqual(asked("POST /sessions")[0].body, { slip_code: "ABCD2345", privacy_version: "2026-1" });
  assert.strictEqual(asked("POST /bindings").length, 1);
});

test("a notice that changed meanwhile is said, and nothing is bound", async () => {
  slipAnswers({ "POST /sessions/wechat": refusal(409, "privacy_version_changed", "告知书换了新的版本。请重新读一遍再进入。") });
  const page = await open("enter", { code: "ABCD2345" });
  await tap(page, ".agree");
  assert.ok(text(page).includes("请重新读一遍再进入"));
  assert.deepStrictEqual([asked("POST /bindings"), phone.went], [[], []]);
});

test("asked again after an answer that never came, the binding has the same key", async () => {
  slipAnswers({ "POST /bindings": [0, null] });
  const page = await open("enter", { code: "ABCD2345" });
  await tap(page, ".agree");
  assert.ok(text(page).includes("连不上网络"));
  phone.answers["POST /bindings"] = [201, HOME];
  await tap(page, ".agree");
  const [first, second] = asked("POST /bindings").map((one) => one.key);
  assert.strictEqual(first, second);
});

// ------------------------------------------------------------------ home

const BALLOT = {
  id: 7, community_id: 3, title: "加装电梯", stage: "open", stage_name: "投票中", opens_at: null, closes_at: "2026-03-31T10:00:00+00:00", intro: "", who_votes: "全体业主",
  notice_id: 9, may_change: true, turnout: [],
  motions: [1, 2].map((number) => ({ id: `m${number}`, title: `事项${number}`, description: "", kind: "approve", demand: "", choices: [{ value: "for", name: "同意", meaning: "" }, { value: "against", name: "不同意", meaning: "" }] })),
  me: { may_vote: true, code: "", message: "", has_voted: false, flats: [{ flat_id: 4, label: HOME.label }], receipts: [] },
};

function homeAnswers(more = {}) {
  phone.answers = {
    "GET /me": [200, { resident_id: 5, accepted_privacy_version: "2026-1", bindings: [HOME] }],
    "GET /ballots": [200, { items: [BALLOT, { ...BALLOT, id: 6, stage: "counted" }] }],
    "GET /ballots/7": [200, BALLOT],
    "GET /surveys": [200, { items: [{ id: 2, title: "你家想改什么", closes_at: "2026-03-20T10:00:00+00:00", waiting: [{ household_id: 8, label: HOME.label }] }, { id: 3, title: "答过的", closes_at: "2026-03-20T10:00:00+00:00", waiting: [] }] }],
    "GET /evaluations": [200, { items: [{ id: 1, name: "完工时", closes_on: "2026-03-30", households: [{ household_id: 8, label: "", answer: null }] }] }],
    "GET /tickets": [200, { items: [] }],
    "GET /notices": [200, { items: [{ id: 9, title: "投票公告", kind_name: "公告", last_on: "2026-03-09", is_hanging: true }] }],
    "GET /messages": [200, { page: 1, pages: 1, total: 1, items: [{ id: 1, is_read: false }] }],
    ...more,
  };
}

test("home shows what waits, and what was done is not asked again", async () => {
  signedIn();
  homeAnswers();
  const said = text(await open("home"));
  for (const part of ["加装电梯", "3 月 31 日 18:00 截止", "去投票", "你家想改什么", "你家还没填", "去评", "投票公告", "1 条没看过", "去核实"]) assert.ok(said.includes(part), part);
  assert.ok(!said.includes("答过的"));
});

test("a report that was answered waits at home and leads to its page", async () => {
  signedIn();
  homeAnswers({ "GET /ballots": [200, { items: [] }], "GET /surveys": [200, { items: [] }], "GET /evaluations": [200, { items: [] }] });
  phone.answers["GET /tickets"] = (request) => [200, { items: request.url.includes("scope=waiting") ? [{ id: 21, place: "3 栋 1 单元", category_name: "给排水", state: "done", state_name: "办好了" }] : [] }];
  const page = await open("home");
  assert.ok(text(page).includes("办的人说办好了，你看看是不是"));
  await tap(page, ".task");
  assert.deepStrictEqual(phone.went, [`/pages/web/web?path=${encodeURIComponent("/tickets/21")}`]);
});

test("what has no page here is a phone page, one press away", async () => {
  signedIn();
  homeAnswers();
  const page = await open("home");
  const ways = page.instance.data.ways.map((one) => one.path);
  for (const path of ["/proxies", "/tickets", "/notices", "/inbox", `/communities/${HOME.community_id}/matters`, `/communities/${HOME.community_id}`]) assert.ok(ways.includes(path), path);
});

test("someone unknown is asked for the slip and the house for nothing else", async () => {
  phone.answers = { "POST /sessions/wechat": NEEDED };
  const page = await open("home");
  assert.ok(text(page).includes("先扫信箱里的纸条"));
  assert.deepStrictEqual(names(), ["POST /sessions/wechat"]);
});

test("someone known is in without a word", async () => {
  homeAnswers({ "POST /sessions/wechat": [201, SESSION] });
  assert.ok(text(await open("home")).includes("去投票"));
});

const OUT = refusal(401, "unauthenticated", "请先登录。");

test("a token that ran out is had anew from WeChat, without a word", async () => {
  signedIn();
  homeAnswers({ "GET /me": (request) => (request.token === "Bearer t-1" ? [200, { resident_id: 5, accepted_privacy_version: "", bindings: [HOME] }] : OUT), "POST /sessions/wechat": [201, SESSION] });
  assert.ok(text(await open("home")).includes("去投票"));
});

test("where WeChat does not know the person either, the slip is asked for", async () => {
  signedIn();
  homeAnswers({ "GET /me": OUT, "POST /sessions/wechat": NEEDED });
  const page = await open("home");
  assert.ok(text(page).includes("先扫信箱里的纸条"));
  assert.strictEqual(phone.storage.token, undefined);
});

test("without a network it says so, and not that the slip is needed", async () => {
  phone.answers = { "POST /sessions/wechat": [0, null] };
  const page = await open("home");
  assert.ok(text(page).includes("连不上网络"));
  for (const part of ["先扫信箱里的纸条", "现在没有要你办的事"]) assert.ok(!text(page).includes(part), part);
  homeAnswers({ "POST /sessions/wechat": [201, SESSION] });
  await tap(page, ".again");
  assert.ok(text(page).includes("去投票"));
});

test("a page whose token ran out leads home", async () => {
  signedIn();
  phone.answers = { "GET /ballots/7": OUT };
  await open("vote", { id: "7" });
  assert.deepStrictEqual(phone.went, ["/pages/home/home"]);
});

test("large letters stay chosen", async () => {
  signedIn();
  homeAnswers();
  const page = await open("home");
  await tap(page, ".size");
  assert.ok(page.querySelector(".page").dom.className.includes("large"));
  assert.ok((await open("home")).querySelector(".page").dom.className.includes("large"));
});

for (const [name, asked, went] of [
  ["a slip", { q: "https://xiangyi.example/s/ABCD2345" }, ["/pages/enter/enter?code=ABCD2345"]],
  ["a receipt", { q: "https://xiangyi.example/r/ABCDEFGH2345" }, ["/pages/receipt/receipt?code=ABCDEFGH2345"]],
  ["WeChat's own code of a slip", { scene: "s=ABCD2345" }, ["/pages/enter/enter?code=ABCD2345"]],
]) {
  test(`${name} leads on`, async () => {
    phone.answers = { "GET /scenes/s%3DABCD2345": [200, { paper: "slip", code: "ABCD2345", page: "/s/ABCD2345" }] };
    await open("scan", Object.fromEntries(Object.entries(asked).map(([word, value]) => [word, encodeURIComponent(value)])));
    assert.deepStrictEqual(phone.went, went);
  });
}

test("at a poster one reports, or reads the page of the place", async () => {
  const page = await open("scan", { q: encodeURIComponent("https://xiangyi.example/p/A2B3C4D5") });
  await tap(page, ".report");
  await tap(page, ".place");
  assert.deepStrictEqual(phone.went, ["/pages/report/report?code=A2B3C4D5", `/pages/web/web?path=${encodeURIComponent("/p/A2B3C4D5")}`]);
});

test("a code of another house is not followed", async () => {
  const page = await open("scan", { q: encodeURIComponent("https://elsewhere.example/s/ABCD2345") });
  assert.ok(text(page).includes("不是这里的"));
  assert.deepStrictEqual([phone.went, phone.asked], [[], []]);
});

test("a code that was renewed is told so", async () => {
  phone.answers = { "GET /scenes/p%3DOLD2345": refusal(404, "scene_unknown", "这张海报已经换过，码不能用了。请扫旁边新的一张。") };
  assert.ok(text(await open("scan", { scene: encodeURIComponent("p=OLD2345") })).includes("请扫旁边新的一张"));
});

for (const [name, found, went] of [
  ["a plain code", { result: "https://xiangyi.example/s/ABCD2345" }, `/pages/scan/scan?q=${encodeURIComponent("https://xiangyi.example/s/ABCD2345")}`],
  ["WeChat's own code", { result: "", path: "pages/scan/scan?scene=s%3DABCD2345" }, `/pages/scan/scan?scene=${encodeURIComponent("s=ABCD2345")}`],
]) {
  test(`${name} scanned at home is read by the page for scanning`, async () => {
    phone.answers = { "POST /sessions/wechat": NEEDED };
    const page = await open("home");
    phone.scanned = found;
    page.instance.scan();
    assert.deepStrictEqual(phone.went, [went]);
  });
}

// ------------------------------------------------------------------ voting

async function votePage(ballot = BALLOT) {
  signedIn();
  phone.answers["GET /ballots/7"] = [200, ballot];
  return open("vote", { id: "7" });
}

const choose = (page, motion, at) => tap(page.querySelectorAll(".motion")[motion], ".choice", at);

test("a vote is read over before it goes out, and leads to its receipt", async () => {
  phone.answers["POST /ballots/7/votes"] = [201, { receipt: "ABCDEFGH2345", ballot_id: 7, recorded_at: "2026-03-02T01:00:00+00:00", look_up: "" }];
  const page = await votePage();
  await choose(page, 0, 0);
  await tap(page, ".review");
  assert.ok(text(page).includes("还有没选的：第 2 项"));
  await choose(page, 1, 1);
  await tap(page, ".review");
  assert.ok(text(page).includes("你选的是"));
  assert.deepStrictEqual(asked("POST /ballots/7/votes"), []);
  await tap(page, ".send");
  assert.deepStrictEqual(asked("POST /ballots/7/votes")[0].body, { choices: { m1: "for", m2: "against" } });
  assert.deepStrictEqual(phone.went, ["/pages/receipt/receipt?code=ABCDEFGH2345&fresh=1"]);
});

test("a vote whose answer was lost is sent again as the same vote", async () => {
  phone.answers["POST /ballots/7/votes"] = [0, null];
  const page = await votePage();
  await choose(page, 0, 0);
  await choose(page, 1, 0);
  await tap(page, ".review");
  await tap(page, ".send");
  assert.ok(text(page).includes("连不上网络"));
  await tap(page, ".send");
  const [first, second] = asked("POST /ballots/7/votes");
  assert.ok(first.key);
  assert.strictEqual(first.key, second.key);
  await tap(page, ".back");
  await choose(page, 1, 1);
  await tap(page, ".review");
  await tap(page, ".send");
  assert.notStrictEqual(asked("POST /ballots/7/votes")[2].key, first.key);
});

test("whoever may not vote reads why and finds nothing to send", async () => {
  const me = { ...BALLOT.me, may_vote: false, code: "not_proven", message: "投票前要先核实业主。" };
  const page = await votePage({ ...BALLOT, me });
  assert.ok(text(page).includes("投票前要先核实业主。"));
  assert.deepStrictEqual([page.querySelectorAll(".review").length, page.querySelectorAll(".motion").length], [0, 0]);
});

test("of several votes one says which", async () => {
  const me = { ...BALLOT.me, flats: [{ flat_id: 4, label: "501" }, { flat_id: 6, label: "502" }] };
  phone.answers["POST /ballots/7/votes"] = [201, { receipt: "ABCDEFGH2345" }];
  const page = await votePage({ ...BALLOT, me });
  await choose(page, 0, 0);
  await choose(page, 1, 0);
  await tap(page, ".review");
  assert.ok(text(page).includes("先选投哪一套房的票"));
  await tap(page.querySelector(".flats"), ".choice", 1);
  await tap(page, ".review");
  await tap(page, ".send");
  assert.strictEqual(asked("POST /ballots/7/votes")[0].body.flat_id, 6);
});

test("a receipt tells what became of the vote", async () => {
  phone.answers["GET /receipts/ABCDEFGH2345"] = [200, { receipt: "ABCDEFGH2345", ballot_id: 7, title: "加装电梯", recorded_at: "2026-03-02T01:00:00+00:00", standing: "included", awaits_review: false, state: "这一票算在里面" }];
  const said = text(await open("receipt", { code: "ABCDEFGH2345", fresh: "1" }));
  for (const part of ["投好了", "加装电梯", "3 月 2 日 09:00 收到", "这一票算在里面"]) assert.ok(said.includes(part), part);
});

// ------------------------------------------------------------------ surveys

const SURVEY = {
  id: 2, community_id: 3, title: "你家想改什么", stage: "open", stage_name: "填写中", opened_at: "2026-03-01T01:00:00+00:00", closes_at: "2026-03-20T10:00:00+00:00", intro: "", version: 1,
  definition: { sections: [
    { key: "s1", title: "电梯", questions: [{ key: "lift", kind: "stance", title: "装电梯", required: true }] },
    { key: "s2", title: "别的", questions: [{ key: "more", kind: "text", title: "还想说" }] },
  ] },
  households: [{ household_id: 8, label: HOME.label, capacity: null, answered: null, draft: null, claimed_at: null }],
};

async function surveyPage(survey = SURVEY) {
  signedIn();
  phone.answers["GET /surveys/2"] = [200, survey];
  const page = await open("survey", { id: "2" });
  return page;
}

const kept = (errors) => [200, { survey_id: 2, household_id: 8, saved_at: "2026-03-02T01:00:00+00:00", errors }];

test("a survey is kept page by page and sent once it is whole", async () => {
  const page = await surveyPage();
  await tap(page, ".start");
  assert.ok(text(page).includes("业主、家人还是租户"));
  await tap(page.querySelector(".capacities"), ".choice", 2);
  await tap(page, ".start");
  phone.answers["PUT /surveys/2/draft"] = kept({ lift: ["这一题要答。"], more: ["后面的。"] });
  await tap(page, ".next");
  assert.ok(text(page).includes("这一题要答。"));
  page.instance.answer({ detail: { field: "lift", value: "agree" } });
  phone.answers["PUT /surveys/2/draft"] = kept({});
  await tap(page, ".next");
  assert.ok(text(page).includes("还想说"));
  phone.answers["POST /surveys/2/responses"] = [201, { id: 1, thanks: "谢谢，居委会会看。" }];
  await tap(page, ".send");
  assert.deepStrictEqual(asked("POST /surveys/2/responses")[0].body, { household_id: 8, capacity: "tenant", answers: { lift: "agree" } });
  assert.ok(text(page).includes("谢谢，居委会会看。"));
});

test("what is wrong at the end leads to its page, and the answers stay", async () => {
  const draft = { saved_at: "2026-03-02T01:00:00+00:00", capacity: "owner", answers: { lift: "agree", more: "长" } };
  const page = await surveyPage({ ...SURVEY, households: [{ ...SURVEY.households[0], draft }] });
  await tap(page, ".start");
  phone.answers["PUT /surveys/2/draft"] = kept({});
  await tap(page, ".next");
  phone.answers["POST /surveys/2/responses"] = refusal(422, "invalid", "还有几处要改。已经填好的都留着。", { lift: ["选项变了。"] });
  await tap(page, ".send");
  const said = text(page);
  for (const part of ["第 1 页", "选项变了。", "已经填好的都留着"]) assert.ok(said.includes(part), part);
  assert.deepStrictEqual(page.instance.data.answers, draft.answers);
});

test("a survey with a package of one's own is filled in on the phone page", async () => {
  const definition = { sections: [{ key: "s", title: "", questions: [{ key: "p", kind: "package", title: "自己配" }] }] };
  const page = await surveyPage({ ...SURVEY, definition });
  await tap(page, ".page-button");
  assert.deepStrictEqual(phone.went, [`/pages/web/web?path=${encodeURIComponent("/surveys/2")}`]);
});

test("a picture of a survey goes with its household and question", async () => {
  const definition = { sections: [{ key: "s", title: "", questions: [{ key: "pic", kind: "photo", title: "拍一张" }] }] };
  const page = await surveyPage({ ...SURVEY, definition, households: [{ ...SURVEY.households[0], capacity: "owner" }] });
  await tap(page, ".start");
  phone.answers["POST /surveys/2/photos"] = [200, { photo_id: 31, question: "pic", photos: [31] }];
  page.instance.photos({ detail: { question: "pic", paths: ["a.jpg"] } });
  await settled();
  assert.deepStrictEqual(asked("POST /surveys/2/photos")[0].sent, { file: "a.jpg", name: "photo", form: { household_id: "8", question: "pic" } });
  assert.deepStrictEqual(page.instance.data.answers, { pic: [31] });
});

// ------------------------------------------------------------------ reporting

const TICKET = { id: 21, community_id: 3, place: "3 栋 2 单元", category: "water", category_name: "水管、下水", state: "new", state_name: "已收到", priority: "p2", priority_name: "一般", opened_at: "2026-03-02T01:00:00+00:00", due_at: "2026-03-03T01:00:00+00:00", due_for: "受理", is_overdue: false };

async function reportPage(asked = {}) {
  signedIn();
  phone.answers["GET /bindings"] = [200, [HOME, { ...HOME, id: 12, flat_id: 6, may: [] }]];
  return open("report", asked);
}

test("a report with a picture says who is next and by when", async () => {
  const page = await reportPage();
  await tap(page, ".look");
  assert.ok(text(page).includes("选一样是什么问题"));
  await tap(page.querySelector(".categories"), ".choice", 0);
  phone.answers["POST /tickets/photos"] = [200, { photo: "5.abc" }];
  page.instance.picked({ detail: { paths: ["a.jpg"] } });
  await settled();
  phone.answers["GET /tickets/similar"] = [200, { items: [] }];
  phone.answers["POST /tickets"] = [201, TICKET];
  await tap(page, ".look");
  assert.deepStrictEqual(asked("POST /tickets")[0].body, { flat_id: 4, where: "home", category: "water", words: "", is_danger: false, photos: ["5.abc"] });
  assert.ok(text(page).includes("受理，最晚 3 月 3 日 09:00"));
});

test("what a neighbour reported is joined and not reported twice", async () => {
  const page = await reportPage({ code: "A2B3C4D5" });
  await tap(page.querySelector(".categories"), ".choice", 0);
  phone.answers["GET /tickets/similar"] = [200, { items: [TICKET] }];
  await tap(page, ".look");
  assert.ok(asked("GET /tickets/similar")[0].url.endsWith("?code=A2B3C4D5&category=water"));
  assert.ok(text(page).includes("是不是这一件"));
  phone.answers["POST /tickets/21/joins"] = [201, TICKET];
  await tap(page, ".join");
  assert.deepStrictEqual(asked("POST /tickets"), []);
  assert.ok(text(page).includes("你也遇到"));
});

test("a report that was refused keeps what was written", async () => {
  const page = await reportPage();
  await tap(page.querySelector(".categories"), ".choice", 0);
  page.instance.write({ detail: { value: "厨房漏水" } });
  phone.answers["GET /tickets/similar"] = [200, { items: [] }];
  phone.answers["POST /tickets"] = refusal(429, "too_fast", "这一小时里报得太多了。过一会儿再发。");
  await tap(page, ".look");
  assert.ok(text(page).includes("过一会儿再发"));
  assert.strictEqual(page.instance.data.words, "厨房漏水");
});

test("danger is told to telephone first", async () => {
  const page = await reportPage();
  await tap(page, ".danger");
  assert.ok(text(page).includes("119"));
});

// ------------------------------------------------------------------ what may be brought, and where it leads

const TOPICS = ["vote_opens", "vote_closes", "report_answered", "objection_answered", "judge_work", "decision_stands"];
const permissions = (left = {}, without = []) => [200, { topics: TOPICS.map((topic) => ({ topic, name: topic, template_id: without.includes(topic) ? "" : `T-${topic}`, is_lasting: false, left: left[topic] || 0 })) }];

test("at home a tap asks about three messages, and each yes is reported", async () => {
  signedIn();
  homeAnswers({ "GET /message-permissions": permissions({ vote_closes: 1 }, ["judge_work"]), "POST /message-permissions": [201, { topics: [] }] });
  phone.refuses = ["T-report_answered"];
  const page = await open("home");
  assert.deepStrictEqual(phone.questions, []);
  const bring = page.querySelector(".asking");
  await tap(bring, ".bring");
  assert.deepStrictEqual(phone.questions, [["T-vote_opens", "T-report_answered", "T-objection_answered"]]);
  assert.deepStrictEqual(asked("POST /message-permissions")[0].body, { topics: ["vote_opens", "objection_answered"] });
  assert.ok(asked("POST /message-permissions")[0].key);
  assert.ok(text(bring).includes("到时候发到你的微信"));
});

for (const [name, refuses] of [["with a no", ["T-report_answered"]], ["switched off in WeChat", "all"]]) {
  test(`${name} nothing is reported and nothing is in the way`, async () => {
    signedIn();
    phone.refuses = refuses;
    const page = await reportPage();
    phone.answers["GET /message-permissions"] = permissions();
    await tap(page.querySelector(".categories"), ".choice", 0);
    phone.answers["GET /tickets/similar"] = [200, { items: [] }];
    phone.answers["POST /tickets"] = [201, TICKET];
    await tap(page, ".look");
    await tap(page.querySelector(".asking"), ".bring");
    assert.deepStrictEqual(phone.questions, [["T-report_answered"]]);
    assert.deepStrictEqual(asked("POST /message-permissions"), []);
    assert.ok(text(page).includes("没有允许，就不发"));
  });
}

test("without a template, or with one allowed already, nothing is asked", async () => {
  signedIn();
  phone.answers["GET /receipts/ABCDEFGH2345"] = [200, { receipt: "ABCDEFGH2345", title: "", recorded_at: "2026-03-02T01:00:00+00:00", state: "" }];
  phone.answers["GET /message-permissions"] = permissions({ decision_stands: 2 }, ["vote_opens"]);
  const page = await open("receipt", { code: "ABCDEFGH2345", fresh: "1" });
  assert.strictEqual(page.querySelector(".asking").querySelectorAll(".bring").length, 0);
});

test("a phone page takes the session along by a code, and the token is in no address", async () => {
  signedIn();
  phone.answers["POST /sessions/current/hand-overs"] = [200, { path: "/hand-over/once", seconds: 60 }];
  const page = await open("web", { path: encodeURIComponent("/tickets/21#talk") });
  assert.deepStrictEqual(asked("POST /sessions/current/hand-overs")[0].body, { to: "/tickets/21#talk" });
  assert.strictEqual(page.instance.data.address, "https://xiangyi.example/hand-over/once?text_size=normal");
  assert.ok(!page.instance.data.address.includes("a-token"));
});

for (const [name, answers, path, to] of [
  ["whoever is not in", { "POST /sessions/wechat": NEEDED }, "/notices/9", "/notices/9"],
  ["without a network", { "POST /sessions/wechat": [0, null] }, "/notices/9", "/notices/9"],
  ["a path that leads elsewhere", { "POST /sessions/wechat": NEEDED }, "//evil.example", "/"],
]) {
  test(`${name} gets the page as everybody sees it`, async () => {
    phone.answers = answers;
    const page = await open("web", { path: encodeURIComponent(path) });
    assert.strictEqual(page.instance.data.address, `https://xiangyi.example${to}?text_size=normal`);
  });
}

test("a message that WeChat brought is read, and leads to the vote", async () => {
  phone.answers = { "POST /sessions/wechat": [201, SESSION], "POST /messages/5/read": [200, { id: 5, link: "/ballots/7" }] };
  await open("web", { message: "5" });
  assert.strictEqual(asked("POST /messages/5/read")[0].token, "Bearer t-1");
  assert.deepStrictEqual(phone.went, ["/pages/vote/vote?id=7"]);
});

for (const [name, answer, to] of [
  ["of a report leads to its page", [200, { id: 5, link: "/tickets/21" }], "/tickets/21"],
  ["that leads nowhere lies in the inbox", [200, { id: 5, link: "" }], "/inbox"],
  ["of somebody else is left to the page to refuse", refusal(404, "not_found", "没有找到。"), "/inbox/5"],
]) {
  test(`a message ${name}`, async () => {
    signedIn();
    phone.answers = { "POST /messages/5/read": answer, "POST /sessions/current/hand-overs": [200, { path: "/hand-over/once", seconds: 60 }] };
    await open("web", { message: "5" });
    assert.deepStrictEqual(asked("POST /sessions/current/hand-overs")[0].body, { to });
  });
}

// ------------------------------------------------------------------ proving by the number

test("the number that WeChat vouches for proves, and only its code is sent", async () => {
  signedIn();
  phone.answers = { "POST /bindings/11/phone-proofs": [201, { level: "owner" }] };
  const page = await open("prove", { id: "11" });
  await page.instance.phone({ detail: { code: "c-1" } });
  assert.deepStrictEqual(asked("POST /bindings/11/phone-proofs")[0].body, { code: "c-1" });
  assert.deepStrictEqual(phone.went, ["/pages/home/home"]);
});

test("where several share the number the name is asked for and sent along", async () => {
  signedIn();
  phone.answers = { "POST /bindings/11/phone-proofs": refusal(422, "proof_needs_name", "这个号码登记了几位业主。请填上你的姓名，再点一次。", { name: ["请填上你的姓名。"] }) };
  const page = await open("prove", { id: "11" });
  await page.instance.phone({ detail: { code: "c-1" } });
  assert.ok(text(page).includes("请填上你的姓名"));
  page.instance.writeName({ detail: { value: "李四" } });
  await page.instance.phone({ detail: { code: "c-2" } });
  assert.deepStrictEqual(asked("POST /bindings/11/phone-proofs")[1].body, { code: "c-2", name: "李四" });
});

test("whoever gives WeChat no leave is told the other way, and the house is asked nothing", async () => {
  signedIn();
  const page = await open("prove", { id: "11" });
  await page.instance.phone({ detail: {} });
  assert.deepStrictEqual(names(), []);
  assert.ok(text(page).includes("照下面填也一样"));
});
