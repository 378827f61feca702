// Students type into the page. Nothing is sent anywhere, and nothing is stored before they ask for it.
(() => {
  "use strict";
  const bar = document.getElementById("answers");
  const keep = bar.querySelector("input");
  const places = [];

  const say = (what) => { bar.querySelector("[role=status]").textContent = bar.dataset[what]; };
  const typed = () => places.filter(({ field }) => field.value);

  // --- what is kept on this computer; a browser may refuse that ---

  function read() {
    try {
      const kept = JSON.parse(localStorage.getItem(bar.dataset.key));
      return kept && new Map(Object.entries(kept));
    } catch {
      return null;
    }
  }

  // Answers to what is not asked on this page (in another language, in an older version) stay as they were.
  function save() {
    const all = read() ?? new Map();
    for (const { name, field } of places) {
      if (field.value) all.set(name, field.value);
      else all.delete(name);
    }
    try {
      localStorage.setItem(bar.dataset.key, JSON.stringify(Object.fromEntries(all)));
      return true;
    } catch {
      keep.checked = false;
      say("refused");
      return false;
    }
  }

  function forget() {
    keep.checked = false;
    try {
      localStorage.removeItem(bar.dataset.key);
    } catch { /* then nothing was kept */ }
  }

  // --- fields over the room to write ---

  // The field shows what is typed on the screen, “shown” the same on paper; on the screen it gives the field its height.
  function lay(room, name) {
    const line = room.matches(".blank");
    const field = document.createElement(line ? "input" : "textarea");
    const shown = document.createElement(line ? "span" : "div");
    const place = { name, room, field, shown, least: 0 };
    field.className = "typed";
    shown.className = "as-typed";
    field.autocomplete = "off"; // a browser that fills forms in, or restores them, would keep what nobody asked it to
    field.setAttribute("aria-label", name);
    field.addEventListener("input", () => { fit(place); if (keep.checked) save(); });
    room.querySelector(".aloud")?.remove();
    ruled(place);
    room.style.minHeight = room.style.height; // of a chart’s cell
    room.classList.add("typing");
    room.append(shown, field);
    return place;
  }

  // The ruled lines that are seen, in a box of their own behind the field.
  function ruled(place) {
    const rules = [...place.room.querySelectorAll(".rule")];
    const seen = rules.filter((rule) => rule.offsetHeight);
    if (!seen.length) return;
    const height = seen[0].getBoundingClientRect().height;
    rules.forEach((rule) => rule.remove());
    place.rules = document.createElement("div");
    place.rules.className = "rules";
    place.least = seen.length;
    place.room.style.setProperty("--rule", `${height}px`);
    place.room.append(place.rules);
    place.rules.append(...seen);
  }

  // An answer that is longer than its room gets more lines.
  function fit({ room, field, shown, rules, least }) {
    shown.textContent = field.value.replace(/\n$/, "\n ");
    room.classList.toggle("answered", field.value !== "");
    if (!rules?.offsetHeight) return; // on paper an answer has no lines
    const height = rules.firstElementChild.getBoundingClientRect().height;
    if (!height) return; // on paper the rules may be away, and no number of them would be enough
    const wanted = Math.max(least, Math.round(shown.getBoundingClientRect().height / height));
    while (rules.childElementCount < wanted) rules.append(rules.firstElementChild.cloneNode());
    while (rules.childElementCount > wanted) rules.lastElementChild.remove();
  }

  function write(answers) {
    for (const place of places) {
      place.field.value = answers.get(place.name) ?? "";
      fit(place);
    }
  }

  const given = new Map();
  for (const room of document.querySelectorAll(".write, .cell, .blank")) {
    const what = room.dataset.write || room.previousElementSibling.textContent;
    const n = (given.get(what) ?? 0) + 1;
    given.set(what, n);
    places.push(lay(room, n > 1 ? `${what} (${n})` : what));
  }

  // --- the bar ---

  keep.addEventListener("change", () => {
    if (!keep.checked) {
      forget();
      say("forgotten");
    } else if (save()) {
      say("kept");
    }
  });

  bar.querySelector("[data-does=print]").addEventListener("click", () => print());

  bar.querySelector("[data-does=clear]").addEventListener("click", () => {
    if (!confirm(bar.dataset.ask)) return;
    forget();
    write(new Map());
    say("cleared");
  });

  addEventListener("resize", () => places.forEach(fit));
  addEventListener("beforeunload", (event) => { if (!keep.checked && typed().length) event.preventDefault(); });
  addEventListener("pageshow", (event) => { if (event.persisted && !keep.checked) write(new Map()); }); // somebody pressed “back”

  bar.hidden = false;
  const kept = read();
  keep.checked = kept !== null;
  if (kept) {
    write(kept);
    say("found");
  }
})();
