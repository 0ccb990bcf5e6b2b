// The page for staff on the move: which screen stands, what its list shows, and when what was entered is sent.
(function (Field) {
  "use strict";
  const { store, make, button, link, sheet, message, tag, facts, back, cell, cells, when } = Field;
  const page = document.querySelector("[data-field]");
  const bar = document.querySelector("[data-field-bar]");
  const heading = document.querySelector("h1");
  const told = { worklist: page.dataset.worklist, items: page.dataset.items };
  Field.addresses = told;
  Field.state = { work: null, queue: [], said: "", saidAt: "", trouble: "", isSignedOut: false };
  const { state } = Field;
  const EACH_MINUTE = 60 * 1000;
  const SAID = { waiting: ["待发送", "wait"], conflict: ["别人也答了", "stop"], wrong: ["要改", "stop"], refused: ["没有收", "stop"] };
  const KINDS = { visit: "上门记录", response: "问卷" };
  const filter = { building: "", all: false };

  Field.today = () => Field.dayOf(new Date(Date.now() + (state.work ? state.work.ahead : 0)));
  Field.go = (hash) => { if (location.hash === hash) draw(); else location.hash = hash; };
  // What was done is said until one goes on to another screen.
  Field.done = (words, hash) => { state.said = words; state.saidAt = hash; Field.go(hash); send(); };

  // ---------------------------------------------------------------- lists

  const surveyOf = (id) => state.work.surveys.find((one) => String(one.id) === id);
  const isReached = (one) => one.proof === "proven";
  const queuedOf = (one) => state.queue.find((item) => item.survey_id === one.survey_id && item.household_id === one.id);

  function surveys() {
    const all = state.work.surveys;
    if (!all.length) return { title: "上门", nodes: [message("info", "现在没有正在填的问卷。有了新的，更新名单就能看到。")] };
    return { title: "上门", nodes: [cells(all.map((one) => cell(`#/s/${one.id}`, one.title, `${one.community}，${progress(one)}`)))] };
  }

  function progress(survey) {
    const reached = survey.households.filter(isReached).length;
    return `已答 ${reached} / ${survey.households.length} 户`;
  }

  function list({ survey }) {
    const buildings = [...new Set(survey.households.map((one) => one.building))];
    const choose = make("select", { class: "input input-short", id: "f-building", on: { change: (event) => { filter.building = event.target.value; draw(); } } },
      make("option", { value: "" }, "全部楼栋"), buildings.map((name) => make("option", { value: name, selected: filter.building === name }, name)));
    const all = make("input", { type: "checkbox", id: "f-all", on: { change: (event) => { filter.all = event.target.checked; draw(); } } });
    all.checked = filter.all;
    const shown = survey.households.filter((one) => (!filter.building || one.building === filter.building) && (filter.all || !isReached(one)));
    return {
      title: survey.title,
      nodes: [
        state.work.surveys.length > 1 && back("全部问卷", "#/"),
        make("p", { class: "lead" }, `${survey.community}。${progress(survey)}。`),
        make("div", { class: "field" }, make("label", { class: "label", for: "f-building" }, "楼栋"), choose),
        make("label", { class: "card card-one" }, all, make("span", { class: "card-words" }, make("span", { class: "card-label" }, "也列已经答过的"))),
        ...doors(shown),
      ],
    };
  }

  // By building and entrance, floor by floor as one climbs the stairs.
  function doors(households) {
    if (!households.length) return [message("go", "这里的住户都答过了。")];
    const groups = new Map();
    for (const one of households) {
      groups.set(one.entrance, [...(groups.get(one.entrance) || []), one]);
    }
    return [...groups].flatMap(([name, some]) => [make("h2", { class: "cells-title" }, name), cells(some.map(row))]);
  }

  function row(one) {
    const item = queuedOf(one), visit = one.visit;
    const text = [
      one.floor !== null && `${one.floor} 楼`, one.state,
      visit && `${when(visit.at)} ${visit.words}${visit.number > 1 ? `（第 ${visit.number} 次）` : ""}`, visit && visit.come_back_at && `约在 ${when(visit.come_back_at)}`, visit && visit.note,
    ].filter(Boolean).join("，");
    const mark = item ? tag(SAID[item.state][0], SAID[item.state][1]) : isReached(one) ? tag("已答", "go") : one.proof === "claimed" ? tag("扫海报答过", "info") : null;
    return cell(`#/s/${one.survey_id}/h/${one.id}`, one.label, text, mark);
  }

  // ---------------------------------------------------------------- what waits

  const isMine = (item) => state.work && item.by.id === state.work.who.id;

  function queue() {
    const items = [...state.queue].sort((left, right) => left.made - right.made);
    const waiting = items.some((item) => item.state === "waiting" && isMine(item));
    return {
      title: "待发送",
      nodes: [
        back("名单", "#/"),
        items.length ? cells(items.map(queued)) : message("go", "都发出去了。"),
        waiting && button("现在发送", () => send()),
      ],
    };
  }

  function queued(item) {
    const [words, tone] = SAID[item.state];
    const text = isMine(item) ? [KINDS[item.kind], item.message].filter(Boolean).join("：") : `${item.by.name}记的。请${item.by.name}登录以后发送。`;
    return cell(`#/queue/${item.key}`, item.label, text, tag(words, tone));
  }

  function waitingItem({ item }) {
    const mine = facts(item.said.map((one) => [one.title, one.words]));
    const nodes = [back("待发送", "#/queue"), item.message && message(item.state === "waiting" ? "wait" : "stop", item.message)];
    if (item.state === "conflict" && item.there) {
      const there = item.there;
      nodes.push(
        sheet("已有的一份", make("p", { class: "quiet" }, `${when(there.answered_at)}，${there.channel}，${there.capacity}答的`), facts(there.said.map((one) => [one.title, one.words]))),
        sheet("手机里的一份", mine),
        button("用手机里的替换", () => replace(item)));
    } else {
      nodes.push(make("p", { class: "lead" }, `${KINDS[item.kind]}，${when(new Date(item.made).toISOString())} 记的。`), mine);
      if (item.state === "conflict") nodes.push(button("再发一次", () => replace(item)));
      if (item.state === "wrong" && item.kind === "response") nodes.push(button("打开改", () => Field.reopen(item)));
    }
    // What waits may have reached the server already: only what the server gave back can be let go of.
    if (item.state !== "waiting") nodes.push(discard(item));
    return { title: item.label, nodes };
  }

  function discard(item) {
    const words = item.state === "conflict" ? "不要我这份" : "不要了，删掉";
    return make("details", {}, make("summary", { class: "unfold" }, words),
      make("p", {}, "手机里这一条会删掉，找不回来。"),
      button("删掉手机里这一条", async () => { await store.remove("queue", item.key); Field.done("删掉了。", "#/queue"); }, "danger"));
  }

  async function replace(item) {
    const at = new Date(Date.now() + state.work.ahead).toISOString();
    const seen_response_id = item.there ? item.there.response_id : 0;
    await store.put("queue", item.key, { ...item, state: "waiting", message: "", there: null, body: { ...item.body, at, seen_response_id } });
    Field.done(`${item.label}会替换成手机里的这一份。`, "#/queue");
  }

  // ---------------------------------------------------------------- which screen

  function screen() {
    const parts = location.hash.replace(/^#\/?/, "").split("/");
    if (parts[0] === "queue" && parts[1]) {
      const item = state.queue.find((one) => one.key === parts[1]);
      return item ? waitingItem({ item }) : queue();
    }
    if (parts[0] === "queue") return queue();
    if (!state.work) return { title: "上门", nodes: [message("wait", state.trouble || "正在取名单。")] };
    const survey = parts[0] === "s" ? surveyOf(parts[1]) : state.work.surveys.length === 1 ? state.work.surveys[0] : null;
    if (!survey) return surveys();
    const one = survey.households.find((each) => String(each.id) === parts[3]);
    if (!one) return list({ survey });
    return Field.screens[{ form: "fill", say: "say" }[parts[4]] || "household"]({ survey, one });
  }

  let drawing = 0, shown = null;
  async function draw() {
    const mine = ++drawing;
    state.queue = await store.all("queue");
    const found = await screen();
    if (mine !== drawing || !found) return;
    const isNew = shown !== location.hash;
    heading.textContent = found.title;
    document.title = `${found.title} · 巷议上门`;
    page.replaceChildren(...found.nodes.filter(Boolean));
    drawBar();
    if (isNew && shown !== null) { window.scrollTo(0, 0); heading.focus(); }
    shown = location.hash;
    if (found.after) found.after();
  }

  function drawBar() {
    const { work } = state, count = state.queue.length;
    if (location.hash !== state.saidAt) state.said = "";
    bar.replaceChildren(...[
      state.said && message("go", state.said),
      state.trouble && message("wait", state.trouble, state.isSignedOut ? " " : "", state.isSignedOut ? link("去登录", page.dataset.signIn) : ""),
      make("div", { class: "field-bar" },
        make("p", {},
          count ? make("a", { href: "#/queue" }, `待发送 ${count} 条`) : make("span", {}, "都发出去了"),
          work && make("span", { class: "quiet" }, `名单 ${when(work.fetched_at)} 取的`)),
        make("button", { type: "button", class: "btn btn-plain btn-small", on: { click: () => send() } }, "更新")),
    ].filter(Boolean));
  }

  // ---------------------------------------------------------------- sending

  // A form that is being filled in is not drawn anew under the hand.
  const isFilling = () => /\/form$/.test(location.hash);

  async function send() {
    try {
      state.work = await Field.sync();
      state.trouble = "";
      state.isSignedOut = false;
    } catch (error) {
      state.isSignedOut = error instanceof Field.SignedOut;
      state.trouble = error.message;
    }
    if (isFilling() && shown === location.hash) { state.queue = await store.all("queue"); drawBar(); } else await draw();
  }

  async function begin() {
    const held = await store.get("kept", "worklist");
    if (held) state.work = held;
    window.addEventListener("hashchange", draw);
    window.addEventListener("online", send);
    window.addEventListener("unhandledrejection", () => { state.trouble = "这一步没有存下来，可能是手机没有空间了。先把待发送的发出去，或者清理一下手机，再试一次。"; drawBar(); });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
    window.setInterval(() => { if (state.queue.some((item) => item.state === "waiting")) send(); }, EACH_MINUTE);
    await draw();
    await send();
  }

  function keepPage() {
    const alone = document.querySelector("[data-field-alone]");
    if ("serviceWorker" in navigator) navigator.serviceWorker.register(page.dataset.worker).catch(() => { alone.hidden = false; });
    else alone.hidden = false;
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  }

  keepPage();
  begin().catch(() => {
    page.replaceChildren(message("stop", "这个浏览器不让网页存东西，离线填的会丢。请换 Safari 或 Chrome 打开，别用无痕模式。"));
  });
})((window.Field = window.Field || {}));
