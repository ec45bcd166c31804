/* Small helps that pages can live without: menus, theme, dialogs, toasts, confirmation,
   shown passwords, guarded double clicks, panes of the desk, roles of stacked tables.
   Everything here is progressive: each form and link works without it. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const on = (type, selector, act) => document.addEventListener(type, (event) => {
    const hit = event.target instanceof Element && event.target.closest(selector);
    if (hit) act(event, hit);
  });

  /* Menus: one open at a time; Escape and a click elsewhere close. */
  const closeMenus = (but) => all("details.menu[open]").forEach((menu) => {
    if (menu !== but && !menu.contains(but)) menu.open = false;
  });
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement.closest("details.menu[open]") || document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  /* Theme: at once, without a new page. */
  on("click", "[data-theme-form] button", (event, button) => {
    event.preventDefault();
    const secure = location.protocol === "https:" ? ";Secure" : "";
    document.cookie = `theme=${button.value};path=/;max-age=31536000;SameSite=Lax${secure}`;
    if (button.value === "auto") root.removeAttribute("data-theme");
    else root.dataset.theme = button.value;
    all("[data-theme-form] button").forEach((one) => one.setAttribute("aria-pressed", String(one.value === button.value)));
  });

  /* Toasts */
  const toast = (text) => {
    const box = document.getElementById("toasts");
    if (!box) return;
    const row = document.createElement("div");
    row.className = "toast";
    row.textContent = text;
    box.append(row);
    setTimeout(() => row.remove(), 6000);
  };

  /* Dialogs: <a href="…" data-dialog-open="id"> goes to its page without this script. */
  on("click", "[data-dialog-open]", (event, opener) => {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (!dialog || !dialog.showModal) return;
    event.preventDefault();
    dialog.showModal();
  });
  on("click", "[data-dialog-close]", (event, button) => {
    const dialog = button.closest("dialog");
    if (dialog) { event.preventDefault(); dialog.close(); }
  });
  document.addEventListener("click", (event) => {
    /* The second press of a double click that opened it closes nothing. */
    if (event.target instanceof HTMLDialogElement && event.target.open && event.detail < 2) {
      const box = event.target.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside && event.clientX + event.clientY > 0) event.target.close();
    }
  });

  /* A sign-in in another tab makes a new token; the page's own would be refused. */
  const freshToken = () => {
    const found = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
    return found ? decodeURIComponent(found.slice(10)) : "";
  };
  document.addEventListener("submit", (event) => {
    const field = event.target.querySelector("[name=csrfmiddlewaretoken]");
    if (field && freshToken()) field.value = freshToken();
  }, true);

  /* Folds that are closed on a phone at first; on paper everything is open. */
  const phone = window.matchMedia("screen and (max-width: 48rem)");
  const fit = () => all("details[data-fold-phone]").forEach((fold) => { fold.open = !phone.matches; });
  fit();
  phone.addEventListener("change", fit);
  window.addEventListener("beforeprint", () => all("details[data-fold-phone]").forEach((fold) => { fold.open = true; }));
  window.addEventListener("afterprint", fit);

  /* Forms: a question before (data-confirm), and no second sending. */
  const busy = new WeakSet();
  const ask = (form, submitter) => {
    const dialog = document.getElementById("confirm");
    if (!dialog || !dialog.showModal) return window.confirm(form.dataset.confirm) && go(form, submitter);
    const text = (submitter && submitter.dataset.confirm) || form.dataset.confirm;
    /* The question is the title; what else is to be known stands below it. A name in
       quotation marks may have a question mark of its own. */
    const [, question, more] = /^((?:“[^”]*”|[^?“])*\?)\s*([^]*)$/.exec(text) || ["", text, ""];
    dialog.querySelector("[data-confirm-title]").textContent = question;
    dialog.querySelector("[data-confirm-text]").textContent = more;
    const yes = dialog.querySelector("[data-confirm-yes]");
    yes.textContent = (submitter && submitter.textContent.trim()) || yes.dataset.default;
    yes.onclick = () => { dialog.close(); go(form, submitter); };
    dialog.showModal();
  };
  const go = (form, submitter) => {
    form.dataset.confirmed = "1";
    form.requestSubmit(submitter && submitter.form === form ? submitter : undefined);
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = form.dataset.confirm || (event.submitter && event.submitter.dataset.confirm);
    if (question && !form.dataset.confirmed) { event.preventDefault(); ask(form, event.submitter); return; }
    delete form.dataset.confirmed;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-again") || form.target) return;
    if (busy.has(form)) { event.preventDefault(); return; }
    /* Later listeners may still take the sending over: look again when all have run. */
    setTimeout(() => {
      if (event.defaultPrevented) return;
      busy.add(form);
      if (event.submitter) event.submitter.classList.add("is-busy");
    });
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    all("form").forEach((form) => busy.delete(form));
    all(".is-busy").forEach((button) => button.classList.remove("is-busy"));
  });
  on("change", "[data-autosubmit]", (event, field) => field.form && field.form.requestSubmit());

  /* A refused form: what is wrong takes the focus, also where autofocus is not known. */
  const refused = document.querySelector("[role=alert][autofocus]");
  if (refused) refused.focus();

  /* Passwords that can be looked at */
  on("click", ".reveal__btn", (event, button) => {
    const input = button.parentElement.querySelector("input");
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });

  /* Copying a text that stands on the page */
  on("click", "[data-copy]", async (event, button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      toast(button.dataset.copied || button.textContent.trim());
    } catch (error) { /* no clipboard on plain http: the text stays selectable */ }
  });
  on("click", "[data-print]", () => window.print());

  /* Panes of the review desk on small screens */
  on("click", "[data-show-pane]", (event, button) => {
    const desk = document.querySelector(".desk");
    desk.dataset.show = button.dataset.showPane;
    all("[data-show-pane]").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
  });

  /* Zoom and rotation of the page viewer */
  on("click", "[data-zoom-to]", (event, button) => {
    const viewer = button.closest(".viewer");
    viewer.querySelector(".viewer__stage").dataset.zoom = button.dataset.zoomTo;
    all("[data-zoom-to]", viewer).forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
  });
  on("click", "[data-rotate]", (event, button) => {
    const stage = button.closest(".viewer").querySelector(".viewer__stage");
    const next = (Number(stage.dataset.turn || 0) + 90) % 360;
    stage.dataset.turn = next;
    stage.classList.remove("rot-90", "rot-180", "rot-270");
    if (next) stage.classList.add(`rot-${next}`);
  });

  /* Autosave status, set by the page that saves. */
  const autosave = (element, state, text) => {
    element.dataset.state = state;
    element.querySelector("[data-text]").textContent = text;
  };

  /* A stacked table loses its meaning for screen readers once it is display:block. */
  const roles = (scope) => all("table.table--stack, table.heat", scope).forEach((table) => {
    table.setAttribute("role", "table");
    all("thead, tbody, tfoot", table).forEach((part) => part.setAttribute("role", "rowgroup"));
    all("tr", table).forEach((row) => row.setAttribute("role", "row"));
    all("td", table).forEach((cell) => cell.setAttribute("role", "cell"));
    all("th", table).forEach((cell) => cell.setAttribute("role", cell.scope === "row" ? "rowheader" : "columnheader"));
  });

  const reveals = (scope) => all(".reveal__btn[hidden]", scope).forEach((button) => { button.hidden = false; });
  const enhance = (scope) => { roles(scope); reveals(scope); };
  enhance(document);
  document.addEventListener("htmx:afterSwap", (event) => enhance(event.target));
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (token) event.detail.headers["X-CSRFToken"] = token.value;
  });

  window.portal = { toast, autosave, enhance, freshToken };
})();
