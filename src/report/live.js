// Keeps a page of `watch` as new as the files it is drawn from: the server says when they changed, and the part of the
// page that is drawn again takes the place of the old one. What is open, scrolled to or chosen stays so.
const live = () => document.getElementById("live");
const lost = document.getElementById("lost");
const form = document.querySelector("form");

/** What keeps something of its own, by where it stands: by its address, or by its number in its section. */
function keyed(root) {
  const counts = {};
  return new Map([...root.querySelectorAll("details, summary, a[href], [tabindex]")].map((element) => {
    const place = `${element.closest("section")?.id} ${element.getAttribute("href") ?? element.tagName}`;
    counts[place] = (counts[place] ?? 0) + 1;
    return [`${place} ${counts[place]}`, element];
  }));
}

function put(next) {
  const before = keyed(live());
  const focused = document.activeElement;
  live().replaceWith(next);
  for (const [key, element] of keyed(next)) {
    const old = before.get(key);
    if (old === undefined) continue;
    if (element.tagName === "DETAILS") element.open = old.open;
    if (old.scrolled !== undefined) element.scrollLeft = old.scrolled;
    if (old === focused) element.focus({ preventScroll: true });
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
      const next = new DOMParser().parseFromString(text, "text/html").getElementById("live");
      if (next !== null) put(document.adoptNode(next));
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
    if (data !== live().dataset.version) draw();
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
