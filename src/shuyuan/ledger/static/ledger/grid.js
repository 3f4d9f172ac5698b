// The grid: a sheet in the browser. What is typed or pasted is only text here; the server reads it cell by cell.
"use strict";
(() => {
  const given = JSON.parse(document.getElementById("grid-data").textContent);
  const { columns, words, most } = given;
  const fields = columns.map((column) => column.name);
  const $ = (selector) => document.querySelector(selector);
  const say = (text, values = {}) => Object.entries(values).reduce((told, [key, value]) => told.replaceAll(`{${key}}`, value), text);
  const SPARE = 5; // empty rows that always wait at the end
  const KEPT = 60; // steps that can be undone

  let next = 1;
  let removed = [];
  let faults = new Map(); // "row|cell" -> what is wrong with it
  let past = []; // what the grid was before each step; Tabulator's own undo does not know what was pasted
  let now = null;
  let saving = false;

  const asRow = (row = {}) => {
    const cells = Object.fromEntries(fields.map((name) => [name, row.cells?.[name] ?? ""]));
    return { ...cells, _id: next++, _stamp: row.stamp || "", _locked: Boolean(row.locked), _start: Boolean(row.start),
      _state: row.start ? words.start : row.state || "", _remarks: row.remarks || {}, _was: { ...cells } };
  };
  const changed = (row) => fields.some((name) => row[name] !== row._was[name]);
  const blank = (row) => fields.every((name) => row[name] === "");
  const wanted = (row) => !row._locked && changed(row) && !(blank(row) && !row._stamp);
  const padded = (rows) => {
    const trailing = rows.length - 1 - rows.findLastIndex((row) => row._stamp || row._start || !blank(row));
    return [...rows, ...Array.from({ length: Math.max(SPARE - trailing, 0) }, () => asRow())];
  };
  const copy = (rows) => rows.map((row) => ({ ...row }));

  // --- drawing ---

  const escaped = (text) => Object.assign(document.createElement("i"), { textContent: text }).innerHTML;
  const shown = (cell) => {
    const row = cell.getRow().getData();
    const name = cell.getField();
    const element = cell.getElement();
    const fault = faults.get(`${row._id}|${name}`);
    const remark = row._remarks[name];
    element.classList.toggle("grid-bad", Boolean(fault));
    element.classList.toggle("grid-remark", Boolean(remark) && !fault);
    element.title = fault || remark || (row._locked ? words.locked : "");
    if (fault) element.setAttribute("aria-invalid", "true"); else element.removeAttribute("aria-invalid");
    return escaped(cell.getValue() ?? "");
  };
  const total = (values) => { // exact, however many places: floats would show 0.30000000000000004
    const numbers = values.map((text) => String(text ?? "").replaceAll(",", "").trim()).filter((text) => /^-?\d+(\.\d+)?$/.test(text));
    const places = Math.max(0, ...numbers.map((text) => (text.split(".")[1] || "").length));
    const sum = numbers.reduce((so_far, text) => {
      const [whole, part = ""] = text.replace("-", "").split(".");
      const units = BigInt(whole + part.padEnd(places, "0"));
      return text.startsWith("-") ? so_far - units : so_far + units;
    }, 0n);
    const digits = String(sum < 0n ? -sum : sum).padStart(places + 1, "0");
    const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ",");
    return numbers.length ? `${sum < 0n ? "-" : ""}${whole}${places ? `.${digits.slice(-places)}` : ""}` : "";
  };
  const option = (label) => Object.assign(document.createElement("span"), { textContent: label });
  const chosen = (values) => ({ editor: "list", editorParams: { values, autocomplete: true, freetext: true, listOnEmpty: true,
    allowEmpty: true, itemFormatter: option, placeholderEmpty: "" } });
  const people = given.people.map(([name, number]) => ({ label: `${name} ${number}`, value: `${name} ${number}` }));
  const drawn = (column) => {
    const common = { title: column.label, field: column.name, titleFormatter: "plaintext", formatter: shown, headerSort: false,
      minWidth: 84, maxInitialWidth: 260, headerTooltip: () => option([column.label, column.hint].filter(Boolean).join("\n")),
      editable: (cell) => !cell.getRow().getData()._locked, editor: "input", editorParams: { selectContents: true },
      cssClass: column.required ? "grid-required" : "" };
    if (column.kind === "number") Object.assign(common, { hozAlign: "right", editorParams: { selectContents: true, elementAttributes: { inputmode: "decimal" } } });
    if (column.kind === "date") common.editor = "date";
    if (column.options.length) Object.assign(common, chosen(column.options.map((text) => ({ label: text, value: text }))));
    if (column.kind === "person" && people.length) Object.assign(common, chosen(people));
    if (column.sum) Object.assign(common, { bottomCalc: total });
    return common;
  };

  const table = new Tabulator("#grid", {
    data: [], index: "_id", nestedFieldSeparator: false, layout: "fitDataFill", maxHeight: "70vh",
    renderHorizontal: columns.length > 40 ? "virtual" : "basic",
    clipboard: true, clipboardCopyStyled: false, clipboardCopyRowRange: "range",
    clipboardCopyConfig: { rowHeaders: false, columnHeaders: false },
    clipboardPasteParser: (text) => parsed(text), clipboardPasteAction: (block) => paste(block),
    selectableRange: 1, selectableRangeColumns: true, selectableRangeRows: true, headerSortClickElement: "icon",
    editTriggerEvent: "dblclick",
    rowHeader: { formatter: "rownum", width: 46, hozAlign: "center", frozen: true, headerSort: false, resizable: false },
    columnDefaults: { resizable: "header" },
    rowFormatter: (row) => {
      const data = row.getData();
      const element = row.getElement();
      if (!data._id) return; // the row of sums
      element.classList.toggle("grid-start", data._start && !changed(data));
      element.classList.toggle("grid-locked", data._locked);
      element.classList.toggle("grid-changed", wanted(data));
      element.classList.toggle("grid-bad-row", faults.has(`${data._id}|`));
    },
    columns: [...columns.map(drawn), { title: words.state, field: "_state", headerSort: false, cssClass: "grid-state", titleFormatter: "plaintext" }],
  });

  // --- what happened, and undoing it ---

  const rows = () => table.getData();
  const settle = () => {
    now = copy(rows());
    const open = now.filter(wanted).length + removed.length;
    $("[data-grid-standing]").textContent = open ? say(words.unsaved, { n: open }) : words.clean;
    $("[data-grid=undo]").disabled = !past.length;
    try {
      if (open) sessionStorage.setItem(given.key, JSON.stringify({ rows: now.filter((row) => row._stamp || !blank(row)), removed }));
      else sessionStorage.removeItem(given.key);
    } catch { /* storage is full or switched off: the page itself still holds everything */ }
  };
  const remember = () => { past = [...past.slice(1 - KEPT), { rows: now, removed: [...removed] }]; };
  const active = () => {
    const range = table.getRanges()[0];
    if (!range) return null;
    const names = range.getColumns().map((column) => column.getField()).filter((name) => fields.includes(name));
    return { top: range.getTopEdge(), bottom: range.getBottomEdge(), names };
  };
  const put = async (changedRows, at) => {
    await table.replaceData(padded(changedRows));
    if (at) {
      const row = table.getRows()[Math.min(at.top, table.getRows().length - 1)];
      const last = table.getRows()[Math.min(at.bottom ?? at.top, table.getRows().length - 1)];
      const [first] = at.names;
      table.getRanges()[0]?.setBounds(row.getCell(first), last.getCell(at.names.at(-1)));
    }
    settle();
  };
  const step = (at, change) => {
    remember();
    const after = copy(rows());
    change(after);
    return put(after, at);
  };
  const write = (row, name, text) => {
    if (row._locked || row[name] === text) return false;
    row[name] = text;
    faults.delete(`${row._id}|${name}`);
    return true;
  };

  const parsed = (text) => { // tab-separated, as spreadsheets put it: cells with tabs or line breaks stand in quotes
    const block = [[]];
    const cell = /(?:"((?:[^"]|"")*)"(?=\t|\r?\n|\r|$)|([^\t\r\n]*))(\t|\r?\n|\r|$)/gy;
    for (let found; cell.lastIndex < text.length && (found = cell.exec(text));) {
      block.at(-1).push(found[1] === undefined ? found[2].trim() : found[1].replaceAll('""', '"').trim());
      if (found[3] !== "\t" && cell.lastIndex < text.length) block.push([]);
      if (found[3] === "\t" && cell.lastIndex >= text.length) block.at(-1).push("");
    }
    return block[0].length ? block : false;
  };
  const paste = (block) => {
    const at = active();
    if (!at || !at.names.length) return [];
    const one = block.length === 1 && block[0].length === 1;
    const height = one ? at.bottom - at.top + 1 : block.length;
    const start = fields.indexOf(at.names[0]);
    const width = one ? at.names.length : Math.min(Math.max(...block.map((line) => line.length)), fields.length - start);
    let written = 0;
    let cut = false;
    step({ top: at.top, bottom: at.top + height - 1, names: fields.slice(start, start + width) }, (all) => {
      for (let y = 0; y < height; y += 1) {
        if (at.top + y >= most) { cut = true; break; }
        while (all.length <= at.top + y) all.push(asRow());
        for (let x = 0; x < width; x += 1) {
          const text = one ? block[0][0] : block[y][x];
          if (text !== undefined && write(all[at.top + y], fields[start + x], text)) written += 1;
        }
      }
    });
    tell(cut ? say(words.most, { n: most }) : say(words.pasted, { n: written }), cut ? "warning" : "info");
    return [];
  };
  const acts = {
    add: () => { const at = active(); step(at, (all) => all.splice(at ? at.bottom + 1 : all.length, 0, asRow())); },
    remove: () => {
      const at = active();
      if (at) step({ ...at, bottom: at.top }, (all) => {
        const gone = all.splice(at.top, at.bottom - at.top + 1);
        const kept = gone.filter((row) => row._locked);
        removed.push(...gone.filter((row) => row._stamp && !row._locked).map((row) => row._stamp));
        all.splice(at.top, 0, ...kept);
        if (kept.length) tell(words.locked, "warning");
      });
    },
    fill: () => {
      const at = active();
      if (at && at.bottom > at.top) step(at, (all) => at.names.forEach((name) => {
        for (let y = at.top + 1; y <= at.bottom; y += 1) write(all[y], name, all[at.top][name]);
      }));
    },
    clear: () => {
      const at = active();
      if (at) step(at, (all) => at.names.forEach((name) => { for (let y = at.top; y <= at.bottom; y += 1) write(all[y], name, ""); }));
    },
    undo: async () => {
      const before = past.pop();
      if (!before) return;
      removed = before.removed;
      await put(copy(before.rows), active());
    },
    save: () => save(),
  };
  document.querySelectorAll("[data-grid]").forEach((button) => button.addEventListener("click", () => acts[button.dataset.grid]()));
  table.on("cellEdited", (cell) => {
    const row = cell.getRow();
    const name = cell.getField();
    const text = String(cell.getValue() ?? "");
    remember();
    faults.delete(`${row.getData()._id}|${name}`);
    const person = columns.find((column) => column.name === name)?.kind === "person" && people.find((one) => one.value === text);
    const pair = person && given.people[people.indexOf(person)];
    row.update(pair ? { [name]: pair[0], [`${name}_number`]: pair[1] } : { [name]: text });
    row.reformat();
    if (row.getPosition() > rows().length - 2) table.addData([asRow(), asRow()]).then(settle); else settle();
  });

  const keys = (event) => {
    const typing = ["INPUT", "TEXTAREA", "SELECT"].includes(event.target.tagName);
    const command = event.ctrlKey || event.metaKey;
    const act = command && { z: "undo", d: "fill", s: "save" }[event.key.toLowerCase()];
    if (act && (act === "save" || !typing)) {
      event.preventDefault();
      if (act === "save" && typing) event.target.blur();
      acts[act]();
    } else if (!typing && event.currentTarget !== document) {
      if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); acts.clear(); }
      else if (!command && !event.altKey && (event.key.length === 1 || event.key === "Process" || event.key === "F2")) {
        const at = active();
        if (!at || !at.names.length) return;
        table.getRows()[at.top].getCell(at.names[0]).edit(); // the letter goes into the editor, over what stood there
        if (event.key === "F2") document.activeElement?.setSelectionRange?.(9e9, 9e9);
      }
    }
  };
  $("#grid").addEventListener("keydown", keys);
  document.addEventListener("keydown", (event) => { if (!event.target.closest("#grid")) keys(event); });

  // --- saving ---

  const tell = (text, tone = "info", more = null) => {
    const box = Object.assign(document.createElement("div"), { className: `alert alert-${tone}` });
    const inner = document.createElement("div");
    inner.append(Object.assign(document.createElement("p"), { textContent: text }), ...(more ? [more] : []));
    box.append(inner);
    $("[data-grid-told]").replaceChildren(...(text ? [box] : []));
  };
  const listed = (found, ids) => {
    const list = document.createElement("ul");
    list.className = "grid-faults";
    found.slice(0, 200).forEach((fault) => {
      const line = document.createElement("li");
      if (ids.has(fault.row)) {
        const go = Object.assign(document.createElement("button"), { type: "button", className: "btn-link",
          textContent: `${say(words.row, { row: fault.row })}${fault.label ? `「${fault.label}」` : ""}` });
        go.addEventListener("click", async () => {
          const row = table.getRow(ids.get(fault.row));
          await table.scrollToRow(row, "center", false);
          const cell = row.getCell(fields.includes(fault.cell) ? fault.cell : fields[0]);
          await table.scrollToColumn(cell.getField(), "middle", false);
          table.getRanges()[0]?.setBounds(cell, cell);
          $("#grid .tabulator-tableholder").focus();
        });
        line.append(go, " ");
      }
      line.append(fault.message);
      list.append(line);
    });
    return list;
  };
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] || given.csrf;
  const save = async () => {
    if (saving) return;
    document.activeElement?.blur?.();
    const open = rows().filter(wanted);
    if (!open.length && !removed.length) { tell(words.nothing); return; }
    saving = true;
    $("[data-grid=save]").disabled = true;
    $("[data-grid-standing]").textContent = words.saving;
    const numbers = new Map(rows().map((row, place) => [row._id, place + 1]));
    const body = { rows: open.map((row) => ({ number: numbers.get(row._id), stamp: row._start ? "" : row._stamp, cells: Object.fromEntries(fields.map((name) => [name, row[name]])) })),
      removed, reason: $("[data-grid-reason]").value };
    try {
      const answer = await fetch(location.href, { method: "POST", redirect: "manual", body: JSON.stringify(body),
        headers: { "Content-Type": "application/json", "X-CSRFToken": token() } });
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        const door = Object.assign(document.createElement("a"), { href: given.login, target: "_blank", textContent: words.login });
        tell(words.expired, "warning", door);
      } else {
        const told = await answer.json();
        if (answer.ok) await taken(told); else refused(told, new Map(open.map((row) => [numbers.get(row._id), row._id])));
      }
    } catch { tell(words.offline, "danger"); }
    saving = false;
    $("[data-grid=save]").disabled = false;
    settle();
  };
  const taken = async (told) => {
    removed = []; past = []; faults = new Map();
    $("[data-grid-reason]").value = "";
    await put(told.rows.map(asRow), null);
    tell(told.told.join(" "), "success");
  };
  const refused = (told, ids) => {
    faults = new Map(told.faults.map((fault) => [`${ids.get(fault.row) ?? ""}|${fault.cell}`, fault.message]));
    for (const theirs of told.theirs || []) { // what I left alone becomes theirs; what I changed stays mine, and says so
      const row = table.getRow(ids.get(theirs.row));
      const data = row.getData();
      const mine = {};
      for (const name of fields) {
        if (theirs.cells[name] === undefined || theirs.cells[name] === data._was[name]) continue;
        if (data[name] === data._was[name]) mine[name] = theirs.cells[name];
        else if (!faults.has(`${data._id}|${name}`)) faults.set(`${data._id}|${name}`, say(words.saved, { theirs: theirs.cells[name] }));
      }
      row.update({ ...mine, _stamp: theirs.stamp, _was: { ...data._was, ...theirs.cells } });
    }
    table.redraw(true);
    tell(say(words.faults, { n: told.faults.length }), "danger", listed(told.faults, ids));
  };

  // --- beginning ---

  table.on("tableBuilt", async () => {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(given.key)); } catch { /* nothing was kept */ }
    if (kept) {
      removed = kept.removed;
      next = Math.max(0, ...kept.rows.map((row) => row._id)) + 1;
    }
    await put(kept ? kept.rows : given.rows.map(asRow), null);
    $(".grid-tools").hidden = false;
    if (kept) {
      const drop = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: words.forget });
      drop.addEventListener("click", async () => { removed = []; past = []; faults = new Map(); await put(given.rows.map(asRow), null); tell(""); });
      tell(words.restored, "info", drop);
    }
    document.documentElement.dataset.grid = "ready";
  });
  window.addEventListener("beforeunload", (event) => { if (rows().some(wanted) || removed.length) event.preventDefault(); });
})();
