// Writing in Word: find a figure, copy its placeholder; where copying is not allowed, select it for Ctrl+C.
"use strict";

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copy(code) {
  const told = document.getElementById("copied");
  select(code);
  let done = false;
  try {
    await navigator.clipboard.writeText(code.textContent);
    done = true;
  } catch {
    try { done = document.execCommand("copy"); } catch { done = false; }
  }
  told.textContent = (done ? told.dataset.done : told.dataset.selected).replace("…", code.textContent);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button.closest("li").querySelector(".placeholder-code"));
});

document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-filter]");
  if (!box) return;
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const line of document.querySelectorAll(`#${box.dataset.filter} > li`)) {
    const text = line.dataset.text.toLowerCase();
    line.hidden = !words.every((word) => text.includes(word));
    shown += line.hidden ? 0 : 1;
  }
  document.getElementById(`${box.dataset.filter}-none`).hidden = shown > 0;
});
