// Keying in a paper form: digits choose, Enter goes to the next question, Shift and Enter back. Without this it is a plain form.
(function () {
  "use strict";
  var form = document.querySelector("[data-keying]");
  if (!form) return;
  form.querySelector("[data-keying-help]").hidden = false;

  function stops() {
    return Array.prototype.filter.call(form.querySelectorAll("[data-key-stop]"), function (stop) {
      return stop.offsetParent !== null;
    });
  }
  function go(from, step) {
    var all = stops(), next = all[all.indexOf(from) + step];
    if (next) enter(next);
  }
  function enter(stop) {
    var control = stop.matches("button") ? stop
      : stop.querySelector("input:checked") || stop.querySelector("input:not([type=hidden]), textarea, select");
    control.focus();
    if (control.select && control.type !== "radio" && control.type !== "checkbox" && control.type !== "file") control.select();
  }
  function matching(stop, digits) {
    return Array.prototype.filter.call(stop.querySelectorAll("kbd"), function (one) {
      return one.closest("[data-key-stop]") === stop && one.textContent.indexOf(digits) === 0;
    });
  }
  function choose(stop, digits) {
    var key = matching(stop, digits).filter(function (one) { return one.textContent === digits; })[0];
    if (!key) return;
    var input = key.parentElement.querySelector("input");
    input.click();
    var words = input.value === "other" && input.checked ? stop.querySelector('[name="' + input.name + '.other"]') : null;
    (words || input).focus();
  }
  // A tenth option has two digits: where the first may be the start of one, the second is waited for.
  var typed = "", waiting = 0;
  function digit(stop, sign) {
    window.clearTimeout(waiting);
    typed = matching(stop, typed + sign).length ? typed + sign : sign;
    var chosen = typed;
    if (matching(stop, chosen).length > 1) {
      waiting = window.setTimeout(function () { typed = ""; choose(stop, chosen); }, 500);
    } else {
      typed = "";
      choose(stop, chosen);
    }
  }

  form.addEventListener("keydown", function (event) {
    var stop = event.target.closest("[data-key-stop]");
    if (!stop || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    var isChoice = event.target.matches("input[type=radio], input[type=checkbox]");
    if (event.key === "Enter" && !stop.matches("button")) {
      event.preventDefault();
      go(stop, event.shiftKey ? -1 : 1);
    } else if (isChoice && /^[0-9]$/.test(event.key)) {
      event.preventDefault();
      digit(stop, event.key);
    }
  });
})();
