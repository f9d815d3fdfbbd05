// SPDX-License-Identifier: Apache-2.0
/** The page: takes address and key, and points a `<video>` at what the service worker opens. */

const form = document.getElementById("settings");
const video = document.getElementById("video");
const status = document.getElementById("status");
const field = (name) => document.getElementById(name);

navigator.serviceWorker.addEventListener("message", ({ data, ports }) => {
  // The key stays in this page, and goes to the service worker when it asks.
  if (data.ask === "settings") ports[0].postMessage({ key: field("key").value.trim() });
  if (data.failed) status.textContent = `${data.code}: ${data.message}`;
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  status.textContent = "";
  await navigator.serviceWorker.register("./service-worker.js", { type: "module" });
  await navigator.serviceWorker.ready;
  // The first visit's page is not the service worker's before it says so.
  if (navigator.serviceWorker.controller === null) {
    await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  }
  const film = new URL(field("film").value, location.href).href;
  // A new address each time: what failed before is not taken from memory.
  video.src = `./opened?${new URLSearchParams({ film, at: `${Date.now()}` })}`;
  video.hidden = false;
});

video.addEventListener("loadedmetadata", () => {
  status.textContent = `${Math.round(video.duration)} seconds; only what is watched is fetched and opened`;
});
