// Keeps a page of `watch` as new as the files it is drawn from: the server says when they changed, and the part of the
// page that is drawn again takes the place of the old one. What is open, scrolled to or chosen stays so.
const parts = (page) => [...page.querySelectorAll(".live")];
const version = () => parts(document)[0].dataset.version;
const lost = document.getElementById("lost");
const form = document.querySelector("form");

/** What keeps something of its own, by where it stands: by its address, or by its number in its section. */
function keyed(parts) {
  const counts = {};
  const all = parts.flatMap((part) => [...part.querySelectorAll("details, summary, a[href], [tabindex]")]);
  return new Map(all.map((element) => {
    const place = `${element.closest("section")?.id} ${element.getAttribute("href") ?? element.tagName}`;
    counts[place] = (counts[place] ?? 0) + 1;
    return [`${place} ${counts[place]}`, element];
  }));
}

function put(next) {
  const old = parts(document);
  const before = keyed(old);
  const focused = document.activeElement;
  old.forEach((part, i) => part.replaceWith(next[i]));
  for (const [key, element] of keyed(next)) {
    const same = before.get(key);
    if (same === undefined) continue;
    if (element.tagName === "DETAILS") element.open = same.open;
    if (same.scrolled !== undefined) element.scrollLeft = same.scrolled;
    if (same === focused) element.focus({ preventScroll: true });
  }
}

// What is taken out of the page forgets how far it was scrolled.
document.addEventListener("scroll", ({ target }) => target.scrolled = target.scrollLeft, true);

let busy = false;
let again = false;

async function draw() {
  again = true;
  if (busy) return;
  busy = true;
  while (again) {
    again = false;
    try {
      const text = await (await fetch(location.href)).text();
      const next = parts(new DOMParser().parseFromString(text, "text/html"));
      if (next.length > 0) put(next);
    } catch {
      // The server is gone, which the events tell.
    }
  }
  busy = false;
}

let events;

/** A browser has few connections to a server: a page that nobody sees gives its own back. */
function listen() {
  events?.close();
  if (document.hidden) return;
  events = new EventSource(location.href);
  events.onmessage = ({ data }) => {
    lost.textContent = "";
    if (data !== version()) draw();
  };
  events.onerror = () => {
    lost.textContent = "The server does not answer: this is how it was.";
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  };
}

document.addEventListener("visibilitychange", listen);
listen();

let typed;
form?.addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(() => {
    const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
    history.replaceState(null, "", `?${new URLSearchParams(chosen)}`);
    draw();
    listen();
  }, 150);
});
