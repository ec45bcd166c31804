"use strict";
/* The unit's answer saves itself; without this script "Simpan draf" does the same. */
(() => {
  const form = document.querySelector("form[data-answer]");
  if (!form) return;
  const status = document.getElementById("answer-status");
  const submits = document.querySelectorAll("[data-submit]");
  const note = document.querySelector("[data-submit-note]");
  const changed = window.portal.keepSaving(form, {
    status,
    saved(data) {
      document.querySelectorAll("[data-version]").forEach((input) => {
        input.value = data.version;
      });
      submits.forEach((button) => {
        button.disabled = !data.complete;
      });
      if (note) note.textContent = data.note;
    },
    conflict() {
      const link = document.createElement("a");
      link.href = window.location.pathname;
      link.textContent = form.querySelector("[data-texts]").dataset.conflict;
      status.append(" ", link);
    },
  });
  changed.guard();
})();
