"use strict";
/* Saves the answer and the explanation while one types: at most eight seconds after
   the first unsaved key, two seconds after the last. Without this script the button
   "Simpan draf" does the same. Nothing is kept in the browser. */
(() => {
  const form = document.querySelector("form[data-answer]");
  if (!form) return;
  const status = document.getElementById("answer-status");
  const texts = form.querySelector("[data-texts]").dataset;
  const submit = document.querySelector("[data-submit]");
  const IDLE_MS = 2000;
  const LONGEST_MS = 8000;
  const RETRY_MS = 5000;
  let firstUnsaved = 0;
  let timer = 0;
  let busy = false;
  let stopped = false;

  const cookie = (name) => {
    const found = document.cookie.split("; ").find((part) => part.startsWith(name + "="));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  };

  const say = (state, text) => window.portal.autosave(status, state, text);

  const plan = (wait) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, wait);
  };

  const changed = () => {
    if (stopped) return;
    const now = Date.now();
    if (!firstUnsaved) firstUnsaved = now;
    plan(Math.max(0, Math.min(IDLE_MS, firstUnsaved + LONGEST_MS - now)));
  };

  const setVersion = (version) => {
    document.querySelectorAll("[data-version]").forEach((input) => {
      input.value = version;
    });
  };

  const conflict = (message) => {
    stopped = true;
    say("failed", message + " ");
    const link = document.createElement("a");
    link.href = window.location.pathname;
    link.textContent = texts.conflict;
    status.append(link);
  };

  async function save() {
    if (busy || stopped) return;
    busy = true;
    firstUnsaved = 0;
    say("saving", texts.saving);
    try {
      const body = new FormData(form);
      // After a sign-in in another tab the form's own token is no longer the valid one.
      if (cookie("csrftoken")) body.set("csrfmiddlewaretoken", cookie("csrftoken"));
      const answer = await fetch(form.action, {
        method: "POST",
        body,
        redirect: "manual",
        headers: { Accept: "application/json" },
      });
      if (answer.type === "opaqueredirect" || answer.status === 401) {
        say("failed", texts.ended);
        firstUnsaved = firstUnsaved || Date.now();
        plan(RETRY_MS);
        return;
      }
      const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      const data = isJson ? await answer.json() : {};
      if (answer.ok) {
        setVersion(data.version);
        if (submit) {
          submit.disabled = !data.complete;
        }
        say("saved", data.message);
      } else if (data.leave) {
        stopped = true;
        form.reset();
        window.location.replace(data.leave);
      } else if (answer.status === 409) {
        conflict(data.message);
      } else {
        say("failed", data.message || texts.failed);
      }
    } catch (error) {
      say("failed", texts.failed);
      firstUnsaved = firstUnsaved || Date.now();
      plan(RETRY_MS);
    } finally {
      busy = false;
      if (firstUnsaved && !stopped) changed();
    }
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && firstUnsaved) save();
  });
})();
