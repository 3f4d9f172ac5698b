// The review queue: one button ticks every record that can be accepted together.
"use strict";
document.querySelector("[data-choose-all]")?.addEventListener("click", () => {
  const boxes = [...document.querySelectorAll("input[name=seen]")];
  const on = boxes.some((box) => !box.checked);
  boxes.forEach((box) => { box.checked = on; });
});
