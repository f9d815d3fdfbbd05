// SPDX-License-Identifier: Apache-2.0
/** Shows what the header of a sealed file says. Text only: a header is untrusted input. */

/** @param {HTMLElement} list a `dl`; @param {object} info what `inspect` returned. */
export function showHeader(list, info) {
  list.replaceChildren();
  row(list, "Suite", [`0x${info.suite.toString(16).padStart(4, "0")} ${info.suiteName}`], true);
  row(list, "Protection", [protection(info)]);
  row(list, info.encryptedDataKeys.length === 1 ? "Key" : "Keys", info.encryptedDataKeys.map(keyName), true);
  row(list, "Context", contextLines(info.encryptionContext));
  row(list, "Frames", [info.framed ? `${info.frameLength.toLocaleString("en")} bytes each` : "none: one piece"]);
  row(list, "Message id", [info.messageId], true);
}

function protection({ committing, signed }) {
  const parts = ["authenticated"];
  parts.push(committing ? "bound to one key" : "not bound to one key (old suite)");
  if (signed) parts.push("signed");
  return parts.join(", ");
}

function keyName({ providerId, providerInfo }) {
  return `${providerId}: ${providerInfo}`;
}

/** The public key that a signing suite stores in the context is no pair of the user's. */
function contextLines(context) {
  const own = Object.entries(context).filter(([name]) => !name.startsWith("aws-crypto-"));
  return own.length === 0 ? ["none"] : own.map(([name, value]) => `${name} = ${value}`);
}

function row(list, name, values, code = false) {
  const term = document.createElement("dt");
  term.textContent = name;
  list.append(term);
  for (const value of values) {
    const detail = document.createElement("dd");
    detail.textContent = value;
    if (code) detail.className = "code";
    list.append(detail);
  }
}
