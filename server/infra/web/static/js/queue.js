// The queue of what waits to be read by others: one key or one tap an entry, and the next one is under the hand at once. Keys work
// only while an entry has the focus. Without this each button sends its form and the page comes anew.
(function () {
  "use strict";
  var queue = document.querySelector("[data-queue]");
  if (!queue) return;
  var said = document.querySelector("[data-queue-said]");
  var isBusy = false;

  function all(selector) { return Array.prototype.slice.call(queue.querySelectorAll(selector)); }
  function entries() { return all("[data-entry]"); }
  function ticks() { return all("input[name=items]"); }
  function enter(place) {
    var here = entries(), entry = here[Math.max(0, Math.min(place, here.length - 1))];
    if (!entry) return;
    entry.focus({ preventScroll: true });
    entry.scrollIntoView({ block: "nearest" });
  }
  function wake() {
    all("[data-queue-help], [data-queue-plain]").forEach(function (one) { one.hidden = false; });
    count();
  }
  function count() {
    var line = queue.querySelector("[data-queue-ticked]"), number = ticks().filter(function (one) { return one.checked; }).length;
    if (line && number) line.textContent = "勾选了 " + number + " 条。";
    else if (line) line.textContent = "在上面每一条的右上角勾选，再按下面的按钮。";
  }

  // The answer is this very page as it stands now: what was decided is gone from it, and what follows has moved up.
  function draw(text, place) {
    var page = new DOMParser().parseFromString(text, "text/html"), fresh = page.querySelector("[data-queue]");
    if (!fresh) return false;
    var told = page.querySelector("main .message");
    queue.replaceWith(document.importNode(fresh, true));
    queue = document.querySelector("[data-queue]");
    said.textContent = told ? told.textContent.trim() : "";
    wake();
    enter(place);
    return true;
  }
  function send(form, button) {
    var entry = form.closest("[data-entry]"), place = entry ? entries().indexOf(entry) : 0;
    var body = new URLSearchParams(new FormData(form));
    if (button && button.name) body.append(button.name, button.value);
    isBusy = true;
    fetch(form.action, { method: "POST", body: body, credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .catch(function () { return ""; })
      .then(function (text) {
        isBusy = false;
        // Refused, or no network: the form goes the plain way, and the page that comes says why. Sent twice has one effect.
        if (!text || !draw(text, place)) plainly(form, button);
      });
  }
  function plainly(form, button) {
    if (button && button.name) {
      var kept = document.createElement("input");
      kept.type = "hidden";
      kept.name = button.name;
      kept.value = button.value;
      form.append(kept);
    }
    form.submit();
  }

  document.addEventListener("submit", function (event) {
    if (!queue.contains(event.target)) return;
    event.preventDefault();
    if (!isBusy) send(event.target, event.submitter);
  });
  document.addEventListener("change", function (event) {
    if (event.target.name === "items") count();
  });
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-queue-plain]")) return;
    all("[data-plain] input[name=items]").forEach(function (one) { one.checked = true; });
    count();
  });
  document.addEventListener("keydown", function (event) {
    var entry = event.target.closest("[data-entry]");
    if (!entry || isBusy || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    var key = event.key.toLowerCase(), place = entries().indexOf(entry);
    var button = /^[1-9]$/.test(key) ? entry.querySelector('[data-key="' + key + '"]') : null;
    if (button) button.click();
    else if (key === "x") entry.querySelector("input[name=items]").click();
    else if (key === "j") enter(place + 1);
    else if (key === "k") enter(place - 1);
    else return;
    event.preventDefault();
  });

  wake();
  if (!location.hash) enter(0);
})();
