// SPDX-License-Identifier: Apache-2.0
/** `edgekms completion SHELL`, and `edgekms complete`, which what that prints calls at each press of the key. */

import { leaf } from "../command.js";
import { COMMANDS } from "../commands.js";
import { answer } from "../completion/answer.js";
import { SCRIPTS } from "../completion/scripts.js";
import { text } from "../output.js";

const SHELLS = Object.keys(SCRIPTS);

/** Prints a shell's script. */
export const completion = leaf({
  about: "What it prints asks `edgekms` at each press of the key, and need not be renewed.",
  arguments: [{ name: "shell", about: SHELLS.join(", "), required: true, choices: SHELLS }],
  examples: [
    { what: "bash: a line in ~/.bashrc", line: "source <(edgekms completion bash)" },
    { what: "zsh: a line in ~/.zshrc, after compinit", line: "source <(edgekms completion zsh)" },
    { what: "fish: a line in ~/.config/fish/config.fish", line: "edgekms completion fish | source" },
    { what: "PowerShell: a line in $PROFILE", line: "edgekms completion powershell | Out-String | Invoke-Expression" },
  ],
  async run({ output }, { args: [shell] }) {
    const script = SCRIPTS[shell as string] ?? "";
    await output.result({ script }, text(script));
  },
});

/** Answers a shell: a line that says whether files fit too, and a line for each word that does. */
export const complete = leaf({
  about: "Called by what `edgekms completion` prints: the words of a line, and after = the one that is begun.",
  arguments: [{ name: "word", about: "the words", many: true }],
  examples: [{ what: "What `edgekms encrypt --ke` may become", line: "edgekms complete -- encrypt =--ke" }],
  async run({ output }, { args }) {
    const [begun = "=", ...before] = [...args].reverse();
    const { files, words } = await answer(COMMANDS, before.reverse(), begun.slice(1));
    const lines = words.map(({ word, about }) => `${word}\t${about}`);
    await output.result({ files, words }, text([files ? "files" : "words", ...lines].join("\n")));
  },
});
