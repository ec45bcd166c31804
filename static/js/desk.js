"use strict";
/* The review desk: keys, pages without a reload, and drafts saved while one types.
   Without this script every link and button does the same by itself. */
(() => {
  const desk = document.querySelector("[data-desk]");
  if (!desk) return;
  const viewer = document.getElementById("viewer");
  const form = desk.querySelector("form[data-score]");

  // --- Pages: only the middle pane changes, what is typed stays ----------------------
  async function show(url, push) {
    try {
      const answer = await fetch(url, { headers: { Accept: "text/html" }, redirect: "manual" });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("viewer");
      if (!fresh) throw new Error("no viewer");
      viewer.replaceChildren(...fresh.childNodes);
      const hits = page.querySelector("[aria-labelledby='bukti-desk']");
      const own = desk.querySelector("[aria-labelledby='bukti-desk']");
      if (hits && own) own.replaceWith(hits);
      if (push) window.history.pushState({}, "", url);
      window.portal.enhance(desk);
      waited = 0;
      awaitPreview();
      const stage = viewer.querySelector(".viewer__stage");
      if (stage) stage.scrollTop = 0;
      // On a small screen a link in another pane leads to the pages.
      const pages = document.querySelector("[data-show-pane=page]");
      if (push && pages && desk.dataset.show !== "page") pages.click();
    } catch (error) {
      window.location.assign(url);
    }
  }
  desk.addEventListener("click", (event) => {
    const link = event.target.closest("a[href*='?berkas='], a[data-pane-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link.href, true);
  });
  // A preview that is being made comes by itself; after five minutes one looks again.
  let waited = 0;
  function awaitPreview() {
    if (!viewer.querySelector("[data-waits]") || waited > 300) return;
    const here = viewer.querySelector("[data-waits]");
    const wait = waited < 30 ? 3 : 15;
    setTimeout(async () => {
      waited += wait;
      if (viewer.contains(here) && !document.hidden) {
        try {
          const answer = await fetch(window.location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
          const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
          const fresh = page && page.getElementById("viewer");
          if (fresh && !fresh.querySelector("[data-waits]") && viewer.contains(here)) viewer.replaceChildren(...fresh.childNodes);
        } catch (error) {
          // Asked again below.
        }
      }
      awaitPreview();
    }, wait * 1000);
  }
  awaitPreview();
  window.addEventListener("popstate", () => show(window.location.href, false));

  // --- Keys -----------------------------------------------------------------------
  // Letters can be switched off (WCAG 2.1.4); only this choice stays in the browser.
  const choice = document.querySelector("[data-keys]");
  let letters = true;
  try {
    letters = window.localStorage.getItem("desk-keys") !== "off";
  } catch (error) {
    letters = true;
  }
  if (choice) {
    choice.checked = letters;
    choice.addEventListener("change", () => {
      letters = choice.checked;
      try {
        window.localStorage.setItem("desk-keys", letters ? "on" : "off");
      } catch (error) {
        // Without a store the choice holds for this page.
      }
    });
  }
  const typing = (target) => target.matches("input:not([type=radio]), textarea, select") || target.isContentEditable;
  const press = (selector) => {
    const found = document.querySelector(selector);
    if (found) found.click();
    return Boolean(found);
  };
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      // In another form (a request for revision, a search) the keys are not about the value.
      const other = event.target.closest("form");
      if ((!other || other === form) && press("[data-key='ctrl+Enter']")) event.preventDefault();
      return;
    }
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
      return;
    }
    if (!letters || typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const options = form ? [...form.querySelectorAll("input[type=radio][name=option]")] : [];
    const number = Number(event.key);
    let used = true;
    if (event.key === "j" || event.key === "k") used = press(`.deskbar [data-key='${event.key}']`);
    else if (event.key === "ArrowLeft" && !event.target.matches("[type=radio]")) used = press("#viewer a[rel=prev]");
    else if (event.key === "ArrowRight" && !event.target.matches("[type=radio]")) used = press("#viewer a[rel=next]");
    else if (event.key === "Enter" && event.target === document.body) used = press(".desk [data-key='Enter']");
    else if (event.key === "b") used = press("#viewer [data-key='b']");
    else if (event.key === "u") used = press("#nilai-desk ~ form [data-key='u']");
    else if (event.key === "S") used = press("[data-key='S']");
    else if (event.key === "?") used = press("[data-dialog-open='tombol']");
    else if (event.key === "/") {
      const search = desk.querySelector("[data-key='/']");
      if (search) search.focus();
    } else if (event.key === "n" && form) form.querySelector("[name=note]").focus();
    else if (event.key === "r") {
      const fold = document.getElementById("perbaikan");
      if (fold) {
        fold.open = true;
        fold.querySelector("textarea").focus();
      }
    } else if (number >= 1 && number <= options.length) {
      options[number - 1].checked = true;
      options[number - 1].focus();
      options[number - 1].dispatchEvent(new Event("change", { bubbles: true }));
    } else used = false;
    if (used) event.preventDefault();
  });

  // --- Where one is -----------------------------------------------------------------
  // The list opens at the item, a whole line of it, with some lines before.
  const list = desk.querySelector(".desk__pane--list");
  const current = list.querySelector(".desklist [aria-current]");
  if (current && list.scrollHeight > list.clientHeight) {
    const lines = [...list.querySelectorAll(".desklist a")];
    const first = lines[Math.max(0, lines.indexOf(current) - 3)];
    if (current.offsetTop + current.offsetHeight > list.clientHeight) list.scrollTop = first.offsetTop - list.offsetTop;
  }
  const pass = (message) => {
    message.addEventListener("click", () => message.remove());
    if (message.matches(".tone-green, .tone-blue")) setTimeout(() => message.remove(), 8000);
  };
  document.querySelectorAll(".messages .alert").forEach(pass);
  const say = (page) => {
    const box = document.querySelector(".messages");
    box.replaceChildren(...page.querySelectorAll(".messages .alert"));
    box.querySelectorAll(".alert").forEach(pass);
  };

  // --- Drafts and phrases -----------------------------------------------------------
  const draft = form && form.querySelector("[name=draft]");
  const conflict = (data) => {
    if (!data.html) return;
    const page = new DOMParser().parseFromString(data.html, "text/html");
    const box = page.querySelector("[data-conflict]");
    desk.querySelectorAll("[data-conflict]").forEach((old) => old.remove());
    box.removeAttribute("autofocus");
    form.before(box);
    // Both were seen: saving on purpose takes what stands in this window.
    form.querySelector("[data-version]").value = data.version;
    box.scrollIntoView({ block: "nearest" });
  };
  const changed = draft ? window.portal.keepSaving(form, { status: document.getElementById("score-status"), conflict }) : null;
  const phrases = form && form.querySelector("[data-phrases]");
  if (phrases) {
    phrases.addEventListener("change", () => {
      const note = document.getElementById(phrases.dataset.phrases);
      if (phrases.value && note) {
        note.value = note.value ? `${note.value.trimEnd()}\n${phrases.value}` : phrases.value;
        note.focus();
        phrases.value = "";
        if (changed) changed();
      }
    });
  }

  // --- Marking evidence: the page stays, with all that is being typed ----------------
  const flushed = () => changed && Promise.race([changed.flush(), new Promise((done) => { window.setTimeout(done, 3000); })]);
  const evidence = "[aria-labelledby='bukti-desk']";
  const sending = new WeakSet();
  let marking = null;
  let dropped = false;
  // Without this script marking belongs to the form of the request beside it.
  const ownForms = () => desk.querySelectorAll("[data-own]").forEach((one) => {
    if (one.dataset.own === "gone") one.remove();
    if (one.dataset.own === "required") one.required = true;
    ["form", "formaction", "formnovalidate", "data-own"].forEach((name) => one.removeAttribute(name));
  });
  ownForms();
  function takeOver(page) {
    const fresh = page.querySelector(`[data-desk] ${evidence}`);
    // Where the item has moved on, the whole page is another one.
    if (!fresh || Boolean(page.querySelector("form[data-score] [name=draft]")) !== Boolean(draft)) return false;
    const own = desk.querySelector(evidence);
    const hadFocus = own.contains(document.activeElement) || document.activeElement === document.body;
    own.replaceWith(fresh);
    ownForms();
    const count = page.querySelector("[data-unmarked]");
    const ownCount = desk.querySelector("[data-unmarked]");
    if (ownCount && count) ownCount.replaceWith(count);
    else if (ownCount) ownCount.remove();
    // What was refused for want of a mark is no longer so.
    form.querySelectorAll("[data-refused]").forEach((box) => box.remove());
    say(page);
    window.portal.enhance(desk);
    if (hadFocus) {
      const next = fresh.querySelector("button[name=result][value=fits]") || fresh.querySelector("h2");
      if (next.matches("h2")) next.tabIndex = -1;
      next.focus({ preventScroll: true });
    }
    return true;
  }
  async function mark(other, button) {
    if (sending.has(other)) return;
    sending.add(other);
    const body = new FormData(other);
    if (button && button.name) body.set(button.name, button.value);
    await flushed();
    let done = false;
    try {
      const token = window.portal.freshToken();
      if (token) body.set("csrfmiddlewaretoken", token);
      const answer = await fetch(other.action, { method: "POST", body, headers: { Accept: "text/html" } });
      done = takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch (error) {
      done = false;
    }
    // The long way, by a page of its own.
    if (!done && other.isConnected) other.requestSubmit(button || undefined);
  }

  // The form of a card has room while it is open.
  desk.addEventListener("toggle", (event) => {
    const read = event.target.closest(".desk__read");
    if (read) read.classList.toggle("is-open", Boolean(read.querySelector(".desk__cards .menu[open]")));
  }, true);

  // --- Leaving: what is typed is kept first, or one is asked ---------------------------
  const isTyped = (one) => one.hasAttribute("data-unsaved") || [...one.elements].some((field) => {
    if (field.matches("textarea")) return field.value !== field.defaultValue;
    return field.type === "radio" && field.checked !== field.defaultChecked;
  });
  const typed = (but) => [...desk.querySelectorAll("form[data-typed]")].some((one) => one !== but && isTyped(one));
  const loses = (but) => typed(but) || Boolean(changed && but !== form && changed.unsaved());
  const ownQuestions = new WeakMap();
  const ask = (other) => {
    if (!ownQuestions.has(other)) ownQuestions.set(other, other.dataset.confirm || "");
    const own = ownQuestions.get(other);
    const mine = loses(other) ? desk.dataset[typed(other) ? "typedQuestion" : "unsavedQuestion"] : "";
    if (own || mine) other.dataset.confirm = mine && own ? `${own} ${mine}` : own || mine;
    else delete other.dataset.confirm;
  };
  const flushedFor = new WeakSet();
  document.addEventListener("submit", (event) => {
    const other = event.target;
    const button = event.submitter && event.submitter.form === other ? event.submitter : undefined;
    const hold = () => {
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    if (event.defaultPrevented || (other === form && changed && !changed.leaves(event))) return;
    if (draft && other.matches("[data-mark]") && !sending.has(other)) {
      hold();
      // One after the other; a value given meanwhile waits for the marks.
      const mine = Promise.resolve(marking).then(() => mark(other, button)).finally(() => {
        if (marking === mine) marking = null;
      });
      marking = mine;
      return;
    }
    if (marking) {
      hold();
      marking.then(() => other.requestSubmit(button));
      return;
    }
    if (changed && other !== form && changed.pending() && !flushedFor.has(other)) {
      hold();
      flushedFor.add(other);
      flushed().then(() => other.requestSubmit(button));
      return;
    }
    flushedFor.delete(other);
    if (other.method === "post" && other.dataset.confirmed === undefined) ask(other);
  }, true);
  // Asked by the portal, if at all: the browser does not ask once more.
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.method === "post") dropped = true;
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link && link.hasAttribute("data-drop")) dropped = true;
    if (!link || link.target || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || !changed || !changed.pending()) return;
    if (link.pathname === window.location.pathname || link.origin !== window.location.origin) return;
    event.preventDefault();
    flushed().then(() => { window.location.assign(link.href); });
  });
  window.addEventListener("beforeunload", (event) => {
    if (dropped || !loses(null)) return;
    event.preventDefault();
    event.returnValue = desk.dataset.unsavedQuestion;
  });
})();
