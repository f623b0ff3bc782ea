// The demo page: chooses the language, then starts the chat in it.

const asked = new URLSearchParams(location.search).get("lang") ?? navigator.language;
const lang = asked.toLowerCase().startsWith("nl") ? "nl" : "en";

document.documentElement.lang = lang;
document.querySelector("wissel-chat").lang = lang;
for (const element of document.querySelectorAll("[data-en]")) {
  if (lang === "en") element.textContent = element.dataset.en;
}
for (const link of document.querySelectorAll("nav a")) {
  if (link.hreflang === lang) link.setAttribute("aria-current", "true");
}
document.title = document.querySelector("h1").textContent;

await import("/chat/widget.js");
