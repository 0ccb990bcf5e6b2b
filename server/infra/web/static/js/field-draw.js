// How the page at the door is drawn: elements with words, never markup out of data.
(function (Field) {
  "use strict";

  // make("p", {class: "quiet"}, "words", element, …); `on` holds listeners, null children are left out.
  function make(name, facts, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(facts || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (key === "on") Object.entries(value).forEach(([event, act]) => element.addEventListener(event, act));
      else element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false && one !== ""));
    return element;
  }

  const BUTTON = { primary: "btn btn-primary weui-btn weui-btn_primary", plain: "btn btn-plain weui-btn weui-btn_default", danger: "btn btn-danger weui-btn weui-btn_warn" };
  const button = (words, act, kind = "primary") => make("button", { type: "button", class: BUTTON[kind], on: { click: act } }, words);
  const link = (words, href, kind) => make("a", { class: kind ? BUTTON[kind] : null, href }, words);
  const sheet = (title, ...children) => make("section", { class: "sheet" }, title && make("h2", { class: "sheet-title" }, title), ...children);
  const message = (tone, ...words) => make("div", { class: `message message-${tone}` }, make("p", {}, ...words));
  const tag = (words, tone = "quiet") => make("span", { class: `tag tag-${tone}` }, words);
  const facts = (pairs) => make("dl", { class: "facts" }, pairs.map(([term, value]) => make("div", {}, make("dt", {}, term), make("dd", {}, value || "没有答"))));
  const back = (words, href) => make("a", { class: "back", href }, `‹ ${words}`);

  function cell(href, label, text, mark) {
    return make("li", {}, make("a", { class: "cell weui-cell weui-cell_access", href },
      make("span", { class: "cell-bd weui-cell__bd" }, make("span", { class: "cell-label" }, label), text && make("span", { class: "cell-text" }, text)),
      make("span", { class: "cell-ft weui-cell__ft" }, mark)));
  }
  const cells = (rows) => make("ul", { class: "cells weui-cells" }, rows);

  // One of several as large cards; the first bears the id that sentences lead to.
  function cards(name, legend, options, chosen, act) {
    return make("fieldset", { class: "field cards" }, make("legend", { class: "label" }, legend),
      make("div", { class: "cards-list" }, options.map(([value, label, hint], place) => {
        const input = make("input", { type: "radio", name, value, id: place ? `f-${name}-${place + 1}` : `f-${name}`, on: act ? { change: act } : null });
        input.checked = value === chosen;
        return make("label", { class: "card" }, input, make("span", { class: "card-words" }, make("span", { class: "card-label" }, label), hint && make("span", { class: "card-hint" }, hint)));
      })));
  }

  // "3 月 5 日 09:20", in China wherever the phone thinks it is.
  const CLOCK = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  function when(iso) {
    const part = {};
    CLOCK.formatToParts(new Date(iso)).forEach((one) => { part[one.type] = one.value; });
    return `${part.month} 月 ${part.day} 日 ${part.hour}:${part.minute}`;
  }
  const DAY = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" });
  const dayOf = (instant) => DAY.format(instant);

  // Sentences above the form, each leading to its field, and one more by the field itself.
  function showErrors(form, errors, labels) {
    form.querySelectorAll(".field-error, .error-summary").forEach((one) => one.remove());
    form.querySelectorAll(".field-wrong").forEach((one) => one.classList.remove("field-wrong"));
    const names = Object.keys(errors);
    if (!names.length) return;
    const rows = names.map((name) => {
      const said = [].concat(errors[name]).join(" "), control = form.querySelector(`[id="f-${CSS.escape(name)}"]`) || form.elements[name];
      const place = control && (control.closest ? control : control[0]), box = place && place.closest(".field, fieldset");
      if (box) {
        box.classList.add("field-wrong");
        const head = box.querySelector("legend, .label");
        const sentence = make("p", { class: "field-error", id: `f-${name}-error` }, said);
        if (head) head.after(sentence); else box.prepend(sentence);
      }
      const go = (event) => { event.preventDefault(); if (place) { place.focus(); box.scrollIntoView({ block: "center" }); } };
      return make("li", {}, make("a", { href: location.hash, on: { click: go } }, labels[name] ? `${labels[name]}${/[？?！!。：:]$/.test(labels[name]) ? "" : "："}${said}` : said));
    });
    const summary = make("div", { class: "error-summary", role: "alert", tabindex: "-1", "aria-labelledby": "error-summary-title" }, make("h2", { id: "error-summary-title" }, `有 ${names.length} 处要改`), make("ul", {}, rows));
    form.prepend(summary);
    summary.focus();
  }

  Object.assign(Field, { make, button, link, sheet, message, tag, facts, back, cell, cells, cards, when, dayOf, showErrors });
})((window.Field = window.Field || {}));
