// SPDX-License-Identifier: Apache-2.0
/** Files that are bundled as texts (scripts/bundle-cli.mjs). */

declare module "*.bash" {
  const text: string;
  export default text;
}
declare module "*.zsh" {
  const text: string;
  export default text;
}
declare module "*.fish" {
  const text: string;
  export default text;
}
declare module "*.ps1" {
  const text: string;
  export default text;
}
