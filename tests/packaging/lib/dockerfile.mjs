// SPDX-License-Identifier: Apache-2.0

/** A Dockerfile as its stages, and its commands without Docker. */

import { DockerfileParser } from "dockerfile-ast";

/**
 * @param {string} text
 * @returns {{ image: string, instructions: { keyword: string, text: string, flags: string[] }[] }[]} by stage; what is
 *   before the first `FROM` is in a stage without an image
 */
export function stagesOf(text) {
  const stages = [{ image: "", instructions: [] }];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword();
    const flags = instruction.getFlags?.().map(String) ?? [];
    const own = { keyword, text: instruction.getArgumentsContent(), flags };
    if (keyword === "FROM") stages.push({ image: own.text, instructions: [] });
    else stages.at(-1).instructions.push(own);
  }
  return stages;
}

/** The instructions of one kind. */
export const all = ({ instructions }, keyword) => instructions.filter((instruction) => instruction.keyword === keyword);

/** What `ARG` and `ENV` set, by name. */
export function variablesOf(stage) {
  const set = [...all(stage, "ARG"), ...all(stage, "ENV")].flatMap(({ text }) => text.split(/\s+/));
  return Object.fromEntries(set.map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]));
}
