// The drawing board: cards of columns and rules are added, moved and taken away; what a kind does not have is hidden.
"use strict";
(() => {
  let next = 1000;
  const dress = (card) => {
    const kind = card.querySelector("select[name$=-kind]")?.value;
    card.querySelectorAll("[data-for]").forEach((part) => { part.hidden = !part.dataset.for.split(" ").includes(kind); });
  };
  document.querySelectorAll("[data-column]").forEach(dress);
  document.addEventListener("change", (event) => {
    const card = event.target.closest("[data-column]");
    if (card) dress(card);
  });
  document.addEventListener("click", (event) => {
    const more = event.target.closest("[data-more]");
    if (more) {
      const list = document.querySelector(`[data-list=${more.dataset.more}]`);
      const blank = document.querySelector(`template[data-blank=${more.dataset.more}]`);
      const card = blank.content.firstElementChild.cloneNode(true);
      next += 1;
      card.querySelectorAll("[name]").forEach((input) => { input.name = input.name.replace(/^([cr])N-/, `$1${next}-`); });
      card.querySelector("input[type=hidden]").value = next;
      list.append(card);
      dress(card);
      card.querySelector("input.form-control").focus();
      return;
    }
    const card = event.target.closest("[data-column]");
    if (!card) return;
    if (event.target.closest("[data-drop]")) card.remove();
    if (event.target.closest("[data-up]")) card.previousElementSibling?.before(card);
    if (event.target.closest("[data-down]")) card.nextElementSibling?.after(card);
  });
})();
