/* Adds a package up while somebody ticks. Every figure comes from the server: each box carries its own cost and the household's
   part in fen, and the panel the sentence for every choice of subsidy keys. Without this file the button sends the form and the
   server draws the same sums.
   PackageSums.start(panel) may be called for panels that are drawn later. */
"use strict";

window.PackageSums = (() => {
  const yuan = (fen) => `${Math.trunc(fen / 100).toString().replace(/\B(?=(\d{3})+$)/g, ",")}.${String(fen % 100).padStart(2, "0")} 元`;

  const sum = (panel) => {
    const chosen = [...panel.closest("form").querySelectorAll("input[type=checkbox]")].filter((box) => box.name === panel.dataset.package && box.checked && !box.closest("[hidden]"));
    const total = (name) => chosen.reduce((whole, box) => whole + Number(box.dataset[name] || 0), 0);
    const put = (name, text) => { const place = panel.querySelector(`[data-sum=${name}]`); if (place) place.textContent = text; };
    const keys = (panel.dataset.keys || "").split(",").filter((key) => chosen.some((box) => box.dataset.key === key));
    const [isKept, sentence] = JSON.parse(panel.dataset.answers)[keys.join(",")];
    const cost = total("cost"), unpriced = chosen.filter((box) => !box.dataset.cost).length, unknown = chosen.filter((box) => box.dataset.unknown).length;
    put("count", `${chosen.length} 样`);
    put("cost", yuan(cost));
    put("own", unknown ? `${yuan(total("own"))}，另有 ${unknown} 样算不出` : yuan(total("own")));
    put("unpriced", unpriced ? `有 ${unpriced} 样还没有单价，没算进去。` : "");
    put("subsidy", sentence);
    panel.querySelector("[data-kept]").dataset.kept = isKept ? "yes" : "no";
    if (panel.dataset.budget) {
      const left = Number(panel.dataset.budget) - cost;
      put("budget", left < 0 ? `超出 ${yuan(-left)}` : `还剩 ${yuan(left)}`);
      panel.dataset.over = left < 0 ? "yes" : "no";
    }
  };

  const start = (panel) => {
    if (panel.dataset.started) return;
    panel.dataset.started = "yes";
    panel.closest("form").addEventListener("change", () => sum(panel));
    sum(panel);
  };

  return { start };
})();

for (const panel of document.querySelectorAll("[data-package]")) window.PackageSums.start(panel);
