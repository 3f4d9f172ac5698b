// Composing a figure: a click puts a figure's name at the cursor, and the preview follows what is typed.
"use strict";
(() => {
  const form = document.querySelector("[data-compose]");
  const box = form && form.elements.expression;
  if (!box) return;
  let pause;
  function composed() {
    clearTimeout(pause);
    pause = setTimeout(() => document.body.dispatchEvent(new Event("composed")), 350);
  }
  form.addEventListener("input", composed);
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-insert]");
    if (!chosen) return;
    const before = box.value.slice(0, box.selectionStart);
    const gap = before && !/[\s(]$/.test(before) ? " " : "";
    box.setRangeText(gap + chosen.dataset.insert, box.selectionStart, box.selectionEnd, "end");
    box.focus();
    composed();
  });
})();
