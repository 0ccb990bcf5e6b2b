// At the paper desk: a scanned code goes on to the keys, the code is read off the picture where the browser can, and
// without a network nothing that was keyed is lost. Without this it is a plain form.
(function () {
  "use strict";
  var form = document.querySelector("[data-paper-desk]");
  if (!form) return;
  var serial = form.elements.serial, marks = form.elements.marks, photo = form.elements.photo;
  var said = form.querySelector("[data-paper-desk-said]");

  function say(words) { said.textContent = words; said.hidden = !words; }

  // A bar-code reader ends with Enter.
  serial.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !serial.value.trim()) return;
    event.preventDefault();
    marks.focus();
  });

  if (photo && "BarcodeDetector" in window) {
    photo.addEventListener("change", function () {
      if (!photo.files[0] || serial.value.trim()) return;
      createImageBitmap(photo.files[0]).then(function (picture) {
        return new window.BarcodeDetector({ formats: ["qr_code"] }).detect(picture);
      }).then(function (codes) {
        if (codes[0]) { serial.value = codes[0].rawValue; marks.focus(); }
      }).catch(function () { /* the code is typed or scanned instead */ });
    });
  }

  // Asked before the page is left: a browser that cannot reach us would show its own page in place of the form.
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    say("");
    fetch(form.action, { method: "HEAD", cache: "no-store", credentials: "same-origin" }).then(function () {
      form.submit();
    }, function () {
      say("没连上网，还没有记下。填的都在这里，不要关这一页；连上以后再按一次“记下”，不会记成两张。");
    });
  });
})();
