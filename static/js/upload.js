/* Uploading: each file in a request of its own, a few at a time, with progress, cancel
   and retry; then the tray is fetched anew. Without this script the same form sends its
   files at once. Markup: templates/evidence/_dropzone.html and _tray.html. */
(() => {
  "use strict";
  const PARALLEL = 3;
  const TRIES = 3;
  const IGNORED = /^(\.ds_store$|\._|~\$|thumbs\.db$|desktop\.ini$)/i;

  const token = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(18));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const sizeText = (bytes) => {
    const units = ["B", "KB", "MB", "GB"];
    let value = bytes;
    let unit = 0;
    while (value >= 1000 && unit < 3) { value /= 1024; unit += 1; }
    return `${value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: unit > 1 ? 1 : 0 })} ${units[unit]}`;
  };

  const start = (root) => {
    const text = root.dataset;
    const form = root.querySelector("[data-upload-form]");
    const input = form.querySelector("input[type=file]");
    const zone = form.querySelector("[data-dropzone]");
    const list = root.querySelector("[data-upload-queue]");
    const note = root.querySelector("[data-upload-note]");
    const summary = root.querySelector("[data-upload-summary]");
    const tools = root.querySelector("[data-upload-tools]");
    const jobs = [];
    /* Without this script they belong to the tray's form; the script sends files itself. */
    form.querySelectorAll("[form]").forEach((one) => { if (one.matches(".sr, [name=kembali]")) one.remove(); else one.removeAttribute("form"); });
    /* The portal's time, whatever the clock of this machine says. */
    const opened = performance.now();
    const moment = () => Math.round(Number(text.now) + performance.now() - opened);
    let running = 0;
    let fresh = false;

    /* One row per file; each state has a template of its own. */
    const show = (job, state, detail = "", sentence = "") => {
      job.state = state;
      const row = document.getElementById(`tray-${state}`).content.firstElementChild.cloneNode(true);
      row.querySelector("[data-name]").textContent = job.file.name;
      row.querySelector("[data-detail]").textContent = sentence || detail;
      row.querySelector("[data-word]").hidden = Boolean(sentence);
      const retry = row.querySelector("[data-act=retry]");
      if (retry && job.final) retry.remove();
      row.querySelectorAll("[data-act]").forEach((button) => {
        button.addEventListener("click", () => (button.dataset.act === "cancel" ? cancel(job) : retryOne(job)));
      });
      if (job.row) {
        const focused = job.row.contains(document.activeElement);
        job.row.replaceWith(row);
        if (focused) (row.querySelector("button") || list).focus();
      } else list.append(row);
      job.row = row;
      tell();
    };
    const STOPPED = ["refused", "unsent", "cancelled"];
    const tell = () => {
      const n = (...states) => jobs.filter((job) => states.includes(job.state)).length;
      const number = (value) => value.toLocaleString(document.documentElement.lang);
      const left = n("queued", "uploading");
      const counts = { kept: n("accepted"), refused: n("refused"), unsent: n("unsent", "cancelled"), left };
      summary.hidden = jobs.length === 0;
      /* Of the parts between the commas only those that count something. */
      const parts = text.textSummary.split(", ").filter((part) => !Object.keys(counts).some((name) => part.includes(`{${name}}`) && counts[name] === 0));
      summary.textContent = parts.join(", ").replace(/\{(\w+)\}/g, (all, name) => number(counts[name]));
      tools.hidden = jobs.length === 0;
      tools.querySelector("[data-upload-act=cancel-all]").hidden = left === 0;
      tools.querySelector("[data-upload-act=retry-all]").hidden = !jobs.some((job) => STOPPED.includes(job.state) && !job.final);
      tools.querySelector("[data-upload-act=clear]").hidden = left > 0;
    };

    const add = (files) => {
      const wanted = [...files].filter((file) => !IGNORED.test(file.name));
      const going = jobs.filter((job) => ["queued", "uploading"].includes(job.state)).length;
      /* More than a tray holds: nothing goes, rather than a part that nobody chose. */
      const tooMany = wanted.length + going > Number(text.maxFiles);
      note.textContent = tooMany ? text.textMany : "";
      if (tooMany) return;
      const chosenAt = moment();
      wanted.forEach((file, position) => {
        const job = { file, chosenAt, position, token: token(), tries: 0, row: null, state: "", xhr: null, final: false };
        jobs.push(job);
        /* What the server would refuse by its size alone need not travel. */
        const why = file.size === 0 ? text.textEmpty : file.size > Number(text.maxBytes) ? text.textLarge : "";
        if (why) { job.final = true; show(job, "refused", "", why); } else show(job, "queued", sizeText(file.size));
      });
      pump();
    };
    const pump = () => {
      while (running < PARALLEL) {
        const next = jobs.find((job) => job.state === "queued" && !job.waiting);
        if (!next) break;
        send(next);
      }
      if (running === 0 && fresh && !jobs.some((job) => job.state === "queued")) { fresh = false; refresh(); }
    };
    const send = (job) => {
      running += 1;
      job.tries += 1;
      show(job, "uploading", sizeText(job.file.size));
      const bar = job.row.querySelector("[data-progress]");
      const data = new FormData();
      data.append("client_token", job.token);
      data.append("konteks", text.context);
      data.append("chosen_at", job.chosenAt);
      data.append("position", job.position);
      data.append("file", job.file, job.file.name);
      const xhr = new XMLHttpRequest();
      job.xhr = xhr;
      xhr.open("POST", text.oneUrl);
      xhr.setRequestHeader("X-CSRFToken", window.portal.freshToken() || form.querySelector("[name=csrfmiddlewaretoken]").value);
      xhr.setRequestHeader("Accept", "application/json");
      xhr.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total);
      });
      xhr.addEventListener("loadend", () => {
        running -= 1;
        job.xhr = null;
        if (job.state === "uploading") settle(job, xhr);
        pump();
      });
      xhr.send(data);
    };
    const settle = (job, xhr) => {
      let answer = null;
      try { answer = JSON.parse(xhr.responseText); } catch (error) { /* no JSON: see below */ }
      if (xhr.status === 200 && answer && answer.id) {
        fresh = true;
        show(job, "accepted", `${answer.size_text}${answer.name === job.file.name ? "" : ` · ${answer.name}`}`);
      } else if (answer && answer.reason && xhr.status !== 400) {
        job.final = [413, 422].includes(xhr.status);
        if (xhr.status === 409) job.token = token();
        show(job, "refused", "", answer.reason);
      } else if (xhr.status === 200 || xhr.status === 403) {
        /* Another page than the answer: the sign-in form. The others would fail too. */
        show(job, "unsent", "", text.textSession);
        jobs.filter((other) => other.state === "queued").forEach((other) => show(other, "unsent", "", text.textSession));
      } else if (job.tries < TRIES) {
        /* The line broke. The same token: had the file arrived, it stays one. */
        job.waiting = true;
        show(job, "queued", sizeText(job.file.size));
        setTimeout(() => { job.waiting = false; pump(); }, 1500 * job.tries);
      } else show(job, "unsent", "", xhr.status && xhr.status !== 400 ? text.textServer : text.textLine);
    };
    const cancel = (job) => {
      if (!["queued", "uploading"].includes(job.state)) return;
      const xhr = job.xhr;
      show(job, "cancelled");
      if (xhr) { xhr.abort(); fresh = true; }
      pump();
    };
    const retryOne = (job) => {
      job.tries = 0;
      show(job, "queued", sizeText(job.file.size));
      pump();
    };

    /* The tray as it stands now; what was typed in it meanwhile is kept. */
    const refresh = async () => {
      const here = document.querySelector("[data-tray]");
      if (!here) return;
      try {
        const answer = await fetch(text.trayUrl, { headers: { "X-Requested-With": "XMLHttpRequest" }, credentials: "same-origin" });
        if (!answer.ok || answer.redirected) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const there = page.querySelector("[data-tray]");
        if (!there) return;
        here.querySelectorAll("input, select, textarea").forEach((old) => {
          if (old.type === "hidden" || !old.name) return;
          const same = [...there.querySelectorAll(`[name="${CSS.escape(old.name)}"]`)].find((one) => !["checkbox", "radio"].includes(old.type) || one.value === old.value);
          if (!same) return;
          if (["checkbox", "radio"].includes(old.type)) same.checked = old.checked; else same.value = old.value;
        });
        here.replaceWith(document.adoptNode(there));
        document.querySelectorAll("[data-tray-empty]").forEach((empty) => { empty.hidden = true; });
        if (window.portal) window.portal.enhance(there);
        document.dispatchEvent(new CustomEvent("portal:tray"));
        jobs.filter((job) => job.state === "accepted").forEach((job) => job.row.remove());
      } catch (error) { /* the tray is there at the next page anyway */ }
    };

    input.addEventListener("change", () => { add(input.files); input.value = ""; });
    form.addEventListener("submit", (event) => { event.preventDefault(); input.click(); });
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("[data-upload-act]");
      if (!button) return;
      const act = button.dataset.uploadAct;
      if (act === "cancel-all") jobs.filter((job) => ["queued", "uploading"].includes(job.state)).forEach(cancel);
      if (act === "retry-all") jobs.filter((job) => STOPPED.includes(job.state) && !job.final).forEach(retryOne);
      if (act === "clear") { jobs.splice(0).forEach((job) => job.row.remove()); tell(); }
    });

    /* Dragging: the whole zone takes files and folders. */
    const hasFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
    let depth = 0;
    zone.addEventListener("dragenter", (event) => { if (hasFiles(event)) { event.preventDefault(); depth += 1; zone.classList.add("is-over"); } });
    zone.addEventListener("dragover", (event) => { if (hasFiles(event)) { event.preventDefault(); event.dataTransfer.dropEffect = "copy"; } });
    zone.addEventListener("dragleave", () => { depth -= 1; if (depth <= 0) { depth = 0; zone.classList.remove("is-over"); } });
    zone.addEventListener("drop", async (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      zone.classList.remove("is-over");
      add(await dropped(event.dataTransfer, Number(text.maxFiles)));
    });
    window.addEventListener("beforeunload", (event) => {
      if (!jobs.some((job) => ["queued", "uploading"].includes(job.state))) return;
      event.preventDefault();
      event.returnValue = text.textLeave;
    });
    zone.dataset.ready = "1";
  };

  /* Files of a drop, folders opened; entries must be asked for before the first wait. */
  const dropped = async (transfer, most) => {
    const plain = [...transfer.files];
    const entries = [...transfer.items].map((item) => (item.webkitGetAsEntry ? item.webkitGetAsEntry() : null)).filter(Boolean);
    if (!entries.some((entry) => entry.isDirectory)) return plain;
    const found = [];
    const walk = async (entry) => {
      if (found.length > most || IGNORED.test(entry.name)) return;
      if (entry.isFile) {
        found.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
        return;
      }
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        if (!some.length) break;
        for (const one of some) await walk(one);
      }
    };
    for (const entry of entries) await walk(entry);
    return found;
  };

  /* A file dropped beside the zone must not replace the page. */
  ["dragover", "drop"].forEach((type) => document.addEventListener(type, (event) => {
    if (event.dataTransfer && [...event.dataTransfer.types].includes("Files")) event.preventDefault();
  }));
  document.querySelectorAll("[data-upload]").forEach(start);

  /* The tray keeps what is typed as one types: pages are turned, tabs closed. */
  const KEEP_MS = 1200;
  const AGAIN_MS = 5000;
  let unkept = null;
  let keeping = 0;
  const keep = async (form, fresh = "", leaving = false) => {
    window.clearTimeout(keeping);
    unkept = null;
    const body = new FormData(form);
    if (window.portal.freshToken()) body.set("csrfmiddlewaretoken", window.portal.freshToken());
    if (fresh) body.set("segarkan", fresh);
    const kind = () => document.getElementById(`kind-${fresh}`);
    const before = kind() && kind().value;
    try {
      const answer = await fetch(form.dataset.keepUrl, { method: "POST", body, redirect: "manual", credentials: "same-origin", keepalive: leaving, headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const data = await answer.json();
      /* The kinds of another item, and another guess; not over what was chosen since. */
      if (!data.row || !kind() || kind().value !== before) return;
      const page = new DOMParser().parseFromString(data.html, "text/html");
      const there = page.querySelector("[data-tray-kind]");
      const here = document.querySelector(`[data-tray-kind="${data.row}"]`);
      if (there && here) here.replaceWith(document.adoptNode(there));
    } catch (error) {
      if (!leaving) later(form, AGAIN_MS);
    }
  };
  const later = (form, wait) => {
    unkept = form;
    window.clearTimeout(keeping);
    keeping = window.setTimeout(() => { if (form.isConnected) keep(form); }, wait);
  };
  /* A guess is marked as one until another kind is chosen. */
  const markGuesses = () => document.querySelectorAll("[data-tray-kind]").forEach((field) => {
    const guess = field.querySelector("input[type=hidden]").value;
    field.querySelector("[data-guess-mark]").hidden = field.querySelector("select").value !== guess;
  });
  const trayForm = (event) => event.target.closest && event.target.closest("[data-tray-form]");
  document.addEventListener("input", (event) => { if (trayForm(event)) later(trayForm(event), KEEP_MS); });
  document.addEventListener("change", (event) => {
    const form = trayForm(event);
    if (!form) return;
    markGuesses();
    const item = /^item-(\d+)$/.exec(event.target.name);
    if (item) keep(form, item[1]); else later(form, KEEP_MS);
  });
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !trayForm(event)) return;
    window.clearTimeout(keeping);
    unkept = null;
  });
  window.addEventListener("pagehide", () => { if (unkept && unkept.isConnected) keep(unkept, "", true); });
  document.addEventListener("portal:tray", markGuesses);
  markGuesses();

  /* The title of all files together is asked only where they become one evidence. */
  const oneTitle = () => document.querySelectorAll("[data-tray-form]").forEach((form) => {
    const mode = form.querySelector("[name=mode]");
    const title = form.querySelector("[data-one-title]");
    if (mode && title) title.hidden = mode.value !== "one";
  });
  document.addEventListener("change", (event) => { if (event.target.name === "mode") oneTitle(); });
  document.addEventListener("portal:tray", oneTitle);
  oneTitle();
})();
