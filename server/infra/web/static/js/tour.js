// A round of the property company's people: what they find is logged on the spot, many in a row, with one hand. A place stays
// chosen until another is; what was found is queued and sent when there is a network.
(function (Field) {
  "use strict";
  const { store, make, button, message, back, cell, cells } = Field;
  const { state } = Field;
  const KINDS = { ticket: "发现的问题" };
  const MOST_PHOTOS = 6;
  const draft = { category: "", words: "", is_danger: false, photos: [], errors: {}, key: "" };
  let place = null;

  // ---------------------------------------------------------------- where

  const placesOf = (community) => [
    { ...keyed(community, "community", community), label: community.name, group: "整个小区" },
    ...community.facilities.map((one) => ({ ...keyed(community, "facility", one), label: one.label, group: "设施" })),
    ...community.entrances.map((one) => ({ ...keyed(community, "entrance", one), label: one.label, group: "楼栋单元" })),
  ];
  const keyed = (community, kind, one) => ({ key: `${kind}:${one.id}`, community_id: community.id, community: community.name, kind, id: one.id, code: one.code, token: one.token });
  const allPlaces = () => state.work.communities.flatMap(placesOf);

  async function choose(found) {
    place = found;
    await store.put("kept", "tour-place", found.key);
    Field.go("#/");
  }

  // The place that was chosen last, where this person still goes.
  async function placeNow() {
    const key = place ? place.key : await store.get("kept", "tour-place");
    place = allPlaces().find((one) => one.key === key) || null;
    return place;
  }

  async function places() {
    const box = make("input", { class: "input", id: "f-place", type: "search", autocomplete: "off", on: { input: () => fill() } });
    const listed = make("div", {});
    function fill() {
      const text = box.value.trim(), groups = new Map();
      for (const one of allPlaces()) {
        if (text && ![one.label, one.code, one.community].some((words) => words && words.includes(text))) continue;
        const name = state.work.communities.length > 1 ? `${one.community}，${one.group}` : one.group;
        groups.set(name, [...(groups.get(name) || []), one]);
      }
      const drawn = [...groups].flatMap(([name, some]) => [make("h2", { class: "cells-title" }, name), cells(some.map((one) => cell(`#/at/${one.key}`, one.label, one.code)))]);
      listed.replaceChildren(...(drawn.length ? drawn : [message("info", "没有对得上的地方。换个词试试。")]));
    }
    fill();
    return {
      title: "在哪里",
      nodes: [
        back("巡查", "#/"),
        canScan() && button("扫墙上的码", scan),
        make("div", { class: "field" }, make("label", { class: "label", for: "f-place" }, "找楼栋、单元或设施"), box),
        listed,
      ],
    };
  }

  // ---------------------------------------------------------------- scanning

  const canScan = () => "BarcodeDetector" in window && navigator.mediaDevices && navigator.mediaDevices.getUserMedia;

  async function scan() {
    const video = make("video", { class: "tour-scan", playsinline: true, muted: true, "aria-label": "相机画面" });
    const say = make("p", { class: "hint", role: "status" }, "对准海报或设施上的码。");
    const sheet = make("div", { class: "tour-scanner" }, video, say, button("不扫了", () => end(), "plain"));
    document.querySelector("[data-field]").prepend(sheet);
    let stream = null, over = false;
    function end() { over = true; if (stream) stream.getTracks().forEach((one) => one.stop()); sheet.remove(); }
    window.addEventListener("hashchange", end, { once: true });
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
    } catch (_) {
      say.textContent = "打不开相机。请在设置里允许，或者从下面选。";
      return;
    }
    const reader = new window.BarcodeDetector({ formats: ["qr_code"] });
    while (!over) {
      const [code] = await reader.detect(video).catch(() => []);
      const token = code && (code.rawValue.match(/\/p\/([0-9A-Za-z]+)/) || [])[1];
      const found = token && allPlaces().find((one) => one.token === token);
      if (found) { end(); await choose(found); return; }
      if (code) say.textContent = "这个码不是你负责的地方。换一个，或者从下面选。";
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  // ---------------------------------------------------------------- what was found

  async function tour() {
    if (!state.work.communities.length) return { title: "巡查", nodes: [message("info", "现在没有归你管的小区。请找给你开账号的单位。")] };
    const here = await placeNow();
    if (!here) return places();
    return {
      title: "巡查",
      nodes: [
        make("div", { class: "tour-place" },
          make("p", {}, make("span", { class: "quiet" }, here.community), make("strong", {}, here.label)),
          make("a", { class: "btn btn-plain btn-small", href: "#/place" }, "换地方")),
        make("h2", { class: "cells-title" }, "哪里不对"),
        make("div", { class: "tiles" }, state.work.categories.map((one) => make("a", { class: "tile", href: `#/new/${one.value}` }, one.name))),
      ],
    };
  }

  function photoBox(save) {
    const list = make("ul", { class: "field-photos" }), say = make("p", { class: "hint", role: "status" });
    const input = make("input", { type: "file", class: "sr", id: "f-photo", accept: "image/*", capture: "environment" });
    const draw = () => list.replaceChildren(...draft.photos.map((address, at) => make("li", {},
      make("img", { src: address, alt: `第 ${at + 1} 张照片` }),
      button("去掉", () => { draft.photos.splice(at, 1); draw(); save(); }, "plain"))));
    input.addEventListener("change", async () => {
      say.textContent = "";
      for (const file of Array.from(input.files)) {
        if (draft.photos.length >= MOST_PHOTOS) { say.textContent = `最多 ${MOST_PHOTOS} 张照片。`; break; }
        try { draft.photos.push(await Field.shrink(file)); } catch (_) { say.textContent = "这个文件不是照片，没有收。请重新拍一张。"; }
      }
      input.value = "";
      // Shown once the phone keeps it: whoever sees it may put the phone away.
      try { await save(); } finally { draw(); }
    });
    draw();
    return make("div", { class: "field" }, list, say, input, make("label", { class: "btn btn-plain weui-btn weui-btn_default tour-camera", for: "f-photo" }, "拍照"));
  }

  function dangerBox(save) {
    const input = make("input", { type: "checkbox", id: "f-is_danger", name: "is_danger", "aria-describedby": "f-is_danger-hint", on: { change: () => { draft.is_danger = input.checked; save(); } } });
    input.checked = draft.is_danger;
    return make("div", { class: "field" }, make("label", { class: "card card-one" }, input, make("span", { class: "card-words" },
      make("span", { class: "card-label" }, "有危险，可能伤人"),
      make("span", { class: "card-hint", id: "f-is_danger-hint" }, "没有网就先打电话，这一条要有网才发得出去。"))));
  }

  async function found(value) {
    const here = await placeNow(), category = state.work.categories.find((one) => one.value === value);
    if (!here || !category) return Field.go("#/");
    await begun(value);
    const save = () => store.put("drafts", "tour", { ...draft });
    const words = make("textarea", { class: "input", id: "f-words", name: "words", rows: "2", maxlength: "900", on: { input: () => { draft.words = words.value; save(); } } });
    words.value = draft.words;
    const form = make("form", { novalidate: true, on: { submit } },
      photoBox(save),
      make("div", { class: "field" }, make("label", { class: "label", for: "f-words" }, "说一句", make("span", { class: "optional" }, "（可不填）")), words),
      dangerBox(save),
      make("div", { class: "tour-actions" }, make("button", { class: "btn btn-primary weui-btn weui-btn_primary" }, "记下")));
    async function submit(event) {
      event.preventDefault();
      await queue(here, category);
      return Field.done(`记下了：${here.label}，${category.name}。接着巡查。`, "#/");
    }
    return {
      title: category.name,
      nodes: [back("换一类", "#/"), make("p", { class: "lead" }, `${here.community}，${here.label}`), form],
      after: () => { if (Object.keys(draft.errors).length) Field.showErrors(form, draft.errors, { photo: "照片", words: "说一句", is_danger: "危险" }); },
    };
  }

  // What was begun and not finished is still there after the phone was put away.
  async function begun(value) {
    if (draft.category === value) return;
    const held = await store.get("drafts", "tour");
    Object.assign(draft, { words: "", is_danger: false, photos: [], errors: {}, key: "" }, held && held.category === value ? held : {}, { category: value });
  }

  async function queue(here, category) {
    const key = draft.key || Field.newKey(), { work } = state;
    const body = {
      key, kind: "ticket", at: new Date(Date.now() + work.ahead).toISOString(), community_id: here.community_id,
      [`${here.kind}_id`]: here.id, category: category.value, words: draft.words.trim(), is_danger: draft.is_danger, photos: draft.photos,
    };
    const said = [{ title: "哪里", words: `${here.community}，${here.label}` }, { title: "什么事", words: category.name }, { title: "说明", words: draft.words.trim() || "没有写" }, { title: "照片", words: `${draft.photos.length} 张` }];
    if (draft.is_danger) said.push({ title: "危险", words: "可能伤人" });
    await store.put("queue", key, { key, kind: "ticket", state: "waiting", message: "", fields: {}, there: null, made: Date.now(), by: work.who, title: category.name, label: `${here.label}，${category.name}`, said, body });
    await store.remove("drafts", "tour");
    Object.assign(draft, { category: "", words: "", is_danger: false, photos: [], errors: {}, key: "" });
  }

  // What the server found wrong is opened again with its sentences; it keeps its key.
  function mend(item, said) {
    async function reopen() {
      const { body } = item, key = Object.keys(body).find((name) => /^(facility|entrance)_id$/.test(name)) || "community_id";
      const there = allPlaces().find((one) => one.key === `${key.replace("_id", "")}:${body[key]}`);
      Object.assign(draft, { category: body.category, words: body.words, is_danger: Boolean(body.is_danger), photos: body.photos, errors: item.fields || {}, key: item.key });
      if (there) { place = there; await store.put("kept", "tour-place", there.key); }
      Field.go(`#/new/${body.category}`);
    }
    return [said, item.state === "wrong" && button("打开改", reopen)];
  }

  function screen(parts) {
    if (parts[0] === "place") return places();
    if (parts[0] === "at") {
      const one = allPlaces().find((each) => each.key === parts[1]);
      if (one) { choose(one); return null; }
      return places();
    }
    return parts[0] === "new" ? found(parts[1]) : tour();
  }

  Field.start({
    title: "巡查", home: "巡查", list: "tour", kinds: KINDS, screen, mend, isFilling: () => /^#\/(new|place)/.test(location.hash),
    refused: "你的岗位现在不能报工单。没发出去的都还在手机里，请找给你开账号的单位。",
  });
})((window.Field = window.Field || {}));
