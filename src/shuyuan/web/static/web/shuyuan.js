// What pages do beyond HTMX: every page also works without this file.
"use strict";

// A search waits for a pause, and never fires inside a word that an input method is still composing.
let pause;
function searched(event) {
  const box = event.target;
  if (box.type !== "search" || !box.closest("[data-filters]") || event.isComposing) return;
  clearTimeout(pause);
  pause = setTimeout(() => box.dispatchEvent(new Event("settled", { bubbles: true })), 350);
}
document.addEventListener("input", searched);
document.addEventListener("compositionend", searched);

// Addresses without empty conditions; sorting and other parameters as they stand now, the page number starts over.
document.addEventListener("htmx:configRequest", (event) => {
  const form = event.detail.elt;
  if (!form.matches("[data-filters]")) return;
  const sent = event.detail.formData;
  form.querySelectorAll("[data-kept]").forEach((kept) => sent.delete(kept.name));
  for (const name of [...new Set(sent.keys())]) {
    const given = sent.getAll(name).filter((value) => value !== "");
    sent.delete(name);
    given.forEach((value) => sent.append(name, value));
  }
  const own = new Set([...form.elements].filter((box) => !("kept" in box.dataset)).map((box) => box.name));
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name !== "page" && !own.has(name)) sent.append(name, value);
  }
});

// A chip empties its own condition in the form, so that form, rows and address stay of one mind.
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-take-off]");
  const form = document.querySelector("[data-filters]");
  if (!chip || !form || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const boxes = [...form.elements].filter((box) => box.name === chip.dataset.takeOff);
  if (!boxes.length) return;
  event.preventDefault();
  for (const box of boxes) {
    if (box.type === "checkbox" || box.type === "radio") {
      if (boxes.length === 1 || box.value === chip.dataset.value) box.checked = false;
    } else if (box.multiple) {
      [...box.options].forEach((option) => { if (option.value === chip.dataset.value) option.selected = false; });
    } else {
      box.value = "";
    }
  }
  boxes[0].dispatchEvent(new Event("change", { bubbles: true }));
});

// A request that failed says so; nothing fails in silence.
function failed() {
  const flash = document.getElementById("flash");
  const notice = document.getElementById("failed");
  if (flash && notice) flash.replaceChildren(notice.content.cloneNode(true));
}
document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);

// A form with unsaved changes asks before it is left.
let unsaved = false;
document.addEventListener("input", (event) => { if (event.target.closest("[data-guard]")) unsaved = true; });
document.addEventListener("submit", (event) => {
  if (event.target.closest("[data-guard]")) unsaved = false;
  // One click, one submission; after a while again, because a download leaves the page where it is.
  const form = event.target;
  if (form.getAttribute("method") !== "post" || event.defaultPrevented) return;
  const buttons = form.querySelectorAll("[type=submit]");
  const enable = (on) => buttons.forEach((button) => { button.disabled = !on; });
  setTimeout(enable, 0, false);
  setTimeout(enable, 4000, true);
});
window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });

// Subjects of the menu stay as they were left.
document.querySelectorAll("[data-remember]").forEach((group) => {
  const key = `menu:${group.dataset.remember}`;
  try {
    if (sessionStorage.getItem(key) === "open") group.open = true;
    group.addEventListener("toggle", () => sessionStorage.setItem(key, group.open ? "open" : ""));
  } catch { /* storage is switched off: groups open with their page only */ }
});
