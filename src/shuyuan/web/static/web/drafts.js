// Drafts: what was typed into a form is still there after the session ended under it and its owner signed in again.
// A sent form is kept in this tab (sessionStorage) until the next page shows whether it met the door; never a
// password, never a file, and never for anybody but the person who typed it.
"use strict";

(() => {
  const KEY = "draft";
  const body = document.body;
  const here = () => location.pathname + location.search;
  const forms = (action) => [...document.forms].filter((form) => (form.getAttribute("action") || "") === action);

  function kept() {
    try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; }
  }
  function keep(draft) {
    try {
      if (draft) sessionStorage.setItem(KEY, JSON.stringify(draft));
      else sessionStorage.removeItem(KEY);
    } catch { /* storage is full or switched off: the form is sent all the same */ }
  }

  const worthKeeping = (box) =>
    box.name && box.name !== "csrfmiddlewaretoken" && !["password", "file", "submit", "button", "image", "reset"].includes(box.type);

  function sent(form) {
    const action = form.getAttribute("action") || "";
    const values = [...form.elements].filter(worthKeeping).flatMap((box) => {
      if (box.type === "checkbox" || box.type === "radio") return box.checked ? [[box.name, box.value]] : [];
      if (box.multiple) return [...box.selectedOptions].map((option) => [box.name, option.value]);
      return [[box.name, box.value]];
    });
    keep({ user: body.dataset.user, page: here(), action, place: forms(action).indexOf(form), values });
  }

  // Sent in either way; a form that a script sends in the background is known only by its request.
  document.addEventListener("submit", (event) => {
    if (body.dataset.user && event.target.getAttribute("method") === "post") sent(event.target);
  }, true);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.closest("form");
    if (body.dataset.user && form && event.detail.requestConfig.verb !== "get") sent(form);
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) unsaved = false; // on the way to the door: it is kept here
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig.verb === "get") return; // a page that keeps asking says nothing of what was sent
    if (event.detail.successful && !event.detail.xhr.getResponseHeader("HX-Redirect")) keep(null);
  });

  function fill(form, values) {
    const given = Map.groupBy ? Map.groupBy(values, ([name]) => name) : values.reduce(
      (found, pair) => found.set(pair[0], [...(found.get(pair[0]) || []), pair]), new Map());
    const left = new Map([...given].map(([name, pairs]) => [name, pairs.map((pair) => pair[1])]));
    for (const box of [...form.elements].filter(worthKeeping)) {
      const wanted = left.get(box.name);
      if (box.type === "checkbox" || box.type === "radio") {
        box.checked = Boolean(given.get(box.name)?.some((pair) => pair[1] === box.value));
        if (wanted) left.set(box.name, wanted.filter((value) => value !== box.value));
      } else if (!wanted?.length) {
        continue;
      } else if (box.multiple) {
        [...box.options].forEach((option) => { option.selected = wanted.includes(option.value); });
        left.delete(box.name);
      } else if (box.options && ![...box.options].some((option) => option.value === wanted[0])) {
        continue;
      } else {
        box.value = wanted.shift();
      }
      box.dispatchEvent(new Event("input", { bubbles: true }));
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
    return [...left].flatMap(([name, values]) => values.filter(Boolean).map((value) => `${name}: ${value}`));
  }

  const draft = kept();
  if (!draft) return;
  if ("sessionOver" in body.dataset) {  // the door, or the page that says the form's token was too old
    keep({ ...draft, met: true });
    const next = document.querySelector("form.door-form [name=next]");
    if (next) next.value = draft.page;
  } else if (body.dataset.user && (draft.user !== body.dataset.user || !draft.met)) {
    keep(null);
  } else if (body.dataset.user && draft.page === here()) {
    keep(null);
    const form = forms(draft.action)[draft.place];
    const left = form ? fill(form, draft.values) : draft.values.map(([name, value]) => `${name}: ${value}`);
    const note = document.getElementById("restored").content.cloneNode(true);
    if (left.length) {
      note.querySelector("[data-left]").hidden = false;
      note.querySelector("pre").textContent = left.join("\n");
    }
    document.getElementById("flash").append(note);
  }
})();
