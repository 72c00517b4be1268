// The page of the preview: finding a letter by typing, going to it without losing one's place, and taking up what was saved.
"use strict";

const part = id => document.getElementById(id);
const opened = new Set();  // the details that the reader has opened, from letter to letter
let edition = document.body.dataset.edition;
let newest = 0;  // only the answer to the last question is shown

function say(words) { part("state").textContent = words; }

// The parts of another page take the place of ours; what the reader has opened, typed and scrolled to stays.
async function show(address, { top = false } = {}) {
  const asked = ++newest;
  const text = await fetch(address, { cache: "no-store" }).then(answer => answer.text()).catch(() => "");
  if (asked !== newest) return;
  if (!text) { say("The preview is not running."); return; }
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const held = document.activeElement, href = held.getAttribute("href");
  const place = held.id ? `#${held.id}` : href && `${held.closest("main") ? "main" : "#letters"} [href="${CSS.escape(href)}"]`;
  const scrolled = [scrollY, part("letters").scrollTop];
  const heights = [...document.querySelectorAll("iframe")].map(frame => frame.style.height);
  for (const id of ["flaws", "letters", "letter"]) part(id).replaceChildren(...fresh.getElementById(id).childNodes);
  document.title = fresh.title;
  edition = fresh.body.dataset.edition;
  prepare(top ? [] : heights);
  part("letters").scrollTop = scrolled[1];
  if (top) { scrollTo(0, 0); part("letter").focus({ preventScroll: true }); return; }
  scrollTo(0, scrolled[0]);
  if (place) document.querySelector(place)?.focus({ preventScroll: true });
}

function prepare(heights = []) {
  document.body.classList.add("script");
  for (const item of document.querySelectorAll("main details")) {
    item.open = opened.has(item.id);
    item.addEventListener("toggle", () => item.open ? opened.add(item.id) : opened.delete(item.id));
  }
  document.querySelectorAll("iframe").forEach((frame, at) => {
    if (heights[at]) frame.style.height = heights[at];
    frame.addEventListener("load", () => fit(frame));
    if (frame.contentDocument?.readyState === "complete" && frame.contentDocument.URL !== "about:blank") fit(frame);
  });
  const links = [...document.querySelectorAll("#letters li a")];
  const choose = part("choose");
  for (const section of document.querySelectorAll("#letters section")) {
    const group = choose.appendChild(document.createElement("optgroup"));
    group.label = section.querySelector("h2").textContent;
    for (const link of section.querySelectorAll("a")) {
      const words = link.firstChild.textContent.trim() + " (" + link.querySelector("small").textContent + ")";
      group.appendChild(new Option(words, link.getAttribute("href"), false, link.hasAttribute("aria-current")));
    }
  }
  choose.addEventListener("change", () => go(choose.value, true));
  const find = part("find");
  find.value = typed;
  find.addEventListener("input", () => { typed = find.value; sift(links); });
  find.addEventListener("keydown", event => {
    const first = links.find(link => !link.parentElement.hidden);
    if (event.key === "Enter" && first) go(first.getAttribute("href"), true);
    if (event.key === "ArrowDown" && first) { first.focus(); event.preventDefault(); }
  });
  for (const label of document.querySelectorAll(".find, .choose")) label.hidden = false;
  sift(links);
}

let typed = "";
function sift(links) {
  const words = typed.toLowerCase().split(/[\s_]+/).filter(Boolean);
  for (const link of links) link.parentElement.hidden = !words.every(word => link.textContent.toLowerCase().includes(word));
  for (const section of document.querySelectorAll("#letters section")) section.hidden = !section.querySelector("li:not([hidden])");
}

// A frame as high as its letter: the letter runs no script, but its height may be measured.
function fit(frame) {
  const page = frame.contentDocument?.documentElement;
  if (page && frame.clientWidth) { frame.style.height = "0"; frame.style.height = page.scrollHeight + 2 + "px"; }
}
const fitAll = () => { const at = scrollY; document.querySelectorAll("iframe").forEach(fit); scrollTo(0, at); };
addEventListener("resize", fitAll);
document.querySelector(".views").addEventListener("change", fitAll);

function go(address, top) {
  history.pushState(null, "", address);
  show(address, { top });
}
addEventListener("popstate", () => show(location.href));
document.addEventListener("click", event => {
  const link = event.target.closest("a[data-go]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.getAttribute("href"), link.dataset.go !== "here");
});

// News of saved files. A page that nobody looks at does not listen: browsers allow few open connections to one place.
let news = null;
function listen() {
  news?.close();
  news = document.hidden ? null : new EventSource("events");
  if (!news) return;
  news.onmessage = async event => {
    if (event.data === edition) { say(""); return; }
    await show(location.href);
    say(part("flaws").childElementCount ? "A saved file cannot be used." : "Taken up at " + new Date().toLocaleTimeString() + ".");
  };
  news.onerror = () => say("The preview is not running.");
}
document.addEventListener("visibilitychange", listen);
prepare();
listen();
