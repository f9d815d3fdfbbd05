// SPDX-License-Identifier: Apache-2.0

/**
 * What the package offers, as TypeScript's compiler sees it: every export of every entry point with its members, their
 * documentation, and the examples in it. What `cargo xtask generate` writes is left out, since its texts are the table of
 * actions'.
 */

import { fileURLToPath } from "node:url";
import { API, ModifierFlags, SymbolFlags } from "typescript/unstable/sync";

const PKG = fileURLToPath(new URL("../../pkg/", import.meta.url));
/** By what users import. `slim` has all that `index.ts` has, and `init`. */
const ENTRIES = {
  edgekms: `${PKG}src/entrypoints/slim.ts`,
  "edgekms/seed": `${PKG}src/seed/index.ts`,
  "edgekms/testing": `${PKG}src/testing/index.ts`,
};
const CALLABLE = SymbolFlags.Function | SymbolFlags.Method;

/**
 * @typedef {object} Item
 * @property {string} name as its users write it: `Envelope.encrypt`
 * @property {string} from what they import it from
 * @property {"class" | "function" | "constructor" | "other"} kind a class's method is a function; what users write themselves
 *   (types, options) is other, and so are properties and getters
 * @property {string} file in `pkg/src`
 * @property {string} text all of its documentation, without examples
 * @property {boolean} throws whether it says how it fails
 * @property {string[]} examples the code
 */

/** @returns {Item[]} in the order in which they are exported */
export function publicSurface() {
  const api = new API({ cwd: PKG });
  try {
    const config = `${PKG}tsconfig.json`;
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    return Object.entries(ENTRIES).flatMap(([from, path]) => new Surface(project).items(path).map((item) => ({ ...item, from })));
  } finally {
    api.close();
  }
}

class Surface {
  #project;
  #checker;

  constructor(project) {
    this.#project = project;
    this.#checker = project.checker;
  }

  items(path) {
    const module = this.#checker.getSymbolAtLocation(this.#project.program.getSourceFile(path));
    return this.#checker.getExportsOfModule(module).flatMap((exported) => this.#itemsOf(exported));
  }

  #itemsOf(exported) {
    const symbol = exported.flags & SymbolFlags.Alias ? this.#checker.getAliasedSymbol(exported) : exported;
    // `aws` and `aliyun` are rooms of generated types.
    if (symbol.flags & SymbolFlags.Module || fileOf(symbol).startsWith("generated/")) return [];
    const isClass = (symbol.flags & SymbolFlags.Class) !== 0;
    const members = [...symbol.getMembers().values(), ...(isClass ? symbol.getExports().values() : [])];
    const shown = members.filter((member) => this.#isPublic(member));
    return [
      this.#item(exported.name, symbol, isClass ? "class" : kindOf(symbol)),
      ...shown.map((member) =>
        member.flags & SymbolFlags.Constructor
          ? this.#item(`new ${exported.name}`, member, "constructor")
          : this.#item(`${exported.name}.${member.name}`, member, isClass ? kindOf(member) : "other"),
      ),
    ];
  }

  #isPublic(symbol) {
    const isMember = symbol.flags & (SymbolFlags.ClassMember | SymbolFlags.Constructor);
    if (!isMember || symbol.name.includes("#") || symbol.declarations.length === 0) return false;
    const hidden = symbol.declarations.every((declaration) => {
      const modifiers = declaration.resolve(this.#project)?.modifierFlags ?? 0;
      return (modifiers & ModifierFlags.Private) !== 0;
    });
    return !hidden && !this.#tags(symbol).some(({ name }) => name === "internal");
  }

  #item(name, symbol, kind) {
    const tags = this.#tags(symbol);
    const isExample = (tag) => tag.name === "example";
    const texts = tags.filter((tag) => !isExample(tag)).map(({ text = "" }) => text);
    return {
      name,
      kind,
      file: fileOf(symbol),
      text: [this.#checker.getDocumentationCommentOfSymbol(symbol), ...texts].join("\n"),
      throws: tags.some((tag) => tag.name === "throws"),
      examples: tags.filter(isExample).map(({ text = "" }) => codeOf(text, name)),
    };
  }

  #tags(symbol) {
    return this.#checker.getJsDocTagsOfSymbol(symbol);
  }
}

function kindOf(symbol) {
  return symbol.flags & CALLABLE ? "function" : "other";
}

function fileOf(symbol) {
  const path = symbol.declarations[0]?.path ?? "";
  return path.slice(path.toLowerCase().indexOf("/pkg/src/") + "/pkg/src/".length);
}

function codeOf(text, name) {
  const code = /^```(?:js|ts)\n([\s\S]*?)\n?```/.exec(text.trim())?.[1];
  if (code === undefined) throw new Error(`the example of ${name} is not in a block of js or ts: ${text}`);
  return code;
}
