// SPDX-License-Identifier: Apache-2.0
/** The form: who is signed in, a note, and its sealed form, which is all that is stored. */
import { notesOf } from "./notes.mjs";

const $ = (id) => document.getElementById(id);
const settings = await (await fetch("settings.json")).json();

/** As your own login would have left it: in memory, and gone with the page. */
let notes;
$("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = $("token").value.trim();
  const [user] = token.split(".");
  notes = notesOf(settings, user, token);
  $("user").textContent = user;
  $("work").hidden = false;
  $("sealed").value = localStorage.getItem("sealed-note") ?? "";
});

$("seal").addEventListener("click", () =>
  say(async () => {
    $("sealed").value = await notes.seal($("note").value);
    localStorage.setItem("sealed-note", $("sealed").value);
    $("note").value = "";
    return "Sealed";
  }),
);

$("open").addEventListener("click", () =>
  say(async () => {
    $("note").value = await notes.open($("sealed").value);
    return "Opened";
  }),
);

/** Shows what came of it: a word, or the code that says why not. */
async function say(work) {
  const status = $("status");
  status.textContent = "…";
  try {
    status.textContent = await work();
  } catch (error) {
    // What could not be unwrapped has the server's own code underneath.
    status.textContent = [error.code ?? error.name, error.cause?.code ?? error.cause?.message].filter(Boolean).join(": ");
  }
}
