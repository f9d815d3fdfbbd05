// SPDX-License-Identifier: Apache-2.0
/** The page: what the user chose, what to show for it, and what to do on a click. */
import { contextRows } from "./context-rows.mjs";
import { crypt, envelopeFor, headerOf } from "./crypt.mjs";
import { showHeader } from "./header-view.mjs";
import { clearPrivate, openPlace, places } from "./output.mjs";
import { progressMeter } from "./progress.mjs";
import { readSettings, rememberSettings } from "./settings.mjs";
import { explain, size } from "./words.mjs";

const $ = (id) => document.getElementById(id);

const WORDS = {
  seal: {
    verb: "Seal file",
    other: "Seal it once more",
    doing: "Sealing",
    done: "Sealed",
    context:
      "Optional pairs, such as album = 42. They are not secret: " +
      "anyone can read them in the file, nobody can change them.",
  },
  open: {
    verb: "Open file",
    other: "Open it",
    doing: "Opening",
    done: "Opened",
    context: "Optional: the pairs that you expect. The file opens only if it was sealed with them.",
  },
};

const context = contextRows($("context-rows"), $("context-add"));
const meter = progressMeter({
  box: $("progress"),
  bar: $("bar"),
  text: $("progress-text"),
  speed: $("progress-speed"),
});

/** What the user is working on. */
const state = { file: undefined, header: undefined, task: "seal", running: undefined, downloadUrl: undefined };

// --- choosing ---

async function choose(file) {
  if (!file || state.running) return;
  state.file = file;
  state.header = await headerOf(file);
  state.task = state.header ? "open" : "seal";
  forgetResult();
  render();
  say(`${file.name}, ${size(file.size)}, ${state.header ? "a sealed file" : "not sealed"}.`);
}

function clear() {
  if (state.running) return;
  state.file = undefined;
  state.header = undefined;
  state.task = "seal";
  $("file").value = "";
  forgetResult();
  render();
  $("file").focus();
}

function forgetResult() {
  if (state.downloadUrl) URL.revokeObjectURL(state.downloadUrl);
  state.downloadUrl = undefined;
  for (const id of ["done", "failed", "progress"]) $(id).hidden = true;
}

// --- doing ---

async function run() {
  if (!state.file || state.running || !$("settings").reportValidity()) return;
  const { file, task } = state;
  const settings = readSettings();
  rememberSettings(settings);
  forgetResult();
  const stop = new AbortController();
  state.running = stop;
  let place;
  try {
    place = await openPlace($("output").value, resultName(file.name, task));
    render();
    say(`${WORDS[task].doing} ${file.name}.`);
    meter.start(file.size, WORDS[task].doing);
    await crypt(task, envelopeFor(settings), file, place.sink, {
      encryptionContext: context.read(),
      onProgress: meter.update,
      signal: stop.signal,
    });
    meter.finish();
    meter.hide();
    await showDone(task, await place.finish(), place.onDisk);
  } catch (error) {
    meter.hide();
    // A stream that never started still holds its half-made file.
    await place?.sink.abort?.(error).catch(() => {});
    showFailed(error);
  } finally {
    state.running = undefined;
    render();
  }
}

async function showDone(task, result, onDisk) {
  $("done-title").textContent = `${WORDS[task].done}: ${result.name}`;
  $("done-text").textContent = `${size(result.size)}, ${meter.summary()}. ${
    onDisk ? "It is in the file that you chose." : "It is kept here until you download it or leave."
  }`;
  const link = $("download");
  link.hidden = onDisk;
  if (!onDisk) {
    state.downloadUrl = URL.createObjectURL(result);
    link.href = state.downloadUrl;
    link.download = result.name;
    link.textContent = `Download ${size(result.size)}`;
  }
  const next = task === "seal" ? "Open it again" : "Seal it again";
  $("again").textContent = next;
  $("again").onclick = () => choose(result);
  $("done").hidden = false;
  $("done").focus();
  say(`${WORDS[task].done}. ${$("done-text").textContent}`);
}

function showFailed(error) {
  // The user closed the "save as" window: that is no error.
  if (error?.name === "AbortError" && !state.running?.signal.aborted) return;
  const { title, text, code, requestId } = explain(error);
  $("failed-title").textContent = title;
  $("failed-text").textContent = text;
  $("failed-code").textContent = code;
  $("failed-request").textContent = requestId ? `, request ${requestId}` : "";
  $("failed").hidden = false;
  $("failed").focus();
  say(`${title}. ${text}`);
}

function resultName(name, task) {
  if (task === "seal") return `${name}.sealed`;
  return name.endsWith(".sealed") ? name.slice(0, -".sealed".length) : `${name}.opened`;
}

// --- showing ---

function render() {
  const { file, header, task, running } = state;
  const words = WORDS[task];
  $("drop").classList.toggle("full", Boolean(file));
  $("drop-label").hidden = Boolean(file);
  $("chosen").hidden = !file;
  if (file) {
    $("file-name").textContent = file.name;
    $("file-facts").textContent = size(file.size);
    $("file-kind").textContent = header ? "Sealed file" : "Not sealed";
  }
  $("header-view").hidden = !header;
  if (header) showHeader($("header-facts"), header);
  $("context-hint").textContent = words.context;
  $("run").textContent = running ? `${words.doing} …` : words.verb;
  $("run").disabled = !file || Boolean(running);
  // Once there is a result, downloading it is what comes next.
  $("run").className = $("done").hidden ? "primary" : "plain";
  $("cancel").hidden = !running;
  $("clear").disabled = Boolean(running);
  // Only a sealed file leaves a choice.
  $("swap").hidden = !header || Boolean(running);
  $("swap").textContent = WORDS[task === "seal" ? "open" : "seal"].other;
}

/** Tells a screen reader. */
function say(text) {
  $("spoken").textContent = text;
}

// --- wiring ---

function wire() {
  $("file").addEventListener("change", () => choose($("file").files[0]));
  $("clear").addEventListener("click", clear);
  $("run").addEventListener("click", run);
  $("cancel").addEventListener("click", () => state.running?.abort());
  $("swap").addEventListener("click", () => {
    state.task = state.task === "seal" ? "open" : "seal";
    forgetResult();
    render();
  });
  $("settings").addEventListener("submit", (event) => event.preventDefault());
  wireDrop($("drop"));
  wireOutput($("output"), $("output-hint"));
}

function wireDrop(drop) {
  const over = (on) => drop.classList.toggle("over", on && !state.running);
  // The whole page takes the drop, so that a near miss does not leave the page for the file.
  addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  addEventListener("dragleave", (event) => event.relatedTarget === null && over(false));
  addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    choose(event.dataTransfer?.files[0]);
  });
}

function wireOutput(select, hint) {
  const choices = places();
  for (const { id, name } of choices) select.add(new Option(name, id));
  const show = () => {
    hint.textContent = choices.find(({ id }) => id === select.value)?.hint ?? "";
  };
  select.addEventListener("change", show);
  show();
}

wire();
rememberSettings();
render();
await clearPrivate();
