// The page at the door: what its lists show, and what is done where two answers of one household met.
(function (Field) {
  "use strict";
  const { store, make, button, sheet, message, tag, facts, back, cell, cells, when } = Field;
  const { state } = Field;
  const KINDS = { visit: "上门记录", response: "问卷" };
  const filter = { building: "", all: false };
  const draw = () => Field.go(location.hash);

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
    const claimed = survey.households.filter((one) => one.proof === "claimed").length;
    return `已答 ${reached} / ${survey.households.length} 户${claimed ? `，另有 ${claimed} 户只扫过海报` : ""}`;
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
    const mark = item ? Field.markOf(item) : isReached(one) ? tag("已答", "go") : one.proof === "claimed" ? tag("扫海报答过", "info") : null;
    return cell(`#/s/${one.survey_id}/h/${one.id}`, one.label, text, mark);
  }

  // ---------------------------------------------------------------- what the server gave back

  function mend(item, mine) {
    if (item.state === "conflict" && item.there) {
      const there = item.there;
      return [
        sheet("已有的一份", make("p", { class: "quiet" }, `${when(there.answered_at)}，${there.channel}，${there.capacity}答的`), facts(there.said.map((one) => [one.title, one.words]))),
        sheet("手机里的一份", make("p", { class: "quiet" }, `${when(new Date(item.made).toISOString())}，上门，${Field.capacityWords(item.body.capacity)}答的`), mine),
        button("用手机里的替换", () => replace(item)),
      ];
    }
    return [
      make("p", { class: "lead" }, `${KINDS[item.kind]}，${when(new Date(item.made).toISOString())} 记的。`), mine,
      item.state === "conflict" && button("再发一次", () => replace(item)),
      item.state === "wrong" && item.kind === "response" && button("打开改", () => Field.reopen(item)),
    ];
  }

  async function replace(item) {
    const at = new Date(Date.now() + state.work.ahead).toISOString();
    const seen_response_id = item.there ? item.there.response_id : 0;
    await store.put("queue", item.key, { ...item, state: "waiting", message: "", there: null, body: { ...item.body, at, seen_response_id } });
    Field.done(`${item.label}会替换成手机里的这一份。`, "#/queue");
  }

  function screen(parts) {
    const survey = parts[0] === "s" ? surveyOf(parts[1]) : state.work.surveys.length === 1 ? state.work.surveys[0] : null;
    if (!survey) return surveys();
    const one = survey.households.find((each) => String(each.id) === parts[3]);
    if (!one) return list({ survey });
    return Field.screens[{ form: "fill", say: "say" }[parts[4]] || "household"]({ survey, one });
  }

  Field.start({
    title: "上门", home: "名单", list: "worklist", kinds: KINDS, screen, mend, isFilling: () => /\/form$/.test(location.hash),
    refused: "你的岗位现在不能录问卷。没发出去的都还在手机里，请找给你开账号的单位。",
  });
})((window.Field = window.Field || {}));
