/* A button above each question that reads it out, where the browser can speak. */
"use strict";

(() => {
  const speech = window.speechSynthesis;
  if (!speech) return;

  const words = (question) => {
    const parts = question.querySelectorAll(".label, .hint, .card-label, .card-hint, .scale-ends, .rank span");
    return [...parts].map((part) => part.textContent.trim()).filter(Boolean).join("。");
  };

  for (const question of document.querySelectorAll("form[data-survey] fieldset[data-question]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "read-aloud";
    button.textContent = "念给我听";
    button.addEventListener("click", () => {
      const isSame = speech.speaking && button.textContent === "停";
      speech.cancel();
      if (isSame) return;
      const spoken = new SpeechSynthesisUtterance(words(question));
      spoken.lang = "zh-CN";
      spoken.rate = 0.9;
      spoken.onstart = () => { button.textContent = "停"; };
      spoken.onend = spoken.onerror = () => { button.textContent = "念给我听"; };
      speech.speak(spoken);
    });
    question.querySelector("legend").after(button);
  }
})();
