// SPDX-License-Identifier: Apache-2.0
/** The rows in which the user writes the encryption context: names and values, as many as wanted. */

/** @param {HTMLElement} rows where the rows go; @param {HTMLButtonElement} add adds one. */
export function contextRows(rows, add) {
  const addRow = (name = "", value = "") => {
    const row = document.createElement("div");
    row.className = "pair";
    row.dataset.testid = "context-row";
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "plain small";
    remove.textContent = "Remove";
    remove.addEventListener("click", () => {
      row.remove();
      add.focus();
    });
    row.append(input("Context name", "album", name), input("Context value", "42", value), remove);
    rows.append(row);
    return row;
  };
  add.addEventListener("click", () => addRow().querySelector("input").focus());

  return {
    /** Puts these pairs into the rows, in place of what is there. */
    show(pairs) {
      rows.replaceChildren();
      for (const [name, value] of pairs) addRow(name, value);
    },
    /** The pairs as an object; a row without a name is no pair. */
    read() {
      const context = {};
      for (const row of rows.children) {
        const [name, value] = [...row.querySelectorAll("input")].map((field) => field.value);
        if (name) context[name] = value;
      }
      return context;
    },
  };
}

function input(label, placeholder, value) {
  const field = document.createElement("input");
  field.setAttribute("aria-label", label);
  field.placeholder = placeholder;
  field.value = value;
  field.spellcheck = false;
  field.autocapitalize = "none";
  return field;
}
