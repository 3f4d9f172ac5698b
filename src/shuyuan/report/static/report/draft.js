// Drafting: a figure's placeholder goes into the text where the cursor is; all parts are ticked at once.
"use strict";

function put(text) {
  const box = document.getElementById("text");
  if (!box || box.readOnly) return;
  box.focus();
  box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (button) put(button.dataset.insert);
  const copy = event.target.closest("[data-insert-from]");
  if (copy) put(document.getElementById(copy.dataset.insertFrom).textContent);
});

const all = document.querySelector("[data-tick-all]");
if (all) {
  all.hidden = false;
  all.addEventListener("change", (event) => {
    document.querySelectorAll("input[name=part]").forEach((box) => { box.checked = event.target.checked; });
  });
}
