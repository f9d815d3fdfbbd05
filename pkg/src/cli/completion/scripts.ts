// SPDX-License-Identifier: Apache-2.0
/**
 * What each shell is given. Words of the line reach `edgekms` as they are, never through `eval`: a line that is only
 * being typed must run nothing. The last word follows a `=`, since PowerShell 5 does not hand on an empty argument.
 */

import bash from "./edgekms.bash";
import fish from "./edgekms.fish";
import powershell from "./edgekms.ps1";
import zsh from "./edgekms.zsh";

/** The scripts, by the names of their shells. */
export const SCRIPTS: Readonly<Record<string, string>> = { bash, zsh, fish, powershell };
