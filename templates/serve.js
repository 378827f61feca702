"use strict";
// The page follows the files: whatever is new comes in without being asked for.
const frame = document.querySelector("iframe");

function mark() {
  for (const link of document.querySelectorAll("nav a")) {
    if (link.pathname === shown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

// What is shown stands in the address, so that it is shown again when the page is loaded again.
let shown = decodeURIComponent(location.hash.slice(1));
const first = document.querySelector("nav a");
if (![...document.querySelectorAll("nav a")].some((link) => link.pathname === shown)) shown = first ? first.pathname : "";
if (shown) frame.src = shown;
mark();

document.querySelector("nav").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  shown = link.pathname;
  history.replaceState(null, "", "#" + shown);
  mark();
});

async function renew(files) {
  const page = await (await fetch("/", { cache: "no-store" })).text();
  const parts = page.slice(page.indexOf("<nav"), page.indexOf("<iframe")); // not its styles: they have another nonce
  const fresh = new DOMParser().parseFromString(parts, "text/html");
  for (const part of ["nav", ".problems"]) document.querySelector(part).innerHTML = fresh.querySelector(part).innerHTML;
  if (!shown && document.querySelector("nav a")) {
    shown = document.querySelector("nav a").pathname;
    frame.src = shown;
  } else if (files.includes(shown.slice(1))) {
    if (shown.endsWith(".html")) frame.contentWindow.location.reload(); // it stays where it was scrolled to
    else frame.src = shown + "?" + Date.now();
  }
  mark();
}

new EventSource("/events").onmessage = (event) => renew(JSON.parse(event.data));
