// SPDX-License-Identifier: Apache-2.0

const PAGE = 65_536;
/** A section's number, and the flag of limits that have a maximum (WebAssembly 2.0, 5.5.8 and 5.3.5). */
const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;

/** A number as LEB128. */
function leb(number) {
  const bytes = [];
  for (let rest = number; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function readLeb(bytes, at) {
  let number = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    number |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [number, at];
  }
}

/** A WebAssembly module with one memory that cannot become larger than so many bytes. */
export function limited(module, most) {
  for (let at = 8; at < module.length; ) {
    const [length, content] = readLeb(module, at + 1);
    if (module[at] === MEMORY_SECTION) {
      const [least] = readLeb(module, content + 2);
      const limits = [1, HAS_MAXIMUM, ...leb(least), ...leb(most / PAGE)];
      const section = Buffer.from([MEMORY_SECTION, ...leb(limits.length), ...limits]);
      return Buffer.concat([module.subarray(0, at), section, module.subarray(content + length)]);
    }
    at = content + length;
  }
  throw new Error("the module has no memory");
}
