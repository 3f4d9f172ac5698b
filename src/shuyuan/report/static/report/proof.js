// Proofreading with the keyboard: j and k go from finding to finding, a accepts, d dismisses, u takes back.
"use strict";

let at = "";

function notes() { return [...document.querySelectorAll("[data-proof] .note")]; }

function go(step) {
  const all = notes();
  if (!all.length) return;
  const here = all.findIndex((note) => note.id === at);
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1)];
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("focusin", (event) => {
  const note = event.target.closest("[data-proof] .note");
  if (note) at = note.id;
});

document.addEventListener("keydown", (event) => {
  if (!document.querySelector("[data-proof]") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=hidden]), textarea, select")) return;
  if (event.key === "j" || event.key === "k") {
    event.preventDefault();
    go(event.key === "j" ? 1 : -1);
    return;
  }
  const button = at && document.getElementById(at)?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (button) {
    event.preventDefault();
    button.click();
  }
});

// A paragraph that was swapped keeps its place: the finding that was decided is the current one again.
document.addEventListener("htmx:afterSwap", () => { if (at) document.getElementById(at)?.focus({ preventScroll: true }); });

// A file may be dropped on the box.
document.querySelectorAll("[data-drop]").forEach((box) => {
  const input = box.querySelector("input[type=file]");
  const show = () => { box.querySelector("[data-drop-name]").textContent = input.files[0]?.name ?? ""; };
  input.addEventListener("change", show);
  for (const kind of ["dragover", "dragleave", "drop"]) {
    box.addEventListener(kind, (event) => {
      event.preventDefault();
      box.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) { input.files = event.dataTransfer.files; show(); }
    });
  }
});
