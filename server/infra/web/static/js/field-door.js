// At a door: what came of the visit, or the form filled in for the household, read out, confirmed, and queued.
(function (Field) {
  "use strict";
  const { store, make, button, link, sheet, message, facts, back, cards, when } = Field;
  const CAPACITIES = [["owner", "业主"], ["family", "业主的家人"], ["tenant", "租户"]];
  const RESULTS = [["nobody_home", "没人在家"], ["refused", "不愿意答"], ["come_back", "约好再来"], ["done", "办完了", "例如留了纸质表，住户自己填。"]];
  const words = (pairs, value) => (pairs.find((one) => one[0] === value) || ["", ""])[1];
  Field.capacityWords = (capacity) => words(CAPACITIES, capacity);
  const draftName = (household) => `${household.survey_id}:${household.id}`;
  const home = (survey) => `#/s/${survey.id}`;
  const door = (household) => `#/s/${household.survey_id}/h/${household.id}`;

  async function queue(survey, household, body, more) {
    const { work } = Field.state, key = (more && more.key) || Field.newKey();
    const told = { key, survey_id: survey.id, household_id: household.id, at: new Date(Date.now() + work.ahead).toISOString() };
    await store.put("queue", key, {
      key, kind: body.kind, state: "waiting", message: "", fields: {}, there: null, made: Date.now(), by: work.who, title: survey.title,
      label: household.label, survey_id: survey.id, household_id: household.id, ...more, body: { ...told, ...body },
    });
  }

  // ---------------------------------------------------------------- the household

  async function household({ survey, one }) {
    const draft = await store.get("drafts", draftName(one));
    const waiting = Field.state.queue.filter((item) => item.survey_id === survey.id && item.household_id === one.id);
    const filled = waiting.find((item) => item.kind === "response");
    return {
      title: one.label,
      nodes: [
        back("名单", home(survey)),
        one.state && message("info", `台账上是“${one.state}”。`),
        one.visit && facts([["上次", `${when(one.visit.at)}，${one.visit.words}（第 ${one.visit.number} 次，${one.visit.visitor}）`], ...(one.visit.come_back_at ? [["约在", when(one.visit.come_back_at)]] : []), ...(one.visit.note ? [["备注", one.visit.note]] : [])]),
        one.proof === "proven" && message("wait", "这一户已经答过。再填一份会替换原来的。"),
        one.proof === "claimed" && message("info", "有人扫海报替这一户答过，没有核实。当面填的算数。"),
        filled ? message("wait", "这一户填好了一份，在等发送。", " ", link("去看看", `#/queue/${filled.key}`)) : link(draft ? "接着填" : "替住户填", `${door(one)}/form`, "primary"),
        visitForm(survey, one),
      ],
    };
  }

  function visitForm(survey, one) {
    const time = make("div", { class: "field", hidden: true }, make("label", { class: "label", for: "f-come_back_at" }, "什么时候再来"), make("input", { class: "input input-short", type: "datetime-local", id: "f-come_back_at", name: "come_back_at" }));
    const form = make("form", { novalidate: true, on: { submit } },
      cards("result", "这次上门怎么样", RESULTS, "", () => { time.hidden = form.elements.result.value !== "come_back"; }), time,
      make("div", { class: "field" }, make("label", { class: "label", for: "f-note" }, "备注", make("span", { class: "optional" }, "（可不填）")), make("textarea", { class: "input", id: "f-note", name: "note", rows: "2", maxlength: "500" })),
      make("button", { class: "btn btn-plain weui-btn weui-btn_default" }, "记下"));
    async function submit(event) {
      event.preventDefault();
      const result = form.elements.result.value, back = form.elements.come_back_at.value, isBack = result === "come_back", errors = {};
      if (!result) errors.result = "选这次上门的结果。";
      if (isBack && !back) errors.come_back_at = "填约好什么时候再来。";
      if (Object.keys(errors).length) return Field.showErrors(form, errors, { result: "结果", come_back_at: "再来的时间" });
      await queue(survey, one, { kind: "visit", result, note: form.elements.note.value, come_back_at: isBack ? `${back}:00+08:00` : null }, { said: [{ title: "这次上门", words: words(RESULTS, result) }] });
      return Field.done(`${one.label}记下了。`, home(survey));
    }
    return sheet("没填成，记一笔", form);
  }

  // ---------------------------------------------------------------- the form

  function collect(form) {
    const answers = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value !== "string" || name === "capacity") continue;
      (answers[name] = answers[name] || []).push(value);
    }
    return answers;
  }

  function restore(form, draft) {
    for (const control of form.elements) {
      const held = draft.answers[control.name];
      if (!control.name || control.type === "file" || held === undefined) continue;
      if (control.type === "radio" || control.type === "checkbox") control.checked = held.includes(control.value);
      else control.value = held[0] || "";
    }
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function photoBoxes(form, draft, save) {
    for (const input of form.querySelectorAll("input[type=file]")) {
      const list = make("ul", { class: "field-photos" }), name = input.name.replace(/\.photo$/, "");
      const say = make("p", { class: "hint", role: "status" });
      input.after(list, say);
      const draw = () => list.replaceChildren(...(draft.photos[name] || []).map((address, place) => make("li", {},
        make("img", { src: address, alt: `第 ${place + 1} 张照片` }),
        button("去掉", () => { draft.photos[name].splice(place, 1); draw(); save(); }, "plain"))));
      input.addEventListener("change", async () => {
        say.textContent = "";
        for (const file of Array.from(input.files)) {
          try {
            (draft.photos[name] = draft.photos[name] || []).push(await Field.shrink(file));
          } catch (_) {
            say.textContent = "有一个文件不是照片，没有收。请重新拍一张。";
          }
        }
        input.value = "";
        // Shown once the phone keeps it: whoever sees it may put the phone away.
        try { await save(); } finally { draw(); }
      });
      draw();
    }
  }

  async function begun(survey, one) {
    const held = await store.get("drafts", draftName(one));
    return held || { answers: {}, photos: {}, capacity: "", version: survey.version, seen: one.response_id, errors: {}, key: "" };
  }

  async function formOf(survey, draft) {
    return (await store.get("kept", Field.formName(survey.id, draft.version))) || store.get("kept", Field.formName(survey.id, survey.version));
  }

  async function fill({ survey, one }) {
    const draft = await begun(survey, one), asked = await formOf(survey, draft);
    if (!asked) return { title: one.label, nodes: [back("这一户", door(one)), message("stop", "手机里还没有这份问卷。连上网，更新一次名单再来。")] };
    draft.version = asked.version;
    const form = make("form", { class: "survey-form", novalidate: true, "data-survey-form": "" });
    const drawn = document.createElement("template");
    drawn.innerHTML = asked.html;  // drawn by our own server, which escapes what people wrote
    form.append(cards("capacity", "回答的是谁", CAPACITIES, draft.capacity), drawn.content, make("button", { class: "btn btn-primary weui-btn weui-btn_primary" }, "填好了，给住户看一遍"));
    const save = () => { draft.answers = collect(form); draft.capacity = form.elements.capacity.value; return store.put("drafts", draftName(one), draft); };
    photoBoxes(form, draft, save);
    restore(form, draft);
    SurveyForm.start(form);
    form.addEventListener("change", save);
    form.addEventListener("input", save);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      draft.errors = judged(form);
      await save();
      if (!Object.keys(draft.errors).length) return Field.go(`${door(one)}/say`);
      return Field.showErrors(form, draft.errors, labels);
    });
    const labels = labelled(asked.definition);
    function judged() {
      const { errors } = Field.judge(asked.definition, collect(form), draft.photos, Field.today());
      return form.elements.capacity.value ? errors : { capacity: "选回答的是谁。", ...errors };
    }
    return {
      title: one.label,
      nodes: [back("这一户", door(one)), make("p", { class: "lead" }, survey.title), form],
      after: () => { if (Object.keys(draft.errors || {}).length) Field.showErrors(form, draft.errors, labels); },
    };
  }

  function labelled(definition) {
    const labels = { capacity: "回答的是谁" };
    for (const section of definition.sections) {
      for (const question of section.questions) {
        for (const name of ["", ".other", ".reason", ".top", ".ways", ".consent"]) labels[question.key + name] = question.title;
      }
    }
    return labels;
  }

  // ---------------------------------------------------------------- read out and confirmed

  async function say({ survey, one }) {
    const draft = await begun(survey, one), asked = await formOf(survey, draft);
    if (!asked || !draft.capacity) return Field.go(`${door(one)}/form`);
    const { said } = Field.judge(asked.definition, draft.answers, draft.photos, Field.today());
    async function confirm() {
      await queue(survey, one, { kind: "response", version: draft.version, capacity: draft.capacity, answers: draft.answers, photos: draft.photos, seen_response_id: draft.seen }, { said, ...(draft.key ? { key: draft.key } : {}) });
      await store.remove("drafts", draftName(one));
      return Field.done(`${one.label}记下了。`, home(survey));
    }
    return {
      title: "请住户看一遍",
      nodes: [
        back("回去改", `${door(one)}/form`),
        make("p", { class: "lead" }, `${one.label}，${words(CAPACITIES, draft.capacity)}答的。一条一条念给住户听，或者把手机给住户看。`),
        facts(said.map((each) => [each.title, each.words])),
        make("div", { class: "buttons" }, button("住户看过，没有错", confirm), link("回去改", `${door(one)}/form`, "plain")),
      ],
    };
  }

  // A queued answer that the server found wrong is opened again with its sentences; it keeps its key.
  async function reopen(item) {
    const { body } = item, one = { survey_id: item.survey_id, id: item.household_id };
    await store.put("drafts", draftName(one), { answers: body.answers, photos: body.photos, capacity: body.capacity, version: body.version, seen: body.seen_response_id, errors: item.fields, key: item.key });
    Field.go(`${door(one)}/form`);
  }

  Object.assign(Field, { screens: { household, fill, say }, reopen });
})((window.Field = window.Field || {}));
