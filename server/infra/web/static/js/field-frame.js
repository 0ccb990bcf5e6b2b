// What the pages for staff on the move share: which screen stands, the list of what waits, and when it is sent. Each page
// says the rest of itself with `Field.start`: its title, its list, the kinds of items it sends, its screens.
(function (Field) {
  "use strict";
  const { store, make, button, link, message, tag, facts, back, cell, cells, when } = Field;
  const page = document.querySelector("[data-field]");
  const bar = document.querySelector("[data-field-bar]");
  const heading = document.querySelector("h1");
  const EACH_MINUTE = 60 * 1000;
  const SAID = { waiting: ["待发送", "wait"], conflict: ["别人也答了", "stop"], wrong: ["要改", "stop"], refused: ["没有收", "stop"] };
  let own = null;
  Field.addresses = { worklist: page.dataset.worklist, items: page.dataset.items };
  Field.state = { work: null, queue: [], said: "", saidAt: "", trouble: "", isSignedOut: false };
  const { state } = Field;

  Field.today = () => Field.dayOf(new Date(Date.now() + (state.work ? state.work.ahead : 0)));
  Field.go = (hash) => { if (location.hash === hash) draw(); else location.hash = hash; };
  // What was done is said until one goes on to another screen.
  Field.done = (words, hash) => { state.said = words; state.saidAt = hash; Field.go(hash); send(); };
  Field.markOf = (item) => tag(SAID[item.state][0], SAID[item.state][1]);

  const waitingHere = async () => (await store.all("queue")).filter((item) => item.kind in own.kinds);

  // ---------------------------------------------------------------- what waits

  const isMine = (item) => state.work && item.by.id === state.work.who.id;

  function queue() {
    const items = [...state.queue].sort((left, right) => left.made - right.made);
    const waiting = items.some((item) => item.state === "waiting" && isMine(item));
    return {
      title: "待发送",
      nodes: [
        back(own.home, "#/"),
        items.length ? cells(items.map(queued)) : message("go", "都发出去了。"),
        waiting && button("现在发送", () => send()),
      ],
    };
  }

  function queued(item) {
    const text = isMine(item) ? [own.kinds[item.kind], item.message].filter(Boolean).join("：") : `${item.by.name}记的。请${item.by.name}登录以后发送。`;
    return cell(`#/queue/${item.key}`, item.label, text, Field.markOf(item));
  }

  function waitingItem(item) {
    const said = facts(item.said.map((one) => [one.title, one.words]));
    const nodes = [
      back("待发送", "#/queue"),
      item.message && message(item.state === "waiting" ? "wait" : "stop", item.message),
      ...((own.mend && own.mend(item, said)) || [make("p", { class: "lead" }, `${own.kinds[item.kind]}，${when(new Date(item.made).toISOString())} 记的。`), said]),
    ];
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

  // ---------------------------------------------------------------- which screen

  function screen() {
    const parts = location.hash.replace(/^#\/?/, "").split("/");
    if (parts[0] === "queue") {
      const item = state.queue.find((one) => one.key === parts[1]);
      return item ? waitingItem(item) : queue();
    }
    if (!state.work) return { title: own.title, nodes: [message("wait", state.trouble || "正在取名单。")] };
    return own.screen(parts);
  }

  let drawing = 0, shown = null;
  async function draw() {
    const mine = ++drawing;
    state.queue = await waitingHere();
    const found = await screen();
    if (mine !== drawing || !found) return;
    const isNew = shown !== location.hash;
    heading.textContent = found.title;
    document.title = `${found.title} · 巷议${own.title}`;
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

  async function send() {
    try {
      state.work = await Field.sync();
      state.trouble = "";
      state.isSignedOut = false;
    } catch (error) {
      state.isSignedOut = error instanceof Field.SignedOut;
      state.trouble = error.message;
    }
    // A form that is being filled in is not drawn anew under the hand.
    if (own.isFilling() && shown === location.hash) { state.queue = await waitingHere(); drawBar(); } else await draw();
  }

  async function begin() {
    const held = await store.get("kept", own.list);
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

  // {title, home, list, kinds, refused, screen(parts), isFilling(), mend(item, said)}: `list` names what is kept of the worklist.
  Field.start = (facts) => {
    own = Field.own = facts;
    keepPage();
    begin().catch(() => {
      page.replaceChildren(message("stop", "这个浏览器不让网页存东西，离线填的会丢。请换 Safari 或 Chrome 打开，别用无痕模式。"));
    });
  };
})((window.Field = window.Field || {}));
