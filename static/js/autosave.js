"use strict";
/* portal.keepSaving(form, options): sends the form while one types, at most eight
   seconds after the first unsaved key, two seconds after the last. Nothing is kept in
   the browser. The form has an element [data-texts] with the sentences.

   options: status (element of _autosave.html), saved(data), conflict(data).
   A form that came back unsaved says so in data-unsaved: "save" begins at once, "ask"
   waits for a press, as after a conflict.
   It returns changed(), with guard() where everything that leaves the page waits for
   what is typed, pending() and flush() for pages that leave in ways of their own, and
   unsaved() for what the portal would not or could not keep. */
(() => {
  const IDLE_MS = 2000;
  const LONGEST_MS = 8000;
  const RETRY_MS = 5000;
  const LEAVE_MS = 3000;

  window.portal.keepSaving = (form, { status, saved, conflict }) => {
    const texts = form.querySelector("[data-texts]").dataset;
    let firstUnsaved = 0;
    let timer = 0;
    let busy = false;
    let stopped = form.dataset.unsaved === "ask";
    let failed = stopped;
    const say = (state, text) => window.portal.autosave(status, state, text);
    const plan = (wait) => {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, wait);
    };
    const again = (text) => {
      failed = true;
      say("failed", text);
      firstUnsaved = firstUnsaved || Date.now();
      plan(RETRY_MS);
    };
    const changed = () => {
      if (stopped) return;
      const now = Date.now();
      if (!firstUnsaved) firstUnsaved = now;
      plan(Math.max(0, Math.min(IDLE_MS, firstUnsaved + LONGEST_MS - now)));
    };

    async function save() {
      if (busy || stopped || !firstUnsaved) return;
      busy = true;
      firstUnsaved = 0;
      say("saving", texts.saving);
      try {
        const body = new FormData(form);
        // After a sign-in in another tab the form's own token is no longer valid.
        const token = window.portal.freshToken();
        if (token) body.set("csrfmiddlewaretoken", token);
        const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json" } });
        const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
        const data = isJson ? await answer.json() : {};
        if (answer.type === "opaqueredirect") again(texts.ended);
        else if (answer.ok) {
          form.querySelector("[data-version]").value = data.version;
          failed = false;
          say("saved", data.message);
          saved?.(data);
        } else if (data.leave) {
          // Somebody else has signed in on this browser: what was typed is not theirs.
          stopped = true;
          failed = false;
          form.reset();
          window.location.replace(data.leave);
        } else if (answer.status === 409) {
          stopped = true;
          failed = true;
          say("failed", data.message);
          conflict?.(data);
        } else if (answer.status === 403 && !isJson) {
          // Without its cookies the browser belongs to nobody: as after an ended session.
          again(texts.ended);
        } else {
          failed = true;
          say("failed", data.message || texts.failed);
        }
      } catch (error) {
        again(texts.failed);
      } finally {
        busy = false;
        if (firstUnsaved && !stopped) plan(IDLE_MS);
      }
    }

    // Before one leaves the page on purpose.
    const flush = async () => {
      for (let n = 0; busy && n < 40; n += 1) await new Promise((done) => { window.setTimeout(done, 50); });
      window.clearTimeout(timer);
      await save();
    };

    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    // On the document: a question before the sending has been asked by then.
    document.addEventListener("submit", (event) => {
      if (event.target !== form || event.defaultPrevented) return;
      // "Simpan draf" stays on the page: an ended session or a refusal loses nothing.
      // After a conflict it goes the long way, to the page with both texts.
      if (event.submitter?.hasAttribute("data-save-here") && !stopped) {
        event.preventDefault();
        firstUnsaved = firstUnsaved || Date.now();
        save();
        return;
      }
      stopped = true;
      failed = false;
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save();
    });
    // Other forms and links of the page wait until what is typed is kept, three seconds
    // at most; what cannot be kept is asked about by the browser.
    let going = false;
    const keepFirst = async (go) => {
      await Promise.race([flush(), new Promise((done) => { window.setTimeout(done, LEAVE_MS); })]);
      going = true;
      go();
      going = false;
    };
    const pending = () => !stopped && (busy || firstUnsaved > 0);
    const guard = () => {
      document.addEventListener("submit", (event) => {
        const other = event.target;
        if (going || other === form || event.defaultPrevented || !pending()) return;
        if (other.target || other.method === "dialog" || other.hasAttribute("data-upload-form")) return;
        const button = event.submitter && event.submitter.form === other ? event.submitter : undefined;
        event.preventDefault();
        event.stopImmediatePropagation();
        keepFirst(() => other.requestSubmit(button));
      }, true);
      document.addEventListener("click", (event) => {
        const link = event.target.closest("a[href]");
        if (!link || link.target || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || !pending()) return;
        if (link.origin !== window.location.origin) return;
        if (link.hash && link.pathname === window.location.pathname && link.search === window.location.search) return;
        event.preventDefault();
        keepFirst(() => { window.location.assign(link.href); });
      });
      window.addEventListener("beforeunload", (event) => {
        if (stopped || !failed) return;
        event.preventDefault();
        event.returnValue = texts.failed;
      });
    };
    if (form.dataset.unsaved === "save") changed();
    return Object.assign(changed, {
      flush,
      guard,
      pending,
      unsaved: () => failed,
      // Sending it would leave the page; "Simpan draf" does not.
      leaves: (event) => event.target === form && (stopped || !event.submitter?.hasAttribute("data-save-here")),
    });
  };
})();
