// Getting the worklist and sending what waits. An item leaves the phone only where the server said that it is kept.
(function (Field) {
  "use strict";
  const MOST_ITEMS = 50;
  const MOST_CHARS = 8 * 1024 * 1024;
  const PICTURES = "xiangyi-pictures";
  const { store } = Field;
  let running = null, isAskedAgain = false;

  class Away extends Error {}
  class SignedOut extends Error {}
  class Refusal extends Error {}

  async function ask(address, more) {
    let answer;
    try {
      answer = await fetch(address, { credentials: "same-origin", redirect: "manual", cache: "no-store", ...more });
    } catch (_) {
      throw new Away("现在没有网络。填的都存在手机里，有网会自己发。");
    }
    if (answer.type === "opaqueredirect" || answer.status === 401) throw new SignedOut("请重新登录。没发出去的都还在手机里。");
    if (answer.status === 403) throw new Refusal(Field.own.refused);
    if (answer.status >= 500) throw new Away("服务器暂时没有应答。填的都存在手机里，过一会儿会再发。");
    if (!answer.ok) throw new Refusal("服务器没有收下这一次发送。没发出去的都还在手机里。请刷新页面再试。");
    try {
      return await answer.json();
    } catch (_) {
      throw new Away("网络断断续续。填的都存在手机里，过一会儿会再发。");
    }
  }

  // The worklist and every form that this phone has not yet; the forms of versions that were begun stay.
  async function refresh() {
    const fresh = await ask(Field.addresses.worklist);
    for (const survey of fresh.surveys || []) {
      const name = Field.formName(survey.id, survey.version);
      const held = await store.get("kept", name);
      if (!held || held.fingerprint !== survey.fingerprint) await take(name, survey.form);
      survey.households.forEach((one) => { one.survey_id = survey.id; });
    }
    fresh.ahead = Date.parse(fresh.now) - Date.now();
    fresh.fetched_at = new Date().toISOString();
    await store.put("kept", Field.own.list, fresh);
    return fresh;
  }

  // The form, and the pictures in it where the browser keeps pages.
  async function take(name, address) {
    const form = await ask(address);
    if (window.caches && form.pictures.length) await caches.open(PICTURES).then((cache) => cache.addAll(form.pictures)).catch(() => {});
    await store.put("kept", name, form);
  }

  function batches(items) {
    const made = [];
    let size = Infinity;
    for (const item of items) {
      const length = JSON.stringify(item.body).length;
      if (size + length > MOST_CHARS || made[made.length - 1].length >= MOST_ITEMS) { made.push([]); size = 0; }
      made[made.length - 1].push(item);
      size += length;
    }
    return made;
  }

  async function settle(item, said) {
    if (said.state === "kept") return store.remove("queue", item.key);
    return store.put("queue", item.key, { ...item, state: said.state, message: said.message || "", fields: said.fields || {}, there: said.there || null });
  }

  async function send(token, who) {
    const waiting = (await store.all("queue")).filter((item) => item.kind in Field.own.kinds && item.state === "waiting" && item.by.id === who.id);
    waiting.sort((left, right) => left.made - right.made);
    for (const batch of batches(waiting)) {
      const answer = await ask(Field.addresses.items, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify(batch.map((item) => item.body)),
      });
      const said = new Map((answer.items || []).map((one) => [one.key, one]));
      for (const item of batch) if (said.has(item.key)) await settle(item, said.get(item.key));
    }
    return waiting.length;
  }

  // One at a time, also where the page is open twice.
  async function run() {
    const fresh = await refresh();
    const sent = await send(fresh.token, fresh.who);
    return sent ? refresh() : fresh;
  }

  // What is queued while a batch is on its way goes with the next one, at once.
  async function runAll() {
    let fresh;
    do {
      isAskedAgain = false;
      fresh = await (navigator.locks ? navigator.locks.request("xiangyi-field", run) : run());
    } while (isAskedAgain);
    return fresh;
  }

  Field.SignedOut = SignedOut;
  Field.sync = () => {
    if (running) isAskedAgain = true;
    running = running || runAll().finally(() => { running = null; });
    return running;
  };
  Field.formName = (surveyId, version) => `form:${surveyId}:${version}`;
})((window.Field = window.Field || {}));
