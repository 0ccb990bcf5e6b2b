/* Shows and hides questions while somebody answers, and gives rankings their arrows. The server asks the same conditions again
   at each step, so that nothing depends on this file. Needs survey-walker.js.
   SurveyForm.start(form) may be called for forms that are drawn later. data-values holds what other pages of the form said. */
"use strict";

window.SurveyForm = (() => {
  const WIDE = /^[\uFF0B-\uFF19]+$/;

  /* The text of each question, as conditions read it. */
  const said = (form) => {
    const values = JSON.parse(form.dataset.values || "{}"), places = {};
    const add = (key, text) => { if (!(values[key] || "").split(" ").includes(text)) values[key] = values[key] ? `${values[key]} ${text}` : text; };
    for (const [name, value] of new FormData(form)) {
      if (typeof value !== "string" || !value.trim()) continue;
      const [key, side, ...option] = name.split(".");
      const text = WIDE.test(value.trim()) ? value.trim().normalize("NFKC") : value.trim();
      if (!side || side === "top") add(key, text);
      if (side === "rank") (places[key] = places[key] || []).push([Number(text), option.join(".")]);
    }
    for (const [key, ranked] of Object.entries(places)) values[key] = ranked.sort((left, right) => left[0] - right[0]).map((one) => one[1]).join(" ");
    return values;
  };

  const today = () => new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10);

  /* An option that is no longer offered is no longer chosen. */
  const drop = (option, values) => {
    const box = option.querySelector("input");
    if (!box || !box.checked) return;
    box.checked = false;
    const key = box.name.split(".")[0];
    values[key] = (values[key] || "").split(" ").filter((one) => one !== box.value).join(" ");
  };

  /* In the order of the form: what a hidden question holds counts as nothing for those after it. */
  const apply = (form) => {
    const values = said(form);
    for (const part of form.querySelectorAll("[data-show-if], [data-formula]")) {
      if (part.dataset.formula) {
        values[part.dataset.calculated] = surveyWalker.textOf(surveyWalker.evaluate(JSON.parse(part.dataset.formula), values, "", today()));
        continue;
      }
      part.hidden = !surveyWalker.truth(surveyWalker.evaluate(JSON.parse(part.dataset.showIf), values, "", today()));
      if (!part.hidden) continue;
      if (part.matches("label")) drop(part, values);
      for (const one of part.dataset.question ? [part] : part.querySelectorAll("[data-question]")) delete values[one.dataset.question];
    }
    return values;
  };

  /* What was just answered may bring up a page after this one, or take it away: the button says where it leads. */
  const word = (form, values) => {
    if (!form.dataset.later) return;
    const on = form.querySelector("button[name='form.then']");
    const isMore = JSON.parse(form.dataset.later).some((tree) => surveyWalker.truth(surveyWalker.evaluate(tree, values, "", today())));
    on.value = isMore ? "next" : "send";
    on.textContent = isMore ? "下一部分" : "交上去";
  };

  const boxes = (form, name) => [...form.querySelectorAll("input")].filter((box) => box.name === name);

  /* Only what is wanted can be most important: the second list is as long as what was ticked in the first. And what the other
     is, is asked of who ticked it. */
  const narrow = (form) => {
    for (const list of form.querySelectorAll("[data-top]")) {
      const wanted = boxes(form, list.dataset.top).filter((box) => box.checked && !box.closest("[hidden]")).map((box) => box.value);
      for (const box of boxes(form, `${list.dataset.top}.top`)) {
        const is = wanted.includes(box.value);
        box.closest("label").hidden = !is;
        if (!is) box.checked = false;
      }
      list.hidden = !wanted.length;
    }
    for (const line of form.querySelectorAll("[data-beside]")) {
      const other = boxes(form, line.dataset.beside).find((box) => box.value === "other");
      line.hidden = !!other && !other.checked && !line.querySelector("input").value;
    }
  };

  const want = (form) => {
    for (const list of form.querySelectorAll("[data-top]")) {
      const top = boxes(form, `${list.dataset.top}.top`).filter((box) => box.checked).map((box) => box.value);
      for (const box of boxes(form, list.dataset.top)) if (top.includes(box.value)) box.checked = true;
    }
  };

  /* A ranking is a list that one moves up and down; the numbers follow. */
  const rank = (list) => {
    const rows = () => [...list.querySelectorAll(".rank:not([hidden])")];
    const box = (row) => row.querySelector("input");
    const arrow = (row, sign, words, by) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "rank-move";
      button.textContent = sign;
      button.setAttribute("aria-label", `${row.querySelector("span").textContent.trim()}：${words}`);
      button.addEventListener("click", () => {
        const all = rows(), place = all.indexOf(row), other = all[place + by];
        if (other) list.insertBefore(by < 0 ? row : other, by < 0 ? other : row);
        rows().forEach((one, index) => { box(one).value = index + 1; });
        button.focus();
        list.dispatchEvent(new Event("change", { bubbles: true }));
      });
      return button;
    };
    const filled = rows();
    if (filled.every((row) => box(row).value)) filled.sort((left, right) => box(left).value - box(right).value).forEach((row) => list.append(row));
    for (const row of list.querySelectorAll(".rank")) row.append(arrow(row, "↑", "往前", -1), arrow(row, "↓", "往后", 1));
  };

  const start = (form) => {
    const drawn = form.elements["form.drawn"];
    if (drawn) drawn.value = "script";
    form.querySelectorAll(".ranking").forEach(rank);
    want(form);
    const follow = () => { word(form, apply(form)); narrow(form); };
    form.addEventListener("change", follow);
    form.addEventListener("input", follow);
    follow();
    // A package is added up where its file stands beside this one.
    if (window.PackageSums) form.querySelectorAll("[data-package]").forEach(window.PackageSums.start);
  };

  return { start };
})();

for (const form of document.querySelectorAll("form[data-survey]")) window.SurveyForm.start(form);
